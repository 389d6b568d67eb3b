"""Les fichiers de la leçon 13 : les faire, et les bornes de ceux de l'étudiant."""

from __future__ import annotations

import csv
import io
from typing import Any

from kit_minio.checks.model import Context, Review

CSV_TYPE = "text/csv; charset=utf-8"
COMMUNES = ("Clichy", "Créteil", "Montreuil", "Pantin", "Vincennes")
MAX_FILE = 256 * 1024  # octets d'un objet que la vérification lit
MAX_FILES = 30


def csv_bytes(headers: list[str], rows: list[list[Any]]) -> bytes:
    """Renvoie un CSV à points-virgules, en UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(headers)
    writer.writerows(rows)
    return text.getvalue().encode()


def parquets(tables: list[dict[str, list[Any]]], options: dict[str, Any]) -> list[bytes]:
    """Renvoie un Parquet par table ; ``options`` va à ``pyarrow.parquet.write_table``."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    found = []
    for columns in tables:
        sink = pa.BufferOutputStream()
        pq.write_table(pa.table(columns), sink, **options)
        found.append(bytes(sink.getvalue().to_pybytes()))
    return found


def small(context: Context, name: str, key: str) -> bytes:
    """Renvoie les octets d'un objet de l'étudiant.

    Raises:
        Review: il est démesuré.
    """
    stat = context.client.stat_object(bucket_name=context.bucket(name), object_name=key)
    if (stat.size or 0) > MAX_FILE:
        raise Review("Un objet est bien trop lourd.", found=key, expected=f"{MAX_FILE} octets")
    return context.read(name, key)
