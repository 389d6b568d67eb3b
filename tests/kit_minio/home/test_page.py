"""La page de l'accueil : ce qu'elle dit, et ce que rien n'y fait passer pour du HTML."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from helpers.components import Message
from kit_minio.checks import all_series
from kit_minio.doctor import Finding
from kit_minio.home.copies import Copy, prepare
from kit_minio.home.course import Lesson, course
from kit_minio.home.documents import Document
from kit_minio.home.page import (
    Place,
    Tile,
    View,
    diagnosis,
    document_page,
    fragment,
    look,
    style,
    whole_page,
)
from kit_minio.home.standing import Next, Standing
from tests.support.commands import SILENT

ATTACK = "\"><script>pris</script><img src=x onerror='pris'>&"
PLACE = Place(lambda path: f"/lab/{path}", lambda name: f"/docs/{name}", "/port.jpg")
WITH_FORMS = replace(PLACE, diagnosis="/examen", restart="/recommencer")


class Tags(HTMLParser):
    """Les balises d'une page, et le texte qu'on y lit."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data

    def links(self):
        return [attrs["href"] for tag, attrs in self.tags if tag == "a"]


def one_tile(**changes):
    lesson = Lesson(
        "04", "04-prefixes", "Clés et préfixes", 45, "débutant", extras=True, has_exercises=True
    )
    standing = Standing(passed=2, exercises=5, earned=3.5, points=10)
    tile = Tile(**{"lesson": lesson, "standing": standing, "begun": True, "copies": []} | changes)
    following = Next("Reprendre la leçon 04", "lecons/04-prefixes.ipynb")
    return View([tile], following, Message("Serveur S3 : le vôtre."), standing)


def said(view, place=PLACE):
    return " ".join(Tags(fragment(view, place)).text.split())


def test_a_tile_says_the_lesson_and_the_progress():
    text = said(one_tile())
    for words in (
        "Reprendre la leçon 04",
        "04 Clés et préfixes",
        "45 minutes · débutant · ★ paquets en plus",
        "2 sur 5 exercices réussis",
        "3,5 / 10 points",
        "Serveur S3 : le vôtre.",
        "2 exercices réussis sur 5.",
    ):
        assert words in text
    page = Tags(fragment(one_tile(), PLACE))
    assert page.links().count("/lab/exercices/04-prefixes-exercices.ipynb") == 1


def test_an_unknown_progress_is_not_a_zero():
    assert "sur" not in said(one_tile(standing=None)).split("Clés et préfixes")[1].split("★")[0]


def test_a_copy_kept_or_recovered_is_said():
    copy = Copy("exercices/x.ipynb", Path("04-prefixes.ipynb"), behind=True)
    assert "Le kit a de nouveaux exercices pour cette leçon" in said(one_tile(copies=[copy]))
    copy = replace(copy, behind=False, recovered=True)
    assert "Vos réponses d’exercises/04-prefixes.ipynb" in said(one_tile(copies=[copy]))
    assert "copie" not in said(one_tile(copies=[replace(copy, recovered=False)])).split("J’ai")[0]


def test_a_document_becomes_a_page_whose_text_is_never_html(tmp_path):
    path = tmp_path / "glossaire.md"
    path.write_text(f"# Glossaire\n\n{ATTACK}\n\n| a | b |\n|---|---|\n| 1 | 2 |\n", "utf-8")
    found = Tags(document_page(Document(path, "Glossaire")))
    assert [tag for tag, _ in found.tags].count("td") == 2
    assert not [tag for tag, attrs in found.tags if tag == "script" or "onerror" in attrs]
    ready = tmp_path / "aide-memoire.html"
    ready.write_text("<!doctype html><p>prête", "utf-8")
    assert document_page(Document(ready, "Aide")) == "<!doctype html><p>prête"


def test_forms_are_only_where_they_work():
    assert "<form" not in fragment(one_tile(), PLACE)
    with_forms = Tags(fragment(one_tile(), WITH_FORMS))
    forms = [attrs for tag, attrs in with_forms.tags if tag == "form"]
    assert [form["action"] for form in forms] == ["/recommencer"]
    values = [attrs["value"] for tag, attrs in with_forms.tags if tag == "option"]
    assert values == ["lecons/04-prefixes.ipynb", "exercices/04-prefixes-exercices.ipynb"]


def test_what_a_notebook_a_server_or_a_machine_says_is_never_html():
    lesson = Lesson("04", f"04-{ATTACK}", ATTACK, 45, ATTACK, extras=True, has_exercises=True)
    view = View(
        [Tile(lesson, None, begun=True, copies=[])],
        Next(ATTACK, ATTACK),
        Message(ATTACK, ATTACK, "error"),
        None,
        {ATTACK: Document(Path(ATTACK), ATTACK)},
    )
    for text in (
        whole_page(view, WITH_FORMS),
        diagnosis([Finding("✗", ATTACK, ATTACK)]),
    ):
        found = Tags(text)
        assert not [tag for tag, attrs in found.tags if tag == "script" or "onerror" in attrs]
        assert ATTACK in found.text


def test_the_style_closes_nothing():
    assert "</" not in style()
    assert re.search(r"--kit-ink", style())


def test_the_real_course_is_shown_without_writing(client, tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path))
    prepare()
    view = look(all_series())
    assert [tile.lesson for tile in view.tiles] == course()
    assert view.total is not None
    assert view.total.exercises == sum(len(series.exercises) for series in all_series())
    assert "SeaweedFS" in view.server.fact or "MinIO" in view.server.fact
    text = said(view)
    assert "Les buckets" in text
    assert "Glossaire" in text
    assert "ne répond pas" not in text


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"KIT_SERVER": "embedded"}, "Aucun serveur S3 ne tourne"),
        (SILENT, "Il ne répond pas"),
        ({"KIT_SERVER": "zut"}, "zut"),
    ],
    ids=["absent", "muet", "mal réglé"],
)
def test_without_a_server_the_lessons_are_still_there(tmp_path, monkeypatch, settings, words):
    monkeypatch.setenv("KIT_DATA", str(tmp_path))
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    view = look(all_series())
    assert view.total is None
    assert words in said(view)
    assert "Les buckets" in said(view)
