"""La section à relire : chaque exercice a la sienne, et la leçon l'a encore."""

from __future__ import annotations

import re

import pytest

from kit_minio.authoring.notebooks import lessons, read
from kit_minio.checks import all_series
from kit_minio.checks.sections import section_link, sections


def headings(lesson: str) -> set[str]:
    """Renvoie les titres d'une leçon."""
    path = next(path for path in lessons() if path.name.startswith(lesson))
    texts = [cell.source for cell in read(path).cells if cell.cell_type == "markdown"]
    return set(re.findall(r"^##+ (.+)$", "\n".join(texts), re.M))


def text_of(cell: str) -> str:
    """Renvoie le texte d'une cellule de la leçon 01."""
    return next(one.source for one in read(lessons()[1]).cells if one.id == cell)


@pytest.mark.parametrize("series", all_series(), ids=lambda series: series.lesson)
def test_each_exercise_has_a_section_of_its_lesson(series):
    named = sections()[series.lesson]
    assert set(named) == {exercise.name for exercise in series.exercises}
    assert set(named.values()) <= headings(series.lesson)


def test_the_link_starts_from_the_notebook_in_the_kit_and_in_the_work_folder(tmp_path, monkeypatch):
    for folder in ("notebooks", "lecons"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "01-buckets.ipynb").touch()
        (tmp_path / "ici").mkdir(exist_ok=True)
        monkeypatch.chdir(tmp_path / "ici")
        address, text = section_link("01", "names")
        path, _, cell = address.partition("#cell-id=")
        assert path == f"../{folder}/01-buckets.ipynb"
        assert text_of(cell).startswith("## Les règles des noms")
        assert text == "Relire « Les règles des noms », leçon 01"
        (tmp_path / folder / "04-prefixes.ipynb").touch()
        assert "« Renommer un “dossier” »" in section_link("04", "rename")[1]
    monkeypatch.chdir(tmp_path)
    assert section_link("01", "names") == ()
    assert section_link("01", "inconnu") == ()
