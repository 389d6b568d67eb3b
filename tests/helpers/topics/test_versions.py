"""Les versions d'un objet : un tableau stable, sans identifiants."""

from __future__ import annotations

import io

import pytest
from minio.commonconfig import ENABLED
from minio.versioningconfig import SUSPENDED, VersioningConfig

from helpers.spaces import fresh_bucket, remove_bucket
from helpers.topics.versions import show_versions


@pytest.fixture
def bucket(client):
    bucket = fresh_bucket(client, "essai-versions")
    yield bucket
    remove_bucket(client, bucket)


def put(client, bucket, key, octets):
    client.put_object(
        bucket_name=bucket, object_name=key, data=io.BytesIO(bytes(octets)), length=octets
    )


def set_versioning(client, bucket, status):
    client.set_bucket_versioning(bucket_name=bucket, config=VersioningConfig(status=status))


def rows(client, bucket):
    return list(show_versions(client.list_objects(bucket_name=bucket, include_version=True)).rows)


@pytest.mark.both_servers
def test_versions_are_shown_from_the_latest_to_the_oldest(client, bucket):
    assert repr(show_versions([])) == "Aucune version."
    put(client, bucket, "b", 1)
    put(client, bucket, "a", 1)
    set_versioning(client, bucket, ENABLED)
    put(client, bucket, "a", 2)
    put(client, bucket, "a", 3)
    client.remove_object(bucket_name=bucket, object_name="a")
    assert rows(client, bucket) == [
        ["a", "4", "–", "marqueur de suppression, courant"],
        ["a", "3", "3 o", "ancienne"],
        ["a", "2", "2 o", "ancienne"],
        ["a", "1", "1 o", "ancienne (null)"],
        ["b", "1", "1 o", "courante (null)"],
    ]
    listing = client.list_objects(bucket_name=bucket, include_version=True)
    ids = [item.version_id for item in listing if item.version_id != "null"]
    shown = show_versions(client.list_objects(bucket_name=bucket, include_version=True))
    assert len(ids) == 3
    assert not any(version in repr(shown) + shown._repr_html_() for version in ids)


@pytest.mark.both_servers
def test_a_version_put_while_suspended_is_shown_first(client, bucket):
    set_versioning(client, bucket, ENABLED)
    put(client, bucket, "a", 1)
    set_versioning(client, bucket, SUSPENDED)
    put(client, bucket, "a", 2)
    assert [line[2:] for line in rows(client, bucket)] == [
        ["2 o", "courante (null)"],
        ["1 o", "ancienne"],
    ]
