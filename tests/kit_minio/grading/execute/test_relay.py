"""Le relais : S3 seul, dans une limite d'octets, et rien pendant un examen."""

from __future__ import annotations

import resource
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, nullcontext, suppress
from typing import Any

import pytest
from minio import Minio

from helpers import server as servers
from kit_minio.grading.execute.budget import Budget
from kit_minio.grading.execute.credentials import open_space
from kit_minio.grading.execute.kernels import Kernels
from kit_minio.grading.execute.limits import MAX_SETTING, Limits
from kit_minio.grading.execute.relay import Relay, Uplink
from tests.support.cells import run_cell

HELD = 0.2  # secondes où ce qui ne doit pas arriver n'arrive pas
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


def asked(method: str = "PUT", target: str = "/b/k", body: bytes = b"x", **headers: str) -> bytes:
    """Renvoie une requête, telle qu'une copie l'envoie."""
    named = {"Host": "s3", "Content-Length": str(len(body)), **headers}
    lines = [f"{name.replace('_', '-')}: {value}\r\n" for name, value in named.items()]
    return f"{method} {target} HTTP/1.1\r\n{''.join(lines)}\r\n".encode() + body


class Line:
    """Une copie à un bout, le serveur à l'autre, le relais entre eux."""

    def __init__(self, stack: ExitStack, budget: int = 10_000, **options: Any) -> None:
        self.stack = stack
        self.server = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        self.relay = Relay(*self.server.getsockname(), secure=False, **options)
        stack.callback(self.relay.close)
        self.budget = Budget(Limits(upload=budget))
        self.uplink, self.inside = self.kernel()
        self.copy = self.connected()

    def kernel(self) -> tuple[Uplink, Any]:
        """Ouvre le passage d'un noyau de la copie ; renvoie aussi où s'y connecter."""
        inside = socket.create_server(("127.0.0.1", 0))
        place = inside.getsockname()
        uplink = self.relay.open(inside, self.budget)
        self.stack.callback(uplink.close)
        return uplink, place

    def connected(self, place: Any = None) -> socket.socket:
        """Renvoie une connexion de la copie."""
        copy = self.stack.enter_context(socket.create_connection(place or self.inside))
        copy.settimeout(5)
        return copy

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
    question, answer = asked(), OK.replace(b"Length: 0", b"Length: 2") + b"ok"
    for _ in range(3):  # la même connexion sert plusieurs fois
        line.copy.sendall(question)
        outside = outside if _ else line.answered(stack)  # noqa: F821
        assert outside.recv(1000) == question
        outside.sendall(answer)
        assert line.copy.recv(1000) == answer
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


@pytest.mark.parametrize("first", [b"", b"HTTP/1.1 100 Continue\r\n\r\n", OK[:-4]])
def test_a_pause_lets_a_request_that_left_have_its_answer(stack: ExitStack, first: bytes) -> None:
    """Une réponse qui commence, ou qui dit de continuer, n'en est pas encore une."""
    line = Line(stack)
    line.copy.sendall(asked())
    outside = line.answered(stack)
    assert outside.recv(1000) == asked()
    outside.sendall(first)
    entered = _pause(line.uplink, stack)
    assert not entered.wait(HELD)
    rest = OK[len(first) :] if OK.startswith(first) else OK
    outside.sendall(rest)
    assert entered.wait(5)


@pytest.mark.parametrize(
    "sent", [asked("GET", body=b""), asked("HEAD", body=b""), asked(body=b"x" * 100)[:-1]]
)
def test_what_cannot_change_the_store_holds_no_exam_up(stack: ExitStack, sent: bytes) -> None:
    """Une lecture ; une requête dont la fin n'est pas partie."""
    line = Line(stack)
    line.copy.sendall(sent)
    outside = line.answered(stack)
    assert outside.recv(1000) == sent
    assert _pause(line.uplink, stack).wait(HELD)
    line.copy.sendall(b"x")
    outside.settimeout(HELD)
    with pytest.raises(TimeoutError):
        outside.recv(100)


