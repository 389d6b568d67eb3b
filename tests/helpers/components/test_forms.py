"""La feuille : une seule, là où elle manque ; un terminal garde les mots entiers."""

from __future__ import annotations

import re

from helpers.components import Badge, forms, sheet


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
