"""Les copies hostiles de ``tests/hostile/`` : chacune reçoit la note prévue, et rien n'en reste."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from conftest import kill_servers
from hostile_class import scenarios
from unprivileged import as_user, user_folder

SCRIPT = Path(__file__).with_name("hostile_class.py")
# Le dernier est le niveau 0 hors de Linux : des interpréteurs démarrés d'avance.
LEVELS = ("1", "0", "0-demarre")
CASES = [(level, name) for level in LEVELS for name in scenarios(int(level[0]))]
pytestmark = pytest.mark.needs("bubblewrap")
on_each_server = pytest.mark.server


def _start(folder: Path, level: str, names: tuple[str, ...] = ()) -> subprocess.Popen[str]:
    """Corrige les copies hostiles ; le niveau 0 n'est jamais root, les autres le supportent."""
    prefix = as_user() if level.startswith("0") else []
    environment = {
        **os.environ,
        "KIT_DATA": str(folder),
        "HOME": str(folder),
        "CANARI": "ce que la copie ne doit pas voir",
    }
    return subprocess.Popen(
        [*prefix, sys.executable, str(SCRIPT), level, *names],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _report(run: subprocess.Popen[str]) -> Any:
    output, errors = run.communicate(timeout=280)
    assert run.returncode == 0, errors
    return json.loads(output)


@pytest.fixture(scope="module")
def reports() -> dict[str, Any]:
    """Deux niveaux à la fois : les copies passent le plus clair de leur temps à attendre."""
    return _reports("0", "1") | _reports("0-demarre")


def _reports(*levels: str) -> dict[str, Any]:
    with ExitStack() as stack:
        runs = {}
        for level in levels:
            folder = stack.enter_context(user_folder())
            stack.callback(kill_servers, folder)
            runs[level] = _start(folder, level)
            stack.callback(runs[level].kill)
        return {level: _report(run) for level, run in runs.items()}


@on_each_server
@pytest.mark.parametrize(("level", "name"), CASES)
def test_hostile_copy_gets_its_mark(reports: dict[str, Any], level: str, name: str) -> None:
    _expect(reports[level], level, name)


def _expect(report: Any, level: str, name: str) -> None:
    copy, wanted = report["copies"][name], scenarios(int(level[0]))[name]
    assert copy["trouble"] is None
    found = {exercise: copy["points"][exercise] for exercise in wanted.POINTS}
    assert found == wanted.POINTS, copy["says"]
    for exercise, text in wanted.SAYS.items():
        assert text in copy["says"][exercise]
    assert wanted.REMARK in " ".join(copy["remarks"])


@pytest.mark.needs("podman")
def test_a_container_stops_them_too() -> None:
    """Un conteneur par copie est lent : celles-ci suffisent à en éprouver les murs."""
    names = ("10_os_exit", "25_reads_solutions", "26_writes_marks", "28_other_ports")
    names += ("30_docker_socket", "31_neighbour", "47_supervisor")
    with user_folder() as folder:
        try:
            report = _report(_start(folder, "2", names))
        finally:
            kill_servers(folder)
    for name in names:
        _expect(report, "2", name)


@on_each_server
@pytest.mark.parametrize("level", LEVELS)
def test_nothing_is_left(reports: dict[str, Any], level: str) -> None:
    assert reports[level]["left"] == [], "des processus d'une copie sont encore là"
    assert reports[level]["buckets"] == [], "des buckets d'une copie sont encore là"
    assert not reports[level]["canary"], "une copie a joint un autre port"


@on_each_server
@pytest.mark.parametrize("level", LEVELS)
def test_grader_memory_stays_small(reports: dict[str, Any], level: str) -> None:
    """Un flot d'affichages, un message de 300 Mo, une réponse de 200 Mo : rien n'arrive ici."""
    report = reports[level]
    assert report["after"] < 150, "le correcteur a trop grossi (Mio)"
    assert report["after"] - report["before"] < 50
