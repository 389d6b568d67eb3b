"""Un client réglé par le kit : ses attentes ; lire un objet entier, borné, d'une version passée."""

from __future__ import annotations

import io
from dataclasses import replace

import psutil
import pytest
import urllib3
from minio.commonconfig import ENABLED
from minio.error import S3Error
from minio.versioningconfig import VersioningConfig

from helpers import server as servers
from helpers.connection import connect
from helpers.errors import explain
from helpers.s3 import client_for, read_object
from helpers.spaces import fresh_bucket, remove_bucket
from tests.support.slow_link import slow_link


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


def test_client_knows_its_region_and_does_not_wait_long(client):
    assert client._base_url.region == "us-east-1"
    settings = client._http.connection_pool_kw
    assert settings["timeout"].connect_timeout == 2
    assert settings["timeout"].read_timeout == 30
    assert settings["retries"].total == 2
    # Sans région connue, minio-py la demanderait au serveur avant la première requête.
    counted = []
    urlopen = client._http.urlopen
    client._http.urlopen = lambda *a, **k: counted.append(a) or urlopen(*a, **k)
    client.bucket_exists(bucket_name="essai-region")
    assert len(counted) == 1


@pytest.mark.both_servers
def test_server_stopped_in_mid_use_is_explained(kit_data):
    client = connect(quiet=True)
    client.make_bucket(bucket_name="essai")
    psutil.Process(servers.find().pid).kill()
    with pytest.raises(urllib3.exceptions.MaxRetryError) as caught:
        put(client, "essai", b"x")
    explanation = explain(caught.value)
    assert explanation.fact.startswith("Le serveur S3 ne répond pas")
    assert "connect()" in explanation.remedy
    put(connect(quiet=True), "essai", b"x")


@pytest.mark.slow
def test_a_slow_line_has_the_time_to_send_a_part(client):
    bucket = fresh_bucket(client, "lent")
    data = bytes(16 * 1024**2)
    with slow_link(servers.find().endpoint, 4 * 1024**2) as endpoint:
        slow = client_for(replace(servers.find(), endpoint=endpoint))
        slow.put_object(
            bucket_name=bucket,
            object_name="film",
            data=io.BytesIO(data),
            length=len(data),
            part_size=len(data),
        )
    assert client.stat_object(bucket_name=bucket, object_name="film").size == len(data)
