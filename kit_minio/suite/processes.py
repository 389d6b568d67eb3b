"""Les processus qui travaillent dans un dossier jetable : les trouver, les tuer."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import psutil

_TRIES = 5  # un processus peut en lancer un autre pendant qu'on le cherche


def processes_in(folder: Path) -> list[psutil.Process]:
    """Renvoie les processus dont le dossier courant est celui-ci ou l'un de ses sous-dossiers."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if Path(process.cwd()).is_relative_to(folder):
                found.append(process)
    return found


def kill_servers(folder: Path) -> None:
    """Tue les serveurs lancés depuis ce dossier : bien plus rapide que de les arrêter."""
    for _ in range(_TRIES):
        if not (found := processes_in(folder)):
            return
        for process in found:
            with suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(found, timeout=5)
