"""Les réglages d'une correction : ce qui en est tiré au hasard, et ce que demande la machine."""

import os
import re

import pytest

from kit_minio.grading import machine
from kit_minio.grading.settings import Settings


def test_each_grading_has_its_own_label_and_its_own_second_seed():
    first, second = Settings(), Settings()
    assert first.label != second.label
    assert re.fullmatch("[0-9a-f]{6}", first.label)
    assert first.replay_seed != second.replay_seed
    assert first.seed == second.seed == 1
    assert first.seed not in (first.replay_seed, second.replay_seed)


@pytest.mark.parametrize(("cores", "workers"), [(1, 3), (4, 12), (64, 16), (None, 3)])
def test_copies_graded_at_once_follow_the_machine(cores, workers, monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    monkeypatch.setattr(machine, "free_memory", lambda: 2**40)
    assert Settings().workers == workers


def test_nothing_runs_below_level_one_unless_it_is_accepted():
    assert Settings().minimum_isolation == 1
    assert not Settings().accept_no_isolation
