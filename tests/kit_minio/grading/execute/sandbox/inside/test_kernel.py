"""Le noyau de l'élève, vu de l'intérieur : ses sockets ouvertes, son dossier, et rien d'autre."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kit_minio.grading.execute.kernel import Kernel
from kit_minio.grading.execute.sandbox.inside.kernel import API, KERNEL
from tests.support.cells import run_cell

pytestmark = pytest.mark.needs("bubblewrap")


def test_what_it_needs_is_already_imported(start: Callable[..., Kernel]) -> None:
    missing = f"[name for name in {KERNEL!r} if name not in sys.modules]"
    said = run_cell(start(), f"import sys; raise RuntimeError({missing})")
    assert said in (
        "RuntimeError : []",
        "RuntimeError : ['ipykernel.datapub']",
    )  # ôté d'ipykernel 7
    assert run_cell(start(), f"for name in {API!r}: __import__(name)") == ""


def test_it_starts_in_an_empty_home_of_its_own(start: Callable[..., Kernel]) -> None:
    look = "import os; raise RuntimeError((os.getcwd(), os.listdir()))"
    assert run_cell(start(), look) == "RuntimeError : ('/eleve', ['.ipython'])"


def test_its_standard_streams_lead_nowhere(start: Callable[..., Kernel]) -> None:
    look = "import os; raise RuntimeError({os.readlink(f'/proc/self/fd/{fd}') for fd in range(3)})"
    assert run_cell(start(), look) == "RuntimeError : {'/dev/null'}"


def test_exit_does_not_stop_it(start: Callable[..., Kernel]) -> None:
    kernel = start()
    cells = ["exit()", "import time; time.sleep(0.3)", "1 + 1"]  # il n'agit pas aussitôt
    assert [run_cell(kernel, each) for each in cells] == [""] * 3


def test_a_cell_may_wait(start: Callable[..., Kernel]) -> None:
    kernel = start()
    code = "import asyncio\nawait asyncio.sleep(0.01)\nraise ValueError('attendu')"
    assert run_cell(kernel, code) == "ValueError : attendu"
    assert "Temps dépassé" in run_cell(kernel, "await asyncio.sleep(50)", 1)
    assert run_cell(kernel, "raise ValueError('vivant')") == "ValueError : vivant"
