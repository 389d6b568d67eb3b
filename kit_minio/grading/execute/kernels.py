"""Le noyau d'une copie, vu du correcteur : lui envoyer une cellule, l'arrêter, ne pas le croire.

Les prises sont ouvertes par le correcteur, dans un dossier que lui seul voit, et passées au bac à
sable : la copie n'en connaît pas le chemin et ne peut rien y mettre d'autre. Un message trop gros
est jeté, un flot d'affichages arrête le noyau : la mémoire du correcteur reste bornée.
"""

from __future__ import annotations

import itertools
import json
import os
import re
import select
import selectors
import shutil
import signal
import socket
import tempfile
import threading
import time
import weakref
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from jupyter_client.session import Session

from helpers.errors import KitError
from kit_minio.grading.execute.channel import Channel
from kit_minio.grading.execute.relay import Line, Relay
from kit_minio.grading.execute.sandbox.inside.kernel import SESSION_KEY
from kit_minio.grading.execute.sandbox.isolation import (
    HOME,
    Isolation,
    IsolationError,
    Sandbox,
    new_link,
    receive,
)
from kit_minio.grading.execute.started import Ahead, Started

if TYPE_CHECKING:
    from helpers.server import Server

_MEGA = 1024 * 1024
MAX_OUTPUT = 16 * _MEGA  # octets affichés par une cellule, avant l'arrêt du noyau
_GRACE_SECONDS = 1.0  # laissées à une cellule interrompue
_START_SECONDS = 30.0
_MAX_READ = 64 * 1024  # octets d'un message que l'on lit
_IDLE_SECONDS = 2.0  # entre la réponse d'une cellule et la fin de ses affichages
_END_SECONDS = 10.0
_POLL_SECONDS = 1.0  # entre deux regards sur un processus sans descripteur
_CHANNELS = ("shell", "stdin", "control", "iopub", "api")
# Le nom que ipykernel donne à une cellule : un nombre tiré de son texte.
_CELL_NAME = re.compile(r" \(\d+\.py, line (\d+)\)$")


@dataclass(frozen=True)
class Limits:
    """Ce qu'une copie peut prendre.

    Attributes:
        cell_seconds: la durée d'une cellule.
        copy_seconds: la durée de toute la copie, examen compris.
        memory: la mémoire de tous ses processus, en octets.
        address_space: l'espace d'adressage d'un processus, en octets.
        file: la taille d'un fichier, en octets.
        processes: le nombre de processus et de fils.
        exam_seconds: la durée de l'examen d'une API.
        upload: ce que la copie peut envoyer au serveur S3, en octets.
    """

    cell_seconds: float = 60
    copy_seconds: float = 600
    memory: int = 1536 * _MEGA
    address_space: int = 4096 * _MEGA
    file: int = 512 * _MEGA
    processes: int = 128
    exam_seconds: float = 120
    upload: int = 1024 * _MEGA

    def for_sandbox(self) -> dict[str, int]:
        """Renvoie ce que le bac à sable applique lui-même."""
        return {
            "memory": self.memory,
            "address_space": self.address_space,
            "file": self.file,
            "processes": self.processes,
            "cpu": int(2 * self.copy_seconds) + 1,
        }


class KernelStopped(Exception):
    """Le noyau ne répondra plus ; le texte de l'erreur dit pourquoi, à la personne qui lira."""


@dataclass
class CellError:
    """L'exception qui a arrêté une cellule, telle que le noyau la raconte."""

    name: str
    text: str

    def __str__(self) -> str:
        return f"{self.name} : {self.text}" if self.text else self.name


class TooLong(CellError):
    """La cellule a duré trop longtemps, et s'est laissé interrompre."""

    def __init__(self, seconds: int) -> None:
        super().__init__("Temps dépassé", f"la cellule a été interrompue au bout de {seconds} s")


