// L'inspecteur : un champ, le temps qui reste, le tableau des parties.

function render({ model, el: root }) {
  const { ask, error, stop } = connect(model, root, "Inspecteur d'URL présignée");
  const field = make("input", {
    type: "text", placeholder: "Collez une URL, puis Entrée", spellcheck: "false",
    onchange: () => ask("read", [field.value]),
  });
  const shown = make("div");
  root.append(make("label", { class: "kit-field", text: "URL présignée " }, field), error, shown);

  function draw() {
    const { headers, rows, left } = model.get("found");
    shown.replaceChildren(...(left ? [countdown(left), table("Parties de l'URL", headers, rows)] : []));
  }

  field.value = model.get("url");
  const forget = drawnWith(model, { found: draw });
  return () => { stop(); forget(); };
}

export default { render };
