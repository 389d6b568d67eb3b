"""Les noyaux de la correction, dans les tests : y exécuter une cellule, retrouver leurs zygotes."""

from __future__ import annotations

import time
from contextlib import suppress

import psutil

from kit_minio.grading.execute.kernel import Kernel


def run_cell(kernel: Kernel, code: str, seconds: float = 20) -> str:
    """Exécute une cellule ; renvoie ce qu'elle a levé, en texte."""
    return str(kernel.execute(code, time.monotonic() + seconds) or "")


def zygotes() -> set[psutil.Process]:
    """Renvoie les zygotes que ce processus a lancés, et ce qui les enferme."""
    found = set()
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            if any("sandbox.inside.zygote" in argument for argument in process.cmdline()):
                found.add(process)
    return found