def test_a_request_without_an_answer_does_not_prevent_an_exam(stack: ExitStack) -> None:
    line = Line(stack)
    line.copy.sendall(asked())
    assert line.answered(stack).recv(1000) == asked()
    assert _pause(line.uplink, stack).wait(9)


def test_a_request_waits_for_the_answer_before_it(stack: ExitStack) -> None:
    """Deux d'un coup : la seconde serait encore en cours quand la première a sa réponse."""
    line = Line(stack)
    line.copy.sendall(asked() + asked(target="/b/second"))
    outside = line.answered(stack)
    assert outside.recv(1000) == asked()
    outside.settimeout(HELD)
    with pytest.raises(TimeoutError):
        outside.recv(1000)
    outside.settimeout(5)
    with line.uplink.paused() if outside.sendall(OK) else nullcontext():
        assert line.copy.recv(1000) == OK
    assert outside.recv(1000) == asked(target="/b/second")


def test_nothing_passes_during_a_pause_and_everything_after(stack: ExitStack) -> None:
    line = Line(stack)
    outside = line.answered(stack)
    with line.uplink.paused():
        line.copy.sendall(asked())
        outside.settimeout(HELD)
        with pytest.raises(TimeoutError):
            outside.recv(100)
    outside.settimeout(5)
    assert outside.recv(1000) == asked()


def test_what_is_not_http_is_cut(stack: ExitStack) -> None:
    line = Line(stack)
    line.copy.sendall(b"\x16\x03\x01 hello\r\n\r\n")
    outside = line.answered(stack)
    assert (_ended(line.copy), _ended(outside)) == (True, True)


def _ended(connection: socket.socket) -> bool:
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


# --- Ce que la copie peut envoyer ---------------------------------------------------------------


def _refused(line: Line, sent: bytes) -> str:
    """Envoie une requête que le serveur ne doit pas voir ; renvoie le code de la réponse."""
    copy = line.connected()
    copy.sendall(sent)
    text = copy.makefile("rb").read().decode()
    assert text.startswith("HTTP/1.1 403 ")
    copy.close()
    arrived = []
    line.server.settimeout(HELD)
    with suppress(TimeoutError):
        while True:
            arrived.append(line.stack.enter_context(line.server.accept()[0]))
    heard = select.select(arrived, [], [], 5)[0]
    assert heard and all(_ended(outside) for outside in heard)
    return text.partition("<Code>")[2].partition("<")[0]


def test_a_copy_that_sends_too_much_is_refused(stack: ExitStack) -> None:
    line = Line(stack, budget=1000)
    assert _refused(line, asked(body=b"x" * 1001)) == "QuotaExceeded"
    assert not line.uplink.refused


def test_a_body_that_hides_its_length_is_cut_too(stack: ExitStack) -> None:
    line = Line(stack, budget=1000)
    head = asked(body=b"", Transfer_Encoding="chunked").replace(b"Content-Length: 0\r\n", b"")
    line.copy.sendall(head)
    outside = line.answered(stack)
    assert outside.recv(1000) == head
    line.copy.sendall(b"400\r\n" + b"x" * 1024)
    assert _ended(outside)


def test_the_budget_is_that_of_all_kernels_of_a_copy(stack: ExitStack) -> None:
    line = Line(stack, budget=1000)
    line.copy.sendall(asked(body=b"x" * 500))
    assert line.answered(stack).recv(10_000)
    line.uplink.close()
    line.uplink, line.inside = line.kernel()
    assert _refused(line, asked(body=b"x" * 500)) == "QuotaExceeded"


COPIES = {
    "whole": {"X_Amz_Copy_Source": "/b/big"},
    "part": {"X_Amz_Copy_Source": "/b/big", "X_Amz_Copy_Source_Range": "bytes=0-599"},
    "unknown": {"X_Amz_Copy_Source": "/b/unknown"},
}


