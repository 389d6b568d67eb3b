"""Un canal vers le noyau : il parle à la vraie bibliothèque, et jette ce qui est trop gros."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import zmq

from kit_minio.grading.execute.channel import Channel


@pytest.fixture
def context() -> Iterator[zmq.Context]:
    with zmq.Context() as found:
        yield found


def _wait(channel: Channel, count: int = 1) -> list[list[bytes]]:
    found: list[list[bytes]] = []
    deadline = time.monotonic() + 30
    while len(found) < count and time.monotonic() < deadline:
        found += channel.receive()
        time.sleep(0.001)
    return found


def test_it_talks_to_the_real_library(context: zmq.Context, tmp_path: Path) -> None:
    router, publisher = context.socket(zmq.ROUTER), context.socket(zmq.XPUB)
    with router, publisher:
        port = publisher.bind_to_random_port("tcp://127.0.0.1")
        router.bind(f"ipc://{tmp_path}/shell")
        shell = Channel(f"ipc://{tmp_path}/shell", "DEALER")
        iopub = Channel(f"tcp://127.0.0.1:{port}", "SUB")
        for each in (shell, iopub):
            each.open(time.monotonic() + 30)
        shell.send([b"a", b"", b"c" * 1000])
        identity, *parts = router.recv_multipart()
        assert parts == [b"a", b"", b"c" * 1000]
        router.send_multipart([identity, b"d", b"e" * 300])
        assert _wait(shell) == [[b"d", b"e" * 300]]
        assert publisher.recv() == b"\x01"
        publisher.send_multipart([b"topic", b"x" * 100_000])
        assert _wait(iopub) == [[b"topic", b"x" * 100_000]]
        assert iopub.received > 100_000
        for each in (shell, iopub):
            each.close()


def test_a_huge_message_is_dropped_and_the_next_one_read(
    context: zmq.Context, tmp_path: Path
) -> None:
    with context.socket(zmq.ROUTER) as router:
        router.bind(f"ipc://{tmp_path}/shell")
        shell = Channel(f"ipc://{tmp_path}/shell", "DEALER")
        shell.open(time.monotonic() + 30)
        shell.send([b"a"])
        identity, _ = router.recv_multipart()
        router.send_multipart([identity, b"x" * 5_000_000, b"y"])
        router.send_multipart([identity, b"z"])
        assert _wait(shell) == [[b"z"]]
        shell.close()


def test_a_stranger_is_refused(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "shell"))
        listener.listen()
        shell = Channel(f"ipc://{tmp_path}/shell", "DEALER")
        with pytest.raises(OSError):
            shell.open(time.monotonic() + 0.2)
        shell.close()


def test_a_closed_channel_gives_nothing_and_sends_nothing() -> None:
    shell = Channel("ipc:///nulle-part", "DEALER")
    assert (shell.fileno(), shell.receive(), shell.received) == (-1, [], 0)
    with pytest.raises(OSError, match="fermé"):
        shell.send([b"a"])
