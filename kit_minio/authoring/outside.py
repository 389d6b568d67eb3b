"""Les blocs « Hors du kit » : un programme d'une dizaine de lignes, qui doit tourner seul.

Chaque bloc commence par « # pip install … ». On l'exécute avec ces paquets et leurs dépendances,
sans rien d'autre que la bibliothèque standard, sur un serveur décrit par l'environnement.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from importlib.metadata import distribution
from pathlib import Path

from nbformat import NotebookNode
from packaging.requirements import Requirement

from helpers.connection import current_server

TITLE = "## Hors du kit"
_BLOCK = re.compile(r"^```python\n(.*?)^```$", re.M | re.S)
_PACKAGES = re.compile(r"# pip install (.+)")
_TIMEOUT = 60  # secondes
# « -S » cache les paquets de l'environnement ; ceux d'un dossier les remplacent.
_START = "import runpy, sys; sys.path.append(sys.argv[1]); runpy.run_path(sys.argv[2])"


def blocks(notebook: NotebookNode) -> Iterator[str]:
    """Donne les programmes Python de la section « Hors du kit » d'une leçon."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and cell.source.startswith(TITLE):
            yield from _BLOCK.findall(cell.source)


def environment(bucket: str) -> dict[str, str]:
    """Renvoie les variables qui décrivent à un bloc le serveur du kit, et un bucket à lui."""
    server = current_server()
    return {
        "PATH": os.defpath,
        "SYSTEMROOT": os.environ.get("SYSTEMROOT", ""),
        "AWS_ENDPOINT_URL": f"{'https' if server.secure else 'http'}://{server.endpoint}",
        "AWS_ACCESS_KEY_ID": server.access_key,
        "AWS_SECRET_ACCESS_KEY": server.secret_key,
        "AWS_DEFAULT_REGION": server.region,
        "BUCKET": bucket,
    }


def run(block: str, environment: Mapping[str, str]) -> str:
    """Exécute un bloc seul ; renvoie ce qu'il reproche à l'environnement, ou un texte vide.

    Args:
        block: le programme ; sa première ligne nomme ses paquets.
        environment: ses variables, celles du serveur et du bucket.
    """
    named = _PACKAGES.match(block)
    if named is None:
        return "sa première ligne ne dit pas « # pip install … »"
    with tempfile.TemporaryDirectory(prefix="kit-") as temporary:
        folder = Path(temporary)
        only = folder / "paquets"
        only.mkdir()
        for name in _with_dependencies(named[1].split()):
            _link(name, only)
        program = folder / "essai.py"
        program.write_text(block, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", _START, str(only), str(program)],
            cwd=folder, env=dict(environment), stdin=subprocess.DEVNULL, capture_output=True,
            text=True, encoding="utf-8", errors="replace", timeout=_TIMEOUT, check=False,
        )  # fmt: skip
    return (
        "" if done.returncode == 0 else (done.stderr.strip().splitlines() or ["sans message"])[-1]
    )


def _with_dependencies(names: list[str]) -> set[str]:
    """Renvoie ces paquets et ceux qu'ils demandent, de proche en proche."""
    found: set[str] = set()
    pending = list(names)
    while pending:
        name = pending.pop()
        if name in found:
            continue
        found.add(name)
        for line in distribution(name).requires or ():
            need = Requirement(line)
            if need.marker is None or need.marker.evaluate({"extra": ""}):
                pending.append(need.name)
    return found


def _link(name: str, folder: Path) -> None:
    """Met dans un dossier des liens vers ce qu'un paquet a installé."""
    package = distribution(name)
    for top in {file.parts[0] for file in package.files or ()} - {"..", "__pycache__"}:
        link = folder / top
        if not link.exists():
            link.symlink_to(Path(str(package.locate_file(top))).resolve())
