// La galerie : une barre de jours, les images de la page ouverte.

function render({ model, el: root }) {
  const { ask, error, stop } = connect(model, root, "Galerie d'images");
  const days = make("div", { role: "toolbar", "aria-label": "Jours", class: "kit-tools", onkeydown: toolbar });
  const refresh = button("Actualiser", () => ask("refresh"));
  const before = button("Précédentes", () => turn(-1));
  const after = button("Suivantes", () => turn(1));
  const span = make("p", { role: "status", class: "kit-note" });
  const figures = make("div", { class: "kit-figures" });
  root.append(days, make("div", { class: "kit-tools" }, before, after, refresh, span), error, figures);

  function drawDays() {
    const { names, open } = model.get("days");
    const kept = days.contains(document.activeElement);
    days.replaceChildren(...names.map(([day, name]) => button(name, () => ask("open", [day]), {
      "aria-pressed": String(day === open), tabindex: day === open ? 0 : -1,
    })));
    if (kept) days.querySelector("[tabindex='0']")?.focus();
  }

  function drawPage() {
    const page = model.get("page");
    figures.replaceChildren(...page.pictures.map(({ label, caption, data }) => make("figure", {},
      picture(data, "image/jpeg", label, "Ces octets ne sont pas une image."),
      make("figcaption", { text: caption }))));
    span.textContent = page.span;
    before.disabled = !page.before;
    after.disabled = !page.after;
  }

  // Le focus reste sur un bouton qui sert encore.
  async function turn(step) {
    const pressed = document.activeElement;
    await ask("turn", [step]);
    const useful = [pressed, before, after, refresh].find(one => !one.disabled);
    useful.focus();
  }

  const forget = drawnWith(model, { days: drawDays, page: drawPage });
  return () => { stop(); forget(); };
}

export default { render };
