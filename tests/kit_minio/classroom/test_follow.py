"""Ce que chaque vérification dit à la salle."""

from __future__ import annotations

import json

import pytest
from minio.error import S3Error
from urllib3.exceptions import HTTPError

from helpers.s3 import read_object
from kit_minio.checks import open_series
from kit_minio.checks.outcome import Outcome, Verdict
from kit_minio.classroom.follow import Follow
from tests.support.servers import wait_until

PASSED, REVIEW, TODO = (
    Outcome(verdict, "") for verdict in (Verdict.PASSED, Verdict.REVIEW, Verdict.TODO)
)


def test_failures_are_counted_until_the_next_success(kit_data):
    follow = Follow("01")
    for _ in range(3):
        follow.record("create", REVIEW, REVIEW)
    state = follow.states["create"]
    assert (state.verdict, state.tries, bool(state.since)) == ("à revoir", 3, True)
    first = state.since
    follow.record("create", TODO, REVIEW)
    assert (state.tries, state.since) == (3, first)
    follow.record("create", PASSED, PASSED)
    assert (state.verdict, state.tries, state.since) == ("réussi", 0, "")
    follow.record("create", REVIEW, PASSED)  # ce qui est acquis le reste
    assert (state.verdict, state.tries) == ("réussi", 1)


@pytest.mark.both_servers
def test_opening_a_series_and_checking_it_is_seen_by_the_teacher(room, capsys):
    zoe, one = room.enter("Zoé Martin")
    board = room.register.board

    def told() -> dict:
        try:
            return json.loads(read_object(room.admin, board, f"01/{one.space}.json"))["exercises"]
        except (S3Error, HTTPError):  # pas encore là
            return {"create": {}}

    with room.student("Zoé Martin"):
        tp = open_series("01", zoe, 1)
        assert wait_until(lambda: told() == {} or told()["create"] == {}, 20)
        tp.client.make_bucket(bucket_name=tp.bucket("archives"))
        tp.create.check()
        assert wait_until(lambda: told().get("create", {}).get("tries") == 1, 20)
