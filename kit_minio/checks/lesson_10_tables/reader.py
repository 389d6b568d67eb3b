"""Lire des Parquet que l'on n'a pas faits : dans un processus à part, et borné."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from typing import Any

from kit_minio.checks.model import Review

# Un fichier de l'élève est lu dans un processus à part : il peut être fait pour prendre toute la
# mémoire, ou pour arrêter la bibliothèque qui le lit.
PROGRAM = """
import base64, io, json, os, sys
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (2 * 1024**3, 2 * 1024**3))
except (ImportError, OSError, ValueError):  # Windows n'en a pas, macOS peut la refuser
    pass
import pyarrow as pa
import pyarrow.parquet as pq

def read(data):
    file = pq.ParquetFile(io.BytesIO(data))
    if file.metadata.num_rows > 5000:
        return {"error": "trop de lignes"}
    names = [name for name in ("date", "station", "velos") if name in file.schema_arrow.names]
    table = file.read(columns=names, use_threads=False)
    kinds = {name: table.schema.field(name).type for name in names}
    tests = (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal)
    numbers = [name for name in names if any(test(kinds[name]) for test in tests)]
    rows = [[str(row[name])[:40] for name in names] for row in table.to_pylist()]
    return {"names": names, "numbers": numbers, "rows": rows}

found = {}
for key, data in json.load(sys.stdin).items():
    try:
        found[key] = read(base64.b64decode(data))
    except Exception as error:
        found[key] = {"error": type(error).__name__}
json.dump(found, sys.stdout)
sys.stdout.flush()
os._exit(0)  # les fils de pyarrow font parfois échouer une sortie ordinaire
"""
SECONDS = 30


def read_parquets(files: dict[str, bytes]) -> dict[str, Any]:
    """Renvoie, par clé, les colonnes et les lignes de fichiers Parquet, ou une erreur.

    Raises:
        Review: leur lecture ne finit pas, ou s'arrête.
    """
    sent = json.dumps({key: base64.b64encode(data).decode() for key, data in files.items()})
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-c", PROGRAM],
            input=sent,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=True,
        )
        found: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError):
        raise Review("Vos fichiers Parquet ne se lisent pas.", found=next(iter(files))) from None
    return found
