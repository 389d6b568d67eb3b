"""Les dossiers de travail d'une correction : courts, et balayés quand elle a été tuée."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from minio import Minio

from helpers import server as servers
from helpers.errors import SettingsError
from helpers.files import ROOT
from kit_minio.grading.execute.kernels import Kernels
from kit_minio.grading.execute.limits import Limits
from kit_minio.grading.execute.sandbox.isolation import Isolation
from kit_minio.grading.execute.workplace import Workplace, sweep
from tests.support.cells import run_cell

HOLD = """
from kit_minio.grading.execute.workplace import Workplace
held = [Workplace("bac"), Workplace("noyaux")]
(held[1].path / "12").mkdir()
print(*(each.path.name for each in held), flush=True)
input()
"""


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Un dossier temporaire où rien d'autre n'est."""
    with tempfile.TemporaryDirectory(prefix="kit-t-", dir="/tmp") as name:
        monkeypatch.setattr(tempfile, "tempdir", name)
        monkeypatch.setenv("TMPDIR", name)
        yield Path(name)


@contextmanager
def _grading() -> Iterator[tuple[subprocess.Popen[str], set[str]]]:
    """Une correction en cours dans un autre processus, et ses dossiers."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        yield process, set(process.stdout.readline().split())
        process.kill()


def test_what_a_killed_grading_left_is_swept_and_nothing_else(temporary: Path) -> None:
    mine = Workplace("noyaux")
    (temporary / "kit-bac-autre").mkdir()
    with _grading() as (process, names):
        assert names <= _names(temporary)
        assert not names & set(sweep())  # elle est en cours
        process.kill()
        process.wait()
        assert names <= set(sweep())
    assert _names(temporary) == {mine.path.name, "kit-bac-autre"}
    mine.clear()
    mine.clear()
    assert _names(temporary) == {"kit-bac-autre"}


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.mark.needs("bubblewrap")
@pytest.mark.parametrize("length", [86, 200])
def test_a_long_temporary_folder_is_no_trouble(
    client: Minio, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, length: int
) -> None:
    place = tmp_path / ("x" * (length - len(str(tmp_path)) - 1))
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    with (
        Kernels(Isolation(1, nested=True), servers.ensure()) as kernels,
        kernels.start({}, Limits()) as kernel,
    ):
        assert run_cell(kernel, "1 + 1") == ""


def test_without_any_short_folder_it_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    place = tmp_path / ("x" * 200)
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    access = os.access
    monkeypatch.setattr(
        os, "access", lambda path, mode: "x" * 200 in str(path) and access(path, mode)
    )
    with pytest.raises(SettingsError, match=r"trop long\.") as caught:
        Workplace("bac")
    assert "TMPDIR" in caught.value.remedy


@pytest.mark.needs("bubblewrap")
def test_without_any_writable_folder_it_is_said() -> None:
    where = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    code = "from kit_minio.grading.execute.workplace import Workplace; Workplace('bac')"
    closed = ["bwrap", "--ro-bind", "/", "/", "--dev", "/dev", "--chdir", "/"]
    done = subprocess.run(
        [*closed, sys.executable, "-c", code], env=where, capture_output=True, text=True
    )
    assert "SettingsError: Aucun dossier temporaire ne se laisse écrire (/tmp)" in done.stderr
    assert "trop long" not in done.stderr
