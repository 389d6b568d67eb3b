"""Les vérifications de la leçon 06 face à des API cassées ou hostiles : zéro point, temps borné."""

from __future__ import annotations

import gzip
import hashlib
import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from threading import Thread

import httpx
import pytest
from fastapi import FastAPI, UploadFile

from helpers import fresh_space, serve
from helpers.exercises.model import Context, Verdict, evaluate
from kit_minio.checks import exchanges
from kit_minio.checks import lesson_06_api as api

NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"


def answer(body: bytes, status: int = 201, **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def endless() -> Iterator[bytes]:
    yield b"HTTP/1.1 201 X\r\nTransfer-Encoding: chunked\r\n\r\n"
    while True:
        yield b"10000\r\n" + b"x" * 65536 + b"\r\n"


def drip() -> Iterator[bytes]:
    yield b"HTTP/1.1 201 X\r\nContent-Length: 1000\r\n\r\n"
    while True:
        yield b"x"
        time.sleep(0.2)


def silence() -> Iterator[bytes]:
    yield b""
    time.sleep(5)


def once(data: bytes) -> Callable[[], Iterator[bytes]]:
    return lambda: iter([data])


@contextmanager
def hostile_server(behaviour: Callable[[], Iterator[bytes]]) -> Iterator[tuple[str, list[bytes]]]:
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


def outcome_of(client, task: str, url: str):
    exercise = api.SERIES[task]
    space = fresh_space(client, "essai-api")
    with httpx.Client(base_url=url) as http:
        context = Context(client, space, 1, task, http=http)
        if exercise.prepare:
            exercise.prepare(context)
        return evaluate(exercise, context)


HOSTILE = {
    "sans fin": (endless, "beaucoup trop longue"),
    "goutte à goutte": (drip, "ne finit pas"),
    "muette": (silence, "pas de réponse"),
    "coupée": (once(b""), "s'est interrompue"),
    "pas du HTTP": (once(b"bonjour\r\n\r\n"), "s'est interrompue"),
    "en-têtes sans fin": (once(b"HTTP/1.1 201 X\r\n" + b"A: b\r\n" * 100_000), "interrompue"),
    "bombe compressée": (
        once(answer(gzip.compress(b"0" * 10_000_000), Content_Encoding="gzip")),
        "n'est pas du JSON",
    ),
    "redirection": (once(answer(b"", 307, Location="http://127.0.0.2/")), "n'est pas celui"),
    "JSON profond": (once(answer(b"[" * 100_000)), "n'est pas du JSON"),
    "nombre de 5000 chiffres": (once(answer(b"9" * 5000)), "n'est pas du JSON"),
    "demi-caractère": (once(answer(b'{"key": "\\ud800", "size": 1}')), "n'est pas du JSON"),
    "NaN": (once(answer(b'{"key": "a", "size": NaN}')), "n'est pas du bon type"),
    "vrai pour une taille": (once(answer(b'{"key": "a", "size": true}')), "n'est pas du bon type"),
    "rien": (once(answer(b"null")), "exactement les champs"),
    "clé démesurée": (
        once(answer(json.dumps({"key": "k" * 9000, "size": 1}).encode())),
        "aucun objet du bucket",
    ),
    "clé vide": (once(answer(b'{"key": "", "size": 1}')), "aucun objet du bucket"),
    "clé qui remonte": (once(answer(b'{"key": "../a", "size": 1}')), "aucun objet du bucket"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_upload_route_gets_nothing_in_bounded_time(client, monkeypatch, name) -> None:
    monkeypatch.setattr(exchanges, "_SECONDS", 1)
    behaviour, message = HOSTILE[name]
    started = time.monotonic()
    with hostile_server(behaviour) as (url, _):
        outcome = outcome_of(client, "upload", url)
    assert time.monotonic() - started < 8
    assert outcome.verdict is Verdict.REVIEW, outcome
    assert message in outcome.message
    assert outcome.points == 0


@pytest.mark.parametrize(
    "task", [task.name for task in api.SERIES.exercises], ids=lambda name: name
)
def test_no_exercise_gives_a_point_to_an_api_that_streams_for_ever(client, task) -> None:
    started = time.monotonic()
    with hostile_server(endless) as (url, _):
        outcome = outcome_of(client, task, url)
    assert time.monotonic() - started < 20
    assert outcome.verdict is Verdict.REVIEW, outcome
    assert outcome.points == 0


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "localhost"])
@pytest.mark.parametrize("task", ["presigned_put", "presigned_get"])
def test_presigned_url_of_an_api_never_leads_the_check_elsewhere(client, task, host) -> None:
    with hostile_server(once(answer(b"", 200))) as (trap, visits):
        address = trap.replace("127.0.0.1", host)
        signed = "?X-Amz-Signature=0&X-Amz-Expires=600"
        fields = {"url": f"{address}/bucket/key{signed}"}
        fields |= {"key": "a"} if task == "presigned_put" else {}
        body = once(answer(json.dumps(fields).encode(), 200))
        with hostile_server(body) as (url, _):
            outcome = outcome_of(client, task, url)
    assert visits == []
    assert outcome.verdict is Verdict.REVIEW, outcome
    assert outcome.points == 0


@pytest.mark.parametrize(
    "url", ["", "bonjour", "file:///etc/passwd", "http://[::1", "//", "http://a b/", "http://\x00/"]
)
def test_what_is_not_a_url_is_said(client, url) -> None:
    body = once(answer(json.dumps({"key": "a", "url": url}).encode(), 200))
    with hostile_server(body) as (address, _):
        outcome = outcome_of(client, "presigned_put", address)
    assert outcome.verdict is Verdict.REVIEW, outcome
    assert "URL" in outcome.message


def test_route_that_lacks_memory_keeps_one_point_when_graded(client) -> None:
    """Pour la correction, l'API n'est pas dans ce processus : elle y manque de mémoire."""
    app = FastAPI()
    space = fresh_space(client, "essai-api")
    context = Context(client, space, 1, "large")

    @app.post("/videos", status_code=201)
    def upload(file: UploadFile) -> dict[str, str | int]:
        if file.size > 50_000_000:
            raise MemoryError
        data = file.file.read()
        context.put("videos", "a", data, content_type=file.content_type)
        return {"key": "a", "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}

    context.make_bucket("videos")
    with serve(app, name="test") as served, httpx.Client(base_url=served.url) as http:
        context.http = http
        outcome = evaluate(api.SERIES["large"], context)
    assert outcome.verdict is Verdict.REVIEW, outcome
    assert "reçoit 1 Mo, mais pas 100 Mo" in outcome.message
    assert outcome.points == 1


def test_check_of_the_large_upload_holds_little_memory(client) -> None:
    """Le vérificateur mesure sa propre mémoire : il ne doit presque rien y ajouter."""
    with hostile_server(once(NOT_FOUND)) as (url, _), httpx.Client(base_url=url) as http:
        context = Context(client, "", 1, "large", http=http)
        with api.TemporaryFile() as film, api._peak_memory() as peak:
            api._write_film(film, 50)
            exchanges.send(
                context.http, "POST", "/videos", files={"file": ("a", film, "video/mp4")}
            )
    assert peak[0] < 10
