"""De petits disques, vraiment pleins : en mémoire, montés sur un dossier neuf."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def disk(folder: Path, limits: str) -> Iterator[Path]:
    """Monte un disque, le temps d'un test.

    Args:
        folder: où le monter.
        limits: sa taille ou son nombre de fichiers, comme mount les veut : « size=48m ».
    """
    folder.mkdir()
    try:
        mount = ["mount", "-t", "tmpfs", "-o", limits, "tmpfs", str(folder)]
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("monter un petit disque demande root, sous Linux")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
