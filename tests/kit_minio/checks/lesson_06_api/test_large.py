"""Un gros envoi : sa mémoire se mesure de même dans le notebook et à la correction."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest
from minio import Minio

from kit_minio.checks.lesson_06_api import SERIES
from kit_minio.checks.lesson_06_api.large import Film
from kit_minio.checks.outcome import Outcome, Verdict
from kit_minio.grading.execute.run import run_notebook
from kit_minio.grading.grader import Grader
from kit_minio.grading.settings import Settings
from tests.support.copies import notebook_of
from tests.support.grading import level_one

_READ_ALL = """
import hashlib
import io
from uuid import uuid4


@app7.post("/videos", status_code=201)
async def upload_video(file: UploadFile):
    data = await file.read()
    key = uuid4().hex
    client.put_object(
        tp.bucket("videos"), key, io.BytesIO(data), len(data), content_type=file.content_type
    )
    return {"key": key, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
"""


def needs_level_one(test: Callable[..., None]) -> Callable[..., None]:
    """Marque un test qui corrige au niveau 1."""
    for mark in level_one:
        test = mark(test)
    return test


def _graded(code: str | None) -> Outcome:
    written = {"large": code} if code else {}
    others = [task.name for task in SERIES.exercises if task.name != "large"]
    with Grader(Settings(level=1)) as grader:
        run = run_notebook(SERIES, notebook_of("06", written), grader, 1, skip=others)
    return run.exams["large"].outcome


@pytest.mark.slow
@needs_level_one
def test_a_file_read_whole_is_refused_when_graded(client: Minio) -> None:
    """L'API tourne dans un bac à sable, et sa mémoire est mesurée du dehors."""
    outcome = _graded(_READ_ALL)
    assert (outcome.verdict, outcome.points) == (Verdict.REVIEW, 1), outcome
    assert "la route tient le fichier en mémoire" in outcome.message
    assert outcome.expected == "moins de 150 Mo"


@pytest.mark.slow
@needs_level_one
def test_a_file_read_piece_by_piece_passes_when_graded(client: Minio) -> None:
    assert _graded(None).verdict is Verdict.PASSED


def test_the_film_is_the_same_however_it_is_read() -> None:
    film = Film(3)
    pieces = []
    while piece := film.read(65_537):
        pieces.append(piece)
    data = b"".join(pieces)
    assert len(data) == film.size
    assert film.digest == hashlib.sha256(data).hexdigest()
    assert [data[n * 1_000_000 : (n + 1) * 1_000_000] for n in range(3)] == [
        film.piece(n) for n in range(3)
    ]
    assert film.seek(0, 2) == film.size
    assert film.read() == b""
