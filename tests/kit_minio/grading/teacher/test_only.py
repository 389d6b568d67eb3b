"""--only : ce qui est corrigé de nouveau, et ce qui reste tel quel."""

from __future__ import annotations

from dataclasses import replace

import pytest

from helpers.errors import SettingsError
from kit_minio.checks.outcome import Outcome, Verdict
from kit_minio.grading.intake.submissions import Submission
from kit_minio.grading.model import Mark, Result
from kit_minio.grading.teacher.only import Only, merged, read_only

SUBMISSIONS = [
    Submission("a", "Zoé Petit", "12", id="petit-zoe"),
    Submission("b", "Ana Roux", "13", id="roux-ana"),
    Submission("c", "Ana Roux", "14", id="roux-ana-2"),
]


def graded(*points: float, failure: str = "") -> Result:
    marks = [
        Mark("01", name, name, Outcome(Verdict.REVIEW, "", points=one), 5)
        for name, one in zip(("create", "clean_up"), points, strict=True)
    ]
    return Result("petit-zoe", "Zoé", None, marks, failure=failure)


@pytest.mark.parametrize(
    ("texts", "copies", "exercises"),
    [
        (["Zoé Petit"], {"petit-zoe"}, set()),
        (["ana roux"], {"roux-ana", "roux-ana-2"}, set()),
        (["14"], {"roux-ana-2"}, set()),
        (["01.2"], None, {("01", "clean_up")}),
        (["zoe petit", "create"], {"petit-zoe"}, {("01", "create")}),
    ],
)
def test_a_text_names_copies_or_an_exercise(texts, copies, exercises) -> None:
    assert read_only(texts, SUBMISSIONS, ["01"]) == Only(copies, exercises)


def test_nothing_asked_is_nothing_special() -> None:
    assert read_only([], SUBMISSIONS, ["01"]) is None


def test_a_text_that_names_nothing_is_said() -> None:
    told = "« Léa » ne désigne aucune copie, et aucun exercice « Léa » dans la leçon 01"
    with pytest.raises(SettingsError, match=told):
        read_only(["Léa"], SUBMISSIONS, ["01"])


def test_the_other_exercises_keep_their_points() -> None:
    found = merged(graded(5, 5), graded(1, 2), {("01", "clean_up")})

    assert [mark.outcome.points for mark in found.marks] == [1, 5]


def test_a_failure_is_not_hidden_by_the_result_before() -> None:
    failed = graded(0, 0, failure="Le serveur a disparu.")

    assert merged(failed, graded(1, 2), {("01", "clean_up")}) is failed


def test_what_a_human_must_look_at_is_that_of_today() -> None:
    before = replace(graded(1, 2), remarks=["Une remarque d'avant."])
    fresh = replace(graded(5, 0), trouble="Exercice 2 : à voir.", remarks=["Une autre."])

    found = merged(fresh, before, {("01", "clean_up")})

    assert (found.trouble, found.remarks) == ("Exercice 2 : à voir.", ["Une autre."])
    assert [mark.outcome.points for mark in found.marks] == [1, 0]


def test_a_copy_whose_exercise_is_mended_is_no_longer_for_a_human() -> None:
    """Ses points d'avant, peut-être nuls par la faute de la machine, ne comptaient pas."""
    before = replace(graded(0, 0), trouble="Exercice 2 : à voir.")

    found = merged(graded(5, 4), before, {("01", "clean_up")})

    assert found == graded(5, 4)


def test_the_executed_notebook_is_kept_and_the_lower_isolation_told() -> None:
    fresh = replace(graded(5, 5), executed="{}", isolation=2)

    found = merged(fresh, replace(graded(1, 2), isolation=1), {("01", "clean_up")})

    assert (found.executed, found.isolation) == ("{}", 1)
