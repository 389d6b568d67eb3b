"""Des API cassées ou hostiles, faites d'octets, et ce qu'en dit une vérification."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from threading import Thread

import httpx
from minio import Minio

from helpers import fresh_space
from kit_minio.checks.model import Context, Series, evaluate
from kit_minio.checks.outcome import Outcome

Behaviour = Callable[[], Iterator[bytes]]
NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"


def answer(body: bytes, status: int = 201, **headers: str) -> bytes:
    """Renvoie une réponse HTTP."""
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def once(data: bytes) -> Behaviour:
    """Renvoie un comportement : ces octets, puis rien."""
    return lambda: iter([data])


def endless() -> Iterator[bytes]:
    """Répond sans fin."""
    yield b"HTTP/1.1 201 X\r\nTransfer-Encoding: chunked\r\n\r\n"
    while True:
        yield b"10000\r\n" + b"x" * 65536 + b"\r\n"


def drip() -> Iterator[bytes]:
    """Répond au compte-gouttes."""
    yield b"HTTP/1.1 201 X\r\nContent-Length: 1000\r\n\r\n"
    while True:
        yield b"x"
        time.sleep(0.2)


def silence() -> Iterator[bytes]:
    """Ne répond pas."""
    yield b""
    time.sleep(8)


@contextmanager
def hostile_server(behaviour: Behaviour) -> Iterator[tuple[str, list[bytes]]]:
    """Répond à tout par ``behaviour``, sauf à la description ; donne aussi les requêtes reçues."""
    listener = socket.create_server(("127.0.0.1", 0))
    heads: list[bytes] = []

    def talk(peer: socket.socket) -> None:
        with closing(peer), suppress(OSError):
            head = b""
            while b"\r\n\r\n" not in head:
                head += peer.recv(65536)
            heads.append(head.split(b"\r\n")[0])
            described = b"/openapi.json" in heads[-1]
            for piece in iter([NOT_FOUND]) if described else behaviour():
                peer.sendall(piece)
            peer.shutdown(socket.SHUT_WR)
            while peer.recv(65536):
                pass

    def accept() -> None:
        with suppress(OSError):
            while True:
                Thread(target=talk, args=(listener.accept()[0],), daemon=True).start()

    Thread(target=accept, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", heads
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def outcome_of(client: Minio, series: Series, task: str, url: str) -> Outcome:
    """Vérifie un exercice dont l'API répond à cette adresse."""
    exercise = series[task]
    with httpx.Client(base_url=url) as http:
        context = Context(client, fresh_space(client, "essai-api"), 1, task, http=http)
        if exercise.prepare:
            exercise.prepare(context)
        return evaluate(exercise, context)
