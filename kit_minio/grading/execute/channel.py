"""Un canal vers le noyau d'une copie : le protocole de ZeroMQ (ZMTP 3.0), borné.

La bibliothèque de ZeroMQ borne un morceau de message, mais garde en mémoire, sans limite, les
morceaux d'un message qui ne finit pas : une copie remplirait ainsi la mémoire du correcteur. Ici un
message trop gros est jeté à mesure qu'il arrive (``messages``), et tout ce qui arrive est compté.

Le protocole : https://rfc.zeromq.org/spec/23/
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from contextlib import suppress

from kit_minio.grading.execute.messages import COMMAND, MORE, Messages, frame

_CHUNK = 256 * 1024
_PART = 64  # octets que coûte un morceau, même vide
_GREETING = b"\xff" + bytes(8) + b"\x7f\x03\x00" + b"NULL".ljust(20, b"\0") + bytes(1) + bytes(31)
_SEND_SECONDS = 10.0


class Channel:
    """Un canal ; ``open()`` se présente au noyau.

    Args:
        address: ``ipc://chemin`` ou ``tcp://hôte:port``.
        kind: ``DEALER`` ou ``SUB``.
    """

    def __init__(self, address: str, kind: str) -> None:
        self.address = address
        self.kind = kind
        self._bytes = 0
        self._socket: socket.socket | None = None
        self._messages = Messages()

    def open(self, deadline: float, alive: Callable[[], bool] = lambda: True) -> None:
        """Se connecte et se présente.

        Args:
            deadline: l'heure (``time.monotonic()``) où renoncer.
            alive: dit si le noyau est encore en marche ; sinon, l'attendre est inutile.

        Raises:
            OSError: le noyau ne répond pas, ou ne parle pas ce protocole.
        """
        self._socket = self._connect(deadline, alive)
        self._send(_GREETING)
        ready = b"\x05READY" + _property(b"Socket-Type", self.kind.encode())
        ready += _property(b"Identity", b"")
        self._send(frame(ready, COMMAND))
        _check_greeting(self._socket, deadline)
        if self.kind == "SUB":
            self._send(frame(b"\x01", 0))  # s'abonner à tout

    def _connect(self, deadline: float, alive: Callable[[], bool]) -> socket.socket:
        scheme, _, place = self.address.partition("://")
        while True:
            with suppress(ConnectionRefusedError):
                if scheme == "tcp":
                    host, port = place.rsplit(":", 1)
                    opened = socket.create_connection((host, int(port)))
                    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    return opened
                opened = socket.socket(socket.AF_UNIX)
                opened.connect(place)
                return opened
            if time.monotonic() > deadline or not alive():
                raise TimeoutError("le noyau n'écoute pas")
            time.sleep(0.02)

    @property
    def received(self) -> int:
        """Ce qui est arrivé, en octets ; un morceau, même vide, en coûte 64 de plus à lire."""
        return self._bytes + _PART * self._messages.parts

    def fileno(self) -> int:
        """Renvoie le descripteur à surveiller ; -1 si le canal est fermé."""
        return self._socket.fileno() if self._socket is not None else -1

    def send(self, parts: list[bytes]) -> None:
        """Envoie un message.

        Raises:
            OSError: le noyau ne lit plus.
        """
        frames = [frame(part, MORE) for part in parts[:-1]]
        self._send(b"".join([*frames, frame(parts[-1], 0)]))

    def _send(self, data: bytes) -> None:
        if self._socket is None:
            raise ConnectionError("le canal est fermé")
        self._socket.settimeout(_SEND_SECONDS)
        self._socket.sendall(data)

    def receive(self) -> list[list[bytes]]:
        """Renvoie les messages arrivés, sans attendre ; se ferme si le noyau l'a fait."""
        if self._socket is None:
            return []
        self._socket.setblocking(False)
        try:
            data = self._socket.recv(_CHUNK)
        except BlockingIOError:
            return []
        except OSError:
            data = b""
        if not data:
            self.close()
            return []
        self._bytes += len(data)
        return self._messages.feed(data)

    def close(self) -> None:
        """Ferme le canal."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def _check_greeting(opened: socket.socket, deadline: float) -> None:
    """Lit la présentation du noyau ; sa commande READY sera ignorée, comme toute commande."""
    greeting = b""
    while len(greeting) < len(_GREETING):
        opened.settimeout(max(0.001, deadline - time.monotonic()))
        data = opened.recv(len(_GREETING) - len(greeting))
        if not data:
            raise ConnectionError("le noyau a fermé la connexion")
        greeting += data
    if greeting[0] != 0xFF or greeting[10] < 3:
        raise ConnectionError("le noyau ne parle pas le protocole attendu")


def _property(name: bytes, value: bytes) -> bytes:
    return bytes([len(name)]) + name + len(value).to_bytes(4, "big") + value
