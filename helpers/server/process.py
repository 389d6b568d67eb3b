"""Les serveurs qui sont des processus de cette machine : en lancer un, le reconnaître, le finir."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import psutil

from helpers.errors import system_cause
from helpers.server.health import is_ready
from helpers.server.model import NotHere, Server
from helpers.server.ports import candidates, free_ports
from helpers.server.settings import data_folder, private_folder

START_SECONDS = 30.0
_STOP_SECONDS = 3.0  # SeaweedFS et MinIO ne perdent rien d'acquitté, même tués
_PID_FILE = "pid"  # écrit dès le lancement, avant l'état
# Pour chaque voie, un argument qui n'est qu'aux serveurs lancés par le kit.
_OWN_ARGUMENTS = {"native": "objects", "embedded": "-dir=.", "disks": "disque{1...4}"}


def spawn(
    way: str,
    command: Callable[[int], list[str]],
    offsets: tuple[int, ...],
    first: int,
    environment: Mapping[str, str],
) -> tuple[int, int]:
    """Lance un serveur détaché, attend qu'il soit prêt, et renvoie son port et son pid.

    Args:
        way: ``native`` ou ``embedded``, le nom de son dossier.
        command: sa ligne de commande, pour un port.
        offsets: les ports qu'il prend, comptés à partir de celui-là.
        first: le port à essayer en premier.
        environment: ses variables à lui.

    Raises:
        NotHere: il ne démarre pas.
    """
    folder = private_folder(data_folder() / way)
    log = folder / "server.log"
    proposed = candidates(first)
    for _ in range(3):
        with free_ports(proposed, offsets) as port:
            process = _detach(command(port), folder, environment, log)
            if _becomes_ready(process, Server(way, f"127.0.0.1:{port}", "", "")):
                return port, process.pid
        # Mort à la naissance, ou muet : un port a pu être pris entre-temps, on prend les suivants.
    raise NotHere(f"le serveur {way} ne démarre pas (voir {log})")


def _detach(
    command: list[str], folder: Path, environment: Mapping[str, str], log: Path
) -> subprocess.Popen[bytes]:
    """Lance un programme qui survit à son lanceur et n'hérite ni de ses sorties ni de Ctrl-C."""
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
    else:
        flags = 0
    try:
        with log.open("wb") as output:
            return subprocess.Popen(
                command,
                cwd=folder,
                env={**_without_settings(), **environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                creationflags=flags,
            )
    except OSError as error:
        name = Path(command[0]).name
        raise NotHere(f"{name} ne se lance pas ({system_cause(error)})") from error


def _without_settings() -> dict[str, str]:
    """Renvoie l'environnement sans les variables que les serveurs lisent aussi.

    Avec ``MINIO_REGION``, par exemple, MinIO refuserait notre région.
    """
    prefixes = ("MINIO_", "AWS_", "WEED_")
    return {name: value for name, value in os.environ.items() if not name.startswith(prefixes)}


def _becomes_ready(process: subprocess.Popen[bytes], server: Server) -> bool:
    """Attend qu'un serveur soit prêt ; sinon faux, et il ne reste jamais à demi."""
    deadline = time.monotonic() + START_SECONDS
    try:
        (data_folder() / server.way / _PID_FILE).write_text(str(process.pid))
        while process.poll() is None:
            if is_ready(server):
                return True
            if time.monotonic() > deadline:
                process.kill()
                process.wait()
            time.sleep(0.03)
    except BaseException:
        # Ctrl-C compris : ce serveur n'est encore noté nulle part.
        process.kill()
        process.wait()
        raise
    return False


def is_ours(process: psutil.Process) -> bool:
    """Dit si ce processus est notre serveur : lancé depuis notre dossier, avec nos arguments.

    Un pid se recycle, et l'heure de départ d'un processus change avec celle de la machine.
    """
    arguments = {data_folder() / way: argument for way, argument in _OWN_ARGUMENTS.items()}
    with suppress(psutil.Error, OSError):
        return arguments.get(Path(process.cwd())) in process.cmdline()
    return False


def end(way: str) -> None:
    """Met fin au serveur que le kit a lancé par cette voie, s'il tourne."""
    with suppress(OSError, ValueError, psutil.NoSuchProcess):
        process = psutil.Process(int((data_folder() / way / _PID_FILE).read_text()))
        if is_ours(process):
            _end(process)


def _end(process: psutil.Process) -> None:
    """Demande à un processus de s'arrêter, puis l'arrête."""
    for stop_it in (process.terminate, process.kill):
        with suppress(psutil.Error):
            stop_it()
        deadline = time.monotonic() + _STOP_SECONDS
        # process.wait() attendrait aussi que le lanceur, peut-être occupé, en prenne acte.
        while time.monotonic() < deadline:
            if not _runs(process):
                return
            time.sleep(0.02)


def _runs(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False
