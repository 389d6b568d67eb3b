"""Le lien entre le correcteur et le double d'une copie : la demande, puis ce qu'il en revient."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Sequence
from contextlib import suppress

from kit_minio.grading.execute.limits import FORK_SECONDS
from kit_minio.grading.execute.sandbox.inside.request import Request
from kit_minio.grading.execute.sandbox.isolation import start_error


def pair() -> tuple[socket.socket, socket.socket]:
    """Renvoie les deux bouts d'une socket qui garde les limites des messages."""
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)


class Link:
    """Notre bout du lien ; ``sandbox.fork()`` en crée un par copie.

    Args:
        ours: la socket, dont le double a l'autre bout.
    """

    def __init__(self, ours: socket.socket) -> None:
        ours.settimeout(FORK_SECONDS)
        self._socket = ours

    def send(self, request: Request, fds: Sequence[int]) -> None:
        """Décrit sa copie au double, et lui donne les sockets de son noyau.

        Raises:
            OSError: il n'est plus là.
        """
        socket.send_fds(self._socket, [json.dumps(request).encode()], fds)

    def receive(self, *wanted: str) -> dict[str, int]:
        """Renvoie les descripteurs que le double donne.

        Args:
            wanted: leurs noms : ``pid`` pour l'arrêter, ``s3`` pour relayer.

        Raises:
            IsolationError: il n'a pas pu s'isoler.
        """
        given: dict[str, int] = {}
        while set(given) != set(wanted):
            try:
                data, fds, _, _ = socket.recv_fds(self._socket, 1000, 1)
            except OSError as error:
                data, fds = str(error).encode(), []
            name = data.decode(errors="replace")
            if name not in wanted or len(fds) != 1 or name in given:
                for fd in [*fds, *given.values()]:
                    os.close(fd)
                raise start_error("un double", name or "sans message")
            given[name] = fds[0]
        return given

    def said(self) -> str:
        """Renvoie ce que le surveillant a dit en arrêtant la copie, ou un texte vide."""
        with suppress(OSError):
            self._socket.settimeout(0)
            return self._socket.recv(100).decode(errors="replace")
        return ""

    def hang_up(self) -> None:
        """Fait arrêter la copie par son surveillant ; s'appelle depuis n'importe quel fil."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Ferme le lien : le surveillant arrête la copie."""
        self._socket.close()

    def __enter__(self) -> Link:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
