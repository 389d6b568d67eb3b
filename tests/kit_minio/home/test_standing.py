"""Où en est l'étudiant, et ce que l'accueil lui propose."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from helpers.spaces import fresh_space, full_name, remove_space
from kit_minio.checks import all_series, series
from kit_minio.checks.outcome import Outcome, Verdict
from kit_minio.checks.progress import keep_best
from kit_minio.home.copies import Copy, exercise_path, lesson_path
from kit_minio.home.course import Lesson
from kit_minio.home.standing import Next, Standing, standings, what_next

LESSONS = [
    Lesson(number, f"{number}-x", "Titre", 20, "", extras=False, has_exercises=number != "00")
    for number in ("00", "01", "02")
]
NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)

LATER = NOON + timedelta(hours=9)


def saved(*paths):
    """Des copies enregistrées l'une après l'autre."""
    return {
        path: Copy(path, Path(path), NOON + timedelta(minutes=minute))
        for minute, path in enumerate(paths)
    }


def at(passed, last=None):
    return Standing(passed, 4, passed, 4, last)


L0, L1, L2 = (lesson_path(lesson.name) for lesson in LESSONS)
E1 = exercise_path(LESSONS[1].name)


@pytest.mark.parametrize(
    ("known", "mine", "expected"),
    [
        ({}, {}, Next("Commencer", L0)),
        ({"01": at(0), "02": at(0)}, {}, Next("Commencer", L0)),
        ({}, saved(L0), Next("Commencer la leçon 01", L1)),
        ({"01": at(0)}, saved(L0, L1), Next("Reprendre la leçon 01", L1)),
        ({"01": at(1, NOON)}, saved(L0, L1, E1), Next("Reprendre la leçon 01", E1)),
        ({"01": at(4, NOON), "02": at(0)}, saved(L0, L1, E1), Next("Commencer la leçon 02", L2)),
        ({"01": at(1, NOON), "02": at(4, LATER)}, {}, Next("Reprendre la leçon 01", L1)),
        ({"01": at(4, NOON), "02": at(4, LATER)}, {}, Next("Commencer la leçon 00", L0)),
        ({"01": at(4, NOON), "02": at(4, NOON)}, saved(L0), None),
        ({}, saved(E1, L2), Next("Reprendre la leçon 02", L2)),
    ],
)  # fmt: skip
def test_the_home_offers_the_lesson_where_one_was_then_the_next_one(known, mine, expected):
    assert what_next(LESSONS, known, mine) == expected


def test_an_empty_course_offers_nothing():
    assert what_next([], {}, {}) is None


@pytest.mark.both_servers
def test_progress_is_read_on_the_server(client):
    space = fresh_space(client, "exercice-01")
    try:
        first, second = series("01").exercises[:2]
        home = full_name("exercice-01")
        keep_best(client, home, first.name, Outcome(Verdict.PASSED, "", points=first.points))
        keep_best(client, home, second.name, Outcome(Verdict.REVIEW, "", points=0.5))
        found = standings(client, [series("01"), series("02")])
        assert (found["01"].passed, found["01"].exercises) == (1, 4)
        assert found["01"].earned == first.points + 0.5
        assert found["01"].last is not None
        assert not found["01"].complete
    finally:
        remove_space(client, space)


# L'avancement est gardé par le numéro de la leçon et le nom de l'exercice : ce qu'un étudiant a
# acquis sous un numéro de l'édition 0.1 ne doit pas paraître dans la leçon qui porte ce numéro.
FORMER = {
    "07": "publish judge exception team audit",
    "08": "keep read_back erase weigh lifetimes restore",
    "09": "threads bounded retries report names",
    "10": "totals write_back footer question partition",
    "11": "read_output differ shell translate mirror",
    "12": "links current policy refusals",
    "13": "keys settings expire motion shots",
    "14": "identify retention backup service",
    "15": "compare declare book repair vote",
}


@pytest.mark.parametrize("number", FORMER)
def test_what_was_earned_in_the_former_edition_does_not_count_in_another_lesson(number):
    today = {each.lesson: {task.name for task in each.exercises} for each in all_series()}
    assert not today.get(number, set()) & set(FORMER[number].split())
