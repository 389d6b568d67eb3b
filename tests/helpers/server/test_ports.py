"""Un port pris en vaut un autre."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from helpers import server as servers
from helpers.errors import ServerError
from helpers.files import ROOT
from helpers.s3 import client_for
from helpers.server import ports
from tests.support.servers import (
    OFFSETS,
    embedded_only,
    last_time,
)


def occupy(stack: ExitStack, address: str, port: int) -> None:
    taken = stack.enter_context(socket.socket())
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, os.name == "posix")
    taken.bind((address, port))
    taken.listen()


@pytest.mark.both_servers
def test_each_taken_port_means_another_port(kit_data):
    blocked = []
    with ExitStack() as stack:
        # Un bloc de dix ports barré par chacun de ceux du serveur, et deux d'une autre façon.
        blocks = (p for p in range(9000, 20000, 10) if all(ports.is_free(p + o) for o in OFFSETS))
        for offset in OFFSETS:
            blocked.append(next(blocks))
            occupy(stack, "127.0.0.1", blocked[-1] + offset)
        blocked.append(next(blocks))
        occupy(stack, "0.0.0.0", blocked[-1])  # noqa: S104
        blocked.append(next(blocks))
        stack.enter_context(socket.socket()).bind(("127.0.0.1", blocked[-1] + 9))
        server = servers.ensure()
        port = int(server.endpoint.rpartition(":")[2])
        assert port not in blocked
        assert port > min(blocked)
        client_for(server).list_buckets()


@pytest.mark.slow
def test_port_taken_at_the_last_moment_means_another_try(kit_data, monkeypatch):
    with ExitStack() as stack:
        port = next(p for p in range(9000, 20000, 10) if ports.is_free(p))
        occupy(stack, "127.0.0.1", port)
        last_time(kit_data, port)
        really_free = ports.is_free
        monkeypatch.setattr(ports, "is_free", lambda p: p == port or really_free(p))
        server = servers.ensure()
        assert int(server.endpoint.rpartition(":")[2]) > port
        client_for(server).list_buckets()


# Un réseau à part, pour ne rien changer à celui de la machine.
_APART = "bwrap --unshare-user --unshare-net --uid 0 --gid 0 --cap-add ALL --dev-bind / /"
_DIVERTED = """
iptables -t nat -A OUTPUT -p tcp --dport 9000 -j DNAT --to-destination 127.0.0.1:1
exec "$0" -c "from helpers.server import ports; print(ports.is_free(9000), ports.is_free(9010))"
"""


@pytest.mark.needs("bubblewrap", "iptables")
def test_a_port_that_a_dead_container_still_diverts_is_not_free():
    command = [*_APART.split(), "sh", "-e", "-c", _DIVERTED, sys.executable]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["False", "True"], done.stderr


@embedded_only
@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="demande root")
def test_port_whose_socket_belongs_to_another_account_is_left_alone(kit_data):
    port = next(p for p in range(9000, 20000, 10) if all(ports.is_free(p + o) for o in OFFSETS))
    path = Path(f"/tmp/seaweedfs-filer-grpc-{port + 10003}.sock")  # noqa: S108
    path.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))
        os.chown(path, 65534, 65534)
        try:
            server = servers.ensure()
            assert int(server.endpoint.rpartition(":")[2]) != port
        finally:
            path.unlink()


def test_no_port_at_all_is_explained(kit_data, monkeypatch):
    monkeypatch.setattr(ports, "is_free", lambda port: False)
    with pytest.raises(ServerError, match="Aucun des ports essayés n'est libre"):
        servers.ensure()
