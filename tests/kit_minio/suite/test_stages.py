"""Le choix des étapes, et ce qu'elles couvrent ensemble."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter

import pytest

from helpers.errors import SettingsError
from helpers.files import ROOT
from kit_minio.suite.stages import STAGES, Stage, chosen

LIST = """
import json, pytest
class Lister:
    def pytest_collection_finish(self, session):
        marks = {item.nodeid: [mark.name for mark in item.iter_markers()] for item in session.items}
        print("\\n" + json.dumps(marks))
pytest.main(["--collect-only", "-qqq", "tests"], plugins=[Lister()])
"""


def test_every_day_the_quick_ones_and_all_on_demand() -> None:
    daily, everything = chosen([], False), chosen([], True)
    assert {stage.server for stage in daily} == {"embedded"}
    assert {"style", "leçons", "exercices", "classe", "navigateur"} <= {
        stage.name for stage in daily
    }
    assert everything == list(STAGES)
    assert not any(stage.built for stage in daily), "chaque jour, rien n'attend Go"
    assert set(daily) < set(everything)


def test_a_stage_is_called_by_its_name_whatever_its_part() -> None:
    assert {stage.name for stage in chosen(["compose", "style"], False)} == {"style", "compose"}


def test_unknown_stage_lists_the_known_ones() -> None:
    with pytest.raises(SettingsError, match=r"Choisissez parmi : .*style"):
        chosen(["zut"], True)


def takes(stage: Stage, test: str, marks: list[str]) -> bool:
    """Dit si une étape lance un test, d'après ses chemins et son expression de marqueurs."""
    _, _, expression, *paths = stage.commands[0]
    ignored = tuple(path.removeprefix("--ignore=") for path in paths if path.startswith("--ignore"))
    if test.startswith(ignored) or not test.startswith(tuple({*paths})):
        return False
    words = [path.removeprefix("-k=") for path in paths if path.startswith("-k=")]
    if words and not any(word in test for word in words[0].split(" or ")):
        return False
    names = {"slow", "browser", "both_servers"}
    return bool(eval(expression or "True", {name: name in marks for name in names}))  # noqa: S307


@pytest.mark.slow
def test_each_test_is_run_by_one_stage_and_again_on_minio_if_it_is_marked() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIST], cwd=ROOT, capture_output=True, encoding="utf-8", check=True
    )
    collected = json.loads(next(line for line in done.stdout.splitlines() if line[:1] == "{"))
    runs: dict[str, Counter[str]] = {test: Counter() for test in collected}
    for stage in STAGES:
        if stage.commands[0][:2] == ("pytest", "-m"):
            for test, marks in collected.items():
                runs[test][stage.server] += takes(stage, test, marks)
    wrong = {
        test: dict(found)
        for test, found in runs.items()
        if (found["embedded"], found["native"]) != (1, "both_servers" in collected[test])
    }
    assert wrong == {}
