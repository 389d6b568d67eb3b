"""Le niveau 0 hors de Linux, employé ici sous Linux : des interpréteurs démarrés d'avance."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import psutil
import pytest
from hostile_class import notebook_of
from jupyter_client.session import Session

from helpers import lessons
from helpers import server as servers
from helpers.grading import run, started
from helpers.grading.channel import Channel
from helpers.grading.inside import SESSION_KEY
from helpers.grading.isolation import Isolation, IsolationError
from helpers.grading.kernels import Kernel, Kernels, KernelStopped, Limits
from helpers.grading.model import Copy, Result
from helpers.grading.run import Grader, Settings

AWAY = Isolation(0, False, forks=False)  # comme hors de Linux
TOO_HEAVY = "..."  # un exercice où 100 Mo vont et viennent, ce qui n'est pas le sujet ici
API = lessons.series("06").points - lessons.series("06")["large"].points
_MEGA = 1024 * 1024


@pytest.fixture(scope="module")
def kernels(session_data: Path) -> Iterator[Kernels]:
    with Kernels(AWAY, servers.ensure()) as found:
        yield found


@pytest.fixture
def start(kernels: Kernels) -> Iterator[Callable[..., Kernel]]:
    begun: list[Kernel] = []

    def _start(**limits: int) -> Kernel:
        begun.append(kernels.start({}, Limits(**limits)))
        return begun[-1]

    yield _start
    for kernel in begun:
        kernel.stop()


def _run(kernel: Kernel, code: str, seconds: float = 20) -> str:
    """Exécute une cellule ; renvoie ce qu'elle a levé, en texte."""
    return str(kernel.execute(code, time.monotonic() + seconds) or "")


def _left(mark: str) -> list[psutil.Process]:
    """Renvoie les processus dont le dernier argument est cette marque."""
    return [p for p in psutil.process_iter(["cmdline"]) if (p.info["cmdline"] or [""])[-1] == mark]


def _interpreters() -> set[int]:
    return {process.pid for process in _left("helpers.grading.started")}


# --- Les mêmes notes que sous Linux -------------------------------------------------------------


def _copy(name: str, lesson: str = "01", **written: str) -> Copy:
    return Copy(name, name.title(), notebooks={lesson: notebook_of(lesson, written)})


def _graded(isolation: Isolation) -> list[Result]:
    """Corrige quelques copies, avec toutes les issues possibles."""
    copies = [
        _copy("api", "06", large=TOO_HEAVY),
        _copy("partielle", create='client.make_bucket(bucket_name=tp.bucket("archives"))'),
        _copy("erreur", create="1 / 0", ensure="if client print(1)"),
        _copy("lente", create="import time; time.sleep(60)", clean_up="import os; os._exit(1)"),
    ]
    settings = Settings(replay_seed=None, limits=Limits(cell_seconds=5), workers=3, mark="abcdef")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "find_isolation", lambda **_: isolation)
        with Grader(settings) as grader:
            return sorted(grader.grade_all(copies), key=lambda result: result.copy_id)


def test_marks_are_those_of_linux(session_data: Path) -> None:
    """Au même niveau 0, les mêmes résultats, aux durées près ; l'API de la leçon 06 y répond."""
    here, away = (
        [_without_times(result) for result in _graded(isolation)]
        for isolation in (Isolation(0, False), AWAY)
    )
    assert away == here
    points = {
        result["copy_id"]: sum(mark["outcome"]["points"] for mark in result["marks"])
        for result in away
    }
    assert points == {"api": API, "partielle": 6.5, "erreur": 4, "lente": 4}


def _without_times(result: Result) -> dict[str, object]:
    found = asdict(result) | {"seconds": 0}
    for mark in found["marks"]:
        mark["seconds"] = 0
    return found


# --- Un noyau -----------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [b"", SESSION_KEY, b"0" * 64])
def test_a_message_of_another_program_is_ignored(start: Callable[..., Kernel], key: bytes) -> None:
    """Ni exécution, ni interruption, ni arrêt : ses ports sont à la portée de tous."""
    kernel = start()
    assert _run(kernel, "seen = []") == ""
    session = Session(key=key)
    code = {"code": "seen.append('intrus')", "silent": False, "user_expressions": {}}
    for name, kind, content in (
        ("shell", "execute_request", code),
        ("control", "execute_request", code),
        ("control", "shutdown_request", {"restart": False}),
    ):
        stranger = Channel(kernel.body.addresses[name], "DEALER")
        stranger.open(time.monotonic() + 5)
        stranger.send(session.serialize(session.msg(kind, content)))
        # Le message est lu avant que la connexion ne se ferme.
        assert _run(kernel, "import time; time.sleep(0.2)") == ""
        stranger.close()
    assert _run(kernel, "raise RuntimeError(seen)") == "RuntimeError : []"


