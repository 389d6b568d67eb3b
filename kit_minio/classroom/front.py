"""La porte de la classe : du TLS, à l'adresse que la salle atteint, devant le serveur du kit.

Le serveur, quel qu'il soit, n'écoute toujours que sur la machine de l'enseignant : de lui, la salle
ne voit que l'API S3. S'il s'arrête, la porte le redémarre.
"""

from __future__ import annotations

import asyncio
import errno
import json
import ssl
import sys
from contextlib import suppress
from pathlib import Path

from helpers import server as servers
from helpers.errors import KitError
from helpers.files import write_at_once
from helpers.server import data_folder
from kit_minio.classroom.entrance import fingerprint, is_local
from kit_minio.classroom.processes import class_folder, note, running, start, stop
from kit_minio.classroom.pump import Stream, join_streams, more_files, refuse

MODULE = "kit_minio.classroom.front"
_CERTIFICATE, _KEY, _PLACE = "certificat.pem", "cle.pem", "porte.json"


def certificate(host: str) -> str:
    """Renvoie l'empreinte du certificat de la porte ; en fait un à la première ouverture.

    Il reste le même d'une séance à l'autre, même si l'adresse change : c'est à son empreinte que
    les étudiants le reconnaissent.

    Args:
        host: l'hôte que la salle appelle.
    """
    folder = class_folder()
    if not (folder / _CERTIFICATE).exists() or not (folder / _KEY).exists():
        import trustme

        made = trustme.CA().issue_cert(host, "localhost", "127.0.0.1")
        write_at_once(folder / _KEY, made.private_key_pem.bytes(), private=True)
        write_at_once(folder / _CERTIFICATE, made.cert_chain_pems[0].bytes(), private=True)
    text = (folder / _CERTIFICATE).read_text(encoding="ascii")
    return fingerprint(ssl.PEM_cert_to_DER_cert(text))


def open_front(host: str, port: int, *, tls: bool = True) -> None:
    """Ouvre la porte à cette adresse ; la déplace si elle était ailleurs.

    Args:
        host: l'hôte que la salle appelle, un nom ou une adresse de cette machine.
        port: son port.
        tls: faux pour s'en passer.

    Raises:
        ServerError: elle ne s'ouvre pas.
    """
    place = {"host": host, "port": port, "tls": tls}
    known = running(MODULE)
    if known is not None and {name: known.get(name) for name in place} == place:
        return
    stop(MODULE)
    write_at_once(class_folder() / _PLACE, json.dumps(place).encode(), private=True)
    start(MODULE)


def open_at() -> tuple[str, int] | None:
    """Renvoie l'adresse où la porte est ouverte, ou ``None``."""
    known = running(MODULE)
    return (str(known["host"]), int(known["port"])) if known else None


def close_front() -> bool:
    """Ferme la porte ; dit si elle était ouverte."""
    return stop(MODULE)


class _Door:
    """La porte ouverte : où est le serveur, retrouvé à chaque fois qu'il a bougé."""

    def __init__(self) -> None:
        self._endpoint = ""
        self._looking = asyncio.Lock()

    async def welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Mène une connexion de la salle jusqu'au serveur."""
        near = (reader, writer)
        try:
            far = await self._reach()
        except (OSError, KitError):
            await refuse(near, "ClasseInjoignable", "Le serveur de la classe est arrêté.")
            return
        await join_streams(near, far)

    async def _reach(self) -> Stream:
        tried = self._endpoint
        with suppress(OSError):
            if tried:
                return await _open(tried)
        async with self._looking:
            if self._endpoint == tried:  # un autre ne l'a pas déjà retrouvé
                self._endpoint = (await asyncio.to_thread(servers.ensure)).endpoint
        return await _open(self._endpoint)


async def _open(endpoint: str) -> Stream:
    host, _, port = endpoint.rpartition(":")
    return await asyncio.open_connection(host, int(port))


async def _serve(folder: Path) -> None:
    place = json.loads((folder / _PLACE).read_text(encoding="utf-8"))
    host, port = str(place["host"]), int(place["port"])
    context = None
    if place["tls"]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(folder / _CERTIFICATE, folder / _KEY)
    more_files()
    # Une adresse de cette machine, et aucune autre ; un nom, lui, peut en désigner plusieurs.
    bound = host if is_local(host) or host.replace(".", "").isdigit() else None
    server = await asyncio.start_server(_Door().welcome, bound, port, ssl=context, backlog=1024)
    note(MODULE, **place)
    async with server:
        await server.serve_forever()


def main() -> None:
    """Reste ouverte jusqu'à ce qu'on la ferme."""
    try:
        asyncio.run(_serve(data_folder() / "classe"))
    except KeyboardInterrupt:
        pass
    except OSError as error:
        causes = {
            errno.EADDRINUSE: "un autre programme a déjà cette adresse",
            errno.EADDRNOTAVAIL: "cette adresse n'est pas de cette machine",
            errno.EACCES: "ce port est réservé au système : donnez-en un au-dessus de 1024",
        }
        sys.exit(causes.get(error.errno or 0, f"l'adresse ne convient pas : {error.strerror}"))


if __name__ == "__main__":
    main()
