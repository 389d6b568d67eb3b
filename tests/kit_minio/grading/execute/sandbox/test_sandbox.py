"""Un bac à sable : il démarre, donne des doubles, et rien n'en reste."""

from __future__ import annotations

import os
import select
from pathlib import Path

import psutil
import pytest

from kit_minio.grading.execute.sandbox.isolation import Isolation, IsolationError
from kit_minio.grading.execute.sandbox.sandbox import Sandbox
from tests.support.cells import zygotes

ONE = pytest.param(Isolation(1, nested=True), marks=pytest.mark.needs("bubblewrap"))
TWO = pytest.param(
    Isolation(2, nested=False), marks=[pytest.mark.slow, pytest.mark.needs("podman")]
)


@pytest.mark.parametrize("place", [Isolation(0, nested=False), ONE, TWO], ids=["0", "1", "2"])
def test_it_starts_forks_and_ends(place: Isolation) -> None:
    before, opened = zygotes(), psutil.Process().num_fds()
    with Sandbox(place, warm=False) as sandbox:
        sandbox.wait()
        assert sandbox.alive
        with sandbox.fork() as link:
            death = link.receive("pid")["pid"]
            assert not select.select([death], [], [], 0)[0]
        assert select.select([death], [], [], 20)[0]  # le lien fermé, le double s'arrête
        os.close(death)
    assert not sandbox.alive
    assert zygotes() <= before
    assert psutil.Process().num_fds() == opened


@pytest.mark.needs("bubblewrap")
def test_killed_while_it_starts_it_says_so() -> None:
    with Sandbox(Isolation(1, nested=True)) as sandbox:
        sandbox.kill()
        with pytest.raises(IsolationError, match="ne démarre pas"):
            sandbox.wait()


def test_a_program_that_cannot_run_is_an_error_and_leaves_nothing_open(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "bwrap"
    broken.write_text("ni un programme, ni un script")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    opened = psutil.Process().num_fds()
    with pytest.raises(IsolationError, match=r"ne démarre pas \(bwrap : "):
        Sandbox(Isolation(1, nested=True))
    assert psutil.Process().num_fds() == opened
