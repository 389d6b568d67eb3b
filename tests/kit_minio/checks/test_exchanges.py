"""Échanger avec une API : une réponse bornée en taille et en durée, ou la raison de son absence."""

from __future__ import annotations

import gzip

import httpx
import pytest

from kit_minio.checks.exchanges import Reply, Silent, s3_code, send
from kit_minio.checks.model import Review
from tests.support.hostile_api import (
    Behaviour,
    answer,
    drip,
    endless,
    hostile_server,
    once,
    silence,
)

_SECONDS = 0.5
BROKEN: dict[str, tuple[Behaviour, type[Review], str]] = {
    "sans fin": (endless, Review, "beaucoup trop longue"),
    "goutte à goutte": (drip, Silent, "ne finit pas"),
    "muette": (silence, Silent, "pas de réponse en 0.5 s"),
    "coupée": (once(b""), Review, "s'est interrompue"),
    "pas du HTTP": (once(b"bonjour\r\n\r\n"), Review, "s'est interrompue"),
    "en-têtes sans fin": (
        once(b"HTTP/1.1 201 X\r\n" + b"A: b\r\n" * 100_000),
        Review,
        "s'est interrompue",
    ),
}
NOT_JSON = {
    "bombe compressée": answer(gzip.compress(b"0" * 10_000_000), Content_Encoding="gzip"),
    "JSON profond": answer(b"[" * 100_000),
    "nombre de 5000 chiffres": answer(b"9" * 5000),
    "demi-caractère": answer(b'{"key": "\\ud800", "size": 1}'),
}


def _send(behaviour: Behaviour, seconds: float = _SECONDS) -> Reply:
    with hostile_server(behaviour) as (url, _), httpx.Client(base_url=url) as http:
        return send(http, "GET", "/", seconds)


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_answer_is_told(name: str) -> None:
    behaviour, kind, message = BROKEN[name]
    with pytest.raises(Review, match=message) as told:
        _send(behaviour)
    assert type(told.value) is kind


@pytest.mark.parametrize("name", NOT_JSON)
def test_what_is_not_json_is_told(name: str) -> None:
    with pytest.raises(Review, match="n'est pas du JSON"):
        _send(once(NOT_JSON[name])).json()


def test_a_redirection_is_not_followed_and_a_final_slash_is_recognised() -> None:
    for place, slash in (("/a/", False), ("/", True), ("http://127.0.0.1:1/b", False)):
        reply = _send(once(answer(b"", 307, Location=place)))
        assert (reply.status, reply.slash) == (307, slash)


def test_what_the_kit_says_of_an_exception_is_read() -> None:
    headers = {"x_kit_exception": "KeyError%20%3A%20%27cl%C3%A9%27", "x_kit_doubled": "GET%20/a"}
    reply = _send(once(answer(b"", 500, **headers)))
    assert reply.exception == "KeyError : 'clé'"
    assert reply.doubled == "GET /a"


def test_the_code_of_the_store_is_found() -> None:
    assert s3_code(Reply(403, b"<Error><Code>AccessDenied</Code></Error>")) == "403 AccessDenied"
    assert s3_code(Reply(200, b"")) == "200"
