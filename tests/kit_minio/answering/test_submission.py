"""La série rendue : ce qu'elle enregistre pour le correcteur, et rien d'autre."""

import json
import socket

import httpx
import pytest
from fastapi import FastAPI
from minio.error import S3Error

from helpers.s3 import read_object
from helpers.spaces import fresh_space
from kit_minio.answering import submission
from kit_minio.checks.recorded import unpack

KINDS = {"names": "answer", "upload": "api", "create": ""}


@pytest.fixture
def handed(client, monkeypatch):
    space = fresh_space(client, "essai-rendu")
    monkeypatch.setenv("KIT_GRADING", json.dumps({"01": {"space": space, "exercises": KINDS}}))
    return submission.open_submission("01", client, 7)


def recorded(handed, name):
    try:
        return unpack(read_object(handed.client, handed.space, f"reponses/{name}.json"))
    except S3Error:
        return None


def test_outside_a_correction_there_is_none(client, monkeypatch):
    monkeypatch.delenv("KIT_GRADING", raising=False)
    assert submission.open_submission("01", client, 1) is None


def test_an_answer_is_recorded(handed):
    handed.names.check({"a": (1, 2)})
    assert recorded(handed, "names").value == {"a": [1, 2]}
    assert handed.bucket("x") == f"{handed.space}-x"
    assert handed.seed == 7


def test_a_refused_answer_is_recorded_with_its_cause(handed):
    handed.names.check({"a": b"x", "b": 1})
    found = recorded(handed, "names")
    assert "« a » contient des octets" in found.refusal.message
    assert found.value == {"a": None, "b": 1}


def test_a_call_without_its_argument_is_recorded(handed):
    handed.names.check()
    assert "entre ses parenthèses" in recorded(handed, "names").refusal.message


def test_nothing_to_record(handed):
    handed.names.check(...)
    handed.create.check()
    for task in handed.tasks.values():
        task.hint()
        task.solution()
        task.reset()
    assert recorded(handed, "names") is None
    assert recorded(handed, "create") is None


def test_a_misspelt_exercise_is_told_with_the_nearest(handed):
    with pytest.raises(AttributeError, match="« name » n'existe pas ; vouliez-vous « names »"):
        handed.name  # noqa: B018


@pytest.fixture
def port(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as free:
        monkeypatch.setenv("KIT_API_FD", str(free.fileno()))
        yield free.getsockname()[1]


def test_an_application_answers_where_the_grader_waits(handed, port):
    app = FastAPI()

    @app.get("/")
    def root():
        return "bonjour"

    handed.upload.check(app)
    assert recorded(handed, "upload").refusal is None
    assert httpx.get(f"http://127.0.0.1:{port}/", trust_env=False).json() == "bonjour"


@pytest.mark.parametrize("given", ["texte", 3], ids=["texte", "nombre"])
def test_what_is_not_an_application_is_said(handed, port, given):
    handed.upload.check(given)
    assert "attend votre application" in recorded(handed, "upload").refusal.message


def test_handing_in_and_reading_a_feedback_do_nothing_while_grading(handed, capsys):
    handed.hand_in("01-buckets.ipynb")
    handed.feedback()
    assert capsys.readouterr().out == ""
