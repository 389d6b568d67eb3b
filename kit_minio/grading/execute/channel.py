"""Une prise vers le noyau d'une copie : le protocole de ZeroMQ (ZMTP 3.0), borné.

La bibliothèque de ZeroMQ borne un morceau de message, mais garde en mémoire, sans limite, les
morceaux d'un message qui ne finit pas : une copie remplirait ainsi la mémoire du correcteur. Ici un
message trop gros est jeté à mesure qu'il arrive, et tout ce qui arrive est compté.

Le protocole : https://rfc.zeromq.org/spec/23/
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

MAX_MESSAGE = 2 * 1024 * 1024  # octets d'un message gardé
_CHUNK = 256 * 1024
_PART = 64  # octets que coûte un morceau, même vide
_MORE, _LONG, _COMMAND = 1, 2, 4
_GREETING = b"\xff" + bytes(8) + b"\x7f\x03\x00" + b"NULL".ljust(20, b"\0") + bytes(1) + bytes(31)
_SEND_SECONDS = 10.0


class Channel:
    """Une prise ; ``open()`` se présente au noyau.

    Args:
        address: ``ipc://chemin`` ou ``tcp://hôte:port``.
        kind: ``DEALER`` ou ``SUB``.
    """

    def __init__(self, address: str, kind: str) -> None:
        self.address = address
        self.kind = kind
        self._bytes = 0
        self.socket: socket.socket | None = None
        self._reader = _Reader()

    def open(self, deadline: float, alive: Callable[[], bool] = lambda: True) -> None:
        """Se connecte et se présente.

        Args:
            deadline: l'heure (``time.monotonic()``) où renoncer.
            alive: dit si le noyau est encore en marche ; sinon, l'attendre est inutile.

        Raises:
            OSError: le noyau ne répond pas, ou ne parle pas ce protocole.
        """
        self.socket = self._connect(deadline, alive)
        self._send(_GREETING)
        ready = b"\x05READY" + _property(b"Socket-Type", self.kind.encode())
        ready += _property(b"Identity", b"")
        self._send(_frame(ready, _COMMAND))
        self._handshake(deadline)
        if self.kind == "SUB":
            self._send(_frame(b"\x01", 0))  # s'abonner à tout

    def _connect(self, deadline: float, alive: Callable[[], bool]) -> socket.socket:
        scheme, _, place = self.address.partition("://")
        while True:
            with suppress(ConnectionRefusedError):
                if scheme == "ipc":
                    found = socket.socket(socket.AF_UNIX)
                    found.connect(place)
                else:
                    host, port = place.rsplit(":", 1)
                    found = socket.create_connection((host, int(port)))
                    found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                return found
            if time.monotonic() > deadline or not alive():
                raise TimeoutError("le noyau n'écoute pas")
            time.sleep(0.02)

    def _handshake(self, deadline: float) -> None:
        """Lit la présentation du noyau et sa commande READY."""
        assert self.socket is not None  # noqa: S101 - posé par open()
        greeting = b""
        while len(greeting) < 64:
            self.socket.settimeout(max(0.001, deadline - time.monotonic()))
            data = self.socket.recv(64 - len(greeting))
            if not data:
                raise ConnectionError("le noyau a fermé la connexion")
            greeting += data
        if greeting[0] != 0xFF or greeting[10] < 3:
            raise ConnectionError("le noyau ne parle pas le protocole attendu")

    @property
    def received(self) -> int:
        """Ce qui est arrivé, en octets ; un morceau, même vide, en coûte 64 de plus à lire."""
        return self._bytes + _PART * self._reader.count

    def fileno(self) -> int:
        """Renvoie le descripteur à surveiller ; -1 si la prise est fermée."""
        return self.socket.fileno() if self.socket is not None else -1

    def send(self, parts: list[bytes]) -> None:
        """Envoie un message.

        Raises:
            OSError: le noyau ne lit plus.
        """
        last = len(parts) - 1
        self._send(
            b"".join(_frame(part, _MORE if rank < last else 0) for rank, part in enumerate(parts))
        )

    def _send(self, data: bytes) -> None:
        assert self.socket is not None  # noqa: S101 - posé par open()
        self.socket.settimeout(_SEND_SECONDS)
        self.socket.sendall(data)

    def receive(self) -> Iterator[list[bytes]]:
        """Donne les messages arrivés, sans attendre ; ferme la prise si le noyau l'a fermée."""
        if self.socket is None:
            return
        self.socket.setblocking(False)
        try:
            data = self.socket.recv(_CHUNK)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.close()
            return
        self._bytes += len(data)
        yield from self._reader.feed(data)

    def close(self) -> None:
        """Ferme la prise."""
        if self.socket is not None:
            self.socket.close()
            self.socket = None


class _Reader:
    """Recompose des messages à partir des octets reçus ; jette ceux qui sont trop gros."""

    def __init__(self) -> None:
        self.count = 0  # morceaux lus
        self._buffer = bytearray()
        self._skip = 0  # octets encore à jeter du morceau en cours
        self._parts: list[bytes] = []
        self._size = 0
        self._last = False  # vrai si le morceau que l'on jette finit son message

    def feed(self, data: bytes) -> Iterator[list[bytes]]:
        """Donne les messages complets ; à la fin, il reste moins d'un message en mémoire."""
        self._buffer += data
        while self._buffer:
            if self._skip:
                dropped = min(self._skip, len(self._buffer))
                del self._buffer[:dropped]
                self._skip -= dropped
                if not self._skip and self._last:
                    self._begin()
                continue
            flags = self._buffer[0]
            head = 9 if flags & _LONG else 2
            if len(self._buffer) < head:
                return
            size = int.from_bytes(self._buffer[1:head], "big")
            last = not flags & _MORE
            if flags & _COMMAND or self._size + size + _PART > MAX_MESSAGE:
                del self._buffer[:head]
                self.count += 1
                if not flags & _COMMAND:
                    self._parts, self._size = [], MAX_MESSAGE
                self._skip, self._last = size, last and not flags & _COMMAND
                if not size and self._last:
                    self._begin()
                continue
            if len(self._buffer) < head + size:
                return
            self.count += 1
            self._parts.append(bytes(self._buffer[head : head + size]))
            self._size += size + _PART
            del self._buffer[: head + size]
            if last:
                parts = self._parts
                self._begin()
                yield parts

    def _begin(self) -> None:
        self._parts, self._size, self._last = [], 0, False


def _frame(body: bytes, flags: int) -> bytes:
    if len(body) < 256:
        return bytes([flags, len(body)]) + body
    return bytes([flags | _LONG]) + len(body).to_bytes(8, "big") + body


def _property(name: bytes, value: bytes) -> bytes:
    return bytes([len(name)]) + name + len(value).to_bytes(4, "big") + value
