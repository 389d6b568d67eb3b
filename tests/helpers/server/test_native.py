"""Un programme ``minio`` ou ``silo`` du PATH."""

from __future__ import annotations

import psutil
import pytest

from helpers import server as servers
from helpers.connection import connect
from helpers.server import native
from kit_minio.suite.processes import processes_in
from tests.support.servers import (
    posix_only,
    wait_until,
)


@pytest.mark.both_servers
@posix_only
@pytest.mark.skipif(not native.program(), reason="aucun programme minio sur le PATH")
@pytest.mark.parametrize("name", ["minio", "silo"])
def test_native_program_comes_before_the_embedded_server(tmp_path, monkeypatch, request, name):
    program = native.program()
    request.getfixturevalue("fake_docker")(None)
    (tmp_path / "bin" / name).symlink_to(program)
    monkeypatch.delenv("KIT_SERVER")
    server = servers.ensure()
    assert (server.way, server.why) == ("native", "Docker n'est pas installé")
    connect(quiet=True).list_buckets()
    assert servers.stop().pid == server.pid
    assert wait_until(lambda: not psutil.pid_exists(server.pid) or not processes_in(tmp_path))
