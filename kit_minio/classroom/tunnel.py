"""Le passage de l'étudiant : le serveur de la classe, à une adresse de sa propre machine.

Tout client S3 (minio-py, boto3, aws, un navigateur) y parle HTTP, comme au serveur du kit ; le
passage ouvre le TLS, et ne laisse rien passer si le certificat n'est pas celui de la classe. Seul
ce compte s'en sert utilement : il ne porte aucune clé.
"""

from __future__ import annotations

import asyncio
import json
import os
import ssl
import sys
from contextlib import suppress

from helpers.server import data_folder, read_settings
from helpers.server.lock import only_one
from helpers.server.ports import is_free
from helpers.server.settings import class_file, private_folder, write_private
from kit_minio.classroom.entrance import fingerprint, read_address, unverified
from kit_minio.classroom.processes import note, running, start, stop
from kit_minio.classroom.pump import Stream, join_streams, more_files, refuse

MODULE = "kit_minio.classroom.tunnel"
_PORTS = range(9480, 9580)
_SECONDS = 8
_LONGEST = 60  # secondes d'attente d'un autre notebook qui l'ouvre
_context = unverified()


def ensure() -> None:
    """Ouvre le passage, s'il ne l'est pas.

    Raises:
        ServerError: il ne démarre pas.
    """
    if running(MODULE) is None:
        lock = private_folder(data_folder()) / "passage.lock"
        with only_one(lock, "ouvre le passage vers la classe", seconds=_LONGEST):
            if running(MODULE) is None:
                start(MODULE)


def close() -> bool:
    """Ferme le passage ; dit s'il était ouvert."""
    return stop(MODULE)


async def _serve() -> None:
    settings = json.loads(class_file().read_text(encoding="utf-8"))
    before = int(settings["MINIO_ENDPOINT"].rpartition(":")[2])
    port = next(port for port in (before, *_PORTS) if port and is_free(port))
    more_files()
    server = await asyncio.start_server(_pass, "127.0.0.1", port, backlog=512)
    settings |= {"MINIO_ENDPOINT": f"http://127.0.0.1:{port}", "KIT_CLASS_PID": str(os.getpid())}
    write_private(class_file(), json.dumps(settings))
    note(MODULE, port=port)
    async with server:
        await server.serve_forever()


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    known = read_settings()  # l'adresse de la salle peut avoir changé
    address = read_address(known.get("KIT_CLASS_ADDRESS", ""))
    near = (reader, writer)
    try:
        far = await asyncio.wait_for(_open(address.host, address.port), _SECONDS)
    except (OSError, ssl.SSLError, TimeoutError):
        message = f"Le serveur de la classe ne répond pas ({address})."
        await refuse(near, "ClasseInjoignable", message)
        return
    tls = far[1].get_extra_info("ssl_object")
    shown = fingerprint(tls.getpeercert(True) or b"")
    if shown != known.get("KIT_CLASS_CERTIFICATE"):
        far[1].close()
        message = f"Le serveur qui répond à {address} n'a pas le certificat de la classe."
        await refuse(near, "ClasseCertificat", message)
        return
    await join_streams(near, far)


async def _open(host: str, port: int) -> Stream:
    return await asyncio.open_connection(host, port, ssl=_context)


def main() -> None:
    """Reste ouvert jusqu'à ce qu'on le ferme ; sans argument, s'assure que le passage l'est."""
    if sys.argv[1:] == [str(data_folder())]:
        with suppress(KeyboardInterrupt):
            asyncio.run(_serve())
    else:
        ensure()


if __name__ == "__main__":
    main()
