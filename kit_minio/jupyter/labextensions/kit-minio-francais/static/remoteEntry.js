// Le noyau qui s'arrête, la confiance demandée : JupyterLab crée ces boîtes sans leur donner de
// traducteur, et elles emploient toutes le même, qui rend l'anglais. Il rend ici le français.
let shared;

async function extension() {
  const versions = Object.values(shared["@jupyterlab/translation"]);
  const { ITranslator, nullTranslator } = (await versions[0].get())();
  const plugin = {
    id: "kit-minio-francais:plugin",
    autoStart: true,
    requires: [ITranslator],
    activate: (app, translator) => {
      // Les manuels de NumPy ou de SymPy, en anglais : le noyau les donne, le cours n'en parle pas.
      const style = document.createElement("style");
      style.textContent = '.lm-Menu-item[data-command^="help-menu-"][data-command$="Reference"]'
        + " { display: none }";
      document.head.append(style);
      const english = nullTranslator.load("jupyterlab");
      const french = translator.load("jupyterlab");
      for (const name of ["__", "_n", "_p", "_np", "gettext", "ngettext", "pgettext", "npgettext"]) {
        english[name] = (...words) => french[name](...words);
      }
    },
  };
  return () => ({ __esModule: true, default: plugin });
}

(globalThis._JUPYTERLAB ??= {})["kit-minio-francais"] = {
  init: (scope) => { shared = scope; },
  get: extension,
};
