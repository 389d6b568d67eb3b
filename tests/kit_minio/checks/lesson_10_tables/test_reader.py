"""La vérification de la leçon 10, face à des fichiers hostiles."""

from __future__ import annotations

import pytest

from helpers.exercises.outcome import Verdict
from helpers.spaces import fresh_space
from kit_minio.checks import lesson_10_tables as lesson
from kit_minio.checks.lesson_10_tables import reader
from kit_minio.checks.lesson_10_tables.files import parquet_bytes
from kit_minio.checks.lesson_10_tables.reader import read_parquets
from kit_minio.checks.model import Context, Review, evaluate

pytest.importorskip("pyarrow", reason="pyarrow manque : python3 kit.py lab --full")


def rows(count, **more):
    columns = {"date": ["2025-03-01"] * count, "station": [1] * count, "velos": [1] * count}
    return parquet_bytes(columns | more, compression="zstd")


def test_hostile_parquets_are_an_error_for_their_author_only():
    good, heavy = rows(2), rows(1, station=["0" * 50_000_000])
    found = read_parquets(
        {
            "bon": good,
            "tronqué": good[:-1],
            "rien": b"",
            "autre": b"PAR1" + bytes(1000) + b"PAR1",
            "trop de lignes": rows(5001),
            "texte énorme": heavy,
        }
    )
    assert found["bon"]["rows"] == [["2025-03-01", "1", "1"]] * 2
    assert found["bon"]["numbers"] == ["station", "velos"]
    for name in ("tronqué", "rien", "autre", "trop de lignes"):
        assert "error" in found[name], name
    assert len(str(found["texte énorme"])) < 500


def test_a_file_that_takes_all_the_memory_stops_nothing_else(monkeypatch):
    monkeypatch.setattr(reader, "PROGRAM", "bytes(10**15)")
    with pytest.raises(Review, match="ne se lisent pas"):
        read_parquets({"a": b""})
    monkeypatch.setattr(reader, "PROGRAM", "while True: pass")
    monkeypatch.setattr(reader, "SECONDS", 0.5)
    with pytest.raises(Review, match="ne se lisent pas"):
        read_parquets({"a": b""})


def test_an_enormous_object_is_not_read(client):
    context = Context(client, fresh_space(client, "essai-tables"), 1, "write_back")
    lesson.SERIES["write_back"].prepare(context)
    context.put("reseau", "vides.csv", bytes(2 * 1024 * 1024))
    outcome = evaluate(lesson.SERIES["write_back"], context)
    assert outcome.verdict is Verdict.REVIEW
    assert "trop lourd" in outcome.message


def test_nothing_of_the_current_folder_is_imported(tmp_path, monkeypatch):
    """Un base64.py posé à côté des copies ne s'exécute pas."""
    (tmp_path / "base64.py").write_text("raise SystemExit('exécuté')", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert read_parquets({"bon": rows(1)})["bon"]["numbers"] == ["station", "velos"]
