"""Lire ce qu'une copie a fait, dans un bac à sable de son niveau."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator

import psutil
import pytest

from helpers import server as servers
from helpers.errors import KitError
from kit_minio.checks.decoding import NotRead, decode
from kit_minio.checks.lesson_13_tables.files import parquets
from kit_minio.grading.execute import reader as module
from kit_minio.grading.execute.kernels import Kernels
from kit_minio.grading.execute.limits import Limits
from kit_minio.grading.execute.sandbox.isolation import Isolation, IsolationError

pytestmark = pytest.mark.needs("bubblewrap")

ECHO = "import os, sys\ndata = open(0, 'rb').read()\nos.write(1, data[::-1])"
LOOK = """
def read(data):
    import socket
    found = {"processes": len([name for name in os.listdir("/proc") if name.isdigit()])}
    found["seen"] = [p for p in ("/root/.ssh", "/home", "/opt/kit/tests") if os.path.exists(p)]
    found["environment"] = dict(os.environ)
    found["here"] = os.getcwd()
    try:
        socket.create_connection(("127.0.0.1", 22), timeout=0.2)
        found["network"] = "là"
    except OSError as error:
        found["network"] = type(error).__name__
    return found
"""


def test_what_is_written_comes_back(kernels: Kernels) -> None:
    assert kernels.run_script(ECHO, b"abc") == b"cba"
    assert kernels.run_script(ECHO, os.urandom(100) * 50_000).__len__() == 5_000_000


def test_a_reader_sees_nothing_of_the_machine(
    kernels: Kernels, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANARI", "ce qui ne doit pas être vu")
    found = decode(kernels.run_script, LOOK, {"a": b""})["a"]
    assert found["seen"] == []
    assert found["processes"] <= 2  # son surveillant, et lui
    assert found["network"] in ("ConnectionRefusedError", "OSError")
    assert found["here"] == "/eleve"
    assert not {"CANARI", "MINIO_SECRET_KEY"} & found["environment"].keys()


def test_libraries_of_the_course_are_there(kernels: Kernels) -> None:
    pytest.importorskip("pyarrow", reason="pyarrow manque : python3 kit.py lab --full")
    program = """
import pyarrow.parquet as pq
from PIL import Image

def read(data):
    return {"rows": pq.ParquetFile(io.BytesIO(data)).metadata.num_rows}
"""
    data = parquets([{"a": [1, 2, 3]}], {})[0]
    found = decode(kernels.run_script, program, {"bon": data, "faux": b"PAR1"})
    assert found["bon"] == {"rows": 3}
    assert "error" in found["faux"]


@pytest.mark.parametrize(
    "program",
    [
        pytest.param("held = bytearray(1 << 40)", id="memory"),
        pytest.param("import ctypes; ctypes.string_at(0)", id="crash"),
        pytest.param("import os; os._exit(0)", id="silent"),
        pytest.param(
            "import os\nos.read(0, 1)\nwhile True: os.write(1, bytes(1 << 20))", id="flood"
        ),
        pytest.param("while True: pass", id="endless", marks=pytest.mark.slow),
        pytest.param("import os\nwhile True: os.fork()", id="fork-bomb", marks=pytest.mark.slow),
    ],
)
def test_a_reader_that_goes_wrong_is_bounded(
    kernels: Kernels, program: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LIMITS", Limits(copy_seconds=3, memory=1 << 28))
    monkeypatch.setattr(module, "MAX_READ", 8 << 20)
    before = psutil.Process().memory_info().rss
    with pytest.raises(NotRead):
        kernels.run_script(program, b"x")
    assert psutil.Process().memory_info().rss - before < 60 << 20
    assert kernels.run_script(ECHO, b"ab") == b"ba"  # le bac à sable sert encore


def test_a_reader_killed_by_another_is_not_the_fault_of_the_copy(kernels: Kernels) -> None:
    """La copie sera recommencée, et non comptée fausse."""

    def kill() -> None:
        deadline = time.monotonic() + 60
        while not (found := _sleepers()) and time.monotonic() < deadline:
            time.sleep(0.02)
        for process in found:
            process.send_signal(signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    with pytest.raises(IsolationError, match="tuée"):
        kernels.run_script("import time; time.sleep(54_321 / 2_000)", b"")
    killer.join()


def _sleepers() -> list[psutil.Process]:
    """Nos lecteurs en marche : leur dossier de travail est celui d'une copie."""
    found = []
    for process in psutil.Process().children(recursive=True):
        try:
            if process.status() == "sleeping" and process.cwd() == "/eleve":
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found


@pytest.fixture
def level_zero() -> Iterator[Kernels]:
    with Kernels(Isolation(0, nested=False), servers.ensure()) as found:
        yield found


def test_level_zero_reads_in_a_process_of_its_own(level_zero: Kernels) -> None:
    program = "import os\nopen(0).read()\nos.write(1, str(os.getpid()).encode())"
    assert int(level_zero.run_script(program, b"")) != os.getpid()
    with pytest.raises(NotRead):
        level_zero.run_script("1 / 0", b"")


def test_where_nothing_forks_an_ordinary_process_reads() -> None:
    with Kernels(Isolation(0, nested=False, forks=False), servers.ensure()) as kernels:
        assert kernels.run_script(ECHO, b"abc") == b"cba"


@pytest.mark.slow
@pytest.mark.needs("podman")
def test_a_container_reads_too() -> None:
    with Kernels(Isolation(2, nested=False), servers.ensure()) as kernels:
        found = decode(kernels.run_script, LOOK, {"a": b""})["a"]
    assert (found["seen"], found["here"]) == ([], "/eleve")


def test_nothing_is_read_once_the_correction_stops() -> None:
    with Kernels(Isolation(1, nested=True), servers.ensure()) as kernels:
        kernels.wait()
        kernels.stop_running()
        with pytest.raises(KitError):
            kernels.run_script(ECHO, b"abc")
