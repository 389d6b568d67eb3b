"""Un interpréteur démarré d'avance : le noyau d'une copie au niveau 0, hors de Linux.

Windows ne sait pas se dédoubler (*fork*) ; macOS n'y survit pas toujours, une fois chargées des
bibliothèques du système comme celle des proxys : https://bugs.python.org/issue33725

    correcteur ── entrée : la copie, une clé ─> interpréteur, qui a déjà tout importé
         <─────── sortie : ses ports ────────── et qui devient le noyau de l'élève

Tout programme de la machine peut joindre ces ports : les messages sont signés par une clé tirée au
hasard, à cet interpréteur seul, qui ne passe que par ce tube. Ici sont les deux bouts du tube :
``Started`` chez le correcteur, ``main()`` dans l'interpréteur. Éprouvé sous Linux seulement.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import secrets
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from helpers.files import ROOT
from kit_minio.grading.execute.sandbox.inside.kernel import (
    KERNEL,
    kernel_app,
    resource_bounds,
    warm_up,
)
from kit_minio.grading.execute.sandbox.isolation import IsolationError, last_words

if TYPE_CHECKING:
    from kit_minio.grading.execute.kernels import Limits

_MEGA = 1024 * 1024
_AHEAD = 2  # interpréteurs d'avance : il en naît un à chaque copie qui commence
_START_SECONDS = 60.0
_WATCH_SECONDS = 0.5
_KILL_SECONDS = 2.0
_END_SECONDS = 10.0
_CHANNELS = ("shell", "stdin", "control", "iopub")  # dans l'ordre où le noyau les ouvre
# Sous ceux que les systèmes donnent aux connexions sortantes, et jamais le même à deux copies.
_PORTS = itertools.cycle(random.sample(range(20_000, 32_000), 12_000))


class Ahead:
    """Les interpréteurs d'avance.

    Args:
        start: en démarre un, sans attendre qu'il ait tout importé.
    """

    def __init__(self, start: Callable[[], Started]) -> None:
        self._start = start
        self._lock = threading.Lock()
        self._waiting = [start() for _ in range(_AHEAD)]

    def take(self) -> Started:
        """Renvoie le plus ancien ; un autre prend sa place."""
        with self._lock:
            while True:
                self._waiting.append(self._start())
                first = self._waiting.pop(0)
                if first.alive:
                    return first
                first.stop()

    def close(self) -> None:
        """Arrête ceux qui n'ont pas servi."""
        for each in self._waiting:
            each.stop()


class Started:
    """Un interpréteur démarré d'avance ; ``begin()`` en fait le noyau d'une copie.

    Args:
        folder: le dossier de cette copie, que ``stop()`` efface.
        environment: l'environnement commun à toutes les copies ; ``HOME`` est à celle-ci seule.
    """

    line = None  # au niveau 0, la copie joint le serveur S3 sans relais
    death = -1  # sa fin ne se lit pas dans un descripteur

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.key = secrets.token_hex(32).encode()
        self.addresses: dict[str, str] = {}
        self.api: Path | str = ""
        self._folder = folder
        self._home = environment["HOME"]
        self._memory = sys.maxsize
        self._excess = False
        self._known: set[psutil.Process] = set()
        self._over = threading.Event()
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - fermé par stop()
        new_group = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-s", "-m", "kit_minio.grading.execute.started"],
            env=environment | _windows_environment(self._home) | {"PYTHONPATH": str(ROOT)},
            cwd=self._home,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            encoding="utf-8",
            # Ctrl-C n'est que pour le correcteur.
            start_new_session=True,
            creationflags=new_group | getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )

    def begin(self, environment: dict[str, str], limits: Limits) -> None:
        """Dit à l'interpréteur quelle copie il sert ; attend que son noyau écoute.

        Args:
            environment: ce que le noyau doit savoir de la copie.
            limits: ce qu'il peut prendre.

        Raises:
            IsolationError: il ne répond pas.
        """
        port = _free_port()
        request = {
            "environment": environment | {"KIT_API_PORT": str(port)},
            "key": self.key.decode(),
            "limits": limits.for_sandbox(),
        }
        patience = threading.Timer(_START_SECONDS, self.kill)
        patience.start()
        try:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            ports = json.loads(self._process.stdout.readline())
        except (OSError, ValueError) as error:
            said = last_words(self._process, self._errors)
            self.stop()
            raise IsolationError(
                f"Un noyau n'a pas démarré ({said}).",
                "Relancez la commande ; si cela recommence, corrigez dans une machine Linux.",
            ) from error
        finally:
            patience.cancel()
        self.api = f"http://127.0.0.1:{port}"
        self.addresses = {
            name: f"tcp://127.0.0.1:{port}" for name, port in zip(_CHANNELS, ports, strict=True)
        }
        self._memory = limits.memory
        threading.Thread(target=self._watch, name="memoire", daemon=True).start()

    @property
    def alive(self) -> bool:
        """Vrai tant que l'interpréteur est en marche."""
        return self._process.poll() is None

    def cause(self) -> str:
        """Dit pourquoi le noyau s'est arrêté."""
        if self._excess:
            return f"la copie a pris plus de {self._memory // _MEGA} Mio de mémoire"
        return "le noyau s'est arrêté de lui-même"

    def _watch(self) -> None:
        """Regarde la mémoire de la copie, et retient ses processus : un orphelin en est encore."""
        while not self._over.wait(_WATCH_SECONDS):
            with suppress(psutil.Error):
                kernel = psutil.Process(self._process.pid)
                self._known = self._known | {kernel, *kernel.children(recursive=True)}
            if _memory(self._known) > self._memory:
                self._excess = True
                self.kill()
                return

    def kill(self) -> None:
        """Tue le noyau et ce qu'il a lancé, depuis n'importe quel fil."""
        _end_family(self._home, self._known)

    def stop(self) -> None:
        """Tue le noyau et ce qu'il a lancé ; attend que ce soit fait. Se répète sans dommage."""
        self._over.set()
        self._process.kill()
        self.kill()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_END_SECONDS)
        for pipe in (self._process.stdin, self._process.stdout, self._errors):
            with suppress(OSError):
                pipe.close()
        shutil.rmtree(self._folder, ignore_errors=True)


