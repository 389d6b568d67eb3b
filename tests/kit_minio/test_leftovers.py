"""Ce que laisse un gardien tué sans rien pouvoir ranger : retrouvé, et effacé."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from helpers import server as servers
from helpers.server import Server, is_ready
from helpers.topics.throwaway import guarded
from kit_minio.grading.grader import Grader
from kit_minio.grading.settings import Settings
from kit_minio.leftovers import sweep_throwaways
from kit_minio.suite.processes import kill_servers, processes_in
from tests.support.children import children
from tests.support.servers import wait_until

# Un notebook, et son gardien : l'un et l'autre tués d'un coup.
_BOTH_DIE = """
import os, psutil, signal
from helpers.topics.throwaway import guarded
with guarded("own", {}) as (server, folder):
    print(folder, flush=True)
    for process in psutil.Process().children():
        process.kill()
        process.wait()
    os.kill(os.getpid(), signal.SIGKILL)
"""


def answers(server: Server) -> bool:
    return is_ready(replace(server, way="external"))  # ses ports internes sont à son gardien


def kill_guardian() -> None:
    """Tue le seul enfant de ce processus qui soit un gardien."""
    (guardian,) = children("kit_minio.guardian")
    guardian.kill()
    assert wait_until(lambda: guardian.status() == psutil.STATUS_ZOMBIE, 5)


@pytest.fixture
def abandoned(session_data: Path) -> Path:
    """Le dossier d'un serveur que plus personne ne garde."""
    done = subprocess.run(
        [sys.executable, "-c", _BOTH_DIE], stdout=subprocess.PIPE, env=os.environ, text=True
    )
    assert done.returncode == -signal.SIGKILL
    folder = Path(done.stdout.strip())
    assert processes_in(folder)
    return folder


@pytest.mark.both_servers
def test_a_killed_guardian_leaves_nothing_when_its_notebook_lives(session_data: Path) -> None:
    with guarded("own", {}) as (server, folder):
        kill_guardian()
        assert answers(server)
    assert not folder.exists()
    assert not processes_in(folder)


def test_a_correction_does_it_first(abandoned: Path) -> None:
    with Grader(Settings(accept_no_isolation=True, minimum_isolation=0)):
        assert not abandoned.exists()
        assert not processes_in(abandoned)


@pytest.mark.both_servers
def test_the_next_run_ends_the_server_that_nobody_keeps(abandoned: Path) -> None:
    assert sweep_throwaways() == [abandoned.name]
    assert not abandoned.exists()
    assert not processes_in(abandoned)


def test_the_next_guardian_does_it_too_and_spares_those_in_use(abandoned: Path) -> None:
    with guarded("own", {}) as (first, _), guarded("own", {}) as (second, _):
        assert not abandoned.exists()
        assert sweep_throwaways() == []
        assert answers(first)
        assert answers(second)


def test_only_servers_are_ended(session_data: Path) -> None:
    """Un terminal ouvert dans ce dossier n'est pas un serveur."""
    folder = servers.data_folder() / "jetable-0badcafe"
    folder.mkdir()
    (folder / "gardien").touch()
    sleeper = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, cwd=folder)
    try:
        assert sweep_throwaways() == [folder.name]
        assert sleeper.poll() is None
    finally:
        kill_servers(folder)
        sleeper.communicate()


def test_a_folder_that_has_just_been_made_is_left_alone(session_data: Path) -> None:
    folder = servers.data_folder() / "jetable-0badcafe"
    folder.mkdir()
    assert sweep_throwaways() == []
    folder.rmdir()
