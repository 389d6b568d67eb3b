"""Le lien avec un double : il reçoit sa demande, donne ses descripteurs, ou dit ce qui a échoué."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator

import psutil
import pytest

from kit_minio.grading.execute.limits import Limits
from kit_minio.grading.execute.sandbox.inside.request import Request
from kit_minio.grading.execute.sandbox.isolation import IsolationError
from kit_minio.grading.execute.sandbox.link import Link, pair

Ends = tuple[Link, socket.socket]


@pytest.fixture
def ends() -> Iterator[Ends]:
    ours, theirs = pair()
    with Link(ours) as link, theirs:
        yield link, theirs


def _give(theirs: socket.socket, name: str, count: int = 1) -> None:
    with open(os.devnull) as file:  # noqa: PTH123
        socket.send_fds(theirs, [name.encode()], [file.fileno()] * count)


def test_a_request_arrives_with_its_sockets(ends: Ends) -> None:
    link, theirs = ends
    request: Request = {"environment": {"A": "é"}, "limits": Limits().bounds(), "port": None}
    with socket.socket() as given:
        link.send(request, [given.fileno()] * 5)
    data, fds, _, _ = socket.recv_fds(theirs, 65_536, 8)
    assert json.loads(data) == request
    assert len(fds) == 5
    for fd in fds:
        os.close(fd)


def test_descriptors_are_given_by_name(ends: Ends) -> None:
    link, theirs = ends
    _give(theirs, "s3")
    _give(theirs, "pid")
    given = link.receive("pid", "s3")
    assert set(given) == {"pid", "s3"}
    for fd in given.values():
        os.close(fd)


@pytest.mark.parametrize("said", ["error unshare : interdit", "autre", ""])
def test_anything_else_is_an_error_and_leaves_nothing_open(ends: Ends, said: str) -> None:
    link, theirs = ends
    before = psutil.Process().num_fds()
    _give(theirs, "pid")
    if said:
        theirs.send(said.encode())
    else:
        theirs.close()
        before -= 1
    with pytest.raises(IsolationError, match=said or "sans message"):
        link.receive("pid", "s3")
    assert psutil.Process().num_fds() == before


def test_the_supervisor_says_why_or_nothing(ends: Ends) -> None:
    link, theirs = ends
    assert link.said() == ""
    theirs.send(b"memory")
    assert link.said() == "memory"


def test_hanging_up_is_seen_at_the_other_end(ends: Ends) -> None:
    link, theirs = ends
    link.hang_up()
    assert theirs.recv(1) == b""
