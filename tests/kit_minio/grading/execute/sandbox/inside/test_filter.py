"""Le filtre d'une copie : ce qu'elle prendrait sans compte, ce qui viserait son surveillant."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from collections.abc import Callable

import pytest

from kit_minio.grading.execute.cell import KernelStopped
from kit_minio.grading.execute.kernel import Kernel
from tests.support.cells import run_cell

pytestmark = [
    pytest.mark.needs("bubblewrap"),
    pytest.mark.skipif(platform.machine() != "x86_64", reason="les numéros d'appel sont les siens"),
]
SETUP = """
import ctypes, os, resource, signal, subprocess, threading, time
libc = ctypes.CDLL(None, use_errno=True)
def refused(call, *arguments):
    return libc.syscall(call, *arguments) == -1
"""
REFUSED = {
    "keyctl": "assert refused(250, 1, None)",
    "a key": "assert refused(248, b'user', b'trace', b'x', 1, -3)",
    "memory without a file": "assert refused(319, b'trace', 0)",
    "System V memory": "assert refused(29, 0, 1 << 20, 0o1600)",
    "inotify": "assert libc.inotify_init1(0) == -1",
    "trace": "assert refused(101, 16, 1, 0, 0)",
    "rings": "assert refused(425, 8, bytes(120))",
    "a secret process": "assert libc.prctl(4, 0, 0, 0, 0) == -1",
    "the files of the supervisor": """
try:
    resource.prlimit(1, resource.RLIMIT_NOFILE, (3, 3))
except PermissionError:
    pass
else:
    raise AssertionError("permis")
""",
    "its processor": "assert libc.sched_setaffinity(1, 8, (ctypes.c_ulong * 1)(1)) == -1",
    "its priority": "assert libc.setpriority(0, 1, 19) == -1",
    "the priority of everybody": "assert libc.setpriority(2, 0, 19) == -1",
}
ALLOWED = {
    "a child is killed": """
child = subprocess.Popen(["sleep", "100"])
child.kill()
assert child.wait() == -9
child = subprocess.Popen(["sleep", "100"])
child.terminate()
assert child.wait() == -15
""",
    "threads": """
done = []
threads = [threading.Thread(target=done.append, args=(n,)) for n in range(5)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
assert sorted(done) == [0, 1, 2, 3, 4]
""",
    "its own limits": "resource.setrlimit(resource.RLIMIT_NOFILE, (100, 512)); os.nice(1)",
    "an interruption": """
try:
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(5)
except KeyboardInterrupt:
    pass
""",
}
DEADLY = {
    "kill": "os.kill(os.getpid(), signal.SIGKILL)",
    "terminate": "os.kill(os.getpid(), signal.SIGTERM)",
    "group": "os.killpg(0, signal.SIGKILL)",
    "everybody": "os.kill(-1, signal.SIGKILL)",
    "raise": "signal.raise_signal(signal.SIGKILL)",
    "handle": "signal.pidfd_send_signal(os.pidfd_open(os.getpid()), signal.SIGKILL)",
    "queue": "libc.syscall(129, os.getpid(), 9, bytes(128))",
    "a file that signals": "libc.fcntl(0, 10, 9)",
    "a child that signals": "libc.syscall(56, 9, 0, 0, 0, 0)",
}


@pytest.mark.parametrize("name", [*REFUSED, *ALLOWED])
def test_what_a_copy_may_ask_of_linux(start: Callable[..., Kernel], name: str) -> None:
    assert run_cell(start(), SETUP + (REFUSED | ALLOWED)[name]) == ""


@pytest.mark.parametrize("name", DEADLY)
def test_a_copy_that_kills_its_kernel_is_known_for_it(
    start: Callable[..., Kernel], name: str
) -> None:
    with pytest.raises(KernelStopped, match="s'est arrêté de lui-même"):
        run_cell(start(), f"{SETUP}{DEADLY[name]}\ntime.sleep(5)")


def test_the_keys_of_the_grader_are_out_of_reach(start: Callable[..., Kernel]) -> None:
    """Celles de sa session : la copie n'y lit rien, et n'y laisse rien."""
    assert run_cell(start(), "assert open('/proc/keys').read() == ''") == ""
    code = (
        "import ctypes, os, sys\n"
        "libc = ctypes.CDLL(None, use_errno=True)\n"
        "assert libc.syscall(250, 1, None) > 0\n"
        f"key = libc.syscall(248, b'user', b'kit-{os.getpid()}', b'secret', 6, -3)\n"
        "assert key > 0\n"
        "from kit_minio.grading.execute.sandbox.inside.filter import empty_keyring\n"
        "empty_keyring()\n"
        "buffer = ctypes.create_string_buffer(64)\n"
        "print(libc.syscall(250, 11, key, buffer, 64))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True
    )
    assert done.stdout == "-1\n"
