"""Une classe de trois étudiants, la même pour tous ces tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers import server as servers
from kit_minio.suite.processes import kill_servers
from tests.support.room import Room, own_room
from tests.support.servers import WAY


@pytest.fixture(scope="session")
def room(session_data: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """Une classe ouverte, où personne n'est encore entré."""
    made = Room(tmp_path_factory.mktemp("classe"), servers.ensure())
    made.open()
    yield made
    made.close()


@pytest.fixture
def new_room(session_data: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """Une classe à ce seul test, qui n'est pas encore ouverte."""
    made = Room(tmp_path_factory.mktemp("autre-classe"), servers.ensure())
    yield made
    made.close()


@pytest.fixture
def own_server_room(tmp_path: Path) -> Iterator[Room]:
    """Une classe sur un serveur à elle, que ce test peut tuer."""
    made = own_room(tmp_path, WAY)
    yield made
    made.close()
    kill_servers(tmp_path)
