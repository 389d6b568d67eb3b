// Ce que les widgets partagent. Tout vient de Python, et tout devient du texte : jamais du HTML.

// JupyterLab ne voit pas les touches d'un élément qui porte cet attribut : « x » n'y coupe rien.
const DEAF = "data-lm-suppress-shortcuts";

// Un élément. options : ses attributs, ses écouteurs (« onclick »), et « text ».
function make(tag, options = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(options)) {
    if (name === "text") made.textContent = value;
    else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== false && value != null) made.setAttribute(name, value === true ? "" : value);
  }
  if (made.matches("a, button, input, video, [tabindex]")) made.setAttribute(DEAF, "");
  made.append(...children.filter(Boolean));
  return made;
}

function button(text, onclick, options = {}) {
  return make("button", { type: "button", text, onclick, ...options });
}

// Un tableau ; tabindex : au clavier, les flèches font défiler celui qui est trop large.
function table(label, headers, rows, options = {}) {
  const line = (tag, cells, more) => make("tr", {}, ...cells.map(text => make(tag, { text, ...more })));
  return make("div", { class: "kit-wide", tabindex: 0, role: "region", "aria-label": label, ...options },
    make("table", { class: "kit-table" },
      make("thead", {}, line("th", headers, { scope: "col" })),
      make("tbody", {}, ...rows.map(row => line("td", row)))));
}

// Une image reçue en octets ; « broken » est dit à la place de ce qui ne s'affiche pas.
function picture(bytes, type, alt, broken) {
  const src = URL.createObjectURL(new Blob([bytes], { type }));
  const shown = make("img", {
    alt, src,
    onload: () => URL.revokeObjectURL(src),
    onerror: () => shown.replaceWith(make("p", { class: "kit-note", text: broken })),
  });
  return shown;
}

// Attache une vue au noyau. ask() demande, et rend la main quand la réponse est affichée ; sans
// réponse, la vue le dit : un noyau arrêté ne dit rien lui-même.
function connect(model, root, label) {
  root.classList.add("kit", "kit-live");
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", label);
  root.tabIndex = -1; // un clic entre deux éléments reste au widget
  root.setAttribute(DEAF, "");
  const error = make("p", { class: "kit-message kit-error", role: "alert" });
  const say = text => { error.textContent = text; error.hidden = !text; };
  const waiting = new Map();
  const heard = message => waiting.get(message.done)?.();
  const ask = (name, args = [], buffers = []) => new Promise(done => {
    const id = Math.random();
    const late = setTimeout(() => say(
      "✗ Le noyau ne répond pas\u00a0: il est occupé, ou arrêté. S'il est arrêté, exécutez de nouveau cette cellule."
    ), 5000);
    waiting.set(id, () => {
      clearTimeout(late);
      waiting.delete(id);
      say(model.get("error"));
      done();
    });
    model.send({ name, args, id }, undefined, buffers);
  });
  model.on("msg:custom", heard);
  say(model.get("error"));
  // Ctrl+S enregistre aussi d'ici ; les autres touches ne sortent pas du widget.
  root.addEventListener("keydown", event => {
    event.stopPropagation();
    if ((event.ctrlKey || event.metaKey) && event.key === "s") {
      const notebook = root.closest(".jp-Notebook");
      if (notebook) event.preventDefault();
      notebook?.dispatchEvent(new KeyboardEvent("keydown", { ...keysOf(event), bubbles: true }));
    }
  });
  return { ask, error, stop: () => model.off("msg:custom", heard) };
}

// Redessine une partie de la vue à chaque changement du trait qui la décrit, et tout de suite.
function drawnWith(model, parts) {
  for (const [trait, draw] of Object.entries(parts)) {
    model.on(`change:${trait}`, draw);
    draw();
  }
  return () => { for (const [trait, draw] of Object.entries(parts)) model.off(`change:${trait}`, draw); };
}

const keysOf = ({ key, code, keyCode, ctrlKey, metaKey }) => ({ key, code, keyCode, ctrlKey, metaKey });

// Une durée en deux unités au plus, comme helpers.french.in_words.
function inWords(seconds) {
  const units = [[86400, "jour"], [3600, "h"], [60, "min"], [1, "s"]];
  let rest = Math.floor(seconds);
  const counts = units.map(([length, name]) => {
    const count = Math.floor(rest / length);
    rest -= count * length;
    return [count, name === "jour" && count > 1 ? "jours" : name];
  });
  const first = counts.findIndex(([count]) => count);
  const kept = first < 0 ? [] : counts.slice(first, first + 2).filter(([count]) => count);
  return kept.map(pair => pair.join("\u00a0")).join("\u00a0") || "0\u00a0s";
}

// Le temps qui reste à une URL, récrit chaque seconde tant qu'il est affiché.
function countdown({ expires, lifetime, gone }) {
  const said = make("strong");
  const bar = make("progress", { "aria-label": "Temps restant", max: lifetime });
  const tick = () => {
    const left = Math.max(expires - Date.now() / 1000, 0);
    const head = left < 60 ? "! Expire bientôt" : "✓ Encore valable";
    said.textContent = left ? `${head}\u00a0: il reste ${inWords(left)}.` : gone;
    bar.value = left;
    if (left) setTimeout(() => said.isConnected && tick(), 1000);
  };
  tick();
  // role="timer" : un lecteur d'écran le lit à la demande, sans annoncer chaque seconde.
  return make("div", { class: "kit-countdown" }, make("p", { role: "timer" }, said), bar);
}

// Une barre de boutons où les flèches passent de l'un à l'autre, et Tab passe la barre.
function toolbar(event) {
  const all = [...event.currentTarget.querySelectorAll("button")];
  const rank = all.indexOf(event.target);
  const next = { ArrowRight: rank + 1, ArrowLeft: rank - 1, Home: 0, End: all.length - 1 }[event.key];
  if (!all[next]) return;
  event.preventDefault();
  all[rank].tabIndex = -1;
  all[next].tabIndex = 0;
  all[next].focus();
}
