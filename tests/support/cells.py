"""Les noyaux de la correction, dans les tests : y exécuter une cellule, retrouver leurs zygotes."""

from __future__ import annotations

import time

import psutil

from kit_minio.grading.execute.kernel import Kernel
from tests.support.children import children


def run_cell(kernel: Kernel, code: str, seconds: float = 20) -> str:
    """Exécute une cellule ; renvoie ce qu'elle a levé, en texte."""
    return str(kernel.execute(code, time.monotonic() + seconds) or "")


def zygotes() -> set[psutil.Process]:
    """Renvoie les zygotes que ce processus a lancés, et ce qui les enferme."""
    return set(children("sandbox.inside.zygote"))
