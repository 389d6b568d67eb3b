"""Le niveau 0 hors de Linux : un noyau ordinaire par copie, éprouvé ici sous Linux."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from minio import Minio

from helpers import server as servers
from helpers.files import ROOT
from kit_minio.grading.execute.cell import KernelStopped, TooLong
from kit_minio.grading.execute.kernel import Kernel
from kit_minio.grading.execute.kernels import Kernels
from kit_minio.grading.execute.limits import MEBI, Limits
from kit_minio.grading.execute.sandbox.isolation import Isolation
from kit_minio.suite.processes import kill_servers
from tests.support.cells import run_cell
from tests.support.unprivileged import as_user, user_folder


@pytest.fixture
def kernel(client: Minio) -> Iterator[Kernel]:
    place = Isolation(0, nested=False, forks=False)
    with (
        Kernels(place, servers.ensure()) as kernels,
        kernels.start({"KIT_SPACE": "k1"}, Limits(memory=400 * MEBI)) as found,
    ):
        yield found


@pytest.mark.slow
@pytest.mark.needs("bubblewrap")
def test_a_copy_is_graded_whole(session_data: Path) -> None:
    with user_folder() as folder:
        environment = {**os.environ, "KIT_DATA": str(folder), "HOME": str(folder)}
        done = subprocess.run(
            [*as_user(), sys.executable, "-m", "tests.support.grade_one", "0-ordinaire"],
            env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        kill_servers(folder)
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith(", 7 sur 7\n")


def test_its_environment_and_home_are_its_own(
    kernel: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = """
import os
assert os.environ["KIT_SPACE"] == "k1" and "PYTEST_CURRENT_TEST" not in os.environ
assert os.getcwd() == os.environ["HOME"] and os.listdir() in ([], [".ipython"])
open("trace", "w").close()
exit()
"""
    later = ["import time; time.sleep(0.3)", "1 + 1"]  # exit() n'agit pas aussitôt
    assert [run_cell(kernel, each) for each in (code, *later)] == [""] * 3
    home = Path(run_cell(kernel, "raise RuntimeError(os.getcwd())").partition(" : ")[2])
    assert (home / "trace").exists()
    kernel.stop()
    assert not home.parent.exists()


def test_a_long_cell_is_interrupted(kernel: Kernel) -> None:
    run_cell(kernel, "import time")
    assert isinstance(kernel.execute("time.sleep(300)", time.monotonic() + 0.5), TooLong)
    assert run_cell(kernel, "1 + 1") == ""


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import os; os._exit(0)", "le noyau s'est arrêté de lui-même"),
        ("import time; kept = b'x' * 500_000_000; time.sleep(60)", "plus de 400 Mio de mémoire"),
    ],
    ids=["dead", "memory"],
)
def test_a_stopped_kernel_says_why(kernel: Kernel, code: str, said: str) -> None:
    with pytest.raises(KernelStopped, match=said):
        run_cell(kernel, code)


def test_nothing_is_left_of_it(kernel: Kernel) -> None:
    nap = f"43211.{os.getpid()}"
    run_cell(kernel, f"import subprocess; subprocess.Popen(['setsid', 'sleep', '{nap}'])")
    kernel.stop()
    assert not kernel.alive
    left = [p for p in psutil.process_iter(["cmdline"]) if nap in (p.info["cmdline"] or [])]
    assert left == []
