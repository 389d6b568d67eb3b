// L'explorateur : un fil d'Ariane, un filtre, la liste de ce qui est ici, l'objet ouvert à côté.

const plain = text => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
// Sans les caractères qui couperaient un nom ou le retourneraient.
const onOneLine = text => text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "·");

function render({ model, el: root }) {
  const { ask, error, stop } = connect(model, root, "Explorateur");
  const path = make("ol");
  const filter = make("input", {
    type: "search", placeholder: "début du nom", spellcheck: "false", oninput: search,
  });
  const list = make("div", { role: "listbox", class: "kit-list", onkeydown: move, onclick: click });
  const span = make("p", { role: "status", class: "kit-note" });
  const more = button("Afficher la suite", async () => {
    const rank = list.children.length;
    await ask("more");
    focusRow(rank);
  });
  const details = make("section", { class: "kit-details" });
  const link = make("div");
  const refresh = button("Actualiser", search);
  root.append(
    make("nav", { "aria-label": "Emplacement", class: "kit-path" }, path),
    make("div", { class: "kit-tools" }, make("label", { text: "Chercher " }, filter), refresh),
    error,
    make("div", { class: "kit-panes" }, make("div", {}, list, span, more), details));
  root.addEventListener("keydown", event => {
    if (event.key === "Escape" && !details.hidden) close();
  });

  const rows = () => model.get("listing").rows;
  const row = rank => list.children[rank];

  function drawList() {
    const { steps, span: said, more: others } = model.get("listing");
    path.replaceChildren(...steps.map(([name, bucket, prefix], rank) => make("li", {},
      rank === steps.length - 1
        ? make("span", { text: onOneLine(name), "aria-current": "location" })
        : button(onOneLine(name), () => visit(bucket, prefix)))));
    list.setAttribute("aria-label", `Contenu de ${steps.at(-1)[0]}`);
    list.replaceChildren(...rows().map(({ name, kind }, rank) => make("div", {
      role: "option", class: "kit-row", tabindex: rank ? -1 : 0,
    }, make("span", { class: "kit-name", text: onOneLine(name) }), make("span", { text: kind }))));
    list.hidden = !rows().length;
    span.textContent = said;
    more.hidden = !others;
    mark();
  }

  function drawDetails() {
    const found = model.get("details");
    details.hidden = !found.key;
    details.replaceChildren(...(found.key ? shown(found) : []));
    details.setAttribute("aria-label", found.key ? `Objet ${found.key}` : "");
    mark();
  }

  // La ligne de l'objet ouvert se voit et se dit.
  function mark() {
    const { key } = model.get("details");
    rows().forEach((entry, rank) =>
      row(rank)?.setAttribute("aria-selected", entry.sort === "objet" && entry.key === key));
  }

  function drawLink() {
    const found = model.get("link");
    link.replaceChildren(...(found.url ? [
      make("a", { href: found.url, target: "_blank", rel: "noopener", text: "Ouvrir dans le navigateur" }),
      make("pre", { text: found.url }), countdown(found)] : []));
  }

  function shown({ key, preview, facts }) {
    return [
      make("p", { class: "kit-title", text: onOneLine(key) }),
      make("div", { class: "kit-tools" },
        button("Fermer", close), button("Créer un lien de 15 minutes", async () => {
          await ask("sign");
          link.querySelector("a")?.focus();
        })),
      link,
      ...pieces(preview, key),
      table("Métadonnées", ["Sorte", "Nom", "Valeur"], facts),
    ].filter(Boolean);
  }

  function pieces({ note, image, type, video, text, headers, rows }, key) {
    const broken = `Le navigateur ne sait pas afficher cet objet, déclaré ${type}.`;
    const film = video && make("video", {
      controls: true, preload: "metadata", src: video, "aria-label": key,
      onerror: () => film.replaceWith(make("p", { class: "kit-note", text: broken })),
    });
    return [
      note && make("p", { class: "kit-note", text: note }),
      image && picture(image, type, key, broken),
      film,
      text && make("pre", { text }),
      headers && table("Aperçu", headers, rows, { class: "kit-wide kit-preview" }),
    ];
  }

  async function visit(bucket, prefix) {
    const left = model.get("listing");
    await ask("visit", [bucket, prefix]);
    filter.value = "";
    // En remontant, le focus revient sur la ligne d'où l'on vient.
    const from = rows().findIndex(({ key, sort }) =>
      sort === "bucket" ? key === left.bucket : sort === "préfixe" && left.prefix.startsWith(key));
    rows().length ? focusRow(Math.max(from, 0)) : refresh.focus();
  }

  async function open(rank) {
    const { key, sort } = rows()[rank];
    if (sort === "objet") await ask("open", [key]);
    else await visit(...(sort === "bucket" ? [key, ""] : [model.get("listing").bucket, key]));
  }

  async function close() {
    const rank = rows().findIndex(({ key }) => key === model.get("details").key);
    await ask("close");
    row(rank) ? focusRow(rank) : refresh.focus();
  }

  function focusRow(rank) {
    if (!row(rank)) return;
    for (const one of list.children) one.tabIndex = -1;
    row(rank).tabIndex = 0;
    row(rank).focus();
  }

  // Le second clic d'un double-clic tomberait déjà sur la liste suivante.
  function click(event) {
    const rank = [...list.children].indexOf(event.target.closest(".kit-row"));
    if (rank < 0 || event.detail > 1) return;
    focusRow(rank);
    open(rank);
  }

  let typed = "", pauseAfterLetters = 0;
  function move(event) {
    const { key } = event, rank = [...list.children].indexOf(event.target), end = rows().length - 1;
    if (event.ctrlKey || event.metaKey || event.altKey || rank < 0) return;
    const next = { ArrowDown: rank + 1, ArrowUp: rank - 1, Home: 0, End: end,
      PageDown: Math.min(rank + 10, end), PageUp: Math.max(rank - 10, 0) }[key];
    if (next !== undefined) focusRow(next);
    else if (key === "Enter" || (key === " " && !typed)) open(rank);
    else if (key.length === 1) find(key, rank);
    else return;
    event.preventDefault();
  }

  // Quelques lettres mènent au nom qui commence ainsi ; la même lettre, au suivant.
  function find(letter, rank) {
    clearTimeout(pauseAfterLetters);
    pauseAfterLetters = setTimeout(() => { typed = ""; }, 700);
    typed = typed === letter ? letter : typed + letter;
    const first = rank + (typed.length === 1);
    const order = rows().map((_, step) => (first + step) % rows().length);
    focusRow(order.find(one => plain(rows()[one].name).startsWith(plain(typed))));
  }

  let pause = 0;
  function search() {
    clearTimeout(pause);
    pause = setTimeout(() => ask("search", [filter.value]), 150);
  }

  filter.value = model.get("listing").start;
  const forget = drawnWith(model, { listing: drawList, details: drawDetails, link: drawLink });
  return () => { stop(); forget(); };
}

export default { render };
