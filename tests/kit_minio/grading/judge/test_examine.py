"""L'examen d'un exercice : d'après le store et l'API seulement."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from minio import Minio

from helpers import server as servers
from helpers.spaces import fresh_space, remove_space
from kit_minio.answering.answers import pack
from kit_minio.checks.model import Context, Exercise, Review
from kit_minio.checks.outcome import Outcome, Verdict
from kit_minio.grading.judge.examine import Examiner
from kit_minio.grading.judge.store import ExaminerClient
from tests.support.false_store import FalseStore


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
    client = ExaminerClient(servers.ensure(), lambda: None)
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


def test_what_changes_from_a_run_to_the_next_is_not_in_the_feedback(examiner: Examiner) -> None:
    said = (
        "S3Error : S3 operation failed; code: NoSuchBucket, message: The bucket does not exist, "
        f"resource: /{examiner.space}-absent, request_id: 17F, host_id: abc, bucket_name: x"
    )
    assert examiner.told(said).startswith("S3Error NoSuchBucket, sur « /exercice-01-absent ».")
    assert examiner.told("TypeError : <object at 0x7f3a2b1c9d00>") == "TypeError : <object at 0x>"
    url = "http://127.0.0.1:9000/a?X-Amz-Signature=12ab&X-Amz-Date=2026"
    assert "X-Amz" not in examiner.stable(url)
    assert examiner.stable("\ud800") == "?"
    assert len(examiner.told("x" * 10_000)) == 401


def test_what_is_answered_by_hand_is_not_replayed(
    client: Minio, space: str, examiner: Examiner
) -> None:
    _answer(client, space, b"1")
    for exercise, seeded in ((TASK, True), (replace(TASK, by_hand=True), False)):
        assert examiner.examine(exercise, api="", uplink=None).seeded is seeded


def test_code_that_changed_nothing_is_not_to_do(examiner: Examiner) -> None:
    exam = examiner.examine(TASK, api="", uplink=None, attempted=True)
    assert exam.outcome.verdict is Verdict.REVIEW


def test_a_refused_answer_keeps_its_cause_and_its_points(
    client: Minio, space: str, examiner: Examiner
) -> None:
    _answer(client, space, pack({"texte": b"octets"}))
    outcome = _examine(examiner)
    assert "« texte » contient des octets" in outcome.message
    assert (outcome.verdict, outcome.points) == (Verdict.REVIEW, 1)
    served = replace(TASK, answers=False, api=True)
    assert _examine(examiner, served) == replace(outcome, points=0)


def test_a_bucket_outside_the_space_is_told_with_the_remedy(examiner: Examiner) -> None:
    error = (
        "S3Error : S3 operation failed; code: AccessDenied, message: non, resource: /archives, "
        "request_id: 1, host_id: 2, bucket_name: archives"
    )
    assert "« /archives ». Ce bucket est hors de votre espace" in examiner.told(error)
    inside = error.replace("/archives", f"/{examiner.space}-archives")
    assert "hors de votre espace" not in examiner.told(inside)


# --- Ce que le serveur ne sait pas rendre --------------------------------------------------------


@pytest.fixture(scope="module")
def store() -> FalseStore:
    return FalseStore()


def _judge(store: FalseStore, down: list[int]) -> Outcome:
    client = ExaminerClient(store.server, lambda: down.append(1))
    examiner = Examiner(client, "k-exercice", "k", 1, seconds=5)
    read = replace(PLAIN, verify=lambda context: context.read("a", "objet") and None)
    return examiner.examine(read, api="", uplink=None).outcome


def test_what_the_server_never_gives_back_costs_its_exercise_only(store: FalseStore) -> None:
    """Sinon, une copie qui l'obtient du serveur ne serait jamais corrigée."""
    down: list[int] = []
    store.serve(b"contenu")
    store.statuses = {b"/objet": 500}
    outcome = _judge(store, down)
    assert (outcome.verdict, outcome.points, down) == (Verdict.ERROR, 0, [])
    assert "alors qu'il rend le reste" in outcome.message


def test_a_server_that_gives_nothing_back_is_told(store: FalseStore) -> None:
    down: list[int] = []
    store.statuses = {b"/": 500}
    assert _judge(store, down).verdict is Verdict.ERROR
    assert down


def test_a_server_that_missed_once_is_asked_again(store: FalseStore) -> None:
    down: list[int] = []
    store.serve(b"contenu")
    store.statuses = {b"/objet": 500}
    store.once = True
    assert (_judge(store, down).verdict, down) == (Verdict.PASSED, [])


@pytest.mark.parametrize(("final", "told"), [(False, True), (True, False)])
def test_an_api_whose_store_never_answers_costs_its_exercise_only_the_last_time(
    store: FalseStore, final: bool, told: bool
) -> None:
    """Ce qu'une API a fait ne se refait pas : la copie est d'abord recommencée, deux fois."""
    down: list[int] = []
    store.serve(b'"API"')
    store.statuses = {b"/objet": 500}
    client = ExaminerClient(store.server, lambda: down.append(1))
    examiner = Examiner(client, "k-exercice", "k", 1, seconds=5, final=final)
    read = replace(PLAIN, api=True, verify=lambda context: context.read("a", "objet") and None)
    outcome = examiner.examine(read, api="", uplink=None).outcome
    assert (outcome.verdict, bool(down)) == (Verdict.ERROR, told)
    store.statuses = {}


@pytest.mark.parametrize(
    "head",
    [b"Content-Encoding: " + b"gzip, " * 50, b"Content-Encoding: gzip", b"X-Amz-Meta-A: \xff\x01"],
    ids=["fifty-encodings", "not-gzip", "control-characters"],
)
def test_an_odd_header_on_an_answer_costs_nothing_else(store: FalseStore, head: bytes) -> None:
    down: list[int] = []
    store.statuses = {}
    store.serve(head + b"\n\n3")
    examiner = Examiner(
        ExaminerClient(store.server, lambda: down.append(1)), "k-exercice", "k", 1, seconds=5
    )
    assert _examine(examiner).verdict is Verdict.REVIEW
    assert down == []


@pytest.mark.parametrize("error", [RecursionError(), MemoryError(), UnicodeError(), ValueError()])
def test_whatever_happens_while_an_answer_is_fetched_is_an_outcome(
    store: FalseStore, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    client = ExaminerClient(store.server, pytest.fail)
    monkeypatch.setattr(client, "get_object", fail)
    examiner = Examiner(client, "k-exercice", "k", 1, seconds=5)
    assert _examine(examiner).verdict is Verdict.ERROR


def test_an_exam_that_reads_without_end_is_stopped(store: FalseStore) -> None:
    def verify(context: Context) -> None:
        while True:
            context.read("a", "objet")

    store.statuses = {}
    store.serve(b"contenu")
    client = ExaminerClient(store.server, pytest.fail)
    examiner = Examiner(client, "k-exercice", "k", 1, seconds=0.2)
    outcome = _examine(examiner, replace(PLAIN, verify=verify))
    assert outcome.verdict is Verdict.REVIEW
    assert "n'en finit pas" in outcome.message
