"""Une application en service le temps d'une vérification : elle répond, puis plus rien n'écoute."""

import logging
import threading
import time
from contextlib import suppress

import httpx
import pytest
from fastapi import FastAPI

from kit_minio.answering.answers import AnswerError
from kit_minio.checks.applications import in_service


def test_it_answers_for_the_time_of_the_check_and_leaves_its_port():
    app = FastAPI()
    app.get("/a")(lambda: "oui")
    with in_service(app) as url:
        assert httpx.get(f"{url}/a", trust_env=False).json() == "oui"
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/a", trust_env=False)


def test_uvicorn_speaks_again_after_an_application_that_does_not_start():
    with pytest.raises(AnswerError), in_service("texte"):
        pass
    assert not logging.getLogger("uvicorn.error").disabled


def test_a_route_that_holds_the_loop_ends_later_without_a_trace(monkeypatch):
    app, raised = FastAPI(), []
    monkeypatch.setattr(threading, "excepthook", raised.append)

    @app.get("/a")
    async def a():
        time.sleep(3)

    with in_service(app) as url, suppress(httpx.TimeoutException):
        httpx.get(f"{url}/a", timeout=0.1, trust_env=False)
    for thread in threading.enumerate():
        if thread.name.startswith("serve-"):
            thread.join(20)
    assert raised == []
