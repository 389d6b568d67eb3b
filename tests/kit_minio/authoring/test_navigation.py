"""Les liens entre notebooks : écrits d'après les fichiers, au même endroit, sans autre trace."""

from __future__ import annotations

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from helpers.files import ROOT
from kit_minio.authoring import navigation
from kit_minio.authoring.navigation import bar, navigated, write_all
from kit_minio.authoring.notebooks import read, write

HOME = "[Sommaire](../README.md#le-cours)"


def lesson(title):
    cells = [new_markdown_cell(f"# {title}\n\n**Durée**"), new_markdown_cell("## À retenir")]
    return new_notebook(cells=cells)


@pytest.fixture
def kit(tmp_path, monkeypatch):
    """Un kit de trois leçons, dont seule la deuxième a des exercices."""
    for name in ("notebooks", "solutions", "exercises"):
        (tmp_path / name).mkdir()
    for name, title in (("00-a", "00 · Un"), ("01-b", "01 · Deux"), ("02-c", "02 · Trois")):
        write(lesson(title), tmp_path / "notebooks" / f"{name}.ipynb")
    cells = [new_markdown_cell("# Exercices 01 · Deux"), new_code_cell("panel(tp)")]
    for name in ("solutions", "exercises"):
        write(new_notebook(cells=cells), tmp_path / name / "01-b.ipynb")
    monkeypatch.setattr(navigation, "LESSONS", tmp_path / "notebooks")
    monkeypatch.setattr(navigation, "ROOT", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("notebooks/00-a", f"{HOME} · [Deux →](01-b.ipynb)"),
        (
            "notebooks/01-b",
            f"[← Un](00-a.ipynb) · {HOME} · [Exercices](../exercises/01-b.ipynb)"
            " · [Trois →](02-c.ipynb)",
        ),
        ("notebooks/02-c", f"[← Deux](01-b.ipynb) · {HOME}"),
        (
            "exercises/01-b",
            f"[← Leçon\u00a0: Deux](../notebooks/01-b.ipynb) · {HOME}"
            " · [Suite\u00a0: Trois →](../notebooks/02-c.ipynb)",
        ),
    ],
)
def test_each_notebook_leads_to_its_neighbours(kit, name, expected):
    assert bar(kit / f"{name}.ipynb") == expected


def test_the_line_follows_the_title_and_ends_the_last_text(kit):
    path = kit / "notebooks" / "00-a.ipynb"
    new = navigated(read(path), path)
    assert new.cells[0].source == f"# 00 · Un\n\n{bar(path)}\n\n**Durée**"
    assert new.cells[-1].source == f"## À retenir\n\n{bar(path)}"
    assert navigated(new, path) == new


def test_after_code_the_line_has_its_own_cell(kit):
    path = kit / "solutions" / "01-b.ipynb"
    new = navigated(read(path), path)
    assert [cell.source for cell in new.cells[1:]] == ["panel(tp)", bar(path)]
    assert navigated(new, path) == new


def test_a_new_lesson_changes_its_neighbours_only(kit):
    assert write_all(check=True) == write_all()
    assert write_all() == []
    write(lesson("03 · Quatre"), kit / "notebooks" / "03-d.ipynb")
    assert write_all(check=True) == ["notebooks/02-c.ipynb", "notebooks/03-d.ipynb"]
    assert "Quatre" not in read(kit / "notebooks" / "02-c.ipynb").cells[0].source


def test_the_summary_is_in_the_readme():
    assert "\n## Le cours\n" in (ROOT / "README.md").read_text(encoding="utf-8")
