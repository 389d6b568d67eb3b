"""Recomposer des messages de ZeroMQ à partir d'octets reçus, sans garder ceux qui sont trop gros.

Un message est fait de morceaux ; chacun est précédé d'un octet (en vient-il d'autres, est-il long,
est-ce une commande) et de sa taille, sur un octet ou sur huit.
"""

from __future__ import annotations

from collections.abc import Iterator

MAX_MESSAGE = 2 * 1024 * 1024  # octets d'un message gardé
MORE, LONG, COMMAND = 1, 2, 4
_PART = 64  # octets que coûte un morceau, même vide


class Messages:
    """Les messages d'un canal ; ce qui est gardé en mémoire tient en un message."""

    def __init__(self) -> None:
        self.parts = 0  # morceaux reçus
        self._buffer = bytearray()
        self._reading = self._read()

    def feed(self, data: bytes) -> list[list[bytes]]:
        """Renvoie les messages que ces octets achèvent."""
        self._buffer += data
        return list(iter(self._reading.__next__, None))

    def _read(self) -> Iterator[list[bytes] | None]:
        """Donne chaque message achevé, et ``None`` quand il faut d'autres octets."""
        kept: list[bytes] = []
        size = 0  # du message en cours, même jeté
        while True:
            yield from self._wait(1)
            flags = self._buffer[0]
            head = 9 if flags & LONG else 2
            yield from self._wait(head)
            length = int.from_bytes(self._buffer[1:head], "big")
            del self._buffer[:head]
            self.parts += 1
            if flags & COMMAND:
                yield from self._drop(length)
                continue
            size += length + _PART
            if size > MAX_MESSAGE:
                kept = []
                yield from self._drop(length)
            else:
                yield from self._wait(length)
                kept.append(bytes(self._buffer[:length]))
                del self._buffer[:length]
            if not flags & MORE:
                if size <= MAX_MESSAGE:
                    yield kept
                kept, size = [], 0

    def _wait(self, length: int) -> Iterator[None]:
        while len(self._buffer) < length:
            yield None

    def _drop(self, length: int) -> Iterator[None]:
        while length:
            if not self._buffer:
                yield None
            dropped = min(length, len(self._buffer))
            del self._buffer[:dropped]
            length -= dropped


def frame(body: bytes, flags: int) -> bytes:
    """Renvoie un morceau, tel qu'il s'envoie."""
    if len(body) < 256:
        return bytes([flags, len(body)]) + body
    return bytes([flags | LONG]) + len(body).to_bytes(8, "big") + body
