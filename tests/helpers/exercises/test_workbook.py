"""Ouvrir une série : la vraie dans un notebook, celle qui enregistre pendant une correction."""

import json

import pytest

from helpers.errors import ContentError, SettingsError
from helpers.exercises.workbook import join, open_exercises
from helpers.server.settings import class_file
from kit_minio.answering.submission import Submission
from kit_minio.checks.workbook import Workbook


def test_a_notebook_gets_the_series_that_judges(client):
    opened = open_exercises("01", client, seed=3)
    assert isinstance(opened, Workbook)
    assert opened.seed == 3


def test_a_correction_gets_the_series_that_records(client, monkeypatch):
    given = {"01": {"space": "k-exercice-01", "exercises": {"create": ""}}}
    monkeypatch.setenv("KIT_GRADING", json.dumps(given))
    assert isinstance(open_exercises("01", client), Submission)


def test_a_lesson_without_exercises_is_said(client):
    with pytest.raises(SettingsError, match="n'a pas d'exercices"):
        open_exercises("00", client)


def test_joining_a_class_with_a_wrong_code_is_said_and_changes_nothing(kit_data):
    with pytest.raises(ContentError, match="pas celui d'une carte"):
        join("127.0.0.1:9/AAAA-AAAA-AAAB")
    assert not class_file().exists()
