"""Une classe de trois étudiants, la même pour tous ces tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from helpers import server as servers
from tests.support.room import Room


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
