"""Les espaces qu'une correction tient sur un serveur S3, et ceux qu'une correction tuée a laissés.

Chaque correction garde un verrou au nom de son étiquette ; s'il est là et que personne ne le tient,
elle a été tuée, et ce qu'elle avait créé ne sert plus.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout
from minio.error import S3Error
from urllib3.exceptions import HTTPError

from helpers.errors import KitError
from helpers.server import data_folder
from kit_minio.grading.execute.credentials import erase_labelled

if TYPE_CHECKING:
    from minio import Minio

    from helpers.server import Server

_FOLDER = "corrections"
_SUFFIX = ".verrou"


class Claim:
    """L'étiquette d'une correction en cours, sur un serveur.

    Args:
        server: le serveur.
        label: l'étiquette.
    """

    def __init__(self, server: Server, label: str) -> None:
        folder = data_folder() / _FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"{label}-{_place(server)}{_SUFFIX}"
        self._lock = FileLock(self.path)
        self._lock.acquire()

    def release(self) -> None:
        """Rend l'étiquette : ce qu'elle tenait est effacé."""
        self._lock.release()
        self.path.unlink(missing_ok=True)


def erase_killed(server: Server, client: Minio) -> list[str]:
    """Supprime ce que des corrections tuées ont laissé sur un serveur ; renvoie leurs espaces.

    Args:
        server: le serveur, avec les identifiants du correcteur.
        client: un client du correcteur.
    """
    erased = []
    for path in sorted((data_folder() / _FOLDER).glob(f"*-{_place(server)}{_SUFFIX}")):
        with (
            suppress(OSError, Timeout, KitError, HTTPError, S3Error),
            FileLock(path, timeout=0),
        ):
            erased += erase_labelled(server, client, path.name.partition("-")[0])
            path.unlink(missing_ok=True)
    return erased


def _place(server: Server) -> str:
    """Renvoie de quoi reconnaître un serveur ; celui du kit change parfois de port."""
    if server.way != "external":
        return "kit"
    return hashlib.sha256(server.url.encode()).hexdigest()[:8]
