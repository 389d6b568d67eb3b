"""Lire ce qu'une copie a déposé : dans des bornes, et sans croire un serveur qui fait défaut."""

from __future__ import annotations

import gzip
import io
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from minio import Minio
from minio.error import S3Error
from urllib3.exceptions import HTTPError

from helpers import server as servers
from helpers.s3 import client_for
from helpers.spaces import fresh_bucket
from kit_minio.checks.model import Context, Review
from kit_minio.grading.judge import store
from kit_minio.grading.judge.store import ExaminerClient
from tests.support.servers import embedded_only


@pytest.fixture
def bucket(client: Minio) -> Iterator[str]:
    """Un bucket de trois petits objets."""
    name = fresh_bucket(client, "copie-examinee")
    for key in ("a", "b", "c"):
        client.put_object(bucket_name=name, object_name=key, data=io.BytesIO(b"x" * 20), length=20)
    yield name


def test_what_is_within_bounds_is_read_as_it_is(bucket: str) -> None:
    examiner = ExaminerClient(servers.ensure(), pytest.fail)
    assert [item.object_name for item in examiner.list_objects(bucket_name=bucket)] == [*"abc"]
    response = examiner.get_object(bucket_name=bucket, object_name="a")
    assert response.read() == b"x" * 20
    response.close()


def test_a_huge_object_is_refused_when_it_is_read(
    bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "MAX_READ", 10)
    examiner = ExaminerClient(servers.ensure(), pytest.fail)
    response = examiner.get_object(bucket_name=bucket, object_name="a")
    with pytest.raises(Review, match="trop gros"):
        response.read()
    response.close()


def test_an_endless_list_is_refused(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MAX_LISTED", 2)
    examiner = ExaminerClient(servers.ensure(), pytest.fail)
    with pytest.raises(Review, match="trop d'objets"):
        list(examiner.list_objects(bucket_name=bucket))


def test_a_server_that_does_not_answer_is_told_and_a_refusal_is_not(bucket: str) -> None:
    told: list[int] = []
    server = servers.ensure()
    examiner = ExaminerClient(server, lambda: told.append(1))
    with pytest.raises(S3Error, match="NoSuchKey"):
        examiner.get_object(bucket_name=bucket, object_name="absent")
    assert told == []
    nowhere = ExaminerClient(replace(server, endpoint="127.0.0.1:9"), lambda: told.append(1))
    with pytest.raises(HTTPError):
        nowhere.list_buckets()
    assert told


def test_an_object_called_gzip_is_read_as_it_is_stored(bucket: str) -> None:
    """Un Mio compressé en vaut mille : rien de ce qu'une copie a fait n'est décompressé ici."""
    bomb = gzip.compress(bytes(4_000_000))
    client_for(servers.ensure()).put_object(
        bucket_name=bucket,
        object_name="bombe",
        data=io.BytesIO(bomb),
        length=len(bomb),
        metadata={"Content-Encoding": "gzip"},
    )
    context = Context(ExaminerClient(servers.ensure(), pytest.fail), "copie", 1, "essai")
    assert context.read("examinee", "bombe") == bomb


def test_an_object_called_gzip_that_is_none_costs_nothing_else(bucket: str) -> None:
    client_for(servers.ensure()).put_object(
        bucket_name=bucket,
        object_name="faux",
        data=io.BytesIO(b"pas du gzip"),
        length=11,
        metadata={"Content-Encoding": "gzip"},
    )
    response = ExaminerClient(servers.ensure(), pytest.fail).get_object(
        bucket_name=bucket, object_name="faux"
    )
    assert response.read() == b"pas du gzip"


@embedded_only  # MinIO les refuse au dépôt
def test_too_many_headers_are_the_fault_of_their_author(bucket: str) -> None:
    """Et non du serveur : la copie n'en devient pas impossible à corriger."""
    client_for(servers.ensure()).put_object(
        bucket_name=bucket,
        object_name="bavard",
        data=io.BytesIO(b"x"),
        length=1,
        metadata={f"m{number}": "x" for number in range(150)},
    )
    examiner = ExaminerClient(servers.ensure(), pytest.fail)
    with pytest.raises(Review, match="trop de métadonnées"):
        examiner.stat_object(bucket_name=bucket, object_name="bavard")


@pytest.mark.parametrize("bound", ["LARGE", "MUCH"])
def test_one_exam_at_a_time_keeps_large_objects(
    bucket: str, bound: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ou beaucoup de moins gros ; et l'attente n'est pas comptée à celui qui attend."""
    monkeypatch.setattr(store, bound, 10)
    first, second = (ExaminerClient(servers.ensure(), pytest.fail) for _ in range(2))
    waiting = threading.Event()

    def read() -> float:
        with second.examining(60):
            deadline = second._pool.deadline
            waiting.set()
            second.get_object(bucket_name=bucket, object_name="a").close()
            return second._pool.deadline - deadline

    with ThreadPoolExecutor() as pool:
        with first.examining(60):
            first.get_object(bucket_name=bucket, object_name="a").close()
            first.get_object(bucket_name=bucket, object_name="b").close()  # elle a déjà son tour
            later = pool.submit(read)
            waiting.wait(30)
            with pytest.raises(TimeoutError):
                later.result(timeout=0.5)
        assert later.result(timeout=30) > 0.1
    with first.examining(60):
        deadline = first._pool.deadline
        first.get_object(bucket_name=bucket, object_name="a").close()
        assert first._pool.deadline - deadline < 1  # plus personne n'a de tour à finir
