"""Une commande des tests : sa sortie montrée au fur et à mesure, dans un délai."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from helpers.files import ROOT
from kit_minio.suite.processes import kill_servers

_POLL_SECONDS = 0.05
GRACE_SECONDS = 60  # pour ranger ce qu'elle a commencé, et dire où elle en était


@dataclass(frozen=True)
class Ended:
    """La fin d'une commande : code de sortie, secondes de processeur, et fin imposée ou non."""

    code: int
    cpu_seconds: float
    late: bool


def run_command(
    arguments: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    deadline: float,
    say: Callable[[str], None],
    interrupted: threading.Event,
) -> Ended:
    """Exécute ``python -m`` et attend sa fin, qu'elle tarde, qu'elle se taise ou qu'elle affiche.

    Args:
        arguments: le module et ses arguments.
        folder: le dossier jetable de l'étape : ce qui y tourne encore à la fin est arrêté.
        environment: les variables d'environnement.
        deadline: l'heure de ``time.monotonic`` à laquelle elle est arrêtée.
        say: reçoit chaque ligne, dès qu'elle est écrite.
        interrupted: l'arrête aussi, quand il est levé.
    """
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", *arguments], cwd=ROOT, env=environment,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        encoding="utf-8", errors="replace", start_new_session=True,
    )  # fmt: skip
    # Dans un autre fil : un programme oublié peut garder la sortie ouverte après la commande.
    reader = threading.Thread(target=_show, args=(process, say), daemon=True)
    reader.start()
    late = False
    while (cpu := _cpu_when_ended(process)) is None:
        if time.monotonic() > deadline and late:
            _kill_group(process)
        elif not late and (time.monotonic() > deadline or interrupted.is_set()):
            late = True
            deadline = time.monotonic() + GRACE_SECONDS
            _interrupt(process)
        time.sleep(_POLL_SECONDS)
    _kill_group(process)
    kill_servers(folder)
    reader.join(timeout=5)
    return Ended(process.returncode, cpu, late)


def _show(process: subprocess.Popen[str], say: Callable[[str], None]) -> None:
    for line in process.stdout or ():
        say(line.rstrip("\n"))


def _cpu_when_ended(process: subprocess.Popen[str]) -> float | None:
    """Renvoie les secondes de processeur d'une commande finie, enfants compris, sinon ``None``."""
    if sys.platform == "win32":
        return None if process.poll() is None else 0.0
    pid, status, usage = os.wait4(process.pid, os.WNOHANG)
    if not pid:
        return None
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime


def _interrupt(process: subprocess.Popen[str]) -> None:
    """Demande la fin : pytest range alors ce qu'il a ouvert, et dit quel test il arrête."""
    if sys.platform == "win32":
        process.kill()
    else:
        process.send_signal(signal.SIGINT)


def _kill_group(process: subprocess.Popen[str]) -> None:
    """Tue la commande et tout ce qu'elle a laissé dans son groupe."""
    if sys.platform == "win32":
        process.kill()
        return
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
