"""Les vérifications de la leçon 14 : le store rendu tel quel, et rien pour une API hostile."""

from __future__ import annotations

import io
import json
import time

import httpx
import pytest
from minio import Minio
from minio.lifecycleconfig import LifecycleConfig

from helpers import fresh_space
from helpers.exercises.model import Context, Verdict, evaluate
from kit_minio.checks import lesson_14_documents as documents
from tests.kit_minio.checks.test_lesson_06_api import answer, endless, hostile_server, once


@pytest.fixture
def context(client: Minio) -> Context:
    context = Context(client, fresh_space(client, "essai-documents"), 1, "service")
    documents._prepare_service(context)
    return context


@pytest.mark.both_servers
def test_what_a_check_adds_is_removed_even_when_it_fails(context: Context) -> None:
    """Un document de l'élève, sa copie et ses règles restent ; le reste s'en va."""
    for name in ("documents", "sauvegardes"):
        context.put(name, "utilisateurs/zoe/documents/a", b"a")
    bucket = context.bucket("documents")
    rules = LifecycleConfig([documents._rule("utilisateurs/zoe/documents/", 12)])
    context.client.set_bucket_lifecycle(bucket_name=bucket, config=rules)
    with pytest.raises(ZeroDivisionError), documents._left_as_found(context):
        context.put("documents", "utilisateurs/zoe/documents/b", b"b")
        context.put("sauvegardes", "utilisateurs/zoe/documents/b", b"b")
        more = LifecycleConfig([documents._rule("utilisateurs/alice/documents/", 3)])
        context.client.set_bucket_lifecycle(bucket_name=bucket, config=more)
        raise ZeroDivisionError
    for name in ("documents", "sauvegardes"):
        assert context.keys(name) == ["utilisateurs/zoe/documents/a"]
    assert documents._retention(context, "documents") == {"utilisateurs/zoe/documents/": 12}


HOSTILE = {
    "sans fin": endless,
    "toujours oui": once(answer(b'{"status": "ok"}', 200)),
    "créé, sans rien faire": once(answer(json.dumps({"id": "a" * 32, "size": 2000}).encode())),
    "toujours non": once(answer(b"{}", 401)),
    "pas du JSON": once(answer(b"\xff" * 100, 200)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_service_gets_at_most_what_it_does(context: Context, name: str) -> None:
    started = time.monotonic()
    with hostile_server(HOSTILE[name]) as (url, _), httpx.Client(base_url=url) as http:
        context.http = http
        outcome = evaluate(documents.SERIES["service"], context)
    assert time.monotonic() - started < 30
    assert outcome.verdict is Verdict.REVIEW, outcome
    # Dire oui à tout donne la santé ; dire non à tout, l'identité.
    assert outcome.points <= 1, outcome
    assert context.keys("documents") == []


def test_a_store_changed_by_hand_is_not_an_answer(context: Context) -> None:
    """Un objet déposé par l'élève lui-même ne remplace pas une route."""
    user, _ = documents._people(context)
    key = f"{documents._home(user)}{'a' * 32}"
    data = b"x" * 2000
    context.client.put_object(
        bucket_name=context.bucket("documents"),
        object_name=key,
        data=io.BytesIO(data),
        length=len(data),
    )
    body = json.dumps({"id": "a" * 32, "size": 2000}).encode()
    with hostile_server(once(answer(body))) as (url, _), httpx.Client(base_url=url) as http:
        context.http = http
        outcome = evaluate(documents.SERIES["service"], context)
    assert outcome.points == 0, outcome
    assert context.keys("documents") == [key]