@pytest.mark.parametrize("name", COPIES)
def test_what_the_server_copies_is_counted(stack: ExitStack, name: str) -> None:
    """La taille de la source ; si elle ne se sait pas, tout ce que la copie a envoyé."""
    sizes = {"/b/big": 600 if name == "whole" else 10_000}
    line = Line(stack, budget=2000, size_of=sizes.get)
    line.copy.sendall(asked(body=b"x" * 600))
    outside = line.answered(stack)
    assert outside.recv(10_000)
    outside.sendall(OK)
    assert line.copy.recv(1000) == OK
    line.copy.sendall(asked(body=b"", **COPIES[name]))
    assert outside.recv(10_000)
    assert _refused(line, asked(body=b"", **COPIES[name])) == "QuotaExceeded"


SETTINGS = {
    "policy": "/b?policy",
    "lifecycle": "/b?lifecycle=&x-id=PutBucketLifecycle",
    "tags of an object": "/b/k?tagging",
    "a new bucket": "/b",
    "deletions": "/b?delete",
    "accounts": "/?Action=x",
}


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_is_bounded(stack: ExitStack, name: str) -> None:
    line = Line(stack, budget=10 * MAX_SETTING)
    method = "POST" if name in ("deletions", "accounts") else "PUT"
    large = asked(method, SETTINGS[name], b"x" * (MAX_SETTING + 1))
    assert _refused(line, large) == "EntityTooLarge"
    hidden = asked(method, SETTINGS[name], b"", Transfer_Encoding="chunked")
    assert _refused(line, hidden.replace(b"Content-Length: 0\r\n", b"")) == "EntityTooLarge"


def test_many_settings_are_bounded_too(stack: ExitStack) -> None:
    line = Line(stack, budget=100 * MAX_SETTING)
    most = asked("PUT", "/b?policy", b"x" * MAX_SETTING)
    outside = line.answered(stack)
    for _ in range(32):
        line.copy.sendall(most)
        left = len(most)
        while left:
            left -= len(outside.recv(left))
        outside.sendall(OK)
        assert line.copy.recv(1000) == OK
    assert _refused(line, most) == "QuotaExceeded"


@pytest.mark.parametrize("target", ["/b/k", "/b/k?partNumber=1&uploadId=x", "/b/k?X-Amz-Date=x"])
def test_an_object_is_not_a_setting(stack: ExitStack, target: str) -> None:
    line = Line(stack, budget=10 * MAX_SETTING)
    line.copy.sendall(asked(target=target, body=b"x" * (MAX_SETTING + 1))[:1000])
    assert len(line.answered(stack).recv(10_000)) == 1000


def test_an_archive_is_not_unpacked_by_the_server(stack: ExitStack) -> None:
    """Un Mio compressé en vaudrait mille."""
    sent = asked(X_Amz_Meta_Snowball_Auto_Extract="true")
    assert _refused(Line(stack), sent) == "NotImplemented"


# --- Les descripteurs ---------------------------------------------------------------------------


def test_connections_are_bounded_for_each_copy(stack: ExitStack) -> None:
    line = Line(stack, connections=2)
    others = [line.connected() for _ in range(3)]
    outside = [line.answered(stack) for _ in range(2)]
    line.server.settimeout(HELD)
    with pytest.raises(TimeoutError):
        line.server.accept()
    line.copy.close()
    outside[0].close()
    line.server.settimeout(5)
    outside.append(line.answered(stack))
    assert len(others) == 3


def test_the_relay_outlives_a_lack_of_descriptors(stack: ExitStack) -> None:
    line = Line(stack)
    line.answered(stack)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    client = stack.enter_context(socket.socket())
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
    try:
        client.connect(line.inside)
        time.sleep(HELD)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    client.sendall(asked())
    assert line.answered(stack).recv(1000) == asked()


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
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)
