"""Les composants dans un vrai navigateur : lisibles par tous, en clair et en sombre, à 390 px."""

from __future__ import annotations

import re

import pytest
from matplotlib.figure import Figure as Drawing

from helpers.components import Badge, Card, Figure, Message, Meter, Table, Tree, sheet
from helpers.components.figure import data_address, drawn
from tests.support import axe
from tests.support.browser import browser_page, screenshot

pytestmark = pytest.mark.needs("chromium")

STATES = ("réussi", "à revoir", "erreur", "à faire")
LONG = "exercice-01-3f2a-archives/" * 6


def curve() -> Drawing:
    figure = Drawing(figsize=(6, 2))
    axes = figure.subplots()
    axes.plot([1, 2])
    axes.set_xlabel("Connexions")
    return figure


def page_of(theme: str) -> str:
    """Renvoie une page où sont tous les composants, comme JupyterLab les montre dans un thème."""
    cards = [
        Card(
            state,
            f"Créer `{state}`",
            ("Une phrase.",),
            "0 / 1 point.",
            "client.make_bucket('a')  # là\nif x in (1, 'b'):\n    print(None)",
            LONG,
            "['b']",
            ("Une note.",),
            f"ligne 2 : {LONG}",
            ("../notebooks/01-buckets.ipynb", "Relire la leçon"),
            ("Trace complète", LONG),
        )
        for state in STATES
    ]
    items = [
        *cards,
        Table(["Clé", "Taille"], [["port.jpg", "124,2 Kio"]], caption="Les objets"),
        Table([], [], "Aucun objet."),
        *map(Badge, STATES),
        Meter(5, 12, "points"),
        *(
            Message("Le fait.", "Le remède.", tone)
            for tone in ("passed", "review", "error", "todo")
        ),
        Tree({"photos/": {LONG: "1 o"}}),
        Figure("Graphique", data_address(drawn(curve())), "Une droite", "Elle monte."),
    ]
    dark = theme == "dark"
    return (
        '<!doctype html><html lang="fr"><meta charset="utf-8"><title>Composants</title>'
        '<meta name="viewport" content="width=device-width"><style>' + sheet() + "</style>"
        f'<body data-jp-theme-light="{str(not dark).lower()}" '
        f'style="color-scheme: {theme}; color: var(--kit-ink); '
        f'background: {"#111" if dark else "#fff"}">'
        "<main><h1>Essai</h1>" + "".join(item.html() for item in items) + "</main>"
    )


def luminance(color: str) -> float:
    """Renvoie la clarté, de 0 à 255, d'une couleur calculée."""
    return sum(map(float, re.findall(r"[\d.]+", color)[:3])) / 3


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_all_can_read_them_in_both_themes_and_on_a_phone(theme, request):
    with browser_page(f"composants-{theme}") as page:
        page.set_viewport_size({"width": 390, "height": 844})
        # Le thème du laboratoire passe devant celui du système.
        page.emulate_media(color_scheme="light" if theme == "dark" else "dark")
        page.set_content(page_of(theme))
        assert axe.faults(page, request.config.cache) == []
        wider = "document.documentElement.scrollWidth > innerWidth"
        assert not page.evaluate(wider)
        paper = page.locator(".kit-card").first.evaluate("e => getComputedStyle(e).backgroundColor")
        assert (luminance(paper) < 128) == (theme == "dark")
        page.set_viewport_size({"width": 1280, "height": 800})
        screenshot(page, f"composants-{theme}")
        first, second = page.locator(".kit-compare").first.locator("dd").all()
        assert first.bounding_box()["y"] == second.bounding_box()["y"]
