"""Le serveur S3 le temps d'une commande : l'emprunter, ou dire qu'un autre s'en occupe."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from helpers import server as servers
from helpers.server import Server
from helpers.server.choose import LOCK
from helpers.server.model import Say, quiet


@contextmanager
def borrow(say: Say = quiet) -> Iterator[Server]:
    """Donne le serveur à utiliser ; à la fin, l'arrête s'il a fallu le démarrer.

    Args:
        say: reçoit chaque phrase, comme pour ``ensure``.
    """
    server = servers.ensure(say)
    try:
        yield server
    finally:
        if server.just_started and servers.stop(server):
            say("Serveur S3 arrêté ; vos données sont conservées.")


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
