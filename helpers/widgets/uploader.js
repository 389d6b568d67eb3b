// Le dépôt : une zone où glisser des fichiers, une ligne par fichier, l'avancement, le résultat.

function render({ model, el: root }) {
  const { ask, error, stop } = connect(model, root, "Dépôt de fichiers");
  let chosen = []; // les fichiers, dans l'ordre de model.get("files")
  const picker = make("input", { type: "file", multiple: true, hidden: true, onchange: () => choose(picker.files) });
  const pick = button("Choisir des fichiers", () => picker.click());
  const zone = make("div", { class: "kit-drop", ondragover: over, ondragleave: out, ondrop: drop },
    pick, make("p", { class: "kit-note", text: "ou glissez-les ici." }), picker);
  const lines = make("ul", { class: "kit-files", "aria-label": "Fichiers choisis" });
  const send = button("Déposer", start, { disabled: true, class: "kit-main" });
  const cancel = button("Annuler", halt, { disabled: true });
  const status = make("p", { role: "status", class: "kit-note" });
  root.append(
    make("p", {}, "Dépôt dans ", make("strong", { text: model.get("place") })),
    zone, lines, make("div", { class: "kit-tools" }, send, cancel), status, error);

  async function choose(found) {
    if (!found.length) return;
    chosen = [...found];
    await ask("choose", [chosen.map(({ name, size }) => ({ name, size }))]);
    status.textContent = "";
    picker.value = "";
    lines.querySelector("input")?.focus();
  }

  const busy = () => model.get("sending").total !== undefined;
  const sent = file => file.said.startsWith("✓");

  function drawFiles() {
    lines.replaceChildren(...model.get("files").map(file => make("li", { class: "kit-file" },
      field("Clé", "key", file), field("Type", "content_type", file),
      make("span", { text: file.shown }),
      make("p", { text: file.said, class: sent(file) ? "kit-said kit-passed" : "kit-said" }))));
    drawSending();
  }

  function field(label, name, file) {
    const input = make("input", { type: "text", name, disabled: sent(file), spellcheck: "false" });
    input.value = file[name];
    return make("label", { class: "kit-field", text: `${label} ` }, input);
  }

  // L'envoi suit la ligne de son fichier ; la phrase lue à haute voix ne change qu'à chaque fichier.
  function drawSending() {
    const { rank, sent: done, total, text } = model.get("sending");
    const files = model.get("files");
    [...lines.children].forEach((line, number) => {
      if (sent(files[number])) return;
      const said = line.querySelector(".kit-said");
      said.classList.toggle("kit-error", !busy());
      if (busy() && number === rank) said.replaceChildren(
        make("progress", { "aria-label": `Envoi de ${files[rank].key}`, max: total || 1, value: done }), ` ${text}`);
      else said.textContent = files[number].said;
      for (const input of line.querySelectorAll("input")) input.disabled = busy();
    });
    const left = files.filter(file => !sent(file)).length;
    send.disabled = busy() || !left || !chosen.length;
    cancel.disabled = !busy();
    pick.disabled = busy();
  }

  async function start() {
    const wanted = [...lines.children].map(line => Object.fromEntries(
      [...line.querySelectorAll("input")].map(({ name, value }) => [name, value])));
    status.textContent = "Envoi en cours…";
    await ask("send", [wanted]);
    cancel.focus();
  }

  async function halt() {
    status.textContent = "Annulation en cours…";
    await ask("cancel");
  }

  // À la fin de l'envoi, une phrase, et le focus sur ce qui sert encore.
  function finish() {
    if (busy()) return;
    const files = model.get("files"), done = files.filter(sent).length;
    if (!files.length || !status.textContent) return;
    const left = done < files.length;
    status.textContent = `${done} ${done > 1 ? "fichiers déposés" : "fichier déposé"} sur ${files.length}${left ? " ; le reste est prêt à repartir" : ""}.`;
    if (root.contains(document.activeElement) || document.activeElement === document.body)
      (left ? send : pick).focus();
  }

  function over(event) {
    event.preventDefault();
    event.stopPropagation();
    zone.classList.add("kit-over");
  }

  function out() { zone.classList.remove("kit-over"); }

  function drop(event) {
    over(event);
    out();
    if (!busy()) choose(event.dataTransfer.files);
  }

  // Python lit le fichier peu à peu, et demande ici chaque morceau.
  async function give({ want, start: from, end }) {
    if (want === undefined || !chosen[want]) return;
    const piece = await chosen[want].slice(from, end).arrayBuffer().catch(() => null);
    model.send({ name: "piece", args: [], id: 0 }, undefined, piece ? [piece] : []);
  }

  model.on("msg:custom", give);
  const forget = drawnWith(model, { files: drawFiles, sending: drawSending });
  model.on("change:sending", finish);
  return () => { stop(); forget(); model.off("msg:custom", give); model.off("change:sending", finish); };
}

export default { render };
