"""Un programme à la place d'un noyau : son entrée et sa sortie sont la socket donnée."""

from __future__ import annotations

import os
import socket
from pathlib import Path

from kit_minio.grading.execute.sandbox.inside.script import run_script

PROGRAM = """
import os
data = open(0, "rb", closefd=False).read()
os.write(1, data + os.environ["HOME"].encode() + os.getcwd().encode())
os._exit(7)
"""


def test_a_script_reads_and_writes_on_its_socket(tmp_path: Path) -> None:
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        run_script(PROGRAM, {"HOME": str(tmp_path)}, [theirs.fileno()])
        os._exit(1)
    theirs.close()
    ours.sendall(b"lu ")
    ours.shutdown(socket.SHUT_WR)
    assert ours.recv(1000).decode() == f"lu {tmp_path}{tmp_path}"
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 7
