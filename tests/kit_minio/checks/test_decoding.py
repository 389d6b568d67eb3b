"""Décoder à part : dans un processus neuf, borné, qui n'hérite de rien."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kit_minio.checks import decoding
from kit_minio.checks.decoding import NotRead, decode, run_apart

READ = "def read(data): return {'size': len(data), 'first': data[:1].decode('ascii')}"


def test_all_files_are_read_by_one_process() -> None:
    program = "def read(data): return {'pid': os.getpid(), 'size': len(data)}"
    found = decode(run_apart, program, {"a": b"x", "é": b"yy"})
    assert [one["size"] for one in found.values()] == [1, 2]
    assert len({one["pid"] for one in found.values()} - {os.getpid()}) == 1


def test_a_file_that_cannot_be_read_is_an_error_of_its_own() -> None:
    found = decode(run_apart, READ, {"bon": b"x", "mauvais": b"\xff"})
    assert found == {"bon": {"size": 1, "first": "x"}, "mauvais": {"error": "UnicodeDecodeError"}}


@pytest.mark.parametrize(
    "program",
    [
        "def read(data): os._exit(3)",
        "def read(data): os.kill(os.getpid(), 11)",
        "1 / 0",
        "while 1: 0",
    ],
    ids=["exit", "crash", "error", "endless"],
)
def test_a_reading_that_stops_or_never_ends_is_told(
    program: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decoding, "SECONDS", 2)
    with pytest.raises(NotRead):
        decode(run_apart, program, {"a": b""})


def test_a_reading_that_says_too_much_is_refused() -> None:
    """Un décodeur trompé peut écrire longtemps : la mémoire ne le paie pas."""
    with pytest.raises(NotRead):
        run_apart("import os\nfor _ in range(70): os.write(1, bytes(1024**2))", b"")


def test_a_reading_that_writes_without_end_does_not_fill_the_disk(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(decoding, "SECONDS", 10)
    program = (
        "try:\n while True: os.write(1, bytes(1024**2))\n"
        "except OSError: os.truncate(1, 0); os.lseek(1, 0, 0)\n"
        "def read(data): return {'bounded': True}"
    )
    assert decode(run_apart, program, {"a": b""}) == {"a": {"bounded": True}}


def test_a_reading_that_fails_once_is_done_again(tmp_path: Path) -> None:
    """Son processus a été tué, ou la machine n'avait pas le temps : la copie n'y est pour rien."""
    mark = tmp_path / "vu"
    program = (
        f"def read(data):\n if not os.path.exists({str(mark)!r}):\n"
        f"  open({str(mark)!r}, 'w').close(); os.kill(os.getpid(), 9)\n return {{'size': 1}}"
    )
    assert decode(run_apart, program, {"a": b"x"}) == {"a": {"size": 1}}


@pytest.mark.parametrize(
    "said", [b"", b"[", b"[]", b"{}", b'{"a": 3}', b'{"b": {}}', b"[" * 100_000, b"NaN"]
)
def test_what_a_reader_says_is_not_believed(said: bytes) -> None:
    """Un décodeur trompé peut tout écrire."""
    with pytest.raises(NotRead):
        decode(lambda script, data: said, READ, {"a": b""})


def test_nothing_is_inherited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Un base64.py du dossier courant s'exécutait avec les droits de qui corrige."""
    for name in ("base64", "json", "PIL", "sitecustomize"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('importé')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("MINIO_SECRET_KEY", "canari")
    program = "def read(data): return {'here': os.getcwd(), 'environment': str(dict(os.environ))}"
    found = decode(run_apart, program, {"a": b""})["a"]
    assert found["here"] != str(tmp_path)
    assert "canari" not in found["environment"]
