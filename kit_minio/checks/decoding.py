"""Décoder ce qu'un autre a fait (images, Parquet) : dans un processus à part, borné.

Une bibliothèque écrite en C peut y être trompée, ou prendre toute la mémoire. À la correction, le
processus est dans un bac à sable du niveau de la copie : ``Context.run`` l'y lance.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from typing import Any

Run = Callable[[str, bytes], bytes]  # un programme et ce qu'il lit ; renvoie ce qu'il écrit

SECONDS = 30
MOST = 64 * 1024**2  # octets qu'un programme écrit
_BEFORE = """
import base64, io, json, os
try:
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, (128 * 1024**2, 128 * 1024**2))
    resource.setrlimit(resource.RLIMIT_AS, (2 * 1024**3, 2 * 1024**3))
except (ImportError, OSError, ValueError):  # Windows n'en a pas, macOS peut la refuser
    pass
"""
_AFTER = """
with open(0, "rb", closefd=False) as stream:
    files = json.load(stream)
found = {}
for key, data in files.items():
    try:
        found[key] = read(base64.b64decode(data))
    except Exception as error:
        found[key] = {"error": type(error).__name__}
with open(1, "wb", closefd=False) as stream:
    stream.write(json.dumps(found).encode())
os._exit(0)  # les fils de pyarrow font parfois échouer une sortie ordinaire
"""


class NotRead(Exception):
    """Une lecture ne finit pas, prend trop, ou s'arrête."""


def decode(run: Run, program: str, files: Mapping[str, bytes]) -> dict[str, dict[str, Any]]:
    """Renvoie ce qu'un programme lit de chaque fichier, ou ``{"error": …}``.

    Args:
        run: lance le programme, à part.
        program: définit ``read(data)``, qui renvoie un dictionnaire que JSON sait écrire.
        files: les octets de chaque fichier, tous lus par le même processus.

    Raises:
        NotRead: la lecture ne finit pas, prend trop, ou s'arrête.
    """
    # À la main : json.dumps() en tiendrait trois copies à la fois.
    each = (b'%b: "%b"' % (json.dumps(key).encode(), base64.b64encode(files[key])) for key in files)
    sent = b"{" + b", ".join(each) + b"}"
    script = _BEFORE + program + _AFTER
    try:
        try:
            said = run(script, sent)
        except NotRead:  # une machine surchargée en fait échouer une, dont nul n'est fautif
            said = run(script, sent)
        found = json.loads(said)
    except (ValueError, RecursionError) as error:
        raise NotRead from error
    if not isinstance(found, dict) or found.keys() != files.keys():
        raise NotRead
    if not all(isinstance(one, dict) for one in found.values()):
        raise NotRead
    return found


def run_apart(script: str, data: bytes) -> bytes:
    """Exécute un programme dans un interpréteur neuf, qui n'hérite d'aucun dossier.

    Raises:
        NotRead: il ne finit pas, s'arrête, ou écrit plus de ``MOST`` octets.
    """
    with (
        tempfile.TemporaryDirectory(prefix="kit-lecture-") as folder,
        tempfile.TemporaryFile() as output,
    ):
        try:
            subprocess.run(
                [sys.executable, "-I", "-c", script],
                input=data,
                stdout=output,
                stderr=subprocess.DEVNULL,
                timeout=SECONDS,
                cwd=folder,
                env={name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ},
                check=True,
            )
        except (subprocess.SubprocessError, OSError) as error:
            raise NotRead from error
        if output.seek(0, os.SEEK_END) > MOST:
            raise NotRead
        output.seek(0)
        return output.read()
