"""Un double du zygote (Linux) : ses sockets, son surveillant, son passage vers S3.

Les sockets sont ouvertes par le correcteur, dans un dossier que lui seul voit, et passées au bac à
sable : la copie n'en connaît pas le chemin et ne peut rien y mettre d'autre.
"""

from __future__ import annotations

import os
import select
import signal
import socket
from contextlib import ExitStack, suppress
from pathlib import Path

from kit_minio.grading.execute.budget import Budget
from kit_minio.grading.execute.cell import KernelLost, KernelStopped
from kit_minio.grading.execute.group import Group
from kit_minio.grading.execute.limits import END_SECONDS, Limits
from kit_minio.grading.execute.relay import Relay, Uplink
from kit_minio.grading.execute.sandbox.inside.request import SESSION_KEY
from kit_minio.grading.execute.sandbox.isolation import IsolationError
from kit_minio.grading.execute.sandbox.sandbox import Sandbox

_CHANNELS = ("shell", "stdin", "control", "iopub", "api")  # dans l'ordre où le noyau les prend
_STOPPED = "stopped"  # par nous
_FAMILY_SECONDS = 3.0  # que prend le surveillant, au niveau 0, pour arrêter toute la descendance


class Forked:
    """Le noyau d'une copie, dans un double du zygote.

    Args:
        sandbox: le bac à sable.
        folder: un dossier vide, au chemin court, pour les sockets.
        environment: l'environnement du noyau.
        limits: ce que la copie peut prendre.
        relay: ce qui la mène à S3 ; ``None`` au niveau 0, où elle le joint elle-même.
        port: celui où, dans le bac à sable, elle croit joindre S3.
        budget: ce que la copie peut encore envoyer à S3 ; par défaut, tout.
        groups: le groupe (cgroup) où créer le sien, s'il y en a un.
        api: vrai si la copie en écrit une.

    Raises:
        IsolationError: le bac à sable ne répond plus.
    """

    key = SESSION_KEY

    def __init__(
        self,
        sandbox: Sandbox,
        folder: Path,
        environment: dict[str, str],
        limits: Limits,
        relay: Relay | None,
        port: int,
        *,
        budget: Budget | None = None,
        groups: Path | None = None,
        api: bool,
    ) -> None:
        self.addresses = {name: f"ipc://{folder / name}" for name in _CHANNELS}
        self.api: Path | str = folder / "api"
        self.uplink: Uplink | None = None
        self.death = -1  # la fin du surveillant
        self._limits = limits
        self._said: str | None = None  # par le surveillant, à la fin
        self._group: Group | None = None
        self._exceeded = False  # la borne de son groupe
        try:
            self._link = sandbox.fork(api=api)
        except OSError as error:
            raise _silent() from error
        with ExitStack() as undo:
            undo.callback(self.stop)
            # Le surveillant attend la demande : rien de la copie n'existe encore.
            self.death = self._link.receive("pid")["pid"]
            self._group = _group_of(self.process, groups, limits)
            with ExitStack() as sockets:
                listeners = [sockets.enter_context(_listen(folder / name)) for name in _CHANNELS]
                try:
                    self._link.send(
                        {
                            "environment": environment,
                            "limits": limits.bounds(),
                            "port": port if relay is not None else None,
                            "script": "",
                        },
                        [listener.fileno() for listener in listeners],
                    )
                except OSError as error:
                    raise _silent() from error
            if relay is not None:
                given = socket.socket(fileno=self._link.receive("s3")["s3"])
                self.uplink = relay.open(given, budget or Budget(limits))
            undo.pop_all()

    @property
    def process(self) -> int:
        """Le surveillant, dont le noyau descend."""
        known = Path(f"/proc/self/fdinfo/{self.death}").read_text(encoding="ascii")
        return next(int(line[4:]) for line in known.splitlines() if line.startswith("Pid:"))

    @property
    def alive(self) -> bool:
        """Vrai tant que le noyau est en marche."""
        return self.death >= 0 and not _readable(self.death, 0)

    def cause(self) -> KernelStopped | KernelLost:
        """Renvoie ce qui a arrêté le noyau : la copie, ses plafonds, ou autre chose."""
        if self._said is None:
            self._said = self._link.said()
        how, _, detail = self._said.partition(" ")
        if self._exceeded or (self._group is not None and self._group.exceeded):
            how = "memory"
        if how in (excesses := self._limits.excesses()):
            return KernelStopped(excesses[how])
        if how == _STOPPED:
            return KernelStopped("le noyau était déjà arrêté")
        if not how:
            return KernelLost("son surveillant, ou le bac à sable, a été tué")
        # Le filtre de la copie l'empêche de se tuer par ces signaux.
        if how == "signal" and int(detail) in (signal.SIGKILL, signal.SIGTERM):
            return KernelLost(f"signal {signal.Signals(int(detail)).name}")
        return KernelStopped("le noyau s'est arrêté de lui-même")

    def interrupt(self) -> bool:
        """Renvoie faux : un message au noyau suffit."""
        return False

    def kill(self) -> None:
        """Demande la fin du noyau, depuis n'importe quel fil ; le sien fera le reste."""
        self._link.hang_up()

    def stop(self) -> None:
        """Tue le noyau et toute sa descendance ; attend que ce soit fait."""
        if self._said is None:
            self._said = self._link.said() or _STOPPED
        self._link.close()  # le surveillant arrête alors toute la descendance
        if self.death >= 0:
            # Au-dessus du niveau 0, la mort du surveillant suffit ; sinon, on lui laisse le temps.
            if self.uplink is not None or not _readable(self.death, _FAMILY_SECONDS):
                with suppress(OSError):
                    signal.pidfd_send_signal(self.death, signal.SIGKILL)
            _readable(self.death, END_SECONDS)
            os.close(self.death)
            self.death = -1
        if self._group is not None:
            self._exceeded = self._group.exceeded
            self._group.clear()
        if self.uplink is not None:
            self.uplink.close()
            self.uplink = None


def _silent() -> IsolationError:
    return IsolationError("Le bac à sable ne répond plus.", "Relancez la commande.")


def _group_of(process: int, groups: Path | None, limits: Limits) -> Group | None:
    """Met un processus dans un groupe neuf, là où c'est possible."""
    if groups is None:
        return None
    with suppress(OSError):
        group = Group(groups, limits.memory)
        try:
            group.take(process)
        except OSError:
            group.clear()
            raise
        return group
    return None


def _listen(path: Path) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen(64)
    return listener


def _readable(fd: int, seconds: float) -> bool:
    """Dit si un descripteur devient lisible avant la fin du délai."""
    poller = select.poll()  # select.select() refuse les descripteurs au-delà de 1023
    poller.register(fd, select.POLLIN)
    return bool(poller.poll(seconds * 1000))
