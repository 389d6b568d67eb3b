"""Un client réglé par le kit, et la lecture d'un objet : entière, bornée, d'une version passée."""

from __future__ import annotations

import io

import pytest
from minio.commonconfig import ENABLED
from minio.error import S3Error
from minio.versioningconfig import VersioningConfig

from helpers.s3 import read_object
from helpers.spaces import fresh_bucket, remove_bucket


@pytest.fixture
def bucket(client):
    bucket = fresh_bucket(client, "essai-lecture")
    yield bucket
    remove_bucket(client, bucket)


def put(client, bucket, data):
    return client.put_object(
        bucket_name=bucket, object_name="clé", data=io.BytesIO(data), length=len(data)
    ).version_id


def test_object_is_read_whole_or_to_a_limit(client, bucket):
    data = bytes(range(256)) * 1000
    put(client, bucket, data)
    assert read_object(client, bucket, "clé") == data
    assert read_object(client, bucket, "clé", most=10) == data[:10]
    assert read_object(client, bucket, "clé", most=10**9) == data


def test_empty_object_is_no_bytes(client, bucket):
    put(client, bucket, b"")
    assert read_object(client, bucket, "clé", most=10) == b""


def test_old_version_is_read(client, bucket):
    client.set_bucket_versioning(bucket_name=bucket, config=VersioningConfig(ENABLED))
    first = put(client, bucket, b"avant")
    put(client, bucket, b"depuis")
    assert read_object(client, bucket, "clé", version_id=first) == b"avant"
    assert read_object(client, bucket, "clé") == b"depuis"


def test_missing_object_is_the_error_of_minio(client, bucket):
    with pytest.raises(S3Error, match="NoSuchKey"):
        read_object(client, bucket, "absente")