class Kernels:
    """De quoi démarrer un noyau par copie, tiède et isolé.

    Args:
        isolation: le niveau trouvé.
        server: le serveur S3, que le relais joint pour les copies.
    """

    def __init__(self, isolation: Isolation, server: Server) -> None:
        host, port = _place(server)
        self.isolation = replace(isolation, host=host)
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._stopping = False
        self._running: weakref.WeakSet[Forked | Started] = weakref.WeakSet()
        self._folder = tempfile.TemporaryDirectory(prefix="kit-noyaux-", ignore_cleanup_errors=True)
        self.relay = Relay(host, port, secure=server.secure) if isolation.level else None
        self.follow(server)
        # Le bac à sable meurt avec le fil qui l'a démarré : celui-ci dure autant que les noyaux.
        self._keeper = ThreadPoolExecutor(1, "bac-a-sable")
        # Une seconde d'imports, pendant laquelle les premières copies se préparent.
        self._shared = self._start_shared() if isolation.shared else None
        self._ahead = None if isolation.forks else Ahead(self._start_ahead)

    def follow(self, server: Server) -> None:
        """Mène les copies à ce serveur, où qu'il soit : relancé, il a pu changer de port."""
        host, self.port = _place(server)
        # Le relais parle HTTPS au serveur ; dans le bac à sable, rien ne sort de la machine.
        self.url = server.url if self.relay is None else f"http://{host}:{self.port}"
        if self.relay is not None:
            self.relay.target = (host, self.port)

    def _start_shared(self) -> Future[Sandbox]:
        return self._keeper.submit(self.isolation.start)

    def wait(self) -> None:
        """Attend que le bac à sable commun soit prêt.

        Raises:
            IsolationError: il n'a pas démarré.
        """
        if self._shared is not None:
            self._shared.result()

    def _start_ahead(self) -> Started:
        folder, home = self._new_home()
        return Started(folder, _environment(str(home)))

    def _new_home(self) -> tuple[Path, Path]:
        """Renvoie le dossier d'une copie, et celui où elle peut écrire."""
        folder = Path(self._folder.name) / str(next(self._numbers))
        home = folder / "eleve"
        home.mkdir(parents=True)
        return folder, home

    def start(self, environment: dict[str, str], limits: Limits, *, api: bool = False) -> Kernel:
        """Démarre un noyau.

        Args:
            environment: ce que le noyau doit savoir de la copie ; rien d'autre n'y entre, que ce
                qui est commun à toutes.
            limits: ce qu'il peut prendre.
            api: vrai si la copie en écrit une.

        Raises:
            IsolationError: le bac à sable ne répond plus.
            KitError: la correction s'arrête.
        """
        environment = {"MINIO_ENDPOINT": self.url} | environment
        if self._ahead is not None:
            body = self._ahead.take()
            body.begin(environment, limits)
            return self._kernel(body, limits)
        folder, home = self._new_home()
        place = HOME if self.isolation.level else str(home)
        environment = _environment(place) | environment
        own = None if self._shared else self.isolation.start()
        try:
            sandbox = self._alive() if own is None else own
            body = Forked(sandbox, own, folder, self, environment, limits, api=api)
            return self._kernel(body, limits)
        except BaseException:
            if own is not None:
                own.close()
            raise

    def _kernel(self, body: Forked | Started, limits: Limits) -> Kernel:
        with self._lock:
            self._running.add(body)
            if not self._stopping:
                return Kernel(body, limits)
        body.stop()
        raise KitError("La correction s'arrête.", "Relancez la même commande : elle reprendra.")

    def _alive(self) -> Sandbox:
        """Renvoie le bac à sable commun ; un zygote mort est remplacé."""
        self.wait()
        with self._lock:
            assert self._shared is not None  # noqa: S101 - démarré par __init__
            sandbox = self._shared.result()
            if not sandbox.alive:
                sandbox.close()
                self._shared = self._start_shared()
            return self._shared.result()

    def stop_running(self) -> None:
        """Tue les noyaux en marche, sans attendre, et n'en démarre plus."""
        with self._lock:
            self._stopping = True
            running = list(self._running)
        for body in running:
            body.kill()

    def close(self) -> None:
        """Arrête tout."""
        if self._shared is not None and self._shared.exception() is None:
            self._shared.result().close()
        self._keeper.shutdown()
        if self._ahead is not None:
            self._ahead.close()
        if self.relay is not None:
            self.relay.close()
        self._folder.cleanup()

    def __enter__(self) -> Kernels:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _place(server: Server) -> tuple[str, int]:
    """Renvoie l'hôte et le port d'un serveur."""
    parts = urlsplit(server.url)
    return parts.hostname or "", parts.port or (443 if server.secure else 80)


# --- Le processus d'un noyau --------------------------------------------------------------------


