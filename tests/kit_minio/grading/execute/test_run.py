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
