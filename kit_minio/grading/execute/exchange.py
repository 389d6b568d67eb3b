"""Suivre ce qu'une copie et le serveur S3 se disent en HTTP, sans rien y changer.

h11 lit les octets qui passent : où une requête commence et finit, où finit sa réponse.
"""

from __future__ import annotations

import asyncio

import h11

_MAX_HEAD = 256 * 1024  # octets d'une requête ou d'une réponse, avant son corps


class Exchange:
    """Une requête et sa réponse.

    Attributes:
        request: la requête, dès que son en-tête est complet.
        asked: vrai quand elle est entière.
        answered: arrive quand la réponse l'est.
    """

    def __init__(self) -> None:
        self.request: h11.Request | None = None
        self.asked = False
        self.answered = asyncio.Event()
        self._question = h11.Connection(h11.SERVER, _MAX_HEAD)
        self._answer = h11.Connection(h11.CLIENT, _MAX_HEAD)

    @property
    def changes(self) -> bool:
        """Vrai si la requête peut changer ce que contient le store."""
        return self.request is not None and self.request.method not in (b"GET", b"HEAD")

    @property
    def headers(self) -> dict[str, str]:
        """Les en-têtes de la requête, leurs noms en minuscules."""
        found = self.request.headers if self.request else ()
        return {name.decode("latin-1"): value.decode("latin-1") for name, value in found}

    def begin(self, data: bytes) -> bool:
        """Lit le début de la requête ; vrai dès que son en-tête est complet.

        Raises:
            h11.RemoteProtocolError: ce n'est pas du HTTP.
        """
        self._question.receive_data(data)
        event = self._question.next_event()
        if not isinstance(event, h11.Request):
            return False
        self.request = event
        self._answer.send(event)
        return True

    def go_on(self, data: bytes = b"") -> bytes:
        """Lit la suite de la requête ; renvoie ce qui n'est plus d'elle.

        Raises:
            h11.RemoteProtocolError: ce n'est pas du HTTP.
        """
        if data:
            self._question.receive_data(data)
        while not self.asked:
            event = self._question.next_event()
            if event is h11.NEED_DATA:
                return b""
            self.asked = isinstance(event, h11.EndOfMessage)
        return self._question.trailing_data[0]

    def see(self, data: bytes) -> None:
        """Lit ce que le serveur répond ; rien, à la fin de la connexion.

        Raises:
            h11.RemoteProtocolError: ce n'est pas du HTTP.
        """
        self._answer.receive_data(data)
        while not self.answered.is_set():
            event = self._answer.next_event()
            if event is h11.NEED_DATA:
                return
            if isinstance(event, h11.EndOfMessage | h11.ConnectionClosed):
                self.answered.set()


def refusal(code: str, message: str) -> bytes:
    """Renvoie la réponse à une requête que le serveur ne verra pas, comme S3 la ferait."""
    body = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>".encode()
    head = (
        "HTTP/1.1 403 Forbidden\r\nContent-Type: application/xml\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body
