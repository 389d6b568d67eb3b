"""L'application d'un élève : démarrée une fois, et ce qu'elle lève est cité."""

from contextlib import asynccontextmanager
from urllib.parse import unquote

import httpx
import pytest
from fastapi import FastAPI, HTTPException
from fastapi.responses import PlainTextResponse

from kit_minio.answering.answers import ABSENT, AnswerError
from kit_minio.answering.application import EXCEPTION
from kit_minio.checks.applications import in_service


def ask(app, path):
    with in_service(app) as url:
        reply = httpx.get(f"{url}{path}", trust_env=False)
    return reply.status_code, unquote(reply.headers.get(EXCEPTION, ""))


def test_an_exception_is_quoted_with_its_line():
    app = FastAPI()

    @app.get("/a")
    def a():
        return {}["clé"]

    status, told = ask(app, "/a")
    assert status == 500
    assert told.startswith("KeyError : 'clé' (ligne ")
    assert 'return {}["clé"]' in told


def test_a_route_that_answers_500_itself_is_not_quoted():
    app = FastAPI()

    @app.get("/a")
    def a():
        raise HTTPException(500, "panne")

    @app.get("/b")
    def b():
        return PlainTextResponse("panne", 500)

    assert ask(app, "/a") == (500, "")
    assert ask(app, "/b") == (500, "")


def test_an_exception_of_a_mounted_application_is_quoted():
    inner, app = FastAPI(), FastAPI()

    @inner.get("/a")
    def a():
        raise ValueError("non")

    app.mount("/sous", inner)
    assert ask(app, "/sous/a")[1].startswith("ValueError : non")


def test_a_lifespan_runs_once_and_cleans_up():
    said = []

    @asynccontextmanager
    async def lifespan(app):
        said.append("début")
        app.state.client = object()
        yield
        del app.state.client
        said.append("fin")

    app = FastAPI(lifespan=lifespan)

    @app.get("/a")
    def a():
        return app.state.client is not None

    assert ask(app, "/a") == (200, "")
    assert said == ["début", "fin"]


def test_a_lifespan_that_raises_is_said():
    @asynccontextmanager
    async def lifespan(app):
        raise KeyError("MINIO_ENDPOINT")
        yield

    with (
        pytest.raises(AnswerError, match="ne démarre pas") as caught,
        in_service(FastAPI(lifespan=lifespan)),
    ):
        pass
    assert caught.value.found.startswith("KeyError : 'MINIO_ENDPOINT' (ligne ")


@pytest.mark.parametrize(("given", "told"), [(ABSENT, "parenthèses"), ("texte", "attend votre")])
def test_what_is_not_an_application_is_said(given, told):
    with pytest.raises(AnswerError, match=told), in_service(given):
        pass
