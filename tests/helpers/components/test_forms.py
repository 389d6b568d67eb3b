"""La feuille : une seule, là où elle manque ; un terminal garde les mots entiers."""

from __future__ import annotations

import re

import pytest

from helpers.components import Badge, Card, forms, sheet
from helpers.files import ROOT


def test_each_variable_that_is_used_is_defined():
    defined = set(re.findall(r"(--kit-[\w-]+):", sheet()))
    assert set(re.findall(r"var\((--kit-[\w-]+)", sheet())) <= defined
    assert "/*" not in sheet()


def test_the_sheet_comes_where_it_is_missing_and_nowhere_else(monkeypatch):
    monkeypatch.delenv("KIT_LAB", raising=False)
    assert "<style>" not in Badge("réussi")._repr_html_()
    monkeypatch.setattr(forms, "is_watched", lambda: True)
    assert Badge("réussi")._repr_html_().startswith("<style>")
    monkeypatch.setenv("KIT_LAB", "1")
    assert "<style>" not in Badge("réussi")._repr_html_()


def test_a_component_is_in_colours_in_a_terminal_only(capsys, monkeypatch):
    forms.write(Badge("réussi"))
    assert capsys.readouterr().out == "✓ Réussi\n"
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    forms.write(Badge("réussi"))
    assert re.fullmatch(r"\x1b\[[\d;]+m✓ Réussi\x1b\[0m\n", capsys.readouterr().out)
    forms.write("Une phrase.")
    assert capsys.readouterr().out == "Une phrase.\n"


def test_the_punctuation_of_a_sentence_never_begins_a_line():
    shown = str(forms.ticked("Trouvé : « a » ; non ? Oui ! `{a : b}` ? vaut C:\\d <1>"))
    said = "Trouvé~: «~a~»~; non~? Oui~! <code>{a : b}</code>~? vaut C:\\d &lt;1&gt;"
    assert shown == said.replace("~", "\u00a0")
    card = Card("à revoir", "Titre : a", ["Mots : b"], "Et : c", notes=["Puis : d"], quote="x : y")
    shown = re.sub(r'aria-label="[^"]*"|<pre.*?</pre>', "", card.html(), flags=re.S)
    assert not re.search(" [:;?!»]|« ", shown)


PAGES = [
    path.relative_to(ROOT)
    for package in ("helpers", "kit_minio")
    for path in sorted((ROOT / package).rglob("*.html"))
]


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_a_page_written_by_hand_has_no_ordinary_space_before_its_punctuation(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    programs = r'<!--.*?-->|<(script|style).*?</\1>|onclick="[^"]*"|\{[#%{].*?[#%}]\}'
    assert not re.findall(r".*(?:« |[^\s{·] [:;?!»]).*", re.sub(programs, "", text, flags=re.S))


def test_a_printed_sentence_is_spaced_for_who_reads_it_only(capsys, monkeypatch):
    forms.write("Trouvé : « a » ;")
    assert capsys.readouterr().out == "Trouvé : « a » ;\n"
    monkeypatch.setattr(forms, "is_watched", lambda: True)
    forms.write("Trouvé : « a » ;")
    assert capsys.readouterr().out == "Trouvé~: «~a~»~;\n".replace("~", "\u00a0")
