"""Les deux programmes d'une classe qui restent en marche : la porte et le passage."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

from helpers.errors import ServerError
from helpers.server.settings import data_folder, private_folder, write_private

_START_SECONDS = 20
_STOP_SECONDS = 3


def class_folder() -> Path:
    """Renvoie le dossier privé de la classe, dans le dossier de données du kit."""
    return private_folder(data_folder() / "classe")


def running(module: str) -> dict[str, Any] | None:
    """Renvoie ce qu'un de ces programmes a noté de lui-même, ou ``None`` s'il ne tourne pas.

    Args:
        module: son module, ``kit_minio.classroom.front`` par exemple.
    """
    with suppress(OSError, ValueError, LookupError, TypeError, psutil.Error):
        noted: dict[str, Any] = json.loads(_file(module).read_text(encoding="utf-8"))
        process = psutil.Process(int(noted["pid"]))
        # Un pid se recycle : la commande dit que c'est bien lui, et de ce dossier.
        if process.cmdline()[-2:] == [module, str(data_folder())] and _runs(process):
            return noted
    return None


def note(module: str, **about: object) -> None:
    """Écrit, du programme lui-même, qu'il est prêt."""
    write_private(_file(module), json.dumps({"pid": os.getpid(), **about}))


def start(module: str) -> dict[str, Any]:
    """Lance un de ces programmes, attend qu'il soit prêt, et renvoie ce qu'il a noté.

    Raises:
        ServerError: il ne démarre pas.
    """
    class_folder()
    _file(module).unlink(missing_ok=True)
    log = _file(module).with_suffix(".log")
    detached: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
        detached = {"creationflags": flags}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", module, str(data_folder())],
            cwd=class_folder(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            **detached,
        )
    deadline = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        noted = running(module)
        if noted is not None and noted["pid"] == process.pid:
            return noted
        time.sleep(0.03)
    if process.poll() is None:
        process.kill()
        process.wait()
    said = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    raise ServerError(
        f"Le programme {module.rpartition('.')[2]} de la classe ne démarre pas "
        f"({said[-1][:200] if said else 'sans un mot'}).",
        f"Son journal est {log}.",
    )


def stop(module: str) -> bool:
    """Arrête un de ces programmes ; dit s'il tournait."""
    noted = running(module)
    if noted is None:
        return False
    process = psutil.Process(noted["pid"])
    for stop_it in (process.terminate, process.kill):
        with suppress(psutil.Error):
            stop_it()
        deadline = time.monotonic() + _STOP_SECONDS
        while _runs(process) and time.monotonic() < deadline:
            time.sleep(0.02)
    _file(module).unlink(missing_ok=True)
    return True


def _runs(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def _file(module: str) -> Path:
    return data_folder() / "classe" / f"{module.rpartition('.')[2]}.json"
