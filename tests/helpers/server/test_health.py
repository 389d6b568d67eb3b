"""Un serveur muet se reconnaît, et son remède se dit."""

from __future__ import annotations

import socket
from dataclasses import replace

import pytest

from helpers import server as servers
from helpers.connection import connect
from helpers.errors import ServerError


def test_existing_server_that_does_not_answer_is_said_and_replaced_by_nothing(choice, kit_data):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        endpoint = f"127.0.0.1:{closed.getsockname()[1]}"
    choice.setenv("MINIO_ENDPOINT", endpoint)
    choice.setenv("MINIO_ACCESS_KEY", "cle")
    choice.setenv("MINIO_SECRET_KEY", "secret")
    with pytest.raises(ServerError, match=f"ne répond pas : http://{endpoint}"):
        connect()
    assert servers.stop() is None
    assert not kit_data.exists()


def test_running_server_is_ready_and_a_dead_one_is_not(kit_data):
    server = servers.ensure()
    assert servers.is_ready(server)
    assert servers.is_ready(replace(server, way="external"))
    servers.stop()
    assert not servers.is_ready(server)


@pytest.mark.parametrize(("way", "word"), [("external", "son adresse"), ("embedded", "kit.py up")])
def test_remedy_depends_on_whose_server_it_is(way, word):
    assert word in servers.remedy_for(servers.Server(way, "127.0.0.1:9", "", ""))
