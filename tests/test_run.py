"""L'exécution d'une copie : les notes justes, et ce qui se passe quand une cellule tourne mal."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psutil
import pytest
from hostile_class import notebook_of
from minio import Minio
from unprivileged import as_user

from helpers import lessons
from helpers.checks import Verdict
from helpers.grading import run
from helpers.grading.kernels import Limits
from helpers.grading.model import Copy, Result
from helpers.grading.run import Grader, Settings, run_copy

pytestmark = [
    pytest.mark.needs("bubblewrap"),
    pytest.mark.skipif(sys.platform != "linux", reason="le niveau 1 demande Linux"),
]


@pytest.fixture(scope="module")
def grader() -> Iterator[Grader]:
    with Grader(Settings(replay_seed=7, limits=Limits(cell_seconds=5), workers=3)) as found:
        yield found


def _copy(name: str, lesson: str = "01", **written: str) -> Copy:
    return Copy(name, name.title(), notebooks={lesson: notebook_of(lesson, written)})


def _points(result: Result) -> dict[str, float]:
    assert result.trouble is None
    return {mark.exercise: mark.outcome.points for mark in result.marks}


def _bytes(result: Result) -> bytes:
    """Renvoie un résultat en octets, sans les durées."""
    found = asdict(result)
    found["seconds"] = 0
    for mark in found["marks"]:
        mark["seconds"] = 0
    return json.dumps(found, ensure_ascii=False).encode()


@pytest.mark.parametrize("lesson", list(lessons.MODULES))
def test_the_solution_gets_everything(grader: Grader, lesson: str) -> None:
    result = grader.grade(_copy("juste", lesson))
    assert {
        m.exercise: m.outcome.message for m in result.marks if m.outcome.points < m.out_of
    } == {}
    assert result.points == result.out_of == lessons.series(lesson).points
    assert (result.isolation, result.seed, result.remarks) == (1, 7, [])


def test_an_empty_copy_is_all_to_do(grader: Grader) -> None:
    empty = {exercise.name: "" for exercise in lessons.series("01").exercises}
    result = grader.grade(_copy("vide", **empty))
    assert {mark.outcome.verdict for mark in result.marks} == {Verdict.TODO}
    assert result.points == 0


def test_partial_marks_hints_and_code_are_given(grader: Grader) -> None:
    code = 'client.make_bucket(bucket_name=tp.bucket("archives"))'
    mark = grader.grade(_copy("partiel", create=code)).marks[0]
    assert (mark.outcome.verdict, mark.outcome.points) == (Verdict.REVIEW, 0.5)
    assert code in mark.code
    assert mark.hint == lessons.series("01")["create"].hints[-1]
    assert mark.outcome.found == "exercice-01-archives"


def test_an_error_is_told_and_the_rest_is_graded(grader: Grader) -> None:
    result = grader.grade(_copy("erreur", create="archive", names="reasons = {}[1]"))
    assert _points(result) == {"create": 0, "clean_up": 2, "names": 0, "ensure": 2}
    assert "NameError" in result.marks[0].outcome.found
    assert "KeyError" in result.marks[2].outcome.found


def test_a_slow_cell_is_interrupted_and_the_rest_is_graded(grader: Grader) -> None:
    result = grader.grade(_copy("lent", create="import time; time.sleep(60)"))
    assert _points(result) == {"create": 0, "clean_up": 2, "names": 2, "ensure": 2}
    assert "Temps dépassé" in result.marks[0].outcome.found


def test_a_dead_kernel_costs_one_exercise(grader: Grader) -> None:
    result = grader.grade(_copy("mort", clean_up="import os; os.abort()"))
    assert _points(result) == {"create": 1, "clean_up": 0, "names": 2, "ensure": 2}
    assert "s'est arrêté de lui-même" in result.marks[1].outcome.message
    assert "« Nettoyer sans tout perdre »" in result.remarks[0]


def test_a_copy_has_a_total_time() -> None:
    limits = Limits(cell_seconds=4, copy_seconds=2)
    with Grader(Settings(replay_seed=None, limits=limits)) as grader:
        result = grader.grade(_copy("long", create="import time; time.sleep(3)"))
    assert _points(result) == {"create": 0, "clean_up": 0, "names": 0, "ensure": 0}
    assert "2 secondes" in result.marks[1].outcome.message


def test_the_environment_is_clean(grader: Grader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANARI", "secret")
    code = "import os; raise RuntimeError(sorted(os.environ))"
    series = lessons.series("01")
    run = run_copy(series, notebook_of("01", {"create": code}), grader, 1, until="create")
    assert "CANARI" not in run.errors["create"][0]
    assert "MINIO_ENDPOINT" in run.errors["create"][0]
    assert list(run.exams) == ["create"]


def test_papermill_gives_the_seed(grader: Grader) -> None:
    code = "raise RuntimeError(seed)"
    notebook = notebook_of("01", {"create": code})
    run = run_copy(lessons.series("01"), notebook, grader, 1234, until="create")
    assert run.errors["create"] == ["RuntimeError : 1234"]


def test_same_copies_same_bytes_in_any_order(grader: Grader) -> None:
    copies = [
        _copy("a"),
        _copy("b", create='client.make_bucket(bucket_name=tp.bucket("archives"))'),
        _copy("c", names="reasons = {name: 'bord' for name in names}"),
        _copy("d", ensure="1 / 0"),
    ]
    first = {result.copy_id: _bytes(result) for result in grader.grade_all(copies)}
    second = {result.copy_id: _bytes(result) for result in grader.grade_all(copies[::-1])}
    assert first == second
    assert list(sorted(first)) == ["a", "b", "c", "d"]


def test_nothing_of_a_copy_is_left_on_the_server(grader: Grader, client: Minio) -> None:
    before = {bucket.name for bucket in client.list_buckets()}
    grader.grade(_copy("rangée"))
    assert {bucket.name for bucket in client.list_buckets()} == before


def test_the_grading_itself_may_fail_without_stopping_the_batch(grader: Grader) -> None:
    broken: Any = Copy("cassée", "Cassée", notebooks={"99": None})
    fine = _copy("juste")
    found = {result.copy_id: result for result in grader.grade_all([broken, fine])}
    assert "La correction elle-même a échoué" in (found["cassée"].trouble or "")
    assert found["juste"].points == 7


def test_a_server_that_dies_is_restarted_and_the_copy_graded_again(
    kit_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SeaweedFS s'est déjà figé pendant un gros lot : la copie n'y perd rien."""
    monkeypatch.setenv("KIT_SERVER", "embedded")
    prepare, calls = run._prepare, []
    with Grader(Settings(replay_seed=None, workers=1)) as grader:

        def prepare_then_die(*arguments: Any) -> None:
            prepare(*arguments)
            calls.append(1)
            if len(calls) == 1:
                psutil.Process(grader.server.pid).kill()

        monkeypatch.setattr(run, "_prepare", prepare_then_die)
        result = grader.grade(_copy("délaissée", names="reasons = {}"))
    assert len(calls) == 2
    assert _points(result) == {"create": 1, "clean_up": 2, "names": 0, "ensure": 2}


def test_tests_know_how_to_leave_root() -> None:
    assert bool(as_user()) is (os.geteuid() == 0)
