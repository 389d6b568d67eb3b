"""Une copie, de ses notebooks à son résultat : les notes justes."""

from __future__ import annotations

import json
import re

import pytest

from kit_minio import checks as lessons
from kit_minio.authoring.exercises import EXERCISES
from kit_minio.authoring.notebooks import read
from kit_minio.checks.outcome import Verdict
from kit_minio.grading.grader import Grader
from kit_minio.grading.intake.reading import read_cells
from kit_minio.grading.intake.repair import repair
from kit_minio.grading.model import Copy
from kit_minio.grading.settings import Settings
from tests.support.classroom import answered
from tests.support.grading import copy_of, level_one, points_of, said_of

pytestmark = level_one


@pytest.mark.slow
@pytest.mark.parametrize("lesson", list(lessons.MODULES))
def test_the_solution_gets_everything(
    grader: Grader, lesson: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grader, "settings", Settings(replay_seed=7))  # le temps d'importer pandas
    result = grader.grade(copy_of("juste", lesson))
    assert {
        m.exercise: m.outcome.message for m in result.marks if m.outcome.points < m.out_of
    } == {}
    assert result.points == result.out_of == lessons.series(lesson).points
    assert (result.isolation, result.seed, result.remarks) == (1, 7, [])


@pytest.mark.slow
@pytest.mark.parametrize("lesson", ["01", "02", "03", "04", "05", "06"])
def test_wrong_answers_get_what_they_are_worth(grader: Grader, lesson: str) -> None:
    """Les points partiels, ceux des API compris, sont les mêmes que dans le notebook."""
    series = lessons.series(lesson)
    names = [exercise.name for exercise in series.exercises]
    notebook, marks = answered(lesson, dict.fromkeys(names, "wrong"))
    cells, _ = read_cells(json.dumps(notebook).encode())
    master = read(EXERCISES / f"{lesson}-{series.slug}.ipynb")
    result = grader.grade(Copy("faux", "Faux", notebooks={lesson: repair(master, cells).notebook}))
    expected = {name: marks[lesson, name] for name in names}
    assert points_of(result) == pytest.approx(expected, abs=1e-4)


def test_an_empty_copy_is_all_to_do(grader: Grader) -> None:
    empty = {exercise.name: "" for exercise in lessons.series("01").exercises}
    result = grader.grade(copy_of("vide", **empty))
    assert {mark.outcome.verdict for mark in result.marks} == {Verdict.TODO}
    assert result.points == 0


def test_partial_marks_hints_and_code_are_given(grader: Grader) -> None:
    code = 'client.make_bucket(bucket_name=tp.bucket("archives"))'
    mark = grader.grade(copy_of("partiel", create=code)).marks[0]
    assert (mark.outcome.verdict, mark.outcome.points) == (Verdict.REVIEW, 0.5)
    assert code in mark.code
    assert mark.hint in ("", *lessons.series("01")["create"].hints)


def test_an_error_is_told_and_the_rest_is_graded(grader: Grader) -> None:
    wrong = {"create": "archive", "names": "reasons = {}[1]", "ensure": "if client print(1)"}
    result = grader.grade(copy_of("erreur", **wrong))
    assert points_of(result) == {"create": 0, "clean_up": 2, "names": 0, "ensure": 0}
    assert "NameError" in said_of(result.marks[0])
    assert "KeyError" in said_of(result.marks[2])
    # Et non « 3573317510.py, line 3 », le nom que le noyau donne à la cellule.
    line = result.marks[3].code.splitlines().index("if client print(1)") + 1
    where = f"(ligne {line} de votre cellule)"
    assert f"SyntaxError : invalid syntax {where}" in said_of(result.marks[3])
    assert said_of(result.marks[3]).rstrip().endswith(f"Ligne {line} : `if client print(1)`.")
    assert "Le nom `archive` n'existe pas encore" in said_of(result.marks[0])
    assert re.search(
        r"Aucune entrée n'a la clé 1\..* Ligne \d+ : `reasons = {}\[1\]`", said_of(result.marks[2])
    )


def test_what_only_works_with_the_data_handed_out_is_lost(grader: Grader) -> None:
    """Réussi avec la graine distribuée, un exercice qui en dépend est rejoué avec une autre."""
    known = "equipe-12"  # la première équipe, avec la graine distribuée
    code = f"""
from minio.error import S3Error

for team in teams if teams[0].endswith({known!r}) else teams[:1]:
    try:
        client.make_bucket(bucket_name=team)
    except S3Error:
        pass
"""
    result = grader.grade(copy_of("figée", ensure=code))
    (lost,) = [mark for mark in result.marks if mark.outcome.points < mark.out_of]
    assert lost.exercise == "ensure"
    assert lost.outcome.verdict is Verdict.REVIEW
    assert "avec d'autres données de départ" in lost.outcome.message
