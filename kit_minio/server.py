"""Le serveur S3 le temps d'une commande, ou après elle ; ou dire qu'un autre s'en occupe.

Chaque commande qui l'emprunte tient un verrou, que sa mort rend ; la dernière à sortir l'arrête, si
c'est l'une d'elles qui l'a démarré.
"""

from __future__ import annotations

import secrets
import signal
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import FrameType

from filelock import FileLock, Timeout

from helpers import server as servers
from helpers.server import Server, external, state
from helpers.server.choose import LOCK, LONGEST_START
from helpers.server.lock import only_one
from helpers.server.model import Say, quiet
from helpers.server.settings import private_folder

_STARTED = "serveur"  # celui qu'une commande a démarré
# Une fenêtre qui se ferme envoie le deuxième sous Unix, le troisième sous Windows.
_STOP_SIGNALS = ("SIGTERM", "SIGHUP", "SIGBREAK")


@contextmanager
def borrow(say: Say = quiet) -> Iterator[Server]:
    """Donne le serveur à utiliser ; la dernière commande qui l'emprunte l'arrête.

    Celui que ``connect()`` a démarré, ou que ``keep`` retient, reste en marche.

    Args:
        say: reçoit chaque phrase, comme pour ``ensure``.
    """
    found = servers.find()
    if found is not None and found.way == external.NAME:
        yield servers.ensure(say)
        return
    folder = private_folder(_folder())
    mine = FileLock(folder / f"{secrets.token_hex(4)}.lock")
    with _ended_by_signals():
        try:
            with _door(folder, say):
                mine.acquire()
                server = servers.ensure(say)
                if server.just_started:
                    _note(server)
            yield server
        finally:
            if folder.exists():  # « reset --everything » a pu passer
                with _door(folder, say):
                    mine.release()
                    _leave(folder, say)


def keep(say: Say = quiet) -> Server:
    """Donne le serveur à utiliser, qu'aucune commande n'arrêtera plus en sortant.

    Args:
        say: reçoit chaque phrase, comme pour ``ensure``.
    """
    found = servers.find()
    if found is not None and found.way == external.NAME:
        return servers.ensure(say)
    folder = private_folder(_folder())
    with _door(folder, say):
        server = servers.ensure(say)
        (folder / _STARTED).unlink(missing_ok=True)
    return server


def _folder() -> Path:
    return servers.data_folder() / "emprunts"


def _door(folder: Path, say: Say) -> AbstractContextManager[None]:
    """Laisse une commande à la fois entrer, ou sortir et peut-être arrêter le serveur."""
    doing = "démarre ou arrête le serveur"
    return only_one(folder / "porte", doing, seconds=LONGEST_START, say=say)


def _note(server: Server) -> None:
    (_folder() / _STARTED).write_text(f"{server.endpoint} {server.pid}", encoding="utf-8")


def _is_noted(server: Server) -> bool:
    """Dit si c'est une commande qui a démarré ce serveur."""
    noted = _folder() / _STARTED
    said = f"{server.endpoint} {server.pid}"
    return noted.exists() and noted.read_text(encoding="utf-8") == said


def _leave(folder: Path, say: Say) -> None:
    """Arrête le serveur si plus personne ne l'emprunte ; efface les verrous que nul ne tient."""
    used = False
    for path in folder.glob("*.lock"):
        try:
            with FileLock(path, timeout=0):
                pass
            path.unlink(missing_ok=True)
        except Timeout:
            used = True
    server = state.read()
    if not used and server and _is_noted(server) and servers.stop(server):
        (folder / _STARTED).unlink()  # Docker rendrait la même adresse, sans numéro de processus
        say("Serveur S3 arrêté ; vos données sont conservées.")


def replace(dead: Server) -> Server:
    """Démarre un serveur à la place d'un autre ; si celui-là était à arrêter, celui-ci le sera."""
    noted = _is_noted(dead)
    server = servers.ensure()
    if noted:
        _note(server)
    return server


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Fait finir la commande comme par Ctrl-C quand on lui demande de s'arrêter."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = [getattr(signal, name) for name in _STOP_SIGNALS if hasattr(signal, name)]
    # Un signal ignoré le reste : « nohup » le veut ainsi.
    usual = {n: signal.getsignal(n) for n in numbers if signal.getsignal(n) is not signal.SIG_IGN}

    def end(number: int, frame: FrameType | None) -> None:
        for each in usual:  # un second ne coupe pas ce que le premier fait ranger
            signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt

    for number in usual:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number, before in usual.items():
            signal.signal(number, before)


def is_changing() -> bool:
    """Dit si un programme du kit démarre ou arrête le serveur en ce moment."""
    lock = servers.data_folder() / LOCK
    if not lock.exists():
        return False
    try:
        with FileLock(lock, timeout=0):
            return False
    except Timeout:
        return True
