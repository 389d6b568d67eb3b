"""« kit.py test » : des étapes au bilan, par de vraies commandes."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from threading import Event

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from kit_minio.suite import runner, stages
from kit_minio.suite.runner import minio_only, run, run_stage
from kit_minio.suite.stages import Stage

Programs = Callable[..., None]


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Programs:
    """Remplace les étapes : chacune est un programme donné, lancé par ``python -m``."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    def write(seconds: int = 60, **codes: str) -> None:
        for name, code in codes.items():
            (tmp_path / f"etape_{name}.py").write_text(code, encoding="utf-8")
        found = tuple(
            Stage(name, ((f"etape_{name}",),), seconds=seconds, quick=True) for name in codes
        )
        monkeypatch.setattr(stages, "STAGES", found)

    return write


def test_the_last_line_counts_everything(
    programs: Programs, capfd: pytest.CaptureFixture[str]
) -> None:
    programs(bonne="print('bonjour')", mauvaise="raise SystemExit('perdu')")
    assert run() == 1
    lines = capfd.readouterr().out.splitlines()
    assert lines[-1] == "1 passed, 1 failed, 0 skipped"
    assert "bonne            │ bonjour" in lines
    assert "mauvaise         │ perdu" in lines


def test_a_stage_that_hangs_fails_with_a_sentence_and_the_others_go_on(
    programs: Programs, capfd: pytest.CaptureFixture[str]
) -> None:
    programs(seconds=2, sourde="import time; print('je dors'); time.sleep(600)", bonne="")
    assert run() == 1
    said = capfd.readouterr().out
    assert "sourde           │ je dors" in said
    assert "arrêtée au bout de 2 s" in said
    assert said.splitlines()[-1] == "1 passed, 1 failed, 0 skipped"


def test_each_stage_has_its_own_folder_and_server(
    programs: Programs, capfd: pytest.CaptureFixture[str]
) -> None:
    code = "import os; print(os.environ['KIT_SERVER'], os.environ['KIT_DATA'])"
    programs(une=code, autre=code)
    assert run() == 0
    said = [line for line in capfd.readouterr().out.splitlines() if "│ embedded" in line]
    folders = {line.split()[-1] for line in said}
    assert len(folders) == 2
    assert not any(Path(folder).parent.exists() for folder in folders)


@pytest.mark.parametrize(("ci", "kind"), [("true", "failed"), ("", "skipped")])
def test_a_stage_without_minio_is_counted(
    monkeypatch: pytest.MonkeyPatch, ci: str, kind: str
) -> None:
    monkeypatch.setenv("CI", ci)
    stage = next(stage for stage in stages.STAGES if stage.built)
    nothing: Future[Path | None] = Future()
    nothing.set_result(None)
    report = run_stage(stage, nothing, Event())
    assert report.counts == Counter({kind: 1})
    assert report.notes == ["ignoré : MinIO n'a pas été construit"]


@pytest.mark.skipif(sys.platform == "win32", reason="le faux Go est un script")
def test_a_build_that_fails_leaves_the_other_stages_to_run(
    programs: Programs,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    go = tmp_path / "go"
    go.write_text("#!/bin/sh\necho sans réseau >&2; exit 1\n", encoding="utf-8")
    go.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("KIT_BIN", str(tmp_path / "bin"))
    monkeypatch.setenv("CI", "")
    programs(bonne="")
    both = (*stages.STAGES, Stage("minio", (("etape_bonne",),), quick=True, built=True))
    monkeypatch.setattr(stages, "STAGES", both)
    assert run() == 0
    said = capfd.readouterr().out
    assert "sans réseau" in said
    assert "Les étapes sur MinIO sont laissées de côté." in said
    assert said.splitlines()[-1] == "1 passed, 0 failed, 1 skipped"


def test_cells_for_minio_only_are_listed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    cells = [new_code_cell("1 + 1"), new_code_cell('print("MinIO seulement : rien ici.")')]
    nbformat.write(new_notebook(cells=cells), tmp_path / "99-essai.ipynb")
    monkeypatch.setattr(runner, "LESSONS", tmp_path)
    assert minio_only() == ["99-essai.ipynb, cellule 2"]
