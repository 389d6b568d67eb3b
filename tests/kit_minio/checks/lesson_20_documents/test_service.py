"""Le service de la leçon 20 : le store rendu tel quel, et rien pour une API hostile."""

from __future__ import annotations

import json

import httpx
import pytest
from fastapi import FastAPI
from minio import Minio
from minio.lifecycleconfig import LifecycleConfig

from helpers import fresh_space
from kit_minio.checks.applications import in_service
from kit_minio.checks.lesson_20_documents import SERIES
from kit_minio.checks.lesson_20_documents.people import home, people
from kit_minio.checks.lesson_20_documents.retention import retention_of, rule_of
from kit_minio.checks.lesson_20_documents.service import prepare_service
from kit_minio.checks.model import Context, evaluate
from kit_minio.checks.outcome import Outcome, Verdict
from tests.support.hostile_api import Behaviour, answer, endless, hostile_server, once, silence

_KEY = "utilisateurs/zoe/documents/a"


@pytest.fixture
def context(client: Minio) -> Context:
    """Un service prêt, avec un document de l'élève, sa copie et sa règle."""
    context = Context(client, fresh_space(client, "essai-documents"), 1, "service")
    prepare_service(context)
    for name in ("documents", "sauvegardes"):
        context.put(name, _KEY, b"a")
    rules = LifecycleConfig([rule_of(home("zoe"), 12)])
    client.set_bucket_lifecycle(bucket_name=context.bucket("documents"), config=rules)
    return context


def _outcome(context: Context, url: str) -> Outcome:
    with httpx.Client(base_url=url) as http:
        context.http = http
        return evaluate(SERIES["service"], context)


def _expect_untouched(context: Context) -> None:
    for name in ("documents", "sauvegardes"):
        assert context.keys(name) == [_KEY]
    assert retention_of(context, "documents") == {home("zoe"): 12}


@pytest.mark.both_servers
def test_what_a_check_adds_is_removed_even_when_it_fails(context: Context) -> None:
    app = FastAPI()

    @app.post("/documents", status_code=201)
    def deposit() -> dict[str, str]:
        context.put("documents", f"{home(people(context)[0])}b", b"b")
        context.put("sauvegardes", "c", b"c")
        more = LifecycleConfig([rule_of(home("alice"), 3)])
        bucket = context.bucket("documents")
        context.client.set_bucket_lifecycle(bucket_name=bucket, config=more)
        return {"id": "b"}

    with in_service(app) as url:
        outcome = _outcome(context, url)
    assert outcome.verdict is Verdict.REVIEW, outcome
    _expect_untouched(context)


HOSTILE: dict[str, Behaviour] = {
    "sans fin": endless,
    "toujours oui": once(answer(b'{"status": "ok"}', 200)),
    "créé, sans rien faire": once(answer(json.dumps({"id": "a" * 32, "size": 2000}).encode())),
    "toujours non": once(answer(b"{}", 401)),
    "pas du JSON": once(answer(b"\xff" * 100, 200)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_service_gets_at_most_what_it_does(context: Context, name: str) -> None:
    with hostile_server(HOSTILE[name]) as (url, _):
        outcome = _outcome(context, url)
    assert outcome.verdict is Verdict.REVIEW, outcome
    # Dire oui à tout donne la santé, et rien de plus.
    assert outcome.points == (1 if name == "toujours oui" else 0), outcome
    _expect_untouched(context)


@pytest.mark.slow
def test_a_mute_service_is_soon_asked_no_more(context: Context) -> None:
    with hostile_server(silence) as (url, visits):
        outcome = _outcome(context, url)
    assert "GET /health : pas de réponse en 4 s" in outcome.message
    assert outcome.points == 0
    assert len([visit for visit in visits if b"openapi" not in visit]) == 2


def test_a_store_changed_by_hand_is_not_an_answer(context: Context) -> None:
    """Un objet déposé par l'élève lui-même ne remplace pas une route."""
    user, _ = people(context)
    key = f"{home(user)}{'a' * 32}"
    context.put("documents", key, b"x" * 2000)
    body = json.dumps({"id": "a" * 32, "size": 2000}).encode()
    with hostile_server(once(answer(body))) as (url, _):
        outcome = _outcome(context, url)
    assert outcome.points == 0, outcome
    assert key in context.keys("documents")


def test_a_route_that_is_missing_costs_its_step_only(context: Context) -> None:
    """L'identité se juge sur les routes qui sont là."""
    app = FastAPI()

    @app.get("/health")
    def health() -> dict[str, str]:
        return {"status": "ok"}

    with in_service(app) as url:
        outcome = _outcome(context, url)
    assert outcome.points == 1, outcome
    assert "Étape « identité ». L'application n'a encore aucune des routes" in outcome.message