class Forked:
    """Un double du zygote (Linux) : son surveillant, ses prises, sa ligne vers S3."""

    key = SESSION_KEY

    def __init__(
        self,
        sandbox: Sandbox,
        own: Sandbox | None,
        folder: Path,
        kernels: Kernels,
        environment: dict[str, str],
        limits: Limits,
        *,
        api: bool,
    ) -> None:
        self.line: Line | None = None
        self.death = -1  # un descripteur lisible à la mort du surveillant
        self.api: Path | str = folder / "api"
        self.addresses = {name: f"ipc://{folder / name}" for name in _CHANNELS}
        self._own = own
        self._folder = folder
        self._limits = limits
        self._link, theirs = new_link()
        level = sandbox.isolation.level
        listeners = [_listen(folder / name) for name in _CHANNELS]
        request = {
            "environment": environment,
            "limits": limits.for_sandbox(),
            "port": kernels.port if level else None,
        }
        try:
            # La copie est décrite à son double, jamais au zygote dont les suivantes héritent.
            fds = [listener.fileno() for listener in listeners]
            socket.send_fds(self._link, [json.dumps(request).encode()], fds)
            sandbox.fork(theirs, api=api)
            found = receive(self._link, "pid", *(["s3"] if level else []))
            self.death = found["pid"]
            if kernels.relay is not None:
                inside = socket.socket(fileno=found["s3"])
                self.line = kernels.relay.open(inside, limits.upload)
        except OSError as error:
            self.stop()
            raise IsolationError(
                "Le bac à sable ne répond plus.", "Relancez la commande."
            ) from error
        except BaseException:
            self.stop()
            raise
        finally:
            for listener in listeners:
                listener.close()

    @property
    def alive(self) -> bool:
        """Vrai tant que le noyau est en marche."""
        return self.death >= 0 and not _readable(self.death, 0)

    def cause(self) -> str:
        """Dit pourquoi le noyau s'est arrêté."""
        with suppress(OSError):
            self._link.settimeout(0)
            said = self._link.recv(100)
            if said == b"memory":
                return f"la copie a pris plus de {self._limits.memory // _MEGA} Mio de mémoire"
            if said == b"processes":
                return f"la copie a lancé plus de {self._limits.processes} processus"
        return "le noyau s'est arrêté de lui-même"

    def kill(self) -> None:
        """Demande la fin du noyau, depuis n'importe quel fil ; le sien fera le reste."""
        with suppress(OSError):
            self._link.shutdown(socket.SHUT_RDWR)  # le surveillant arrête alors la descendance

    def stop(self) -> None:
        """Tue le noyau et toute sa descendance ; attend que ce soit fait."""
        self._link.close()  # le surveillant arrête alors toute la descendance
        if self.death >= 0:
            # Au-dessus du niveau 0, la mort du surveillant suffit ; sinon, on lui laisse le temps.
            if self.line is not None or not _readable(self.death, 3):
                with suppress(OSError):
                    signal.pidfd_send_signal(self.death, signal.SIGKILL)
            _readable(self.death, _END_SECONDS)
            os.close(self.death)
            self.death = -1
        if self._own is not None:
            self._own.close()
            self._own = None
        if self.line is not None:
            self.line.close()
            self.line = None
        shutil.rmtree(self._folder, ignore_errors=True)


# --- La conversation ----------------------------------------------------------------------------


