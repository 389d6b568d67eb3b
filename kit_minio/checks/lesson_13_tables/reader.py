"""Lire des Parquet que l'on n'a pas faits."""

from __future__ import annotations

from typing import Any

from kit_minio.checks.decoding import NotRead, decode
from kit_minio.checks.model import Context, Review

_PROGRAM = """
import pyarrow as pa
import pyarrow.parquet as pq

def read(data):
    file = pq.ParquetFile(io.BytesIO(data))
    if file.metadata.num_rows > 1000:
        return {"error": "trop de lignes"}
    names = [name for name in ("date", "station", "velos") if name in file.schema_arrow.names]
    table = file.read(columns=names, use_threads=False)
    kinds = {name: table.schema.field(name).type for name in names}
    tests = (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal)
    numbers = [name for name in names if any(test(kinds[name]) for test in tests)]
    rows = [[str(row[name])[:40] for name in names] for row in table.to_pylist()]
    return {"names": names, "numbers": numbers, "rows": rows}
"""


def read_parquets(context: Context, files: dict[str, bytes]) -> dict[str, dict[str, Any]]:
    """Renvoie, par clé, les colonnes et les lignes de fichiers Parquet, ou une erreur.

    Raises:
        Review: leur lecture ne finit pas, ou s'arrête.
    """
    try:
        return decode(context.run, _PROGRAM, files)
    except NotRead:
        raise Review(
            "Vos fichiers Parquet ne sont pas lisibles.", found=next(iter(files))
        ) from None
