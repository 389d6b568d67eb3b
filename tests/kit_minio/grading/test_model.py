"""Ce qui passe d'une étape de la correction à la suivante."""

from kit_minio.checks.outcome import Outcome, Verdict
from kit_minio.grading.model import Mark, Result


def mark(verdict, points, out_of=2.0):
    return Mark("01", "x", "X", Outcome(verdict, "…", points=points), out_of)


def test_a_result_adds_up_its_marks():
    marks = [mark(Verdict.PASSED, 2), mark(Verdict.REVIEW, 0.5), mark(Verdict.TODO, 0, 1)]
    found = Result("zoe", "Zoé", None, marks)
    assert (found.points, found.out_of, found.passed) == (2.5, 5, 1)


def test_a_copy_without_any_mark_is_worth_nothing_out_of_nothing():
    found = Result("zoe", "Zoé", None, trouble="Illisible.")
    assert (found.points, found.out_of, found.passed) == (0, 0, 0)
