"""Les copies hostiles de ``tests/hostile/`` : chacune reçoit la note prévue, et rien n'en reste."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import kill_servers
from hostile_class import scenarios
from unprivileged import as_user, user_folder

SCRIPT = Path(__file__).with_name("hostile_class.py")
CASES = [(level, name) for level in (1, 0) for name in scenarios(level)]
pytestmark = pytest.mark.needs("bubblewrap")


@pytest.fixture(scope="module")
def reports() -> Iterator[dict[int, Any]]:
    """Les deux niveaux à la fois : les copies passent le plus clair de leur temps à attendre.

    Le niveau 1 garde le compte des tests (root compris) ; le niveau 0 n'est jamais root.
    """
    with user_folder() as zero, user_folder() as one:
        runs = {}
        for level, folder, prefix in ((0, zero, as_user()), (1, one, [])):
            environment = {
                **os.environ,
                "KIT_DATA": str(folder),
                "HOME": str(folder),
                "CANARI": "ce que la copie ne doit pas voir",
            }
            runs[level] = subprocess.Popen(
                [*prefix, sys.executable, str(SCRIPT), str(level)],
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        found = {}
        for level, run in runs.items():
            output, errors = run.communicate(timeout=280)
            assert run.returncode == 0, errors
            found[level] = json.loads(output)
        yield found
        kill_servers(zero)
        kill_servers(one)


@pytest.mark.parametrize(("level", "name"), CASES)
def test_hostile_copy_gets_its_mark(reports: dict[int, Any], level: int, name: str) -> None:
    copy, wanted = reports[level]["copies"][name], scenarios(level)[name]
    assert copy["trouble"] is None
    found = {exercise: copy["points"][exercise] for exercise in wanted.POINTS}
    assert found == wanted.POINTS, copy["says"]
    for exercise, text in wanted.SAYS.items():
        assert text in copy["says"][exercise]
    assert wanted.REMARK in " ".join(copy["remarks"])


@pytest.mark.parametrize("level", [1, 0])
def test_nothing_is_left(reports: dict[int, Any], level: int) -> None:
    assert reports[level]["left"] == [], "des processus d'une copie sont encore là"
    assert reports[level]["buckets"] == [], "des buckets d'une copie sont encore là"
    assert not reports[level]["canary"], "une copie a joint un autre port"


@pytest.mark.parametrize("level", [1, 0])
def test_grader_memory_stays_small(reports: dict[int, Any], level: int) -> None:
    """Un flot d'affichages, un message de 300 Mo, une réponse de 200 Mo : rien n'arrive ici."""
    report = reports[level]
    assert report["after"] < 150, "le correcteur a trop grossi (Mio)"
    assert report["after"] - report["before"] < 50
