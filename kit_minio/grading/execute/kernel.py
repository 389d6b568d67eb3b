"""Le noyau d'une copie, vu du correcteur : lui envoyer une cellule, l'arrêter, ne pas le croire.

Un message trop gros est jeté, un flot d'affichages arrête le noyau : la mémoire du correcteur reste
bornée.
"""

from __future__ import annotations

import json
import selectors
import time
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, Protocol

from jupyter_client.session import DELIM, Session

from kit_minio.grading.execute.cell import (
    CellError,
    Hear,
    KernelLost,
    KernelStopped,
    RunningCell,
    TooLong,
)
from kit_minio.grading.execute.channel import Channel
from kit_minio.grading.execute.limits import (
    GRACE_SECONDS,
    IDLE_SECONDS,
    KERNEL_SECONDS,
    MAX_OUTPUT,
    MEBI,
)
from kit_minio.grading.execute.relay import Uplink

_MAX_READ = 128 * 1024  # octets d'un message que l'on lit
_NOT_KEPT = f"[un affichage de plus de {_MAX_READ // 1024} Kio n'est pas gardé]\n"
_LAST_WORDS_SECONDS = 3.0  # laissées à un noyau qui ne répond plus pour dire comment il finit
_POLL_SECONDS = 1.0  # entre deux regards sur un processus sans descripteur


class Body(Protocol):
    """Le processus d'un noyau : un double du zygote (``Forked``) ou un noyau ordinaire (``Plain``).

    Attributes:
        key: signe les messages.
        addresses: où joindre le noyau, par canal : ``shell``, ``control``, ``iopub``.
        api: où l'API de l'élève répond, si elle est en service.
        uplink: le passage de la copie vers S3 ; ``None`` au niveau 0, où elle le joint elle-même.
        death: un descripteur lisible à la fin du noyau, ou -1.
    """

    key: bytes
    addresses: dict[str, str]
    api: Path | str
    uplink: Uplink | None
    death: int

    @property
    def process(self) -> int:
        """Le processus dont le noyau descend, vu d'ici."""
        ...

    @property
    def alive(self) -> bool:
        """Vrai tant que le noyau est en marche."""
        ...

    def cause(self) -> KernelStopped | KernelLost:
        """Renvoie ce qui a arrêté le noyau : la copie, ses plafonds, ou autre chose."""
        ...

    def interrupt(self) -> bool:
        """Interrompt la cellule en cours ; faux s'il faut le demander au noyau par un message."""
        ...

    def kill(self) -> None:
        """Demande la fin du noyau, depuis n'importe quel fil et sans attendre."""
        ...

    def stop(self) -> None:
        """Tue le noyau et sa descendance, attend que ce soit fait."""
        ...


