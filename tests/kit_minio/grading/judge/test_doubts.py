"""Ce qu'un humain doit trancher, et ce qui est une faute."""

from __future__ import annotations

import sys

import pytest

from kit_minio import checks
from kit_minio.checks.outcome import Outcome, Verdict
from kit_minio.grading.execute.run import Run
from kit_minio.grading.judge.doubts import doubts_on, is_newer
from kit_minio.grading.judge.told import told

NEWER, OLDER = "3.99.1", "3.6.0"


def _doubts(error: str, python: str = "", verdict: Verdict = Verdict.ERROR) -> list[str]:
    run = Run(checks.series("01"), errors={"names": [told(error, "k1")], "": ["SyntaxError : x"]})
    outcomes = {one.name: Outcome(verdict, "…") for one in run.series.exercises}
    return doubts_on(run, outcomes, python)


def test_versions() -> None:
    here = ".".join(map(str, sys.version_info[:3]))
    assert [is_newer(one) for one in ("", OLDER, here, NEWER)] == [False, False, False, True]


def test_a_module_that_is_nowhere_goes_to_a_human() -> None:
    (said,) = _doubts("ModuleNotFoundError : No module named 'mes_routes'")
    assert said.startswith("Exercice 3 : le code importe « mes_routes »")
    assert _doubts("ModuleNotFoundError : No module named 'jsn'") == []


@pytest.mark.parametrize(
    "error",
    [
        "SyntaxError : f-string: unmatched '[' (ligne 2 de votre cellule)",
        "ImportError : cannot import name 'batched' from 'itertools' (unknown location)",
        "AttributeError : module 'itertools' has no attribute 'batched'",
        "AttributeError : type object 'Path' has no attribute 'from_uri'",
    ],
)
def test_what_a_newer_python_has_goes_to_a_human(error: str) -> None:
    (said,) = _doubts(error, NEWER)
    assert NEWER in said
    assert error in said
    assert _doubts(error, OLDER) == _doubts(error) == _doubts(error, NEWER, Verdict.PASSED) == []


@pytest.mark.parametrize(
    "error",
    [
        "NameError : name 'x' is not defined",
        "ImportError : cannot import name 'y' from 'minio' (/opt/minio)",
        "AttributeError : module 'minio' has no attribute 'y'",
    ],
)
def test_other_faults_are_the_student_s(error: str) -> None:
    assert _doubts(error, NEWER) == []
