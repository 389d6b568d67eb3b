"""Lire des fichiers d'une copie dans un bac à sable de son niveau : sans noyau, ni S3, ni fichier.

Une bibliothèque qui décode une image ou un tableau est écrite en C : ce qu'une copie a fait pour la
tromper ne doit rien y trouver, ni rien y prendre.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import time
from contextlib import ExitStack, suppress

from kit_minio.checks.decoding import NotRead
from kit_minio.grading.execute.environment import kernel_environment
from kit_minio.grading.execute.limits import END_SECONDS, MEBI, Limits
from kit_minio.grading.execute.sandbox.isolation import IsolationError
from kit_minio.grading.execute.sandbox.sandbox import Sandbox

MAX_READ = 64 * MEBI  # octets que rend une lecture
LIMITS = Limits(copy_seconds=30, memory=1024 * MEBI, address_space=2048 * MEBI)


class Reader:
    """Un double du zygote, qui exécute un programme du kit sur des octets, puis disparaît.

    Args:
        sandbox: le bac à sable.
        home: son dossier de travail, vide.
        script: le programme : il lit son entrée jusqu'au bout, puis écrit sur sa sortie.

    Raises:
        IsolationError: le bac à sable ne répond plus.
    """

    def __init__(self, sandbox: Sandbox, home: str, script: str) -> None:
        ours, theirs = socket.socketpair()
        with ExitStack() as undo:
            undo.enter_context(ours)
            with theirs:
                try:
                    self._link = undo.enter_context(sandbox.fork())
                    self._link.send(
                        {
                            "environment": kernel_environment(home),
                            "limits": LIMITS.bounds(),
                            "port": None,
                            "script": script,
                        },
                        [theirs.fileno()],
                    )
                except OSError as error:
                    raise _silent() from error
            self._socket = ours
            self._death = self._link.receive("pid")["pid"]
            undo.pop_all()

    def read(self, data: bytes) -> bytes:
        """Renvoie ce que le programme écrit de ces octets.

        Raises:
            NotRead: il ne finit pas, dépasse un plafond, ou s'arrête.
            IsolationError: autre chose que lui l'a tué.
        """
        deadline = time.monotonic() + LIMITS.copy_seconds
        found = bytearray()
        try:
            self._socket.settimeout(LIMITS.copy_seconds)
            self._socket.sendall(data)
            self._socket.shutdown(socket.SHUT_WR)
            while len(found) <= MAX_READ:
                self._socket.settimeout(max(0.001, deadline - time.monotonic()))
                if not (more := self._socket.recv(MEBI)):
                    break
                found += more
        except OSError as error:
            self._blame()
            raise NotRead from error
        if not found:
            self._blame()
        if not found or len(found) > MAX_READ:
            raise NotRead
        return bytes(found)

    def _blame(self) -> None:
        """S'assure que la fin du programme n'est due qu'à lui, ou à ses plafonds.

        Raises:
            IsolationError: autre chose l'a tué.
        """
        if not self._dead(0.5):
            return
        how = self._link.said()
        if not how or how in (f"signal {int(signal.SIGKILL)}", f"signal {int(signal.SIGTERM)}"):
            raise _silent()

    def _dead(self, seconds: float) -> bool:
        """Dit si le programme est fini avant ce délai."""
        poller = select.poll()
        poller.register(self._death, select.POLLIN)
        return bool(poller.poll(seconds * 1000))

    def kill(self) -> None:
        """Demande la fin du programme, depuis n'importe quel fil."""
        self._link.hang_up()

    def stop(self) -> None:
        """Arrête le programme et attend sa fin."""
        self._link.close()  # le surveillant arrête alors toute la descendance
        if not self._dead(END_SECONDS):
            with suppress(OSError):
                signal.pidfd_send_signal(self._death, signal.SIGKILL)
        os.close(self._death)
        self._socket.close()


def _silent() -> IsolationError:
    return IsolationError(
        "La lecture des fichiers d'une copie a été tuée, ou le bac à sable ne répond plus.",
        "Relancez la commande.",
    )
