"""Trouver la série d'une leçon : la porte par laquelle un notebook ouvre ses exercices."""

import pytest

from helpers.errors import SettingsError
from kit_minio import checks
from kit_minio.authoring.exercises import EXERCISES


def test_each_notebook_of_exercises_has_its_series_and_the_other_way_round():
    expected = sorted(path.stem for path in EXERCISES.glob("*.ipynb"))
    assert [f"{found.lesson}-{found.slug}" for found in checks.all_series()] == expected


def test_names_are_unique_and_points_positive_in_a_series():
    for found in checks.all_series():
        names = [exercise.name for exercise in found.exercises]
        assert len(set(names)) == len(names), found.lesson
        assert all(exercise.points > 0 for exercise in found.exercises), found.lesson


def test_a_series_carries_its_solutions():
    assert "make_bucket" in checks.series("01").solution("create")
    assert checks.series("01").solution("inconnu") is None


def test_a_lesson_without_exercises_is_said_with_those_that_have_some():
    with pytest.raises(SettingsError, match="« 00 » n'a pas d'exercices") as caught:
        checks.series("00")
    assert "01, 02, 03" in caught.value.remedy
