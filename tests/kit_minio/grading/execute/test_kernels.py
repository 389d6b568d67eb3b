"""Les noyaux d'une correction : isolés l'un de l'autre, et arrêtés avec elle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import psutil
import pytest
from minio import Minio

from helpers import server as servers
from helpers.errors import KitError
from kit_minio.grading.execute.cell import KernelLost
from kit_minio.grading.execute.kernel import Kernel
from kit_minio.grading.execute.kernels import Kernels
from kit_minio.grading.execute.limits import Limits
from kit_minio.grading.execute.sandbox.isolation import Isolation
from tests.support.cells import run_cell

pytestmark = pytest.mark.needs("bubblewrap")


def test_what_an_api_needs_is_imported_once_and_only_for_an_api(kernels: Kernels) -> None:
    look = "import sys; assert 'fastapi' in sys.modules"
    found = []
    for api in (False, True, True):
        with kernels.start({}, Limits(), api=api) as kernel:
            found.append(run_cell(kernel, look))
    assert found == ["AssertionError", "", ""]


def test_copies_do_not_see_each_other(start: Callable[..., Kernel]) -> None:
    """Deux copies du même zygote, en même temps puis l'une après l'autre."""
    first, second = start(), start()
    run_cell(
        first,
        """
import os, socket, subprocess
for place in ("/eleve", "/dev/shm", "/tmp"):
    try:
        open(f"{place}/trace", "w").write("trace")
    except OSError:
        pass
here = socket.create_server(("127.0.0.1", 4567))
name = socket.socket(socket.AF_UNIX)
name.bind(chr(0) + "trace")
name.listen()
child = subprocess.Popen(["sleep", "54321"])
""",
    )
    look = """
import glob, socket
seen = glob.glob("/eleve/trace") + glob.glob("/dev/shm/trace") + glob.glob("/tmp/trace")
for family, address in ((socket.AF_INET, ("127.0.0.1", 4567)), (socket.AF_UNIX, chr(0) + "trace")):
    try:
        socket.socket(family).connect(address)
        seen.append(str(address))
    except OSError:
        pass
seen += [p for p in glob.glob("/proc/[0-9]*/cmdline") if b"54321" in open(p, "rb").read()]
raise RuntimeError(f"vu : {seen}")
"""
    assert run_cell(second, look) == "RuntimeError : vu : []"
    first.stop()
    assert run_cell(start(), look) == "RuntimeError : vu : []"


def test_credentials_of_a_copy_are_not_inherited(kernels: Kernels) -> None:
    """La mémoire du zygote, dont chaque copie hérite, ne contient rien des précédentes."""
    secret = f"secret-{os.urandom(8).hex()}"
    # L'empreinte, et non la clé : le code qui cherche ne doit pas se trouver lui-même.
    search = f"""
import hashlib, re
seen = False
with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb") as memory:
    for line in maps:
        found = re.match(r"([0-9a-f]+)-([0-9a-f]+) rw", line)
        if found:
            start, end = (int(part, 16) for part in found.groups())
            try:
                memory.seek(start)
                data = memory.read(end - start)
            except (OSError, ValueError, OverflowError):
                continue
            for key in set(re.findall(rb"secret-[0-9a-f]{{16}}", data)):
                seen |= hashlib.sha256(key).hexdigest() == "{sha256(secret.encode()).hexdigest()}"
raise RuntimeError(f"vu : {{seen}}")
"""
    with kernels.start({"MINIO_SECRET_KEY": secret}, Limits()) as first:
        assert run_cell(first, search) == "RuntimeError : vu : True"
        with kernels.start({}, Limits()) as second:
            assert run_cell(second, search) == "RuntimeError : vu : False"


def test_a_sandbox_of_its_own_that_does_not_start_holds_nobody_up(
    client: Minio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Là où il faut un bac à sable par copie ; Ctrl-C survient pendant qu'il démarre."""
    slow = tmp_path / "bwrap"
    slow.write_text(f"#!/bin/sh\n/usr/bin/touch {tmp_path}/started\nexec /usr/bin/sleep 300\n")
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with (
        Kernels(Isolation(1, nested=False), servers.ensure()) as kernels,
        ThreadPoolExecutor(1) as pool,
    ):
        waiting = pool.submit(kernels.start, {}, Limits())
        while not (tmp_path / "started").exists():
            assert not waiting.done()
            time.sleep(0.01)
        kernels.stop_running()
        # L'arrêt vient avant ou après que ce bac à sable est retenu.
        with pytest.raises(KitError, match=r"ne démarre pas|La correction s'arrête"):
            waiting.result(60)


def test_stopping_ends_the_running_kernels_and_starts_no_more(client: Minio) -> None:
    with Kernels(Isolation(1, nested=True), servers.ensure()) as kernels:
        with kernels.start({}, Limits()) as kernel:
            kernels.stop_running()
            with pytest.raises(KernelLost):
                run_cell(kernel, "import time; time.sleep(300)", 200)
        with pytest.raises(KitError, match=r"s'arrête|ne démarre pas|ne répond plus"):
            kernels.start({}, Limits())


@pytest.mark.slow
def test_everything_dies_with_the_grader(client: Minio) -> None:
    code = (
        "import sys, time\n"
        "from helpers import server as servers\n"
        "from kit_minio.grading.execute.kernels import Kernels\n"
        "from kit_minio.grading.execute.limits import Limits\n"
        "from kit_minio.grading.execute.sandbox.isolation import Isolation\n"
        "with Kernels(Isolation(1, nested=True), servers.ensure()) as kernels:\n"
        "    kernel = kernels.start({}, Limits())\n"
        "    kernel.execute(\"import subprocess; subprocess.Popen(['sleep', '32109'])\",\n"
        "                   time.monotonic() + 10)\n"
        "    print('prêt', flush=True)\n"
        "    time.sleep(60)\n"
    )
    grader = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert grader.stdout is not None
    assert grader.stdout.readline() == "prêt\n"
    family = psutil.Process(grader.pid).children(recursive=True)
    commands = [process.cmdline() for process in family]
    assert any("kit_minio.grading.execute.sandbox.inside.zygote" in command for command in commands)
    assert ["sleep", "32109"] in commands
    grader.send_signal(signal.SIGKILL)
    grader.wait()
    grader.stdout.close()
    assert psutil.wait_procs(family, timeout=60)[1] == []
