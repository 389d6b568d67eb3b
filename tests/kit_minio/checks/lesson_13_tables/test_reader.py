"""La vérification de la leçon 13, face à des fichiers hostiles."""

from __future__ import annotations

from dataclasses import replace

import pytest

from helpers.spaces import fresh_space
from kit_minio.checks import lesson_13_tables as lesson
from kit_minio.checks.decoding import NotRead
from kit_minio.checks.lesson_13_tables.files import parquets
from kit_minio.checks.lesson_13_tables.reader import read_parquets
from kit_minio.checks.model import Context, Review, evaluate
from kit_minio.checks.outcome import Verdict

pytest.importorskip("pyarrow", reason="pyarrow manque : python3 kit.py lab --full")


NOWHERE = Context(None, "essai", 1, "partition")  # lire n'y demande pas de serveur


def rows(count, **more):
    columns = {"date": ["2025-03-01"] * count, "station": [1] * count, "velos": [1] * count}
    return parquets([columns | more], {"compression": "zstd"})[0]


def test_hostile_parquets_are_an_error_for_their_author_only():
    good, heavy = rows(2), rows(1, station=["0" * 50_000_000])
    found = read_parquets(
        NOWHERE,
        {
            "bon": good,
            "tronqué": good[:-1],
            "rien": b"",
            "autre": b"PAR1" + bytes(1000) + b"PAR1",
            "trop de lignes": rows(1001),
            "texte énorme": heavy,
        },
    )
    assert found["bon"]["rows"] == [["2025-03-01", "1", "1"]] * 2
    assert found["bon"]["numbers"] == ["station", "velos"]
    for name in ("tronqué", "rien", "autre", "trop de lignes"):
        assert "error" in found[name], name
    assert len(str(found["texte énorme"])) < 500


def test_a_reading_that_stops_is_told_with_a_file_of_the_student():
    def stopped(script, data):
        raise NotRead

    with pytest.raises(Review, match="ne sont pas lisibles") as caught:
        read_parquets(replace(NOWHERE, run=stopped), {"a.parquet": b""})
    assert caught.value.found == "a.parquet"


def test_an_enormous_object_is_not_read(client):
    context = Context(client, fresh_space(client, "essai-tables"), 1, "write_back")
    lesson.SERIES["write_back"].prepare(context)
    context.put("reseau", "vides.csv", bytes(2 * 1024 * 1024))
    outcome = evaluate(lesson.SERIES["write_back"], context)
    assert outcome.verdict is Verdict.REVIEW
    assert "trop lourd" in outcome.message
