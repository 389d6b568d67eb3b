"""Le zygote : il ne lit rien de ses copies, se dédouble à la demande, finit avec le correcteur."""

from __future__ import annotations

import json
import os
import select
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from helpers.files import ROOT
from kit_minio.grading.execute.environment import zygote_environment
from kit_minio.grading.execute.sandbox.inside.request import Options
from kit_minio.grading.execute.sandbox.link import Link, pair

OPTIONS: Options = {"nested": False, "uid": None, "scratch": {}, "warm": False}


@contextmanager
def _zygote() -> Iterator[tuple[subprocess.Popen[bytes], socket.socket]]:
    """Un zygote que rien n'enferme, et notre bout de sa socket."""
    control, inside = pair()
    module = "kit_minio.grading.execute.sandbox.inside.zygote"
    with control, inside:
        process = subprocess.Popen(
            [sys.executable, "-P", "-s", "-m", module, str(inside.fileno()), json.dumps(OPTIONS)],
            env=zygote_environment("/eleve", str(ROOT)),
            pass_fds=[inside.fileno()],
        )
        inside.close()
        control.settimeout(30)
        assert control.recv(16) == b"ready"
        yield process, control
        control.close()
        assert process.wait(10) == 0  # il finit quand le correcteur n'est plus là


def _ask(control: socket.socket) -> Link:
    ours, theirs = pair()
    with theirs:
        socket.send_fds(control, [b"f"], [theirs.fileno()])
    return Link(ours)


def test_each_request_gets_its_double() -> None:
    with _zygote() as (process, control), _ask(control) as first, _ask(control) as second:
        deaths = [link.receive("pid")["pid"] for link in (first, second)]
        first.close()
        assert select.select(deaths, [], [], 10)[0] == deaths[:1]  # celui-là seul
        assert process.poll() is None
        for fd in deaths:
            os.close(fd)


def test_a_request_that_cannot_be_read_stops_its_double_alone() -> None:
    with _zygote() as (process, control):
        ours, theirs = pair()
        with ours, theirs:
            ours.send(b"ceci n'est pas du JSON")
            socket.send_fds(control, [b"f"], [theirs.fileno()])
            theirs.close()
            death = Link(ours).receive("pid")["pid"]
            assert select.select([death], [], [], 10)[0] == [death]
            os.close(death)
        with _ask(control) as other:
            os.close(other.receive("pid")["pid"])
        assert process.poll() is None
