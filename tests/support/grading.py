"""Des copies à corriger pour de vrai, et ce que l'on lit de leurs résultats."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

from helpers.files import ROOT
from kit_minio.grading.model import Copy, Mark, Result
from tests.support.copies import notebook_of

level_one = [
    pytest.mark.needs("bubblewrap"),
    pytest.mark.skipif(sys.platform != "linux", reason="le niveau 1 demande Linux"),
]
# La commande, qui dit à la fin la mémoire qu'elle a occupée au plus.
_GRADE = """
import re
from pathlib import Path
from kit_minio.cli import main
from kit_minio.grading import grader
grader.slowed_down = lambda: False  # d'autres essais occupent cette machine
try:
    main()
finally:
    status = Path("/proc/self/status").read_text()
    print("au plus", int(re.search(r"VmHWM:\\s+(\\d+)", status)[1]) // 1024, "Mio")
"""


def copy_of(name: str, lesson: str = "01", **written: str) -> Copy:
    """Renvoie une copie : le code donné par exercice, et la solution ailleurs."""
    return Copy(name, name.title(), notebooks={lesson: notebook_of(lesson, written)})


def points_of(result: Result) -> dict[str, float]:
    """Renvoie les points d'une copie que la correction a su juger, par exercice."""
    assert result.trouble is None, result.failure
    return {mark.exercise: mark.outcome.points for mark in result.marks}


def said_of(mark: Mark) -> str:
    """Renvoie ce qu'un retour dit d'un exercice : le constat, puis ce qui a été trouvé."""
    return f"{mark.outcome.message} {mark.outcome.found}"


def hand_in(folder: Path, lesson: str = "01", written: dict[str, str] | None = None) -> None:
    """Écrit une copie : le code donné par exercice, et la solution ailleurs."""
    folder.mkdir(parents=True)
    notebook = notebook_of(lesson, written or {})
    (folder / f"{lesson}.ipynb").write_text(nbformat.writes(notebook))


def graded(place: Path, *options: str, **more: Any) -> tuple[str, list[Any]]:
    """Corrige ``copies/`` par la vraie commande ; renvoie ce qu'elle dit, et ses résultats.

    Args:
        place: le dossier où est ``copies``.
        options: celles de la commande.
        more: ce que reçoit ``subprocess.run``.
    """
    done = subprocess.run(
        [sys.executable, "-c", _GRADE, "grade", "copies", "--out", "sortie", *options],
        cwd=place,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | more.pop("env", {}),
        capture_output=True,
        text=True,
        timeout=590,
        check=False,
        **more,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    stored = (place / "sortie" / "resultats").glob("*.json")
    return said, [json.loads(path.read_bytes())["result"] for path in stored]


def peak_in(said: str) -> int:
    """Renvoie la mémoire que le correcteur a occupée au plus (RSS), en Mio."""
    (most,) = re.findall(r"au plus (\d+) Mio", said)
    return int(most)
