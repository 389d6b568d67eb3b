"""Une commande montre sa sortie dès qu'elle l'écrit, et finit au plus tard à son délai."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from kit_minio.suite import command
from kit_minio.suite.command import Ended, run_command
from kit_minio.suite.processes import processes_in

Run = Callable[..., Ended]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Exécute un programme comme une commande d'étape ; son dossier est celui du test."""
    monkeypatch.setattr(command, "GRACE_SECONDS", 1)
    interrupted = threading.Event()

    def run(code: str, seconds: float, say: Callable[[str], None] = lambda line: None) -> Ended:
        (tmp_path / "essai_de_commande.py").write_text(code, encoding="utf-8")
        environment = os.environ | {"PYTHONPATH": str(tmp_path), "ICI": str(tmp_path)}
        deadline = time.monotonic() + seconds
        return run_command(["essai_de_commande"], tmp_path, environment, deadline, say, interrupted)

    return run


def test_a_line_is_shown_while_the_command_goes_on(run: Run, tmp_path: Path) -> None:
    """La commande attend, pour finir, que sa première ligne ait été reçue."""
    code = """
import os, pathlib, time
print("première")
while not pathlib.Path(os.environ["ICI"], "reçue").exists():
    time.sleep(0.02)
print("seconde")
"""
    lines: list[str] = []

    def say(line: str) -> None:
        lines.append(line)
        (tmp_path / "reçue").touch()

    ended = run(code, 30, say)
    assert (ended.code, ended.late) == (0, False)
    assert lines == ["première", "seconde"]


STUBBORN = """
import os, signal, subprocess, sys, time
signal.signal(signal.SIGINT, signal.SIG_IGN)
nap = [sys.executable, "-c", "import time; time.sleep(600)"]
child = subprocess.Popen(nap)
server = subprocess.Popen(nap, cwd=os.environ["ICI"], start_new_session=True)
print(child.pid, server.pid)
time.sleep(600)
"""


def test_a_command_that_hangs_is_ended_with_its_group_and_its_server(
    run: Run, tmp_path: Path
) -> None:
    lines: list[str] = []
    ended = run(STUBBORN, 2, lines.append)
    assert ended.late
    assert ended.code != 0
    child, server = map(int, lines[0].split())
    assert [pid for pid in (child, server) if alive(pid)] == []
    assert processes_in(tmp_path) == []


def alive(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


@pytest.mark.slow
def test_a_late_command_may_still_say_where_it_was(run: Run) -> None:
    code = """
import time
try:
    time.sleep(600)
except KeyboardInterrupt:
    print("au milieu")
"""
    lines: list[str] = []
    assert run(code, 1, lines.append).late
    assert lines == ["au milieu"]


@pytest.mark.slow
def test_a_server_left_open_by_a_command_does_not_hold_it(run: Run, tmp_path: Path) -> None:
    code = """
import os, subprocess, sys
nap = [sys.executable, "-c", "import time; time.sleep(600)"]
subprocess.Popen(nap, cwd=os.environ["ICI"], start_new_session=True)
print("fini")
"""
    lines: list[str] = []
    ended = run(code, 60, lines.append)
    assert (ended.code, ended.late, lines) == (0, False, ["fini"])
    assert processes_in(tmp_path) == []


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows ne compte pas les enfants")
def test_the_processor_time_of_children_counts(run: Run) -> None:
    burn = "import time\nwhile time.process_time() < 1: pass"
    code = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {burn!r}])"
    assert run(code, 60).cpu_seconds >= 1