def _memory(processes: Iterable[psutil.Process]) -> int:
    """Renvoie la mémoire de ces processus, en octets."""
    total = 0
    for process in processes:
        with suppress(psutil.Error):
            total += process.memory_info().rss
    return total


def _end_family(home: str, known: Iterable[psutil.Process] = ()) -> None:
    """Tue les processus d'une copie, sauf celui-ci ; recommence tant qu'il en naît."""
    deadline = time.monotonic() + _KILL_SECONDS
    family = [*known, *_bearers(home)]
    while family and time.monotonic() < deadline:
        for process in family:
            with suppress(psutil.Error):
                process.kill()
        time.sleep(0.01)
        family = _bearers(home)


def _bearers(home: str) -> list[psutil.Process]:
    """Renvoie les autres processus dont le dossier personnel est celui-là, orphelins compris."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.pid != os.getpid() and process.environ().get("HOME") == home:
                found.append(process)
    return found


def _free_port() -> int:
    while True:
        port = next(_PORTS)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


def _windows_environment(home: str) -> dict[str, str]:
    """Renvoie ce sans quoi Windows ne démarre pas un programme ; ailleurs, rien."""
    root = os.environ.get("SYSTEMROOT")
    if root is None:
        return {}
    return {
        "SYSTEMROOT": root,
        "SYSTEMDRIVE": os.environ.get("SYSTEMDRIVE", "C:"),
        "PATH": f"{root}\\System32",
        "USERPROFILE": home,
        "PYTHONUTF8": "1",
    }


# --- Dans l'interpréteur ------------------------------------------------------------------------


def main() -> None:
    """Importe tout, attend la description d'une copie, et devient son noyau."""
    warm_up(KERNEL)
    line = sys.stdin.readline()
    if not line:
        return  # le correcteur a fini sans avoir eu besoin de cet interpréteur
    request = json.loads(line)
    grader, answer = os.dup(0), os.dup(1)
    sink = os.open(os.devnull, os.O_RDWR)
    os.dup2(sink, 0)
    os.dup2(sink, 1)
    threading.Thread(target=_end_with, args=(grader,), daemon=True).start()
    os.environ.pop("PYTHONPATH", None)
    os.environ.update(request["environment"])
    _limit(request["limits"])
    ports: list[int] = []

    def bind(channel: Any) -> int:
        ports.append(channel.bind_to_random_port("tcp://127.0.0.1"))
        return ports[-1]

    application = kernel_app(bind, request["key"].encode())
    if os.name == "nt":  # ipykernel n'y répond pas à une demande d'interruption
        interrupt = partial(signal.raise_signal, signal.SIGINT)
        application.kernel._send_interrupt_children = interrupt
    os.dup2(sink, 2)
    with os.fdopen(answer, "w") as file:
        file.write(json.dumps(ports) + "\n")
    application.start()


def _end_with(grader: int) -> None:
    """Arrête la copie et ce qu'elle a lancé quand le correcteur n'est plus là."""
    home = os.environ["HOME"]
    os.read(grader, 1)  # rien n'y vient plus que la fin
    _end_family(home)
    os._exit(1)


def _limit(limits: dict[str, int]) -> None:
    """Borne la copie de ce que le système sait borner lui-même."""
    try:
        import resource
    except ImportError:
        _join_job(limits)
        return
    for name, bound in resource_bounds(limits).items():
        with suppress(OSError, ValueError):  # déjà plus basse, ou macOS n'en veut pas
            resource.setrlimit(name, (bound, bound))


def _join_job(limits: dict[str, int]) -> None:
    """Entre dans un *job* de Windows, qui borne la mémoire de la copie et finit avec son noyau.

    Jamais essayé sous Windows ; s'il n'y fait rien, le correcteur regarde encore la mémoire.
    https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-jobobject_extended_limit_information
    """
    import ctypes

    kernel32 = ctypes.WinDLL("kernel32")
    kernel32.CreateJobObjectW.restype = ctypes.c_void_p
    job = ctypes.c_void_p(kernel32.CreateJobObjectW(None, None))
    data = _job_limits(limits)
    kernel32.SetInformationJobObject(job, 9, data, len(data))  # 9 : limites étendues
    kernel32.AssignProcessToJobObject(job, ctypes.c_void_p(-1))  # -1 : ce processus


def _job_limits(limits: dict[str, int]) -> bytes:
    """Renvoie une structure JOBOBJECT_EXTENDED_LIMIT_INFORMATION."""
    flags = 0x2000 | 0x200 | 0x8  # KILL_ON_JOB_CLOSE, JOB_MEMORY, ACTIVE_PROCESS
    basic = (0, 0, flags, 0, 0, limits["processes"], 0, 0, 0)
    return struct.pack("qqIPPIPII6QPPPP", *basic, *[0] * 6, 0, limits["address_space"], 0, 0)


if __name__ == "__main__":
    main()
