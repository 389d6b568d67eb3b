"""Les processus lancés depuis un dossier jetable : les trouver, les tuer."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

import psutil


def processes_in(folder: Path) -> list[psutil.Process]:
    """Renvoie les processus lancés depuis ce dossier ou l'un de ses sous-dossiers."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if Path(process.cwd()).is_relative_to(folder):
                found.append(process)
    return found


def kill_servers(folder: Path) -> None:
    """Tue les serveurs lancés depuis ce dossier : bien plus rapide que de les arrêter."""
    deadline = time.monotonic() + 5
    while (found := processes_in(folder)) and time.monotonic() < deadline:
        for process in found:
            with suppress(psutil.Error):
                process.kill()
        time.sleep(0.02)
