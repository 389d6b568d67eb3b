"""Les utilisateurs que la correction donne aux copies, et le programme qui les crée."""

from __future__ import annotations

from dataclasses import replace

import psutil
import pytest
from minio import Minio

from helpers import server as servers
from helpers.errors import ServerError
from helpers.s3 import client_for
from kit_minio.grading.execute import accounts
from kit_minio.grading.execute.credentials import new_name
from tests.support.children import children

POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": ["s3:*"], "Resource": ["arn:aws:s3:::kit-essai"]}],
}


def _programs() -> list[psutil.Process]:
    """Renvoie les programmes à part que ce processus a lancés."""
    return children(accounts.__name__)


@pytest.mark.both_servers
def test_a_user_is_created_listed_and_removed(client: Minio) -> None:
    server, name = servers.ensure(), new_name()
    client.make_bucket(bucket_name="kit-essai")
    try:
        access_key, secret_key = accounts.create(server, name, POLICY)
        keys = replace(server, access_key=access_key, secret_key=secret_key)
        assert client_for(keys).bucket_exists(bucket_name="kit-essai")
        assert name in accounts.names(server)
    finally:
        accounts.remove(server, name)
        client.remove_bucket(bucket_name="kit-essai")
    assert name not in accounts.names(server)


@pytest.mark.both_servers
def test_what_the_server_refuses_is_said() -> None:
    wrong = replace(servers.ensure(), secret_key="une-autre-cle")
    with pytest.raises(ServerError) as caught:
        accounts.create(wrong, new_name(), POLICY)
    assert "une-autre-cle" not in str(caught.value)


@pytest.mark.both_servers
def test_a_dead_program_is_started_again() -> None:
    server = servers.ensure()
    accounts.names(server)
    for program in _programs():
        assert server.secret_key not in " ".join(program.cmdline())
        program.kill()
        program.wait()
    assert server.way == "embedded" or not _programs()
    assert isinstance(accounts.names(server), list)
    assert len(_programs()) == (0 if server.way == "embedded" else 1)
