"""Des données de départ resservent si rien ne s'y écrit : voir toute écriture, et nulle lecture."""

import io
import subprocess
import sys

import boto3
import httpx
import pytest
import requests
from minio.deleteobjects import DeleteObject

from helpers import current_server
from helpers.spaces import erase_bucket
from tests.support.writes import Writes


@pytest.fixture
def bucket(client):
    name = "ecritures-vues"
    client.make_bucket(bucket_name=name)
    yield name
    erase_bucket(client, name)


def test_reading_is_not_writing(client, bucket):
    with Writes() as writes:
        client.list_buckets()
        list(client.list_objects(bucket_name=bucket, recursive=True))
        requests.get(client.presigned_get_object(bucket, "a"), timeout=10)
    assert writes.buckets == set()
    assert not writes.hidden


def _with_boto3(client, bucket):
    server = current_server()
    s3 = boto3.client(
        "s3", endpoint_url=server.url, region_name=server.region,
        aws_access_key_id=server.access_key, aws_secret_access_key=server.secret_key,
    )  # fmt: skip
    s3.put_object(Bucket=bucket, Key="a b", Body=b"a")


WAYS = {
    "put_object": lambda c, b: c.put_object(b, "é", io.BytesIO(b"a"), 1),
    "requests": lambda c, b: requests.put(c.presigned_put_object(b, "a"), b"a", timeout=10),
    "httpx": lambda c, b: httpx.put(c.presigned_put_object(b, "a"), content=b"a"),
    "boto3": _with_boto3,
    "remove_objects": lambda c, b: list(c.remove_objects(b, [DeleteObject("a")])),
}


@pytest.mark.parametrize("write", WAYS.values(), ids=WAYS)
def test_each_client_is_seen(client, bucket, write):
    with Writes() as writes:
        write(client, bucket)
    assert bucket in writes.buckets
    assert not writes.hidden


@pytest.mark.parametrize(
    "act",
    [
        lambda client, bucket: client.delete_bucket_tags(bucket_name=bucket),
        lambda client, bucket: client._create_multipart_upload(bucket, "a", {}),
        lambda client, bucket: subprocess.run([sys.executable, "-c", ""], check=True),
    ],
    ids=["un réglage", "un envoi inachevé", "un programme"],
)
def test_what_may_outlive_a_bucket_or_is_unseen_is_told(client, bucket, act):
    with Writes() as writes:
        act(client, bucket)
    assert writes.hidden


def test_a_library_in_c_is_told_from_the_code():
    with Writes("fs = pyarrow.fs.S3FileSystem()") as writes:
        pass
    assert writes.hidden
