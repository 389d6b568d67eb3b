"""Les vérifications de la leçon 05 se servent d'une URL sans rien abîmer ni aller ailleurs."""

import threading
import tracemalloc
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from minio.datatypes import PostPolicy

from helpers import fresh_space, remove_space
from helpers.exercises.model import Context, Verdict, evaluate
from helpers.s3 import client_for
from helpers.server import find
from kit_minio.checks import series
from kit_minio.checks.lesson_05_presigned.form import prefix_of
from kit_minio.checks.lesson_05_presigned.refusals import CAUSES, refusals_of
from kit_minio.checks.lesson_05_presigned.sharing import parcel_of, request_of
from kit_minio.checks.lesson_05_presigned.urls import public_host

MIB = 1024 * 1024
SERIES = series("05")


@pytest.fixture
def space(client):
    name = fresh_space(client, "essai-05")
    yield name
    remove_space(client, name)


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


def prepared(client, space, name):
    context = Context(client, space, 1, name)
    SERIES[name].prepare(context)
    return context


def judge(context, answer):
    context.answer = answer
    return evaluate(SERIES[context.name], context)


def link(context, host=None):
    key, _ = request_of(context)
    url = context.client.presigned_get_object(
        bucket_name=context.bucket("cours"), object_name=key, expires=timedelta(hours=1)
    )
    return url.replace(url.split("/")[2], host) if host else url


def order(context):
    url = client_for(replace(find(), endpoint=public_host(context))).presigned_put_object(
        bucket_name=context.bucket("mobile"),
        object_name=parcel_of(context),
        expires=timedelta(minutes=10),
    )
    return {"method": "PUT", "url": url, "headers": {"Content-Type": "image/jpeg"}}


def form(context, host):
    bucket = context.bucket("concours")
    policy = PostPolicy(bucket_name=bucket, expiration=datetime.now(UTC) + timedelta(hours=1))
    policy.add_starts_with_condition(element="key", value=prefix_of(context))
    policy.add_starts_with_condition(element="Content-Type", value="image/")
    policy.add_content_length_range_condition(lower_limit=0, upper_limit=1 << 20)
    fields = context.client.presigned_post_policy(policy=policy)
    return {"url": f"http://{host}/{bucket}", "fields": fields}


def store(context):
    return link(context).split("/")[2]


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


@pytest.mark.both_servers
def test_drop_off_leaves_the_bucket_as_it_was(client, space):
    context = prepared(client, space, "drop_off")
    before = context.keys("mobile")
    assert judge(context, order(context)).verdict is Verdict.PASSED
    assert context.keys("mobile") == before
    context.put("mobile", parcel_of(context), b"la photo du livreur", content_type="image/jpeg")
    assert judge(context, order(context)).verdict is Verdict.PASSED
    assert context.read("mobile", parcel_of(context)) == b"la photo du livreur"


@pytest.mark.both_servers
def test_form_leaves_the_bucket_as_it_was(client, space):
    context = prepared(client, space, "form")
    before = context.keys("concours")
    assert judge(context, form(context, store(context))).verdict is Verdict.PASSED
    assert context.keys("concours") == before


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


def test_every_cause_is_met_and_seeds_differ():
    drawn = [
        tuple(refusals_of(Context(None, "espace", seed, "refusals")).values()) for seed in range(20)
    ]
    assert all(set(causes) == set(CAUSES) for causes in drawn)
    assert len(set(drawn)) > 10