def test_each_kernel_has_its_own_key(start: Callable[..., Kernel]) -> None:
    """Elle n'est ni dans une ligne de commande, ni dans un environnement, ni sur le disque."""
    first, second = start(), start()
    keys = {first.body.key.decode(), second.body.key.decode()}
    assert len(keys) == 2
    assert min(map(len, keys)) >= 32
    for kernel in (first, second):
        process = psutil.Process(kernel.body._process.pid)
        said = f"{process.cmdline()} {process.environ()}"
        assert not any(key in said for key in keys)
        code = f"import os; raise RuntimeError({keys} & set(os.environ.values()))"
        assert _run(kernel, code) == "RuntimeError : set()"
        folder = kernel.body._folder
        written = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
        assert not any(key.encode() in written for key in keys)


def test_a_slow_cell_is_interrupted(start: Callable[..., Kernel]) -> None:
    kernel = start()
    assert _run(kernel, "import time; time.sleep(60)", 0.5).startswith("Temps dépassé")
    assert _run(kernel, "1 + 1") == ""


def test_a_dead_kernel_is_seen_at_once(start: Callable[..., Kernel]) -> None:
    kernel = start()
    began = time.monotonic()
    with pytest.raises(KernelStopped, match="de lui-même"):
        _run(kernel, "import os; os._exit(3)", 30)
    assert time.monotonic() - began < 15
    assert not kernel.alive


def test_a_copy_that_takes_too_much_memory_is_stopped(start: Callable[..., Kernel]) -> None:
    """La mémoire est celle de tous ses processus."""
    kernel = start(memory=300 * _MEGA)
    block = "import os, time; data = bytearray(os.urandom(2**20)) * 250; time.sleep(60)"
    with pytest.raises(KernelStopped, match="plus de 300 Mio"):
        _run(kernel, f"import subprocess, sys; subprocess.run([sys.executable, '-c', {block!r}])")


def test_one_process_cannot_take_all_the_memory(start: Callable[..., Kernel]) -> None:
    assert "MemoryError" in _run(start(), "bytearray(6 * 2**30)")


def test_the_environment_and_folders_are_clean(
    start: Callable[..., Kernel], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANARI", "secret")
    code = """
import os, subprocess, sys, tempfile
from pathlib import Path
home = Path.home()
assert home == Path.cwd() == Path(tempfile.gettempdir()), home
assert Path(os.environ["IPYTHONDIR"]).parent == home
seen = sorted(set(os.environ) & {"CANARI", "PYTHONPATH", "KIT_SERVER"})
seen += subprocess.run(["env"], capture_output=True, text=True).stdout.partition("CANARI")[1:2]
raise RuntimeError(seen, sys.stdin.read())
"""
    fresh = [start(), start(), start()][-1]  # démarré après la variable
    assert _run(fresh, code) == "RuntimeError : ([''], '')"


# --- Rien n'en reste ----------------------------------------------------------------------------


ORPHANS = """
import os, subprocess, sys
subprocess.Popen(["sleep", "61123"])
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execvp("sleep", ["sleep", "61123"])
    os._exit(0)
"""


def _launch_orphans(kernel: Kernel) -> None:
    assert _run(kernel, ORPHANS) == ""
    deadline = time.monotonic() + 5
    while len(_left("61123")) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_stopping_a_copy_leaves_nothing(start: Callable[..., Kernel]) -> None:
    """Pas même un démon par double *fork*."""
    kernel = start()
    _launch_orphans(kernel)
    kernel.stop()
    assert not kernel.alive
    assert _left("61123") == []
    assert not kernel.body._folder.exists()


def test_closing_stops_those_that_waited(session_data: Path) -> None:
    before = _interpreters()
    with Kernels(AWAY, servers.ensure()) as kernels:
        assert len(_interpreters() - before) == 2
        kernels.start({}, Limits()).stop()
        folder = Path(kernels._folder.name)
    assert _interpreters() == before
    assert not folder.exists()


def test_everything_dies_with_the_grader(session_data: Path) -> None:
    """Tué, il n'a rien pu arrêter lui-même : ni la copie en cours, ni ceux qui attendent."""
    before = _interpreters()
    code = f"""
import time
from helpers import server as servers
from helpers.grading.isolation import Isolation
from helpers.grading.kernels import Kernels, Limits
with Kernels(Isolation(0, False, forks=False), servers.ensure()) as kernels:
    kernel = kernels.start({{}}, Limits())
    kernel.execute({ORPHANS!r}, time.monotonic() + 20)
    print("prêt", flush=True)
    time.sleep(60)
"""
    grader = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert grader.stdout is not None
    assert grader.stdout.readline() == "prêt\n"
    assert len(_interpreters() - before) >= 3
    grader.send_signal(signal.SIGKILL)
    grader.wait()
    grader.stdout.close()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and (_interpreters() - before or _left("61123")):
        time.sleep(0.05)
    assert _interpreters() - before == set()
    assert _left("61123") == []


def test_an_interpreter_that_died_is_replaced(
    kernels: Kernels, start: Callable[..., Kernel]
) -> None:
    assert kernels._ahead is not None
    for waiting in kernels._ahead._waiting:
        waiting._process.kill()
        waiting._process.wait()
    assert _run(start(), "1 + 1") == ""


def test_an_interpreter_that_does_not_start_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "helpers").mkdir()
    (tmp_path / "helpers" / "__init__.py").write_text("raise ImportError('un paquet manque')")
    monkeypatch.setattr(started, "ROOT", tmp_path)
    body = started.Started(tmp_path / "copie", {"HOME": str(tmp_path)})
    with pytest.raises(IsolationError, match=r"n'a pas démarré \(ImportError: un paquet manque\)"):
        body.begin({}, Limits())


