"""La feuille : une seule, là où elle manque ; un terminal garde les mots entiers."""

from __future__ import annotations

import re

import pytest

from helpers.components import Badge, Component, forms, sheet


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


def test_a_component_without_a_terminal_form_is_a_fault_of_ours():
    with pytest.raises(NotImplementedError):
        Component().__rich__()


def test_a_sentence_is_never_cut_in_a_word(capsys, monkeypatch):
    address = "http://localhost:8888/lab/tree/notebooks/00-demarrage.ipynb?token=" + "a" * 60
    monkeypatch.setenv("COLUMNS", "40")
    forms.write(f"Le serveur est prêt. {address}")
    assert capsys.readouterr().out == f"Le serveur est prêt. {address}\n"
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    forms.write(f"Le serveur du kit est maintenant prêt à répondre : {address}")
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert lines == ["Le serveur du kit est maintenant prêt à", "répondre :", address]
