"""L'exécution d'un notebook : un espace et un noyau neufs, dont rien ne reste."""

from __future__ import annotations

import pytest
from minio import Minio

from kit_minio import checks as lessons
from kit_minio.grading.execute.run import run_notebook
from kit_minio.grading.grader import Grader
from tests.support.copies import notebook_of
from tests.support.grading import copy_of, level_one

pytestmark = level_one


def test_the_environment_is_clean(grader: Grader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANARI", "secret")
    code = "import os; raise RuntimeError(sorted(os.environ))"
    series = lessons.series("01")
    run = run_notebook(series, notebook_of("01", {"create": code}), grader, 1, until="create")
    assert "CANARI" not in run.errors["create"][0]
    assert "MINIO_ENDPOINT" in run.errors["create"][0]
    assert list(run.exams) == ["create"]


@pytest.mark.both_servers
def test_nothing_of_a_copy_is_left_on_the_server(grader: Grader, client: Minio) -> None:
    before = {bucket.name for bucket in client.list_buckets()}
    grader.grade(copy_of("rangée"))
    assert {bucket.name for bucket in client.list_buckets()} == before


def test_a_replay_does_not_tell_its_seed(grader: Grader) -> None:
    """Qui la connaîtrait referait les données, et leurs réponses, au lieu de les lire."""
    code = """
bucket = tp.bucket("enonce")
with client.get_object(bucket_name=bucket, object_name="noms.txt") as answer:
    raise RuntimeError(f"{seed} {tp.seed} {answer.read().decode().split()}")
"""
    told = []
    for data_seed in (1, 7):
        notebook = notebook_of("01", {"create": code})
        run = run_notebook(lessons.series("01"), notebook, grader, data_seed, until="create")
        told.append(run.errors["create"][0])
    first, replay = told
    assert first.startswith("RuntimeError : 1 1 [")
    assert replay.startswith("RuntimeError : 1 1 [")
    assert first != replay  # les données, elles, ont changé