def test_a_grading_that_stops_ends_the_copy_in_progress(session_data: Path) -> None:
    with Kernels(AWAY, servers.ensure()) as kernels:
        kernel = kernels.start({}, Limits())
        _launch_orphans(kernel)
        kernels.stop_running()
        with pytest.raises(KernelStopped):
            _run(kernel, "1 + 1")
        assert _left("61123") == []


# --- Windows et macOS, autant qu'on le peut ici -------------------------------------------------

ELSEWHERE = """
import builtins, os, select, signal, socket, sys, types
absent = {"fcntl", "resource", "pwd", "grp", "termios"}
real = builtins.__import__
def portable(name, names=None, *rest, **options):
    ours = (names or {}).get("__name__", "").startswith("helpers")
    if ours and name.partition(".")[0] in absent:
        raise ImportError(name)
    return real(name, names, *rest, **options)
builtins.__import__ = portable

import helpers.cli
from helpers import lessons
from helpers.grading import examine, grade, kernels, run, started
from helpers.grading.isolation import Isolation
assert "helpers.grading.zygote" not in sys.modules

lacking = {
    os: "fork pidfd_open killpg getuid geteuid setsid getsid getpgid waitid WNOHANG",
    socket: "AF_UNIX SOCK_SEQPACKET send_fds recv_fds",
    signal: "SIGKILL SIGHUP pidfd_send_signal pthread_kill",
    select: "poll epoll",
}
for module, names in lacking.items():
    kept = types.ModuleType(module.__name__)
    kept.__dict__.update({k: v for k, v in vars(module).items() if k not in names.split()})
    for name, found in list(sys.modules.items()):
        if name.startswith("helpers.grading") and getattr(found, module.__name__, None) is module:
            setattr(found, module.__name__, kept)
assert not hasattr(kernels.signal, "SIGKILL") and not hasattr(kernels.select, "poll")

sys.path.insert(0, TESTS)
DEATH = "import os; os._exit(1)"
from hostile_class import notebook_of
from helpers.grading.model import Copy
run.find_isolation = lambda **_: Isolation(0, False, forks=False)
limits = kernels.Limits(cell_seconds=5)
chosen = (("morte", "01", {"clean_up": DEATH}), ("api", "06", {"large": "..."}))
copies = [
    Copy(name, name, notebooks={lesson: notebook_of(lesson, written)})
    for name, lesson, written in chosen
]
with run.Grader(run.Settings(replay_seed=None, limits=limits)) as grader:
    for result in grader.grade_all(copies):
        print(result.copy_id, result.points, result.trouble)
"""


def test_nothing_of_linux_alone_is_needed(session_data: Path) -> None:
    """La correction elle-même, sans les modules ni les noms que Windows n'a pas.

    Ils ne manquent qu'au kit : la bibliothèque standard et les paquets sont ceux de Linux.
    """
    code = ELSEWHERE.replace("TESTS", repr(str(Path(__file__).parent)))
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert sorted(done.stdout.splitlines()) == [
        f"api {float(API)} None",
        "morte 5 None",
    ]


def test_the_limits_of_a_windows_job_have_their_size() -> None:
    """Celle de la structure en 64 bits ; ce que Windows en fait n'a pas été essayé."""
    assert len(started._job_limits(Limits().for_sandbox())) == 144
