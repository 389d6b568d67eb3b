"""Un faux serveur S3, qui rend ce qu'on lui dit : ce qu'une copie aurait fait rendre au vrai."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

from helpers.server import Server

_NO_BUCKET = b"<ListAllMyBucketsResult><Buckets/></ListAllMyBucketsResult>"
_MODIFIED = b"Last-Modified: Thu, 01 Jan 2026 00:00:00 GMT"


class FalseStore:
    """Répond 200 à tout, avec les mêmes octets ; il n'a pas de bucket.

    Ce qui précède une première ligne vide est pris pour des en-têtes d'objet, un par ligne.

    Attributes:
        statuses: un autre statut, pour les adresses qui contiennent un texte.
        once: vrai si ces statuts ne servent qu'une fois.
    """

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._headers: list[bytes] = []
        self._body = b""
        self.statuses: dict[bytes, int] = {}
        self.once = False
        endpoint = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self.server = Server("external", endpoint, "cle", "secret-secret")
        threading.Thread(target=self._accept, name="faux-store", daemon=True).start()

    def serve(self, data: bytes) -> None:
        """Choisit ce qui sera rendu."""
        head, blank, body = data.partition(b"\n\n")
        if not blank or len(head) > 60_000:
            head, body = b"", data
        lines = [line for line in head.replace(b"\r", b"").split(b"\n") if b":" in line[1:]]
        lines = [line for line in lines if line[:1].isalpha()][:90]
        lines = [line for line in lines if not _framing(line)]
        self._headers, self._body = lines, body

    def _accept(self) -> None:
        while True:
            with suppress(OSError):
                threading.Thread(
                    target=self._answer, args=self._listener.accept()[:1], daemon=True
                ).start()

    def _answer(self, opened: socket.socket) -> None:
        with opened, suppress(OSError):
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            pending = b""
            while True:
                while b"\r\n\r\n" not in pending:
                    if not (data := opened.recv(65_536)):
                        return
                    pending += data
                request, _, pending = pending.partition(b"\r\n\r\n")
                method, target, _ = request.split(b" ", 2)
                whole = _NO_BUCKET if target == b"/" else self._body
                body = b"" if method == b"HEAD" else whole
                status = next((s for part, s in self.statuses.items() if part in target), 200)
                if status != 200 and self.once:
                    self.statuses, self.once = {}, False
                own = b"?" not in target and target.count(b"/") > 1  # un objet
                lines = [
                    b"HTTP/1.1 %d -" % status,
                    _MODIFIED,
                    b"Content-Length: %d" % len(whole),
                ]
                opened.sendall(b"\r\n".join([*lines, *self._headers * own, b"", body]))


def _framing(line: bytes) -> bool:
    """Dit si un en-tête est au serveur seul : la taille de la réponse, le sort de la connexion."""
    name = line.partition(b":")[0].strip().lower()
    return name in (b"content-length", b"transfer-encoding", b"connection") or b" " in name
