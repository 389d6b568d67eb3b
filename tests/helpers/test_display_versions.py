"""Les versions et les règles de durée de vie : des tableaux stables, sans identifiants."""

from __future__ import annotations

import io

import pytest
from minio.commonconfig import DISABLED, ENABLED, Filter, Tag
from minio.lifecycleconfig import Expiration, LifecycleConfig, NoncurrentVersionExpiration, Rule
from minio.versioningconfig import SUSPENDED, VersioningConfig

from helpers.display import show_rules, show_versions
from helpers.spaces import fresh_bucket, remove_bucket


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


@pytest.mark.both_servers
def test_rules_say_what_they_do(client, bucket):
    assert repr(show_rules(client.get_bucket_lifecycle(bucket_name=bucket))) == "Aucune règle."
    old = NoncurrentVersionExpiration(noncurrent_days=30, newer_noncurrent_versions=3)
    rules = [
        Rule(ENABLED, Filter(prefix="logs/"), "journaux", expiration=Expiration(days=30)),
        Rule(DISABLED, Filter(prefix="temp/"), "temporaires", expiration=Expiration(days=7)),
        Rule(ENABLED, Filter(prefix=""), "versions", noncurrent_version_expiration=old),
        Rule(
            ENABLED,
            Filter(tag=Tag("etat", "jetable")),
            "etiquette",
            expiration=Expiration(days=1),
        ),
    ]
    client.set_bucket_lifecycle(bucket_name=bucket, config=LifecycleConfig(rules))
    assert list(show_rules(client.get_bucket_lifecycle(bucket_name=bucket)).rows) == [
        ["logs/", "expire après 30 j", "journaux"],
        ["temp/ (suspendue)", "expire après 7 j", "temporaires"],
        [
            "tout le bucket",
            "anciennes versions effacées après 30 j, sauf les 3 dernières",
            "versions",
        ],
        ["étiquette etat=jetable", "expire après 1 j", "etiquette"],
    ]
    alone = Expiration(expired_object_delete_marker=True)
    rule = Rule(ENABLED, Filter(prefix=""), "marqueurs", expiration=alone)
    assert show_rules(LifecycleConfig([rule])).rows[0][1] == "efface les marqueurs restés seuls"
