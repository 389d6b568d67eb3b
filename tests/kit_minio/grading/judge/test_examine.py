"""L'examen : d'après le store et l'API seulement, et toujours borné."""

from __future__ import annotations

import io
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from minio import Minio

from helpers import server as servers
from helpers.exercises.model import Context, Exercise, Outcome, Review, Verdict
from helpers.spaces import fresh_space, remove_space
from kit_minio.grading.judge import examine
from kit_minio.grading.judge.examine import Examiner, examiner_client, outcome_of, probe, worse


def _verify(context: Context) -> None:
    if context.answer != context.random().random():
        raise Review("Faux.", found=f"{context.bucket('a')}", points=1)


TASK = Exercise("task", "Tâche", 2, (), _verify, answers=True)
PLAIN = replace(TASK, answers=False, verify=lambda context: None)


@pytest.fixture
def space(client: Minio) -> Iterator[str]:
    name = fresh_space(client, "k0123456789abcd-exercice-01")
    yield name
    remove_space(client, name)


@pytest.fixture
def examiner(space: str) -> Examiner:
    client = examiner_client(servers.ensure())
    return Examiner(client, space, "k0123456789abcd", 1, seconds=1.5)


def _answer(client: Minio, space: str, data: bytes) -> None:
    client.put_object(
        bucket_name=space,
        object_name="reponses/task.json",
        data=io.BytesIO(data),
        length=len(data),
    )


def _examine(examiner: Examiner, exercise: Exercise = TASK, api: str = "") -> Outcome:
    return examiner.examine(exercise, api=api, uplink=None).outcome


def test_the_answer_is_read_from_the_store(client: Minio, space: str, examiner: Examiner) -> None:
    right = Context(client, space, 1, "task").random().random()
    _answer(client, space, json.dumps(right).encode())
    assert _examine(examiner) == Outcome(Verdict.PASSED, "C'est exact.", points=2)
    other = Examiner(examiner.client, space, examiner.secret, 2, seconds=1)
    assert _examine(other).verdict is Verdict.REVIEW


def test_no_answer_is_still_to_do(examiner: Examiner) -> None:
    assert _examine(examiner).verdict is Verdict.TODO


@pytest.mark.parametrize(
    "data",
    [
        b"NaN",
        b'{"a": -Infinity}',
        b"[" * 30_000 + b"]" * 30_000,
        b'"' + b"x" * 70_000 + b'"',
        b"\x80\x04\x95",
        b"\xff\xfe",
        b"1" * 20_000,
        b'"\\ud800"',
        b"",
    ],
    ids=["nan", "infinity", "deep", "long", "pickle", "not-utf-8", "digits", "surrogate", "empty"],
)
def test_a_bad_answer_is_refused(
    client: Minio, space: str, examiner: Examiner, data: bytes
) -> None:
    _answer(client, space, data)
    found = _examine(examiner)
    assert found.verdict in (Verdict.REVIEW, Verdict.ERROR)
    assert found.points in (0, 1)
    json.dumps([found.message, found.found]).encode()
    f"{found.message}{found.found}".encode()


def test_the_random_space_is_not_in_the_feedback(
    client: Minio, space: str, examiner: Examiner
) -> None:
    _answer(client, space, b"3")
    assert _examine(examiner).found == "exercice-01-a"


def test_an_exam_knows_whether_the_seed_matters(
    client: Minio, space: str, examiner: Examiner
) -> None:
    _answer(client, space, b"3")
    assert examiner.examine(TASK, api="", uplink=None).seeded
    assert not examiner.examine(PLAIN, api="", uplink=None).seeded


def test_a_huge_object_and_an_endless_list_are_refused(
    client: Minio, space: str, examiner: Examiner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(examine, "_MAX_READ", 10)
    monkeypatch.setattr(examine, "_MAX_LISTED", 2)
    bucket = f"{space}-a"
    client.make_bucket(bucket_name=bucket)
    for key in ("a", "b", "c"):
        client.put_object(
            bucket_name=bucket, object_name=key, data=io.BytesIO(b"x" * 20), length=20
        )
    huge = replace(PLAIN, verify=lambda context: context.read("a", "a"))  # type: ignore[arg-type]
    assert "trop gros" in _examine(examiner, huge).message
    many = replace(PLAIN, verify=lambda context: context.keys("a"))  # type: ignore[arg-type]
    assert "trop d'objets" in _examine(examiner, many).message


# --- Les issues ---------------------------------------------------------------------------------


def test_an_error_explains_what_is_missing() -> None:
    todo = Outcome(Verdict.TODO, "À faire.")
    assert outcome_of(todo, []) is todo
    found = outcome_of(todo, ["NameError : x"])
    assert (found.verdict, found.found) == (Verdict.ERROR, "NameError : x")
    passed = Outcome(Verdict.PASSED, "C'est exact.", points=2)
    assert outcome_of(passed, ["NameError : x"]) is passed


def test_the_worse_of_two_runs_counts() -> None:
    passed = Outcome(Verdict.PASSED, "C'est exact.", points=2)
    wrong = Outcome(Verdict.REVIEW, "Faux.", "3", "4", points=1)
    assert worse(passed, passed) is passed
    assert worse(wrong, passed) is wrong
    found = worse(passed, wrong)
    assert (found.verdict, found.points) == (Verdict.REVIEW, 1)
    assert "ne suit pas les données" in found.message


# --- Une API qui ne joue pas le jeu -------------------------------------------------------------


@pytest.fixture
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Path]]:
    """Sert des octets bruts sur une prise Unix."""
    listeners: list[socket.socket] = []
    folder = tmp_path_factory.mktemp("api")

    def _serve(talk: Callable[[socket.socket], None]) -> Path:
        path = folder / str(len(listeners))
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(path))
        listener.listen()
        listeners.append(listener)

        def run() -> None:
            try:
                peer, _ = listener.accept()
                with peer:
                    peer.recv(1000)
                    talk(peer)
            except OSError:
                pass

        threading.Thread(target=run, daemon=True).start()
        return path

    yield _serve
    for listener in listeners:
        listener.close()


def _drip(start: bytes, piece: bytes) -> Callable[[socket.socket], None]:
    def talk(peer: socket.socket) -> None:
        peer.sendall(start)
        while True:
            peer.sendall(piece)
            time.sleep(0.05)

    return talk


@pytest.mark.parametrize(
    "talk",
    [
        _drip(b"HTTP/1.1 200 OK\r\nX-A: ", b"a"),
        _drip(b"HTTP/1.1 200 OK\r\n\r\n", b"x"),
        _drip(b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n"),
        lambda peer: time.sleep(5),
    ],
    ids=["headers", "body", "continue", "silence"],
)
def test_a_slow_api_is_left_at_the_deadline(
    serve: Callable[..., Path], talk: Callable[[socket.socket], None]
) -> None:
    started = time.monotonic()
    with pytest.raises(httpx.HTTPError), probe(serve(talk), 0.5) as http:
        http.get("/", timeout=60)
    assert time.monotonic() - started < 2


def test_an_endless_body_is_cut(
    serve: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(examine, "_MAX_HTTP", 1_000_000)

    def talk(peer: socket.socket) -> None:
        peer.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            peer.sendall(b"x" * 100_000)

    with pytest.raises(httpx.HTTPError), probe(serve(talk), 5) as http:
        http.get("/")


def test_a_redirection_is_not_followed(serve: Callable[..., Path]) -> None:
    answer = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
    with probe(serve(lambda peer: peer.sendall(answer)), 2) as http:
        assert http.get("/").status_code == 302
