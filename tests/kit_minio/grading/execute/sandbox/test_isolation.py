"""Les niveaux d'isolation : reconnus en les essayant, et tenus."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest
from minio import Minio

from helpers import server as servers
from helpers.files import ROOT
from kit_minio.grading.execute.credentials import open_space
from kit_minio.grading.execute.kernels import Kernel, Kernels, KernelStopped, Limits
from kit_minio.grading.execute.sandbox import isolation
from kit_minio.grading.execute.sandbox.isolation import Isolation, IsolationError, find_isolation
from tests.support.processes import kill_servers
from tests.support.unprivileged import as_user, user_folder

ONE = ROOT / "tests" / "support" / "grade_one.py"


def _run(kernel: Kernel, code: str, seconds: float = 20) -> str:
    """Exécute une cellule ; renvoie ce qu'elle a levé, en texte."""
    return str(kernel.execute(code, time.monotonic() + seconds) or "")


# --- Le choix du niveau -------------------------------------------------------------------------


@pytest.mark.needs("bubblewrap")
def test_level_one_is_found_and_said(client: Minio) -> None:
    found = find_isolation()
    assert found.level == 1
    assert "niveau 1" in found.sentence
    assert "bubblewrap" in found.sentence


def test_minimum_fails_closed(client: Minio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(IsolationError) as caught:
        find_isolation(minimum=1, accept_no_isolation=True)
    assert "bubblewrap n'est pas installé" in caught.value.fact
    assert "podman n'est pas installé" in caught.value.fact


def test_a_sandbox_that_does_not_start_is_not_a_level(
    client: Minio, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Être sur le PATH ne suffit pas."""
    fake = tmp_path / "bwrap"
    fake.write_text("#!/bin/sh\necho 'bwrap : interdit ici' >&2\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    monkeypatch.setattr(isolation, "_missing", lambda level: None if level == 1 else "pas ici")
    with pytest.raises(IsolationError, match="interdit ici"):
        find_isolation()


@pytest.mark.parametrize(
    ("program", "remedy"),
    [("/usr/bin/bwrap", "AppArmor"), ("/usr/bin/podman", "podman info"), ("python3.11", "doctor")],
)
def test_the_remedy_is_that_of_the_program_that_failed(program: str, remedy: str) -> None:
    assert remedy in isolation._start_error(program, "non").remedy


def test_level_zero_must_be_accepted(client: Minio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(isolation, "_root", lambda: False)
    with pytest.raises(IsolationError, match="n'a pas été accepté"):
        find_isolation(minimum=0)
    found = find_isolation(minimum=0, accept_no_isolation=True)
    assert found.level == 0
    assert "bubblewrap n'est pas installé" in found.sentence


@pytest.mark.parametrize("system", ["darwin", "win32"])
def test_outside_linux_only_level_zero_is_there(
    monkeypatch: pytest.MonkeyPatch, system: str
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(isolation, "_root", lambda: False)
    found = find_isolation(minimum=0, accept_no_isolation=True)
    assert (found.level, found.tried) == (
        0,
        ("le niveau 1 demande Linux", "le niveau 2 demande Linux"),
    )
    with pytest.raises(IsolationError, match="n'a pas été accepté"):
        find_isolation(minimum=0)
    with pytest.raises(IsolationError, match="le niveau 1 demande Linux"):
        find_isolation(minimum=1, accept_no_isolation=True)


@pytest.mark.parametrize("admin", [0, 1])
def test_level_zero_is_never_a_windows_administrator(
    monkeypatch: pytest.MonkeyPatch, admin: int
) -> None:
    """La réponse de Windows est imitée : rien ne l'a donnée ici."""
    shell32 = SimpleNamespace(IsUserAnAdmin=lambda: admin)
    monkeypatch.setattr(ctypes, "windll", SimpleNamespace(shell32=shell32), raising=False)
    monkeypatch.setattr(sys, "platform", "win32")
    if not admin:
        assert find_isolation(minimum=0, accept_no_isolation=True).level == 0
        return
    with pytest.raises(IsolationError, match="jamais en tant qu'administrateur"):
        find_isolation(minimum=0, accept_no_isolation=True)


def test_level_zero_is_never_root(client: Minio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(isolation, "_root", lambda: True)
    with pytest.raises(IsolationError, match="jamais en tant que root"):
        find_isolation(minimum=0, accept_no_isolation=True)


# --- Ce que le niveau 1 garantit ----------------------------------------------------------------


@pytest.fixture(scope="module")
def kernels() -> Iterator[Kernels]:
    with Kernels(find_isolation(), servers.ensure()) as found:
        yield found


@pytest.fixture
def start(kernels: Kernels) -> Iterator[Callable[..., Kernel]]:
    started: list[Kernel] = []

    def _start(**limits: float) -> Kernel:
        started.append(kernels.start({}, Limits(**limits)))  # type: ignore[arg-type]
        return started[-1]

    yield _start
    for kernel in started:
        kernel.stop()


@pytest.mark.needs("bubblewrap")
def test_what_an_api_needs_is_imported_once_and_only_for_an_api(kernels: Kernels) -> None:
    look = "import sys; assert 'fastapi' in sys.modules"
    found = []
    for api in (False, True, True):
        with kernels.start({}, Limits(), api=api) as kernel:
            found.append(_run(kernel, look))
    assert found == ["AssertionError", "", ""]


@pytest.mark.needs("bubblewrap")
def test_copies_do_not_see_each_other(start: Callable[..., Kernel]) -> None:
    """Deux copies du même zygote, en même temps puis l'une après l'autre."""
    first, second = start(), start()
    _run(
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
    assert _run(second, look) == "RuntimeError : vu : []"
    first.stop()
    assert _run(start(), look) == "RuntimeError : vu : []"


@pytest.mark.needs("bubblewrap")
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
        assert _run(first, search) == "RuntimeError : vu : True"
        with kernels.start({}, Limits()) as second:
            assert _run(second, search) == "RuntimeError : vu : False"


@pytest.mark.needs("bubblewrap")
def test_stopping_a_copy_leaves_nothing(start: Callable[..., Kernel]) -> None:
    kernel = start()
    nap = f"43210.{os.getpid()}"
    _run(kernel, f"import subprocess; subprocess.Popen(['setsid', 'sleep', '{nap}'])")
    kernel.stop()
    assert not kernel.alive
    left = [p for p in psutil.process_iter(["cmdline"]) if nap in (p.info["cmdline"] or [])]
    assert left == []


@pytest.mark.needs("bubblewrap")
def test_a_copy_cannot_stop_the_zygote(start: Callable[..., Kernel]) -> None:
    with pytest.raises(KernelStopped):
        _run(start(), "import os\ntry: os.kill(-1, 9)\nfinally: os.kill(os.getpid(), 9)")
    assert _run(start(), "1 + 1") == ""


@pytest.mark.needs("bubblewrap")
def test_a_dead_zygote_is_replaced(kernels: Kernels) -> None:
    assert kernels._shared is not None
    kernels._shared.result()._process.kill()
    kernels._shared.result()._process.wait()
    with kernels.start({}, Limits()) as kernel:
        assert _run(kernel, "1 + 1") == ""


@pytest.mark.needs("bubblewrap")
def test_an_ordinary_user_gets_the_same(session_data: Path) -> None:
    """Deux bacs à sable : un pour toutes les copies, un par copie."""
    with user_folder() as folder:
        environment = {**os.environ, "KIT_DATA": str(folder), "HOME": str(folder)}
        done = subprocess.run(
            [*as_user(), sys.executable, str(ONE), "1", "1-un-par-copie"],
            env=environment, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        kill_servers(folder)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split("\n")[:2] == [
        "1 isolé, noyau seul, 7 sur 7",
        "1-un-par-copie isolé, noyau seul, 7 sur 7",
    ]


@pytest.mark.needs("podman")
def test_level_two_runs_a_copy(session_data: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(ONE), "2"], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "2 isolé, noyau seul, 7 sur 7\n"


@pytest.mark.needs("bubblewrap")
def test_everything_dies_with_the_grader(client: Minio) -> None:
    code = (
        "import sys, time\n"
        "from kit_minio.grading.execute.run import Grader, Settings\n"
        "with Grader(Settings()) as grader:\n"
        "    kernel = grader.kernels.start({}, grader.settings.limits)\n"
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
    assert psutil.wait_procs(family, timeout=5)[1] == []


def test_a_level_says_what_it_protects() -> None:
    assert "accidents seulement" in Isolation(0, False).sentence
    assert "conteneur" in Isolation(2, False, ("bubblewrap n'est pas installé",)).sentence


@pytest.mark.both_servers
@pytest.mark.needs("bubblewrap")
def test_the_store_does_not_move_during_an_exam(
    kernels: Kernels, client: Minio, session_data: Path
) -> None:
    """Un fil de la copie qui écrit sans cesse attend la fin de l'examen."""
    server = servers.ensure()
    with open_space(server, client) as space:
        bucket = f"{space.name}-a"
        client.make_bucket(bucket_name=bucket)
        environment = {
            "MINIO_ACCESS_KEY": space.server.access_key,
            "MINIO_SECRET_KEY": space.server.secret_key,
            "MINIO_SESSION_TOKEN": space.server.session_token or "",
            "KIT_SERVER": "external",
        }
        with kernels.start(environment, Limits()) as kernel:
            code = f"""
import io, threading
from helpers import connect
client = connect(quiet=True)
def write():
    for number in range(10_000):
        client.put_object(bucket_name="{bucket}", object_name=str(number),
                          data=io.BytesIO(b"x"), length=1)
threading.Thread(target=write, daemon=True).start()
"""
            assert _run(kernel, code) == ""

            def count() -> int:
                return sum(1 for _ in client.list_objects(bucket_name=bucket))

            def grows() -> bool:
                deadline, start = time.monotonic() + 5, count()
                while time.monotonic() < deadline and count() == start:
                    time.sleep(0.02)
                return count() > start

            assert grows()
            assert kernel.line is not None
            with kernel.line.paused():
                time.sleep(0.3)  # la requête en cours finit
                held = count()
                time.sleep(0.5)
                assert count() == held
            assert grows()
