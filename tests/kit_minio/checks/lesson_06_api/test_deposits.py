"""Les dépôts de la leçon 06, face à des API qui mentent : rien pour elles."""

from __future__ import annotations

import json

import pytest
from minio import Minio

from kit_minio.checks.lesson_06_api import SERIES
from kit_minio.checks.outcome import Verdict
from tests.support.hostile_api import answer, endless, hostile_server, once, outcome_of

LIES = {
    "NaN": (b'{"key": "a", "size": NaN}', "aucun objet du bucket"),
    "rien": (b"null", "n'est pas un objet JSON"),
    "clé démesurée": (json.dumps({"key": "k" * 9000, "size": 1}).encode(), "aucun objet du bucket"),
    "clé vide": (b'{"key": "", "size": 1}', "aucun objet du bucket"),
    "clé qui remonte": (b'{"key": "../a", "size": 1}', "aucun objet du bucket"),
}


@pytest.mark.both_servers
@pytest.mark.parametrize("name", LIES)
def test_a_lie_gets_nothing(client: Minio, name: str) -> None:
    body, message = LIES[name]
    with hostile_server(once(answer(body))) as (url, _):
        outcome = outcome_of(client, SERIES, "upload", url)
    assert outcome.verdict is Verdict.REVIEW, outcome
    assert message in outcome.message
    assert outcome.points == 0


@pytest.mark.parametrize("task", [task.name for task in SERIES.exercises])
def test_no_exercise_gives_a_point_to_an_api_that_streams_for_ever(
    client: Minio, task: str
) -> None:
    with hostile_server(endless) as (url, _):
        outcome = outcome_of(client, SERIES, task, url)
    assert outcome.verdict is Verdict.REVIEW, outcome
    assert outcome.points == 0
