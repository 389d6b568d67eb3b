"""Un double du zygote : il finit avec toute sa descendance, et ne peut rien contre le zygote."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from minio import Minio

from helpers import server as servers
from kit_minio.grading.execute.cell import KernelStopped
from kit_minio.grading.execute.forked import Forked
from kit_minio.grading.execute.kernel import Kernel
from kit_minio.grading.execute.kernels import Kernels
from kit_minio.grading.execute.limits import Limits
from kit_minio.grading.execute.relay import Relay
from kit_minio.grading.execute.sandbox.isolation import Isolation, IsolationError
from kit_minio.grading.execute.sandbox.sandbox import Sandbox
from tests.support.cells import run_cell

pytestmark = pytest.mark.needs("bubblewrap")


@pytest.mark.parametrize("level", [0, 1])
def test_stopping_a_copy_leaves_nothing(client: Minio, level: int) -> None:
    with Kernels(Isolation(level, nested=level == 1), servers.ensure()) as kernels:
        _leave_nothing(kernels.start({}, Limits()))


def _leave_nothing(kernel: Kernel) -> None:
    nap = f"43210.{id(kernel)}"
    run_cell(kernel, f"import subprocess; subprocess.Popen(['setsid', 'sleep', '{nap}'])")
    kernel.stop()
    assert not kernel.alive
    left = [p for p in psutil.process_iter(["cmdline"]) if nap in (p.info["cmdline"] or [])]
    assert left == []


def test_a_copy_cannot_stop_the_zygote(start: Callable[..., Kernel]) -> None:
    with pytest.raises(KernelStopped):
        run_cell(start(), "import os\ntry: os.kill(-1, 9)\nfinally: os.kill(os.getpid(), 9)")
    assert run_cell(start(), "1 + 1") == ""


def test_a_process_too_many_is_refused(start: Callable[..., Kernel]) -> None:
    kernel = start(processes=20)
    code = """
import os, time
for _ in range(40):
    try:
        if os.fork() == 0:
            time.sleep(100)
    except OSError as refused:
        raise RuntimeError("refusé")
"""
    assert run_cell(kernel, code) == "RuntimeError : refusé"


def test_without_its_sandbox_it_is_an_error_and_leaves_nothing_open(tmp_path: Path) -> None:
    with Sandbox(Isolation(1, nested=True), warm=False) as sandbox:
        sandbox.wait()
        sandbox.close()
        before = psutil.Process().num_fds()
        with pytest.raises(IsolationError, match="ne répond plus") as caught:
            Forked(sandbox, tmp_path, {"HOME": "/eleve"}, Limits(), None, 0, api=False)
        assert psutil.Process().num_fds() == before, caught.value


def test_a_double_that_fails_is_an_error_and_leaves_nothing_open(tmp_path: Path) -> None:
    """Sa demande, trop longue, n'arrive pas entière."""
    relay = Relay("127.0.0.1", 9, secure=False)
    with Sandbox(Isolation(1, nested=True), warm=False) as sandbox:
        sandbox.wait()
        before = psutil.Process().num_fds()
        environment = {"HOME": "/eleve", "X": "x" * 100_000}
        with pytest.raises(IsolationError, match="un double : sans message") as caught:
            Forked(sandbox, tmp_path, environment, Limits(), relay, 9000, api=False)
        assert psutil.Process().num_fds() == before, caught.value
    relay.close()
