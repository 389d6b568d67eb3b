"""Des examens aux notes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from kit_minio.checks.model import Exercise, Series
from kit_minio.checks.outcome import Outcome, Verdict
from kit_minio.grading.execute.cell import TooLong
from kit_minio.grading.execute.run import Run
from kit_minio.grading.judge.examine import Exam
from kit_minio.grading.judge.marks import (
    marks_of,
    out_of_time,
    outcomes_of,
    with_errors,
    worse,
)
from kit_minio.grading.model import Mark

HINTS = (
    "Un premier indice.",
    "Un bucket se supprime vide : list_objects() donne ses objets.",
    "Un dernier, qui donne presque la solution.",
)
FIRST = Exercise("first", "Premier", 2, HINTS, lambda context: None)
SERIES = Series("01", "essai", (FIRST, replace(FIRST, name="second", title="Second")))
TODO = Outcome(Verdict.TODO, "À faire.")
PASSED = Outcome(Verdict.PASSED, "C'est exact.", points=2)
WRONG = Outcome(Verdict.REVIEW, "Faux.", "3", "4", points=1)


# --- Les issues ---------------------------------------------------------------------------------


def test_an_error_explains_what_is_missing() -> None:
    assert with_errors(TODO, []) is TODO
    found = with_errors(TODO, ["NameError : x", "KeyError : y"])
    assert (found.verdict, found.found) == (Verdict.ERROR, "NameError : x")
    assert with_errors(PASSED, ["NameError : x"]) is PASSED
    assert with_errors(WRONG, ["NameError : x"]).message == (
        "Faux.\nVotre code s'est arrêté. NameError : x"
    )


@pytest.mark.parametrize(
    ("outcome", "late"),
    [
        (with_errors(TODO, [f"{TooLong(60)}"]), True),
        (Outcome(Verdict.ERROR, "… : une cellule a dépassé 60 s, sans se laisser…"), True),
        (Outcome(Verdict.REVIEW, "GET /a : pas de réponse en 60 s."), True),
        (Outcome(Verdict.REVIEW, "La réponse ne finit pas.", "plus de 60 s"), True),
        (Outcome(Verdict.REVIEW, "L'examen de cet exercice n'en finit pas : …"), True),
        (Outcome(Verdict.REVIEW, "Vos images ne sont pas lisibles."), True),
        (Outcome(Verdict.PASSED, "C'est exact.", f"{TooLong(60)}"), False),
        (with_errors(WRONG, ["NameError : x"]), False),
    ],
)
def test_what_ran_out_of_time_is_known(outcome: Outcome, late: bool) -> None:
    assert out_of_time([Mark("01", "first", "Premier", outcome, 2)]) is late


def test_the_worse_of_two_runs_counts() -> None:
    assert worse(PASSED, PASSED) is PASSED
    assert worse(WRONG, PASSED) is WRONG
    found = worse(PASSED, WRONG)
    assert (found.verdict, found.points) == (Verdict.REVIEW, 1)
    assert "ne suit pas les données" in found.message


def test_each_exercise_of_the_series_has_an_outcome_and_says_why() -> None:
    run = Run(SERIES, exams={"first": Exam(WRONG, False)}, errors={"first": ["KeyError : 'b'"]})
    found = outcomes_of(run)
    assert "KeyError" in found["first"].message
    assert found["second"].message == "Cet exercice n'est pas dans la copie."

    run = Run(SERIES, stopped={"first": "la copie a trop pris"})
    found = outcomes_of(run)
    assert found["first"].message.endswith("pendant cet exercice : la copie a trop pris.")
    assert found["second"].message.endswith("avant cet exercice : la copie a trop pris.")


def test_what_was_slow_is_what_was_late_or_stopped_its_kernel() -> None:
    run = Run(SERIES, late={"first": TooLong(5)}, stopped={"second": "mort"})
    assert run.slow == {"first", "second"}


# --- Les notes ----------------------------------------------------------------------------------


def _marks(first: Outcome, second: Outcome = PASSED, cells: tuple[tuple[str, str], ...] = ()):
    notebook = new_notebook()
    for role, source in cells:
        kit = {"role": role, "exercise": "first"}
        notebook.cells.append(new_code_cell(source, metadata={"kit": kit}))
    return marks_of(SERIES, notebook, {"first": first, "second": second}, {"first": 1.23456})


def test_the_hint_fits_the_fault() -> None:
    full = replace(WRONG, message="Un bucket plein n'a pas été supprimé.")
    assert [mark.hint for mark in _marks(TODO, full)] == [HINTS[0], HINTS[1]]
    assert [mark.hint for mark in _marks(PASSED, WRONG)] == ["", ""]  # aucun n'en parle


def test_points_never_exceed_those_of_the_exercise() -> None:
    assert _marks(replace(PASSED, points=9))[0].outcome.points == 2


def test_the_code_shown_is_all_that_the_student_wrote() -> None:
    cells = (("given", "a"), ("student", "b"), ("extra", "c"), ("check", "d"))
    first, second = _marks(WRONG, cells=cells)
    assert (first.code, second.code) == ("b\n\nc", "")
    assert (first.seconds, second.seconds) == (1.235, 0)
