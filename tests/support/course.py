"""Un petit cours à soi, que l'on peut changer : leçons, exercices, dossier de travail."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from kit_minio.authoring import exercises, navigation, notebooks
from kit_minio.home import copies, course, documents

BAR = "[Sommaire](../README.md#le-cours) · [Exercices](../exercises/01-buckets.ipynb)"


class SmallCourse:
    """Deux leçons et une série d'exercices ; le dossier de travail est à côté.

    Args:
        root: le dossier du kit.
        work: le dossier de travail.
    """

    def __init__(self, root: Path, work: Path) -> None:
        self.root, self.work = root, work
        self.lesson(
            "00-demarrage", "# 00 · Démarrage\n\n- **Durée**\u00a0: 20 minutes, 30 en classe"
        )
        self.lesson("01-buckets", f"# 01 · Les buckets\n\n{BAR}")
        self.solution("01-buckets", "Faites-le.")
        exercises.write_all()

    def lesson(self, name: str, text: str, code: str = "1 + 1") -> None:
        """Écrit une leçon."""
        self._write(f"notebooks/{name}.ipynb", text, code)

    def solution(self, name: str, text: str) -> None:
        """Écrit une solution, d'où ``write_all`` tire les exercices."""
        code = "### BEGIN SOLUTION\nx = 1\n### END SOLUTION"
        text = f"# Exercices 01 · Les buckets\n\n[Leçon](../notebooks/{name}.ipynb)\n\n{text}"
        self._write(f"solutions/{name}.ipynb", text, code)

    def _write(self, path: str, text: str, code: str) -> None:
        cells = [new_markdown_cell(text, id="titre"), new_code_cell(code, id="code")]
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(new_notebook(cells=cells), place)

    def sources(self, path: str) -> list[str]:
        """Renvoie le texte des cellules d'une copie."""
        found = json.loads((self.work / path).read_bytes())
        return ["".join(cell["source"]) for cell in found["cells"]]

    def fill(self, place: Path, code: str) -> None:
        """Écrit dans la seconde cellule d'un notebook, comme le ferait un étudiant."""
        notebook = nbformat.read(place, as_version=4)
        notebook.cells[1].source = code
        nbformat.write(notebook, place)


@pytest.fixture
def small_course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SmallCourse:
    """Remplace, pour un test, le cours du kit par un petit."""
    root = tmp_path / "kit"
    for module, name, folder in (
        (notebooks, "LESSONS", "notebooks"),
        (navigation, "LESSONS", "notebooks"),
        (copies, "LESSONS", "notebooks"),
        (exercises, "SOLUTIONS", "solutions"),
        (exercises, "EXERCISES", "exercises"),
        (copies, "EXERCISES", "exercises"),
    ):
        monkeypatch.setattr(module, name, root / folder)
    (root / "docs").mkdir(parents=True)
    (root / "docs" / "glossaire.md").write_text("# Glossaire\n", encoding="utf-8")
    every = documents.cited
    monkeypatch.setattr(copies, "cited", lambda: every(root / "docs"))
    whole = course.course
    monkeypatch.setattr(copies, "course", lambda: whole(root / "notebooks", root / "exercises"))
    monkeypatch.setenv("KIT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))
    return SmallCourse(root, tmp_path / "data" / "travail")
