"""Ce qu'il faut dire d'une exécution, hors des notes."""

from __future__ import annotations

from dataclasses import replace

from kit_minio.checks.model import Exercise, Series
from kit_minio.checks.outcome import Outcome, Verdict
from kit_minio.grading.execute.cell import TooLong
from kit_minio.grading.execute.run import Run
from kit_minio.grading.judge.remarks import remarks_on

FIRST = Exercise("first", "Premier", 2, (), lambda context: None)
SERIES = Series("01", "essai", (FIRST, replace(FIRST, name="second", title="Second")))
PASSED = Outcome(Verdict.PASSED, "C'est exact.", points=2)
WRONG = Outcome(Verdict.REVIEW, "Faux.")


def test_a_quiet_run_deserves_no_remark() -> None:
    run = Run(SERIES, errors={"first": ["NameError : x"]})  # l'issue de l'exercice en dit assez
    assert remarks_on(run, {"first": WRONG, "second": PASSED}) == []


def test_an_error_outside_the_exercises_is_said_once() -> None:
    run = Run(SERIES, errors={"": ["NameError : x", "NameError : x", "KeyError : y"]})
    assert remarks_on(run, {"first": PASSED, "second": PASSED}) == [
        "Hors des exercices, une cellule s'est arrêtée. NameError : x",
        "Hors des exercices, une cellule s'est arrêtée. KeyError : y",
    ]


def test_what_was_interrupted_is_said_when_it_is_right_all_the_same() -> None:
    run = Run(SERIES, late={"first": TooLong(5), "second": TooLong(5), "": TooLong(5)})
    assert remarks_on(run, {"first": PASSED, "second": WRONG}) == [
        "L'exercice « Premier » est réussi, mais la cellule a été interrompue au bout de 5 s."
    ]


def test_where_the_kernel_stopped_is_said_with_what_it_costs() -> None:
    run = Run(SERIES, stopped={"first": "mort", "": "mort aussi"})
    assert remarks_on(run, {"first": WRONG, "second": PASSED}) == [
        "L'exécution s'est arrêtée à l'exercice « Premier » : mort. Ce qui précède garde ses "
        "points ; la suite a été exécutée dans un noyau neuf.",
        "L'exécution s'est arrêtée hors des exercices : mort aussi.",
    ]


def test_a_name_typed_in_full_is_said_with_what_to_write() -> None:
    run = Run(SERIES, typed={"second", ""})
    (said,) = remarks_on(run, {"first": PASSED, "second": PASSED})
    assert said.startswith("L'exercice « Second » écrit en entier le nom d'un bucket")
    assert said.endswith("Demandez-le à tp.bucket(…).")
