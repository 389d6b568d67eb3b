// L'accueil du kit dans JupyterLab, écrit à la main : ni compilation, ni paquet npm.
//
// JupyterLab charge ce fichier, appelle init() avec les modules qu'il partage, puis get(), qui donne
// l'extension. Le HTML vient de kit_minio/home : le serveur l'a rendu, et échappé.
(() => {
  'use strict';

  let shared;

  /** Renvoie un module de JupyterLab. */
  async function load(name) {
    const versions = Object.values(shared[name] ?? {});
    const found = versions.find(version => version.loaded) ?? versions[0];
    return (await found.get())();
  }

  const ADDRESS = 'kit/accueil';
  const OPEN = 'kit-minio:accueil';
  const HOME_FILE = 'Accueil.ipynb';

  /** Dit si la fenêtre a la place d'un notebook et du volet de gauche. */
  const hasRoom = () => window.innerWidth >= 900;

  async function plugin() {
    const [
      apputils, coreutils, docmanager, launcher, messaging, notebook, rendermime, services, widgets,
    ] = await Promise.all([
      '@jupyterlab/apputils', '@jupyterlab/coreutils', '@jupyterlab/docmanager',
      '@jupyterlab/launcher', '@lumino/messaging', '@jupyterlab/notebook',
      '@jupyterlab/rendermime', '@jupyterlab/services', '@lumino/widgets',
    ].map(load));
    const { PageConfig, URLExt } = coreutils;
    const { ServerConnection } = services;
    const base = URLExt.join(PageConfig.getBaseUrl(), ADDRESS);
    const settings = ServerConnection.makeSettings();

    async function ask(url, init = {}) {
      const response = await ServerConnection.makeRequest(url, init, settings);
      if (!response.ok) {
        const said = await response.json().catch(() => ({}));
        throw new Error(said.message ?? `Le serveur de JupyterLab répond ${response.status}.`);
      }
      return response;
    }

    /** La feuille du kit, pour l'accueil comme pour ce que montrent les notebooks. */
    function addSheet() {
      const link = document.createElement('link');
      link.rel = 'stylesheet';
      link.href = URLExt.join(base, 'feuille.css');
      document.head.append(link);
    }

    class Home extends widgets.Widget {
      constructor(app, manager, tracker) {
        super();
        Object.assign(this, { app, manager, tracker });
        this.id = 'kit-accueil';
        this.title.label = 'Accueil';
        this.title.caption = 'Les leçons, et où vous en êtes';
        this.title.closable = true;
        this.node.style.overflow = 'auto';
        this.node.addEventListener('click', event => this.onClick(event));
        this.node.addEventListener('submit', event => this.onSubmit(event));
        this.node.addEventListener('toggle', event => this.onToggle(event), true);
      }

      /** Lit la page, où l'avancement a pu changer ; ce qui est déplié le reste. */
      async refresh() {
        let text;
        try {
          text = await (await ask(`${base}?fragment=1`)).text();
        } catch (error) {
          if (!this.node.firstChild) this.say(error.message);
          return;
        }
        if (this.isDisposed || text === this.text) return;
        this.text = text;
        const open = [...this.node.querySelectorAll('details')].map(one => one.open);
        const focused = this.node.contains(document.activeElement);
        const top = this.node.scrollTop;
        this.node.innerHTML = text;
        this.node.querySelectorAll('details').forEach((one, at) => { one.open = open[at] ?? false; });
        this.node.scrollTop = top;
        this.offerRestart();
        if (focused) this.focusFirst();
      }

      offerRestart() {
        const button = this.node.querySelector('[data-kit-do="restart-kernel"]');
        if (button) button.hidden = !this.tracker.currentWidget;
      }

      say(text) {
        const line = document.createElement('p');
        line.textContent = text;
        this.node.replaceChildren(line);
      }

      focusFirst() {
        this.node.querySelector('.kit-primary, a')?.focus({ preventScroll: true });
      }

      onAfterShow() {
        this.takeRoom();
        this.refresh();
      }

      /** Prend toute la largeur : le volet de gauche n'a rien à dire de l'accueil. */
      takeRoom() {
        this.wasOpen ||= !this.app.shell.leftCollapsed;
        this.app.shell.collapseLeft();
      }

      onAfterHide() {
        if (this.wasOpen && hasRoom()) this.app.shell.expandLeft();
        this.wasOpen = false;
      }

      async onActivateRequest() {
        await this.ready;
        if (!this.node.contains(document.activeElement)) this.focusFirst();
      }

      onAfterAttach() {
        this.ready = this.refresh();
      }

      onClick(event) {
        const link = event.target.closest('a[data-kit-open]');
        if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
          event.preventDefault();
          this.app.commands.execute('docmanager:open', { path: link.dataset.kitOpen });
        }
        if (event.target.closest('[data-kit-do="restart-kernel"]')) this.restartKernel();
      }

      async restartKernel() {
        const panel = this.tracker.currentWidget;
        this.app.shell.activateById(panel.id);
        await this.app.commands.execute('notebook:restart-kernel');
      }

      onSubmit(event) {
        event.preventDefault();
        this.restartCopy(event.target, new FormData(event.target).get('copy'));
      }

      async restartCopy(form, path) {
        const name = form.querySelector(`option[value="${CSS.escape(path)}"]`).textContent;
        const { button } = await apputils.showDialog({
          title: 'Recommencer ce notebook\u00a0?',
          body: `${name}\u00a0: vous aurez une copie neuve\u00a0; la vôtre reste à côté, sous un autre nom.`,
          buttons: [
            apputils.Dialog.cancelButton({ label: 'Annuler' }),
            apputils.Dialog.okButton({ label: 'Recommencer' }),
          ],
        });
        if (!button.accept) return;
        try {
          const panel = this.manager.findWidget(path);
          if (panel) {
            await panel.context.save();
            await panel.context.sessionContext.shutdown();
            panel.dispose();
          }
          await ask(URLExt.join(base, 'recommencer'), {
            method: 'POST', body: new URLSearchParams({ copy: path }),
            headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
          });
          await this.app.commands.execute('docmanager:open', { path });
        } catch (error) {
          apputils.showErrorMessage('La copie n’a pas été refaite', error.message);
        }
      }

      async onToggle(event) {
        const details = event.target;
        const place = details.querySelector('.kit-diagnosis');
        if (!details.open || !place || !details.dataset.kitDiagnosis) return;
        place.textContent = 'Examen en cours…';
        try {
          place.innerHTML = await (await ask(URLExt.join(base, 'examen'))).text();
        } catch (error) {
          place.textContent = error.message;
        }
      }
    }

    /** Un notebook s'enregistre de lui-même : le fermer, lui ou la page, ne pose aucune question. */
    function saveAlone(panel) {
      const { context } = panel;
      let failed = false;

      // Deux enregistrements à la fois : le second verrait, sur le disque, un notebook « modifié »
      // par le premier, et JupyterLab demanderait lequel garder. Chacun attend donc le précédent.
      const write = context.save.bind(context);
      // Fermé entre-temps, un notebook n'a plus rien à écrire : JupyterLab dirait « Disposed ».
      let last = Promise.resolve();
      let pending = 0;
      context.save = () => {
        pending += 1;
        last = last.catch(() => {}).then(() => context.isDisposed || write())
          .finally(() => { pending -= 1; });
        return last;
      };

      function save() {
        // Ce qui échoue, JupyterLab le montre ; on ne le refait pas à chaque frappe.
        return context.save().catch(() => { failed = true; });
      }

      const unsaved = () => !context.isDisposed && context.model.dirty
        && context.contentsModel?.writable && !failed;

      let timer;
      context.ready.then(() => context.model?.contentChanged.connect(() => {
        clearTimeout(timer);
        timer = setTimeout(() => { if (unsaved()) save(); }, 1000);
      }));
      messaging.MessageLoop.installMessageHook(panel, (handler, message) => {
        if (message.type !== 'close-request' || !(pending || unsaved())) return true;
        (pending ? last.catch(() => {}) : save()).then(() => panel.close());
        return false;
      });
    }

    /** Montre la table des matières avec le premier notebook que l'on voit, si la fenêtre a la place des deux ; ensuite, chacun fait à son gré. */
    function showContents(app, tracker) {
      let shown = false;
      async function first() {
        const panel = app.shell.currentWidget;
        const wanted = () => !shown && hasRoom() && panel?.isVisible;
        if (!wanted() || !tracker.has(panel)) return;
        await panel.context.ready;
        if (!wanted()) return;
        shown = true;
        app.shell.activateById('table-of-contents');
        requestAnimationFrame(() => panel.activate());
      }
      app.shell.currentChanged.connect(first);
      first();
    }

    /** Agrandie à 200 %, la page n'a plus la place du volet : le notebook la reprend. */
    function leaveRoom(shell) {
      let before = hasRoom();
      window.addEventListener('resize', () => {
        if (before && !hasRoom()) shell.collapseLeft();
        before = hasRoom();
      });
    }

    /** « Sommaire », dans un notebook, mène à l'accueil. */
    function followContents(app) {
      const file = URLExt.join(PageConfig.getBaseUrl(), 'files', HOME_FILE);
      document.addEventListener('click', event => {
        const link = event.target.closest?.('.jp-RenderedMarkdown a');
        if (link?.href.split('?')[0] !== file) return;
        event.preventDefault();
        event.stopPropagation();
        app.commands.execute(OPEN);
      }, true);
    }

    /** Un diagramme garde les couleurs du thème où il a été tracé : il l'est de nouveau. */
    function followTheme(themes, tracker) {
      themes?.themeChanged.connect(() => tracker.forEach(panel => {
        for (const cell of panel.content.widgets) {
          const text = cell.model.sharedModel.getSource();
          if (!cell.rendered || cell.placeholder || !text.includes('```mermaid')) continue;
          const data = { 'text/markdown': text };
          cell.renderer.renderModel(new rendermime.MimeModel({ data }));
        }
      }));
    }

    /** Une touche tapée sur un bouton du kit lui reste : « x » couperait sinon la cellule. Ctrl et Alt passent, pour Ctrl+S ; Échap rend la main à la cellule. Les widgets de helpers s'en chargent eux-mêmes. */
    function keepKeys() {
      const part = event => event.target.closest?.('.kit-widget, .kit-card');
      // Un clic entre deux boutons reste, lui aussi, au widget.
      document.addEventListener('mousedown', event => {
        if (part(event)?.matches('.kit-widget')) part(event).tabIndex = -1;
      }, true);
      // Sur window, et donc avant JupyterLab, qui écoute document.
      window.addEventListener('keydown', event => {
        if (!part(event) || event.target.closest('.kit-live')) return;
        const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
        event.target.toggleAttribute('data-lm-suppress-shortcuts', plain);
        if (event.key === 'Escape') event.target.closest('.jp-Cell')?.focus();
      }, true);
    }

    function activate(app, manager, tracker, palette, tiles, themes) {
      addSheet();
      keepKeys();
      tracker.widgetAdded.connect((sender, panel) => saveAlone(panel));
      followTheme(themes, tracker);
      if (PageConfig.getOption('kitHome') !== 'yes') return;
      // JupyterLab y met bientôt le notebook de la dernière fois, s'il a été rouvert.
      const asked = PageConfig.getOption('treePath');
      let home;

      function show(options) {
        if (!home || home.isDisposed) home = new Home(app, manager, tracker);
        if (!home.isAttached) app.shell.add(home, 'main', options);
        return home;
      }

      app.commands.addCommand(OPEN, {
        label: 'Accueil',
        caption: 'Les leçons, et où vous en êtes',
        execute: () => app.shell.activateById(show().id),
      });
      app.commands.addKeyBinding({ command: OPEN, keys: ['Alt Shift H'], selector: 'body' });
      palette?.addItem({ command: OPEN, category: 'Kit MinIO' });
      tiles?.add({ command: OPEN, category: 'Kit MinIO', rank: 0 });
      followContents(app);

      const button = new widgets.Widget({ node: document.createElement('button') });
      button.id = 'kit-go-home';
      button.node.textContent = 'Accueil';
      button.node.title = 'Les leçons, et où vous en êtes (Alt + Maj + H)';
      button.node.onclick = () => app.commands.execute(OPEN);
      app.shell.add(button, 'top', { rank: 1000 });

      app.restored.then(() => {
        const first = [...app.shell.widgets('main')][0];
        show(first && { mode: 'tab-before', ref: first.id, activate: false });
        if (!hasRoom()) app.shell.collapseLeft();
        leaveRoom(app.shell);
        // Une adresse de notebook, ou une page rechargée : on reste où l'on était.
        const [visit] = performance.getEntriesByType('navigation');
        const stay = visit.type === 'reload' && tracker.currentWidget;
        if (!asked && !stay) {
          app.shell.activateById(home.id);
          home.takeRoom();
        }
        showContents(app, tracker);
      });
    }

    return {
      id: 'kit-minio:accueil',
      description: 'L’accueil du kit.',
      autoStart: true,
      requires: [docmanager.IDocumentManager, notebook.INotebookTracker],
      optional: [apputils.ICommandPalette, launcher.ILauncher, apputils.IThemeManager],
      activate,
    };
  }

  const entry = {
    init: scope => { shared = scope; },
    get: async () => {
      const found = await plugin();
      return () => ({ __esModule: true, default: found });
    },
  };
  (window._JUPYTERLAB ??= {})['kit-minio'] = entry;
})();