class Kernel:
    """Un noyau en marche ; ``kernels.start()`` en crée un.

    Args:
        body: son processus.
        after: ce que ``stop()`` défait, fin du processus comprise.
    """

    def __init__(self, body: Body, after: ExitStack) -> None:
        self._body = body
        self._after = after
        self._session = Session(key=body.key, username="correcteur")
        self._shell = Channel(body.addresses["shell"], "DEALER")
        self._control = Channel(body.addresses["control"], "DEALER")
        self._iopub = Channel(body.addresses["iopub"], "SUB")
        self._opened = False

    @property
    def api(self) -> Path | str:
        """Où l'API de l'élève répond, si elle est en service."""
        return self._body.api

    @property
    def uplink(self) -> Uplink | None:
        """Le passage de la copie vers S3 ; ``None`` au niveau 0."""
        return self._body.uplink

    @property
    def process(self) -> int:
        """Le processus dont le noyau descend : sa mémoire se mesure d'ici."""
        return self._body.process

    @property
    def alive(self) -> bool:
        """Vrai tant que le noyau est en marche."""
        return self._body.alive

    def execute(
        self,
        code: str,
        deadline: float,
        *,
        kit: Mapping[str, str] | None = None,
        hear: Hear = lambda _, __: None,
    ) -> CellError | None:
        """Exécute une cellule ; renvoie l'exception qui l'a arrêtée, s'il y en a une.

        Args:
            code: le texte de la cellule.
            deadline: l'heure (``time.monotonic()``) où elle est interrompue.
            kit: son rôle et son exercice, que le noyau peut connaître.
            hear: reçoit le genre et le contenu de ce qu'elle affiche, que rien ne garantit.

        Raises:
            KernelStopped: le noyau s'est arrêté, ou il a fallu l'arrêter.
            KernelLost: autre chose que la copie l'a arrêté.
        """
        content = {
            "code": code,
            "silent": False,
            "store_history": True,
            "user_expressions": {},
            "allow_stdin": False,  # input() lève une exception au lieu d'attendre
            "stop_on_error": False,
        }
        seconds = max(1, round(deadline - time.monotonic()))
        about = {"kit": dict(kit or {})}
        cell = RunningCell(self._send(self._shell, "execute_request", content, about), hear)
        if self._follow(cell, deadline):
            return cell.error
        if not self._body.interrupt():
            self._send(self._control, "interrupt_request", {})
        if self._follow(cell, time.monotonic() + GRACE_SECONDS):
            return TooLong(seconds)
        self.stop()
        raise KernelStopped(f"une cellule a dépassé {seconds} s, sans se laisser interrompre")

    def _send(
        self,
        channel: Channel,
        kind: str,
        content: dict[str, Any],
        metadata: dict[str, Any] | None = None,
    ) -> str:
        """Envoie un message ; renvoie son identifiant."""
        message = self._session.msg(kind, content, metadata=metadata)
        try:
            if not self._opened:
                deadline = time.monotonic() + KERNEL_SECONDS
                for each in (self._shell, self._control, self._iopub):
                    each.open(deadline, lambda: self.alive)
                self._opened = True
            channel.send(self._session.serialize(message))
        except OSError as error:
            cause = self._cause()
            if not self._opened:  # rien de la copie n'a encore été exécuté
                cause = KernelLost("il ne démarre pas")
            self.stop()
            raise cause from error
        return str(message["msg_id"])

    def _follow(self, cell: RunningCell, deadline: float) -> bool:
        """Lit les messages d'une cellule ; faux si l'heure arrive avant sa fin."""
        start = self._received()
        while not cell.idle:
            if cell.replied:
                deadline = min(deadline, cell.replied + IDLE_SECONDS)
            left = deadline - time.monotonic()
            if left <= 0:
                return bool(cell.replied)
            ready = self._wait(min(left, _POLL_SECONDS))
            for channel in ready:
                for parts in channel.receive():
                    self._read(parts, cell)
            if self._received() - start > MAX_OUTPUT:
                self.stop()
                raise KernelStopped(f"une cellule affiche plus de {MAX_OUTPUT // MEBI} Mio")
            if not ready and not self.alive:
                cause = self._body.cause()
                self.stop()
                raise cause
        return True

    def _cause(self) -> KernelStopped | KernelLost:
        """Renvoie pourquoi le noyau ne répond plus ; s'il finit, son surveillant le dira."""
        deadline = time.monotonic() + _LAST_WORDS_SECONDS
        while self.alive and time.monotonic() < deadline:
            time.sleep(0.02)
        return KernelStopped("le noyau ne répond plus") if self.alive else self._body.cause()

    def raise_if_lost(self) -> None:
        """Ne fait rien, sauf si autre chose que la copie a arrêté le noyau.

        Raises:
            KernelLost: c'est le cas.
        """
        if not self.alive and isinstance(cause := self._body.cause(), KernelLost):
            raise cause

    def _received(self) -> int:
        return self._shell.received + self._iopub.received

    def _wait(self, seconds: float) -> list[Channel]:
        """Attend un message, la mort du noyau ou la fin du délai ; renvoie les canaux à lire."""
        channels = {channel.fileno(): channel for channel in (self._shell, self._iopub)}
        with selectors.DefaultSelector() as selector:
            for fd in {*channels, self._body.death} - {-1}:
                selector.register(fd, selectors.EVENT_READ)
            if not selector.get_map():  # le noyau a tout fermé ; Windows n'attend pas sur rien
                time.sleep(0.02)
                return []
            ready = {key.fd for key, _ in selector.select(seconds)}
        return [channel for fd, channel in channels.items() if fd in ready]

    def _read(self, parts: list[bytes], cell: RunningCell) -> None:
        """Lit un message, sans croire qu'il soit bien formé."""
        if sum(map(len, parts)) > _MAX_READ:
            cell.hear("stream", {"name": "stderr", "text": _NOT_KEPT})
            return  # un affichage : rien de ce qu'il contient ne sert
        with suppress(Exception):
            start = parts.index(DELIM) + 1  # puis la signature
            header, parent, content = (json.loads(parts[start + rank]) for rank in (1, 2, 4))
            cell.see(header["msg_type"], parent, content)

    def stop(self) -> None:
        """Tue le noyau et tout ce qu'il a lancé ; un second appel ne fait rien."""
        for channel in (self._shell, self._control, self._iopub):
            channel.close()
        self._after.close()

    def __enter__(self) -> Kernel:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
