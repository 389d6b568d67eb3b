"""L'exemple de docs/ : des copies notées par papermill, sans la correction du kit."""

from __future__ import annotations

import copy
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

from helpers.files import ROOT
from kit_minio.authoring.exercises import EXERCISES, SOLUTIONS
from kit_minio.authoring.notebooks import read

pytestmark = pytest.mark.slow
EXAMPLE = ROOT / "docs" / "noter_avec_papermill.py"


def with_code(notebook: Any, before: str, code: str) -> Any:
    """Renvoie le notebook, où ``code`` remplace la cellule qui précède une vérification."""
    changed = copy.deepcopy(notebook)
    codes = [cell for cell in changed.cells if cell.cell_type == "code"]
    place = next(number for number, cell in enumerate(codes) if cell.source == before)
    codes[place - 1].source = code
    return changed


def test_each_copy_has_its_own_points(tmp_path: Path) -> None:
    solved = read(next(SOLUTIONS.glob("01-*.ipynb")))
    handed_in = {
        "ana": solved,
        # Une exception n'ôte rien aux exercices d'avant, ni à ceux d'après.
        "zoe": with_code(solved, "tp.clean_up.check()", "1 / 0"),
        # Après une copie juste, une copie vide n'en a pas les points.
        "vide": read(next(EXERCISES.glob("01-*.ipynb"))),
    }
    copies = []
    for name, notebook in handed_in.items():
        copies.append(tmp_path / f"{name}.ipynb")
        nbformat.write(notebook, copies[-1])
    copies.append(tmp_path / "page.ipynb")
    copies[-1].write_text("<html>", encoding="utf-8")

    done = subprocess.run(
        [sys.executable, EXAMPLE, "01", *copies],
        capture_output=True,
        encoding="utf-8",
        cwd=tmp_path,
        env=os.environ | {"PYTHONUTF8": "1"},
        timeout=240,
        check=True,
    )

    lines = done.stdout.splitlines()
    marks = {line.split()[0]: line.split(maxsplit=1)[1] for line in lines[-4:]}
    assert marks == {
        "ana": "7 {'create': 1, 'clean_up': 2, 'names': 2, 'ensure': 2}",
        "zoe": "5 {'create': 1, 'clean_up': 0, 'names': 2, 'ensure': 2}",
        "vide": "0 {'create': 0, 'clean_up': 0, 'names': 0, 'ensure': 0}",
        "page": "sans note {}",
    }
    assert "zoe : la cellule 6 s'arrête sur ZeroDivisionError." in lines
    assert "page : à regarder vous-même (NotJSONError)." in lines
    assert (tmp_path / "executes" / "zoe.ipynb").exists()
