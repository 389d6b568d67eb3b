"""Le noyau d'une copie : ce qu'il lève est dit, ce qu'il fait de travers l'arrête."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from kit_minio.grading.execute.cell import KernelStopped, TooLong
from kit_minio.grading.execute.kernel import Kernel
from kit_minio.grading.execute.limits import MEBI
from tests.support.cells import run_cell

pytestmark = pytest.mark.needs("bubblewrap")
Start = Callable[..., Kernel]


def test_it_remembers_and_tells_exceptions(start: Start) -> None:
    kernel = start()
    assert run_cell(kernel, "x = 2") == ""
    assert run_cell(kernel, "x / 0") == "ZeroDivisionError : division by zero"
    assert run_cell(kernel, "assert x == 2") == ""


def test_a_long_cell_is_interrupted_and_the_next_one_runs(start: Start) -> None:
    kernel = start()
    run_cell(kernel, "import time")
    error = kernel.execute("time.sleep(300)", time.monotonic() + 0.5)
    assert isinstance(error, TooLong)
    assert run_cell(kernel, "1 + 1") == ""


def test_a_cell_that_will_not_be_interrupted_ends_its_kernel(start: Start) -> None:
    kernel = start()
    code = "import time\nwhile True:\n  try: time.sleep(300)\n  except KeyboardInterrupt: pass"
    with pytest.raises(KernelStopped, match="sans se laisser interrompre"):
        kernel.execute(code, time.monotonic() + 1)
    assert not kernel.alive


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import os; os._exit(0)", "le noyau s'est arrêté de lui-même"),
        ("while True: print('x' * 1000)", "une cellule affiche plus de 16 Mio"),
        ("import time; kept = b'x' * 400_000_000; time.sleep(60)", "plus de 300 Mio de mémoire"),
    ],
    ids=["dead", "flood", "memory"],
)
def test_a_stopped_kernel_says_why(start: Start, code: str, said: str) -> None:
    kernel = start(memory=300 * MEBI)
    with pytest.raises(KernelStopped, match=said):
        run_cell(kernel, code)
    with pytest.raises(KernelStopped):
        run_cell(kernel, "1 + 1")


def test_input_does_not_wait(start: Start) -> None:
    assert run_cell(start(), "input()").startswith("StdinNotImplementedError")
