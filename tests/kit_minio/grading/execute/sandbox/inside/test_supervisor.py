"""Le surveillant : il connaît toute la descendance, en mesure la mémoire, l'arrête."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

import psutil
import pytest

from kit_minio.grading.execute.cell import KernelStopped
from kit_minio.grading.execute.kernel import Kernel
from kit_minio.grading.execute.limits import MEBI
from kit_minio.grading.execute.sandbox.inside.supervisor import family, memory
from tests.support.cells import run_cell

HOLD = "held = b'x' * {size}; print('prêt', flush=True); input()"


def _holding(size: int) -> subprocess.Popen[str]:
    """Lance un processus qui occupe cette mémoire, en octets."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD.format(size=size)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    process.stdout.readline()
    return process


def test_grandchildren_are_of_the_family() -> None:
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'input()'])"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE) as child:
        while len(found := {process.pid for process in psutil.Process(child.pid).children()}) < 1:
            assert child.poll() is None
        assert {child.pid, *found} <= set(family())
    assert child.pid not in family()


@pytest.mark.parametrize("size", [50 * MEBI, 600 * MEBI], ids=["plain", "in parts"])
def test_memory_is_counted_and_not_twice(size: int) -> None:
    with _holding(size) as process:
        found = memory([process.pid])
        assert size < found < size + 40 * MEBI
        process.kill()
    assert memory([process.pid]) == 0


@pytest.mark.needs("bubblewrap")
def test_pages_shared_by_forks_are_counted_once(start: Callable[..., Kernel]) -> None:
    """Quatre processus de 300 Mio, les mêmes : la copie n'en prend pas 1 200."""
    kernel = start(memory=600 * MEBI)
    code = f"""
import os, time
held = b"x" * {300 * MEBI}
for _ in range(3):
    if os.fork() == 0:
        time.sleep(100)
        os._exit(0)
time.sleep(1)
"""
    assert run_cell(kernel, code) == ""
    with pytest.raises(KernelStopped, match="plus de 600 Mio"):
        run_cell(kernel, f"more = b'y' * {400 * MEBI}; time.sleep(100)")


@pytest.mark.needs("bubblewrap")
def test_a_copy_does_not_outlive_its_kernel(start: Callable[..., Kernel]) -> None:
    nap = f"43212.{os.getpid()}"
    code = f"import os, subprocess; subprocess.Popen(['setsid', 'sleep', '{nap}']); os._exit(0)"
    kernel = start()
    with pytest.raises(KernelStopped):
        run_cell(kernel, code)
    assert not [p for p in psutil.process_iter(["cmdline"]) if nap in (p.info["cmdline"] or [])]
