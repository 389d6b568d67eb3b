"""Le relais : S3 seul, dans une limite d'octets, et rien pendant un examen."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from minio import Minio

from helpers import server as servers
from kit_minio.grading.execute.credentials import open_space
from kit_minio.grading.execute.kernels import Kernels
from kit_minio.grading.execute.limits import Limits
from kit_minio.grading.execute.relay import Relay, Uplink
from tests.support.cells import run_cell

HELD = 0.2  # secondes où ce qui ne doit pas arriver n'arrive pas


class Line:
    """Une copie à un bout, le serveur à l'autre, le relais entre eux."""

    def __init__(self, stack: ExitStack, budget: int = 1000) -> None:
        self.server = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        self.relay = Relay(*self.server.getsockname(), secure=False)
        stack.callback(self.relay.close)
        inside = socket.create_server(("127.0.0.1", 0))
        self.uplink: Uplink = self.relay.open(inside, budget)
        stack.callback(self.uplink.close)
        self.copy = stack.enter_context(socket.create_connection(inside.getsockname()))
        self.copy.settimeout(5)

    def answered(self, stack: ExitStack) -> socket.socket:
        """Renvoie le bout du serveur."""
        outside = stack.enter_context(self.server.accept()[0])
        outside.settimeout(5)
        return outside


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as found:
        yield found


def _pause(uplink: Uplink, stack: ExitStack) -> threading.Event:
    """Demande une pause dans un autre fil ; renvoie ce qui dit qu'elle tient."""
    entered, over = threading.Event(), threading.Event()

    def hold() -> None:
        with uplink.paused():
            entered.set()
            over.wait(10)

    thread = threading.Thread(target=hold, daemon=True)
    thread.start()
    stack.callback(thread.join, 10)
    stack.callback(over.set)
    return entered


def test_both_ways_are_relayed(stack: ExitStack) -> None:
    line = Line(stack)
    line.copy.sendall(b"question")
    outside = line.answered(stack)
    assert outside.recv(100) == b"question"
    outside.sendall(b"answer")
    assert line.copy.recv(100) == b"answer"
    line.copy.shutdown(socket.SHUT_WR)
    assert outside.recv(100) == b""


def test_a_pause_begins_only_once_it_holds(stack: ExitStack) -> None:
    """Le fil du relais est pris ailleurs : on n'entre pas encore."""
    line, free = Line(stack), threading.Event()
    line.relay.loop.call_soon_threadsafe(free.wait, 10)
    entered = _pause(line.uplink, stack)
    assert not entered.wait(HELD)
    free.set()
    assert entered.wait(5)


def test_a_pause_lets_a_request_that_left_have_its_answer(stack: ExitStack) -> None:
    line = Line(stack)
    line.copy.sendall(b"question")
    outside = line.answered(stack)
    assert outside.recv(100) == b"question"
    entered = _pause(line.uplink, stack)
    assert not entered.wait(HELD)
    outside.sendall(b"answer")
    assert entered.wait(5)
    assert line.copy.recv(100) == b"answer"


def test_a_request_without_an_answer_does_not_prevent_an_exam(stack: ExitStack) -> None:
    line = Line(stack)
    line.copy.sendall(b"question")
    assert line.answered(stack).recv(100) == b"question"
    assert _pause(line.uplink, stack).wait(10)


def test_nothing_passes_during_a_pause_and_everything_after(stack: ExitStack) -> None:
    line = Line(stack)
    outside = line.answered(stack)
    with line.uplink.paused():
        line.copy.sendall(b"question")
        outside.settimeout(HELD)
        with pytest.raises(TimeoutError):
            outside.recv(100)
    outside.settimeout(5)
    assert outside.recv(100) == b"question"


def test_a_copy_that_sends_too_much_is_cut(stack: ExitStack) -> None:
    line = Line(stack, budget=10)
    outside = line.answered(stack)
    line.copy.sendall(b"x" * 11)
    assert (line.copy.recv(1), outside.recv(1)) == (b"", b"")
    assert not line.uplink.refused


def test_a_server_that_is_not_there_is_remembered(stack: ExitStack) -> None:
    line = Line(stack)
    line.answered(stack)
    line.server.close()
    assert not line.uplink.refused
    with socket.create_connection(line.copy.getpeername()) as other:
        other.settimeout(5)
        assert other.recv(1) == b""
    assert line.uplink.refused


@pytest.mark.both_servers
@pytest.mark.needs("bubblewrap")
def test_the_store_does_not_move_during_an_exam(kernels: Kernels, client: Minio) -> None:
    """Un fil de la copie qui écrit sans cesse attend la fin de l'examen."""
    with open_space(servers.ensure(), client) as space:
        bucket = f"{space.name}-a"
        client.make_bucket(bucket_name=bucket)
        environment = {
            "MINIO_ACCESS_KEY": space.server.access_key,
            "MINIO_SECRET_KEY": space.server.secret_key,
            "MINIO_SESSION_TOKEN": space.server.session_token or "",
            "KIT_SERVER": "external",
        }

        def count() -> int:
            return sum(1 for _ in client.list_objects(bucket_name=bucket))

        with kernels.start(environment, Limits()) as kernel:
            assert run_cell(kernel, WRITE.replace("BUCKET", bucket)) == ""
            assert kernel.uplink is not None
            _wait_for(lambda: count() > 0)
            with kernel.uplink.paused():
                held = count()
                time.sleep(0.5)
                assert count() == held
            _wait_for(lambda: count() > held)


WRITE = """
import io, threading
from helpers import connect
client = connect(quiet=True)
def write():
    for number in range(10_000):
        client.put_object(bucket_name="BUCKET", object_name=str(number),
                          data=io.BytesIO(b"x"), length=1)
threading.Thread(target=write, daemon=True).start()
"""


def _wait_for(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)
