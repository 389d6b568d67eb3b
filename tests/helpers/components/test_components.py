"""Les six composants disent les mêmes mots en HTML, en texte et dans un terminal."""

from __future__ import annotations

import io
import re
from html.parser import HTMLParser

import pytest
from rich.console import Console

from helpers.components import Badge, Card, Component, Message, Meter, Table, Tree

SAMPLES: list[Component] = [
    Card("réussi", "Créer deux buckets", ("Tout y est.",), "1 / 1 point."),
    Card(
        "à revoir",
        "Ranger <les photos>",
        ("Il manque un objet & son type.",),
        "0 / 2 points.",
        'client.put_object("a", data)  # là',
        "['été.jpg']",
        "['hiver.jpg']",
        ("Acquis le 3 mars, et gardé.",),
        "ligne 2 : clint.list_buckets()",
        ("../notebooks/01-buckets.ipynb", "Relire la leçon"),
        ("Trace complète", "Traceback (most recent call last)\n  File x"),
    ),
    Table(["Clé", "Taille"], [["<été>.jpg", "12 o"], ["b", "1,0 Kio"]], caption="Les objets"),
    Table(["Clé"], [], "Aucun <objet>."),
    Badge("réussi"),
    Badge("à faire"),
    Meter(5.5, 12, "points"),
    Message("Le bucket `a-b` n'existe pas.", "Créez-le avec make_bucket().", "error", "alert"),
    Message("Rien à signaler."),
    Tree({"photos/": {"2026/": {"<port>.jpg": "124,2 Kio"}}, "lisez-moi.txt": "2 o", "vide/": {}}),
    Tree({}),
]
IDS = [f"{type(one).__name__}-{rank}" for rank, one in enumerate(SAMPLES)]


class Reader(HTMLParser):
    """Le texte d'une page, sans ses styles ni ses boutons, qui n'ont de sens qu'à l'écran."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.hidden, self.text = 0, ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.hidden += tag in ("style", "button")
        self.text += " " if tag in ("td", "th", "dt", "dd", "div", "p", "pre", "summary") else ""

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in ("style", "button")

    def handle_data(self, data: str) -> None:
        self.text += "" if self.hidden else data


def words(text: str) -> list[str]:
    """Renvoie les mots, dans l'ordre de l'alphabet : les formes n'ont pas toutes le même ordre."""
    return sorted(re.findall(r"[^\W_]+", text))


def drawn(item: Component, width: int = 100, **options: object) -> str:
    """Renvoie ce qu'un terminal de cette largeur montre."""
    out = io.StringIO()
    Console(file=out, width=width, **options).print(item)
    return out.getvalue()


@pytest.mark.parametrize("item", SAMPLES, ids=IDS)
def test_the_three_forms_say_the_same_words(item):
    assert words(str(item))
    assert words(Reader(item._repr_html_()).text) == words(str(item)) == words(drawn(item))


@pytest.mark.parametrize("item", SAMPLES, ids=IDS)
def test_what_is_shown_is_never_markup(item):
    page = item._repr_html_()
    assert not re.search(r"<(été|objet|les|port)", page)
    assert page.count("<section") <= 1


@pytest.mark.parametrize("item", SAMPLES, ids=IDS)
def test_a_terminal_has_colours_and_its_width_a_file_has_neither(item):
    narrow = drawn(item, 40, force_terminal=True, color_system="standard")
    plain = re.sub(r"\x1b\[[\d;]*m", "", narrow)
    assert max(map(len, plain.splitlines())) <= 40
    assert "\x1b[" not in drawn(item)
    assert ("\x1b[" in narrow) == (item.tone != "todo" or isinstance(item, Table))
