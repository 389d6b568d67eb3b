"""Des copies à corriger pour de vrai, et ce que l'on lit de leurs résultats."""

from __future__ import annotations

import sys

import pytest

from kit_minio.grading.model import Copy, Mark, Result
from tests.support.copies import notebook_of

level_one = [
    pytest.mark.needs("bubblewrap"),
    pytest.mark.skipif(sys.platform != "linux", reason="le niveau 1 demande Linux"),
]


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
