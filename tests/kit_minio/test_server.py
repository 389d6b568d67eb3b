"""Emprunter le serveur, et voir qu'un autre programme s'en occupe."""

import pytest

from helpers import server as servers
from kit_minio.server import borrow, is_changing
from tests.support.servers import hold, output


@pytest.mark.slow
@pytest.mark.both_servers
def test_borrowed_server_is_stopped_only_if_it_was_started_for_that(kit_data):
    said = []
    with borrow(said.append):
        pass
    assert servers.find() is None
    assert said == ["Serveur S3 arrêté ; vos données sont conservées."]
    with borrow(said.append) as started:
        with borrow(said.append) as found:
            assert found.pid == started.pid
        assert servers.find().pid == started.pid
        servers.stop()
        other = servers.ensure()
    # Un autre l'a remplacé entre-temps : il n'est pas à arrêter.
    assert servers.find().pid == other.pid
    assert len(said) == 1


def test_no_change_is_seen_where_nothing_ever_ran(kit_data):
    assert not is_changing()
    assert not kit_data.exists()


def test_a_change_is_seen_until_it_ends(kit_data):
    kit_data.mkdir()
    other = hold(kit_data / "lock")
    assert is_changing()
    output(other)
    assert not is_changing()
