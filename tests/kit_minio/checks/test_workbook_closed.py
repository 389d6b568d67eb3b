"""Une série que l'on n'atteint plus : bucket fermé à tous (« Deny s3:* »), serveur arrêté."""

from __future__ import annotations

import pytest
from minio import Minio

from helpers import open_exercises
from helpers.s3 import HttpPool
from helpers.spaces import full_name, remove_space
from kit_minio.checks.outcome import Verdict
from kit_minio.checks.workbook import Workbook
from tests.support.closed import deny_everything

pytestmark = pytest.mark.both_servers


def _opened(client: Minio) -> Workbook:
    found = open_exercises("08", client)
    assert isinstance(found, Workbook)
    return found


@pytest.fixture
def tp(client: Minio) -> Workbook:
    remove_space(client, full_name("exercice-08"))
    return _opened(client)


def _close(client: Minio, *buckets: str) -> None:
    for bucket in buckets:
        client.set_bucket_policy(bucket_name=bucket, policy=deny_everything(bucket))


def test_the_exercise_says_so_and_starts_again(tp: Workbook, client: Minio) -> None:
    _close(client, tp.bucket("web"))
    tp.publish.check()
    assert tp.progress()["publish"].verdict is not Verdict.PASSED
    tp.publish.reset()
    names = [item.object_name for item in client.list_objects(bucket_name=tp.bucket("web"))]
    assert names


def test_the_series_opens_again_and_keeps_what_was_earned(tp: Workbook, client: Minio) -> None:
    tp.publish.check()
    before = tp.progress()
    _close(client, tp.bucket("web"), tp.bucket("mediatheque"), tp.home)
    again = _opened(client)
    assert again.progress() == before
    assert list(client.list_objects(bucket_name=again.bucket("web")))


def test_the_series_of_a_dead_server_says_what_to_do(tp: Workbook) -> None:
    tp.client = Minio("127.0.0.1:9", "clef", "secret", secure=False, http_client=HttpPool())
    for shown in (repr(tp), tp._repr_html_()):
        assert "Le serveur S3 ne répond pas" in shown
        assert "Relancez connect()" in shown
        assert "rouvrez la série" in shown
    assert "Max retries" not in shown
