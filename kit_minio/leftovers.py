"""Les serveurs jetables que plus personne ne garde : leur gardien a été tué.

Un gardien (``kit_minio.guardian``) tient un verrou dans son dossier, que sa mort rend.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from helpers.server.settings import data_folder, private_folder

_LOCK = "gardien"
_SERVERS = ("weed", "minio", "silo")


@contextmanager
def kept(folder: Path) -> Iterator[None]:
    """Tient le dossier d'un serveur jetable, le temps d'un ``with``."""
    from filelock import FileLock  # il charge asyncio

    with FileLock(private_folder(folder) / _LOCK):
        yield


def sweep_throwaways(place: Path | None = None) -> list[str]:
    """Arrête les serveurs abandonnés, efface leurs dossiers, et renvoie les noms de ceux-ci.

    Args:
        place: le dossier de données où ils sont ; par défaut, celui du kit.
    """
    folders = (place or data_folder()).glob("jetable-????????")
    return [folder.name for folder in folders if _swept(folder)]


def _swept(folder: Path) -> bool:
    """Efface un dossier, s'il est abandonné ; sans verrou, il vient de naître."""
    from filelock import FileLock, Timeout

    lock = FileLock(folder / _LOCK, timeout=0)
    if not Path(lock.lock_file).exists():
        return False
    try:
        lock.acquire()
    except (OSError, Timeout):
        return False
    _end_servers(folder)
    lock.release()  # Windows n'efface pas un verrou tenu
    shutil.rmtree(folder, ignore_errors=True)
    return not folder.exists()


def _end_servers(folder: Path) -> None:
    """Tue les serveurs lancés depuis ce dossier : leurs données vont disparaître."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            named = Path(process.name()).stem in _SERVERS
            if named and Path(process.cwd()).is_relative_to(folder):
                process.kill()
                found.append(process)
    psutil.wait_procs(found, timeout=5)


if __name__ == "__main__":
    sweep_throwaways()
