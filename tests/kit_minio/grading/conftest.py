"""Ce que les tests de la correction partagent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kit_minio.grading import grader as module
from kit_minio.grading.grader import Grader
from kit_minio.grading.model import Copy
from kit_minio.grading.settings import Settings
from tests.support.classroom import a_few, classroom
from tests.support.moodle import moodle_zip


@pytest.fixture(autouse=True)
def calm(monkeypatch: pytest.MonkeyPatch) -> None:
    """D'autres étapes occupent la machine : une copie qui ne finit pas n'en serait pas fautive."""
    monkeypatch.setattr(module, "slowed_down", lambda: False)


@pytest.fixture(scope="package")
def grader() -> Iterator[Grader]:
    """Une correction en cours, au niveau 1 ; les tests qui s'en servent demandent bubblewrap."""
    with Grader(Settings(replay_seed=7, workers=3)) as found:
        yield found


@pytest.fixture
def zipped(tmp_path: Path) -> Path:
    """Le zip de Moodle d'une classe de trente."""
    path = tmp_path / "Cours-Devoir-12.zip"
    path.write_bytes(moodle_zip(classroom()))
    return path


@pytest.fixture
def small_zip(tmp_path: Path) -> Path:
    """Le zip de Moodle de huit étudiants, pour qui corrige plusieurs fois de suite."""
    path = tmp_path / "Cours-Devoir-12.zip"
    path.write_bytes(moodle_zip(a_few()))
    return path


@pytest.fixture
def seen() -> list[Copy]:
    """Les copies que le correcteur a jugées."""
    return []
