"""La ligne de commande, comme on l'appelle : un processus, sa sortie, son code."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

# Un serveur existant dont l'adresse est muette.
SILENT = {
    "KIT_SERVER": "external",
    "MINIO_ENDPOINT": "127.0.0.1:9",
    "MINIO_ACCESS_KEY": "clef",
    "MINIO_SECRET_KEY": "secret-secret",
}


def run(
    *arguments: str, data: Path, answer: str = "", cwd: Path | None = None, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Lance ``python -m kit_minio`` avec ce dossier de données."""
    return subprocess.run(
        [sys.executable, "-m", "kit_minio", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        input=answer,
        cwd=cwd,
        timeout=120,
        env=os.environ | {"KIT_DATA": str(data), "KIT_SERVER": "embedded"} | variables,
    )
