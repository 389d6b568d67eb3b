"""La mémoire d'une API : ce qui la prend, et ce qui n'y compte pas."""

from __future__ import annotations

import mmap
import subprocess
import sys
import tempfile
import time

from kit_minio.checks.memory import Peak

_SIZE = 120_000_000
_HOLDS = """
import sys
print("prêt", flush=True)
sys.stdin.readline()
data = b"x" * 120_000_000
print("pris", flush=True)
sys.stdin.readline()
"""


def test_what_this_process_takes_for_a_moment_is_seen() -> None:
    for _ in range(2):  # la seconde fois, rien de la première ne la cache
        with Peak(None) as peak:
            data = b"x" * _SIZE
            time.sleep(0.1)
            del data
        assert 110 <= peak.megabytes <= 140


def test_what_waits_to_be_freed_hides_nothing() -> None:
    cycle: list[object] = [b"y" * _SIZE]
    cycle.append(cycle)
    del cycle
    with Peak(None) as peak:
        data = b"x" * _SIZE
        time.sleep(0.1)
        del data
    assert peak.megabytes >= 110


def test_a_file_read_piece_by_piece_or_mapped_takes_nothing() -> None:
    with tempfile.TemporaryFile() as file:
        file.truncate(_SIZE)
        with Peak(None) as peak, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
            assert mapped.find(b"x") == -1
            while file.read(1_000_000):
                pass
            time.sleep(0.1)
    assert peak.megabytes < 20


def test_another_process_and_its_children_are_measured() -> None:
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {_HOLDS!r}])"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", code], text=True, **pipes) as process:
        assert process.stdout.readline() == "prêt\n"
        with Peak(process.pid) as peak:
            process.stdin.write("prendre\n")
            process.stdin.flush()
            assert process.stdout.readline() == "pris\n"
            time.sleep(0.1)
        process.stdin.write("finir\n")
        process.stdin.flush()
    assert 110 <= peak.megabytes <= 140
