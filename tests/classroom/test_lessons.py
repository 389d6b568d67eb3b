"""Les leçons qui demandent le plus de droits, avec les clés d'un étudiant."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers import connect
from helpers.connection import current_server
from kit_minio.authoring.notebooks import LESSONS, execute, read
from kit_minio.suite.processes import kill_servers
from tests.support.room import Room, environment, own_room
from tests.support.servers import WAY

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """Une classe sur un serveur à elle, où une étudiante est entrée."""
    folder = tmp_path_factory.mktemp("lecons")
    made = own_room(folder, WAY)
    made.open()
    made.enter("Zoé Martin")
    yield made
    made.close()
    kill_servers(folder)


@pytest.mark.both_servers
@pytest.mark.parametrize("number", ["08", "10", "15", "20"])  # utilisateurs, verrous, jetons
def test_a_lesson_holds_with_the_keys_of_a_student(room: Room, tmp_path: Path, number: str) -> None:
    with room.student("Zoé Martin"), environment(KIT_OUT_OF_CLASS=None):
        execute(read(next(LESSONS.glob(f"{number}-*.ipynb"))), tmp_path)


def test_only_the_kernel_of_that_lesson_is_out_of_the_class(room, capsys):
    with room.student("Zoé Martin"), environment(KIT_OUT_OF_CLASS=None):
        shared = current_server().url
        connect(users=True)
        assert "ne créent pas d'utilisateurs sur" in capsys.readouterr().out
        own = current_server()
        assert own.way == "embedded" and own.url != shared
        del os.environ["KIT_OUT_OF_CLASS"]  # un autre noyau
        assert current_server().url == shared
