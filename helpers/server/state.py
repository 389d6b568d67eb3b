"""Ce que le kit note du serveur qu'il a démarré (``state.json``), et si c'est encore vrai."""

import json
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from xml.etree.ElementTree import ParseError

import psutil
import urllib3

from helpers.s3 import client_for
from helpers.server.model import WAYS, Server
from helpers.server.ports import listening
from helpers.server.process import is_ours
from helpers.server.settings import data_folder, write_private

_HIGHEST = 50_000  # au-delà, les ports que SeaweedFS prend 10 000 plus haut n'existent pas


def _file() -> Path:
    return data_folder() / "state.json"


def read() -> Server | None:
    """Renvoie le serveur noté dans l'état, ou ``None`` si ce fichier est absent ou abîmé."""
    with suppress(OSError, ValueError, TypeError, AttributeError):
        server = Server(**json.loads(_file().read_text(encoding="utf-8")))
        port, pid = int(server.endpoint.rpartition(":")[2]), server.pid
        if server.way in WAYS and 0 < port < _HIGHEST and (pid is None or 0 < pid < 2**31):
            return server
    return None


def write(server: Server) -> None:
    """Note ce serveur, que le kit vient de démarrer.

    Raises:
        SettingsError: le système refuse l'écriture.
    """
    write_private(_file(), json.dumps(asdict(server), indent=2))


def alive(server: Server) -> bool:
    """Dit si le serveur noté tourne encore, et si c'est bien le nôtre."""
    if server.way == "docker":
        return _takes_our_keys(server)
    with suppress(psutil.NoSuchProcess):
        ours = server.pid is not None and is_ours(psutil.Process(server.pid))
        return ours and listening(server.endpoint)
    return False


def _takes_our_keys(server: Server) -> bool:
    """Dit si le MinIO de cette adresse est le nôtre : nos clés, tirées au hasard, y ouvrent.

    Interroger Docker le dirait aussi, mais cent fois plus lentement.
    """
    if listening(server.endpoint):
        from minio.error import MinioException  # lent à charger, comme minio dans s3.py

        with suppress(MinioException, ParseError, urllib3.exceptions.HTTPError):
            client_for(server).list_buckets()
            return True
    return False