class Kernel:
    """Un noyau en marche ; ``kernels.start()`` en crée un.

    Args:
        body: son processus.
        limits: ce qu'il peut prendre.
    """

    def __init__(self, body: Forked | Started, limits: Limits) -> None:
        self.body = body
        self.limits = limits
        self._session = Session(key=body.key, username="correcteur")
        self._shell = Channel(body.addresses["shell"], "DEALER")
        self._control = Channel(body.addresses["control"], "DEALER")
        self._iopub = Channel(body.addresses["iopub"], "SUB")
        self._opened = False

    @property
    def api(self) -> Path | str:
        """Où l'API de l'élève répond, si elle est en service."""
        return self.body.api

    @property
    def line(self) -> Line | None:
        """La ligne de la copie vers S3 ; ``None`` au niveau 0."""
        return self.body.line

    @property
    def alive(self) -> bool:
        """Vrai tant que le noyau est en marche."""
        return self.body.alive

    def execute(self, code: str, deadline: float) -> CellError | None:
        """Exécute une cellule ; renvoie l'exception qui l'a arrêtée, s'il y en a une.

        Args:
            code: le texte de la cellule.
            deadline: l'heure (``time.monotonic()``) où elle est interrompue.

        Raises:
            KernelStopped: le noyau s'est arrêté, ou il a fallu l'arrêter.
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
        cell = _Cell(self._send(self._shell, "execute_request", content))
        if self._follow(cell, deadline):
            return cell.error
        self._send(self._control, "interrupt_request", {})
        if self._follow(cell, time.monotonic() + _GRACE_SECONDS):
            return TooLong(seconds)
        self.stop()
        raise KernelStopped(f"une cellule a dépassé {seconds} s, sans se laisser interrompre")

    def _send(self, channel: Channel, kind: str, content: dict[str, Any]) -> str:
        """Envoie un message ; renvoie son identifiant."""
        message = self._session.msg(kind, content)
        try:
            if not self._opened:
                deadline = time.monotonic() + _START_SECONDS
                for each in (self._shell, self._control, self._iopub):
                    each.open(deadline, lambda: self.alive)
                self._opened = True
            channel.send(self._session.serialize(message))
        except OSError as error:
            cause = "le noyau ne répond plus" if self.alive else self.body.cause()
            self.stop()
            raise KernelStopped(cause) from error
        return message["msg_id"]

    def _follow(self, cell: _Cell, deadline: float) -> bool:
        """Lit les messages d'une cellule ; faux si l'heure arrive avant sa fin."""
        start = self._received()
        while not cell.idle:
            if cell.replied:
                deadline = min(deadline, cell.replied + _IDLE_SECONDS)
            left = deadline - time.monotonic()
            if left <= 0:
                return bool(cell.replied)
            heard = False
            for channel in self._wait(min(left, _POLL_SECONDS)):
                heard = True
                for parts in channel.receive():
                    self._read(parts, cell)
            if self._received() - start > MAX_OUTPUT:
                self.stop()
                raise KernelStopped(f"une cellule affiche plus de {MAX_OUTPUT // _MEGA} Mio")
            if not heard and not self.alive:
                cause = self.body.cause()
                self.stop()
                raise KernelStopped(cause)
        return True

    def _received(self) -> int:
        return self._shell.received + self._iopub.received

    def _wait(self, seconds: float) -> list[Channel]:
        """Attend un message, la mort du noyau ou la fin du délai ; renvoie les prises à lire."""
        channels = {channel.fileno(): channel for channel in (self._shell, self._iopub)}
        with selectors.DefaultSelector() as selector:
            for fd in {*channels, self.body.death} - {-1}:
                selector.register(fd, selectors.EVENT_READ)
            if not selector.get_map():  # le noyau a tout fermé ; Windows n'attend pas sur rien
                time.sleep(0.02)
                return []
            ready = {key.fd for key, _ in selector.select(seconds)}
        return [channel for fd, channel in channels.items() if fd in ready]

    def _read(self, parts: list[bytes], cell: _Cell) -> None:
        """Lit un message, sans croire qu'il soit bien formé."""
        if sum(map(len, parts)) > _MAX_READ:
            return  # un affichage : rien de ce qu'il contient ne sert
        with suppress(Exception):
            _, fields = self._session.feed_identities(parts)
            header, parent, content = (json.loads(fields[rank]) for rank in (1, 2, 4))
            cell.see(header["msg_type"], parent, content)

    def stop(self) -> None:
        """Tue le noyau et tout ce qu'il a lancé ; un second appel ne fait rien."""
        for channel in (self._shell, self._control, self._iopub):
            channel.close()
        self.body.stop()

    def __enter__(self) -> Kernel:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


class _Cell:
    """Une cellule en cours : ce que le noyau en a dit."""

    def __init__(self, message: str) -> None:
        self.message = message
        self.idle = False
        self.replied = 0.0
        self.error: CellError | None = None

    def see(self, kind: str, parent: dict[str, Any], content: dict[str, Any]) -> None:
        """Tient compte d'un message."""
        if parent.get("msg_id") != self.message:
            return
        if kind == "status" and content["execution_state"] == "idle":
            self.idle = True
        elif kind == "execute_reply":
            self.replied = time.monotonic()
        # Les deux messages arrivent dans un ordre ou dans l'autre ; la réponse, elle, peut ignorer
        # de quelle exception il s'agit, quand errors.install_handler() l'a montrée.
        failed = kind == "execute_reply" and content.get("status") == "error"
        if kind == "error" or (failed and self.error is None):
            text = _CELL_NAME.sub(r" (ligne \1 de votre cellule)", str(content["evalue"]))
            self.error = CellError(_short(content["ename"], 80), _short(text, 2000))


def _environment(home: str) -> dict[str, str]:
    """Renvoie l'environnement commun à tous les noyaux : rien de celui du correcteur."""
    return {
        "HOME": home,
        "TMPDIR": home,
        "IPYTHONDIR": f"{home}/.ipython",
        "KIT_DATA": f"{home}/.kit",
        "USER": "eleve",
        "LOGNAME": "eleve",
        "LANG": "C.UTF-8",
        "PATH": "/usr/bin:/bin",
        "PYTHONHASHSEED": "0",
        "OPENBLAS_NUM_THREADS": "1",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    }


def _readable(fd: int, seconds: float) -> bool:
    """Dit si un descripteur devient lisible avant la fin du délai."""
    poller = select.poll()  # select.select() refuse les descripteurs au-delà de 1023
    poller.register(fd, select.POLLIN)
    return bool(poller.poll(seconds * 1000))


def _short(value: Any, limit: int) -> str:
    text = str(value)[:limit]
    return text.encode("utf-8", "replace").decode()


def _listen(path: Path) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen(64)
    return listener
