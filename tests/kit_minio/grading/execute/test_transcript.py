"""Le notebook exécuté : du texte et des images, bornés, où tout se voit."""

from __future__ import annotations

import base64
import json
import struct
from typing import Any

import nbformat
import pytest

from kit_minio.grading.execute.transcript import MAX_TRANSCRIPT, Transcript


def _png(width: int, height: int, size: int = 0) -> str:
    head = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height)
    return base64.b64encode(head + bytes(size)).decode() + "\n"


def _cells(transcript: Transcript) -> list[Any]:
    notebook = nbformat.reads(transcript.notebook(), 4)
    nbformat.validate(notebook)
    return list(notebook.cells)


def _outputs(*heard: tuple[str, dict[str, Any]]) -> list[Any]:
    transcript = Transcript()
    transcript.begin("1 + 1", "")
    for kind, content in heard:
        transcript.hear(kind, content)
    return list(_cells(transcript)[-1].outputs)


def test_cells_are_under_the_title_of_their_exercise() -> None:
    transcript = Transcript()
    for source, title in (("seed = 1", ""), ("a", "Créer"), ("b", "Créer"), ("c", "Lire")):
        transcript.begin(source, title)
    shown = ["seed = 1", "## Créer", "a", "b", "## Lire", "c"]
    assert [cell.source for cell in _cells(transcript)] == shown


def test_text_is_joined_and_a_progress_bar_is_its_last_state() -> None:
    said = [("stream", {"name": "stdout", "text": text}) for text in ("a\n1 %\r", "2 %\r100 %\n")]
    (output,) = _outputs(*said)
    assert (output.name, output.text) == ("stdout", "a\n100 %\n")


def test_only_text_and_small_pictures_are_kept() -> None:
    data = {"text/html": "<script>", "text/plain": "table", "application/javascript": "x()"}
    kept = _outputs(
        ("display_data", {"data": data}), ("display_data", {"data": {"text/html": "x"}})
    )
    assert [output.data for output in kept] == [{"text/plain": "table"}]
    pictures = [_png(10, 10), _png(60_000, 60_000), _png(10, 10, 200_000), "PHN2Zz4="]
    kept = _outputs(*(("display_data", {"data": {"image/png": one}}) for one in pictures))
    assert [output.data for output in kept] == [{"image/png": pictures[0].strip()}]


def test_what_does_not_show_is_shown() -> None:
    text = "\x1b[31mrouge\x1b[0m \x07\u202e\ud800 é"
    (output,) = _outputs(("stream", {"name": "stderr", "text": text}))
    assert output.text == "rouge [U+0007][U+202E][U+D800] é"


def test_the_exception_is_told_once_and_always() -> None:
    flood = ("stream", {"name": "stdout", "text": "x" * 100_000})
    error = {"ename": "KeyError", "evalue": "'a'", "traceback": ["\x1b[31mligne 1\x1b[0m", "b"]}
    *_, told = _outputs(flood, ("error", error), ("error", error))
    assert (told.ename, told.evalue, told.traceback) == ("KeyError", "'a'", ["ligne 1\nb"])


@pytest.mark.parametrize(
    "heard",
    [
        ("stream", {"name": "stdout", "text": "é\x00" * 50_000}),
        ("display_data", {"data": {"text/plain": "x" * 50_000}}),
        ("error", {"ename": "E" * 50_000, "evalue": "x" * 50_000, "traceback": ["x"] * 50_000}),
        ("display_data", {"data": {"image/png": _png(10, 10, 60_000)}}),
    ],
)
def test_a_flood_is_bounded_and_said(heard: tuple[str, dict[str, Any]]) -> None:
    transcript = Transcript()
    for _ in range(500):
        transcript.begin("x" * 1000, "")
        for _ in range(5):
            transcript.hear(*heard)
    assert len(transcript.notebook().encode()) < 2 * MAX_TRANSCRIPT
    assert _cells(transcript)[-1].source.startswith("*La suite n'est pas gardée")


def test_malformed_messages_change_nothing() -> None:
    kept = _outputs(
        ("display_data", {"data": [1]}), ("display_data", {}), ("status", {}), ("inconnu", {})
    )
    assert kept == []
    assert json.loads(Transcript(0).notebook() or "null") is None


def test_nothing_is_kept_of_what_follows_the_end_of_a_cell() -> None:
    transcript = Transcript()
    transcript.begin("a", "")
    transcript.end()
    transcript.hear("stream", {"name": "stdout", "text": "x"})
    transcript.hear("error", {"ename": "E", "evalue": "e"})
    assert _cells(transcript)[0].outputs == []
