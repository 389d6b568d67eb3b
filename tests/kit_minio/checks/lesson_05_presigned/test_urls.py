"""Une URL reçue sert sans rien abîmer, et sans que rien ne parte ailleurs."""

import threading
import tracemalloc
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from kit_minio.checks.lesson_05_presigned.sharing import request_of
from kit_minio.checks.model import Context
from kit_minio.checks.outcome import Verdict
from kit_minio.checks.store_requests import public_host
from tests.support.presigning import form, judge, link, order, prepared, store

MIB = 1024 * 1024


@pytest.fixture
def elsewhere():
    """Un serveur HTTP qui n'est pas le serveur S3 ; donne son adresse et les requêtes reçues."""
    received = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            received.append(self.path)
            self.send_response(200)
            self.end_headers()

        do_PUT = do_POST = do_HEAD = do_GET

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_address[1]}", received
    server.shutdown()
    server.server_close()


def test_no_request_ever_leaves_for_another_host(client, space, elsewhere):
    host, received = elsewhere
    share = prepared(client, space, "share")
    real = store(share)
    for trap in (host, f"{real}@{host}", f"{host}#{real}", f"{host}\\@{real}", f"{real}.{host}"):
        assert judge(share, link(share, trap)).verdict is Verdict.REVIEW, trap
    drop_off = prepared(client, space, "drop_off")
    sent = order(drop_off)
    away = sent | {"url": sent["url"].replace(public_host(drop_off), host)}
    assert judge(drop_off, away).verdict is Verdict.REVIEW
    contest = prepared(client, space, "form")
    assert judge(contest, form(contest, host)).verdict is Verdict.REVIEW
    assert received == []


def test_a_proxy_of_the_environment_is_not_used(client, space, elsewhere, monkeypatch):
    host, received = elsewhere
    context = prepared(client, space, "share")
    monkeypatch.setenv("HTTP_PROXY", f"http://{host}")
    monkeypatch.setenv("http_proxy", f"http://{host}")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    assert judge(context, link(context)).points == 1  # un lien juste, sans nom
    assert received == []


def test_a_huge_object_is_not_read_whole(client, space):
    context = prepared(client, space, "share")
    key, _ = request_of(context)
    context.put("cours", key, bytes(30 * MIB), content_type="application/pdf")
    tracemalloc.start()
    outcome = judge(context, link(context))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "n'est pas celui de l'énoncé" in outcome.message
    assert peak < 10 * MIB


@pytest.mark.parametrize("answer", [42, [], "x" * 10_000, {"url": 3}, "http://[", "\x00"])
def test_odd_answers_are_reviewed_and_not_errors(client, space, answer):
    for name in ("share", "drop_off", "form", "refusals"):
        context = Context(client, space, 1, name)
        assert judge(context, answer).verdict is Verdict.REVIEW, name
    context = Context(client, space, 1, "drop_off")
    odd = {"method": "PUT", "url": answer, "headers": answer}
    assert judge(context, odd).verdict is Verdict.REVIEW
    context = Context(client, space, 1, "form")
    assert judge(context, {"url": answer, "fields": {"policy": answer}}).verdict is Verdict.REVIEW
