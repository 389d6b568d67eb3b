"""Ce qu'un ouvrier fait d'un lot, sans planificateur : ses tâches sont de simples fonctions."""

from __future__ import annotations

from dataclasses import asdict, replace

import pytest
from minio import Minio

from helpers import server as servers
from helpers.errors import ServerError, SettingsError
from helpers.spaces import fresh_bucket
from kit_minio.grading import worker
from kit_minio.grading.settings import Settings
from kit_minio.grading.version import version_of
from tests.support.grading import copy_of


@pytest.fixture
def job(client: Minio) -> worker.Job:
    bucket = fresh_bucket(client, "lot-d-ouvrier")
    return worker.Job(servers.ensure(), Settings(replay_seed=None), bucket, version_of(()))


def test_a_job_says_no_secret(job: worker.Job) -> None:
    """Son texte est dans les journaux de dask, et dans ceux qu'un ouvrier en fait."""
    assert job.bucket in repr(job)
    assert job.server.secret_key not in repr(job)
    assert job.settings.label not in repr(job)


def test_a_copy_and_its_like_travel_through_the_bucket(client: Minio, job: worker.Job) -> None:
    copy = copy_of("zoé \u202e")
    worker.put_json(client, job.bucket, worker.copy_key(3), asdict(copy))
    stored = worker.get_json(client, job.bucket, worker.copy_key(3))
    assert worker.copy_from(stored) == copy
    assert worker.copy_key(3) != worker.result_key(3)


def test_another_version_of_the_kit_is_refused(job: worker.Job) -> None:
    with pytest.raises(SettingsError, match="n'est pas celui qui corrige") as caught:
        worker.grader_for(replace(job, version="autre"))
    assert "même version du kit" in caught.value.remedy


def test_a_server_that_the_worker_does_not_reach_is_a_sentence(job: worker.Job) -> None:
    elsewhere = replace(job.server, endpoint="127.0.0.1:9")
    with pytest.raises(ServerError, match="n'y répond pas") as caught:
        worker.grader_for(replace(job, server=elsewhere))
    assert "MINIO_ENDPOINT" in caught.value.remedy


def test_forgetting_a_batch_that_was_never_opened_does_nothing(job: worker.Job) -> None:
    worker.forget(job.bucket)
