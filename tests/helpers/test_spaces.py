"""``connect()`` et les buckets jetables, sur un vrai serveur."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from minio import Minio
from minio.commonconfig import COMPLIANCE, ENABLED, GOVERNANCE, Tags
from minio.credentials import AssumeRoleProvider
from minio.error import S3Error
from minio.retention import Retention
from minio.versioningconfig import SUSPENDED, VersioningConfig

from helpers import server as servers
from helpers.connection import connect
from helpers.errors import OwnershipError, ServerError, SettingsError, explain
from helpers.s3 import client_for
from helpers.spaces import (
    fresh_bucket,
    fresh_space,
    full_name,
    remove_bucket,
    remove_space,
    spaces_of_kit,
)
from tests.support.closed import deny_everything


def put(client: Minio, bucket: str, *keys: str) -> None:
    for key in keys:
        client.put_object(bucket_name=bucket, object_name=key, data=io.BytesIO(b"x"), length=1)


def names(client: Minio, prefix: str) -> list[str]:
    return [b.name for b in client.list_buckets() if b.name.startswith(prefix)]


def keys(client: Minio, bucket: str) -> list[str]:
    found = client.list_objects(bucket_name=bucket, recursive=True, include_version=True)
    return sorted(item.object_name for item in found)


def mark(client: Minio, bucket: str, tag: str, value: str) -> None:
    tags = Tags.new_bucket_tags()
    tags[tag] = value
    client.set_bucket_tags(bucket_name=bucket, tags=tags)


@pytest.fixture
def other_kit(client, monkeypatch):
    """Fait agir une autre installation du kit sur le même serveur."""

    def act(action, *arguments):
        with monkeypatch.context() as patch:
            patch.setenv("KIT_ID", "autre1")
            return action(client, *arguments)

    return act


# --- connect() ----------------------------------------------------------------------------------


@pytest.mark.both_servers
def test_connect_starts_a_server_and_announces_it(kit_data, capsys):
    assert servers.find() is None
    client = connect()
    server = servers.find()
    assert capsys.readouterr().out.splitlines()[-1] == (
        f"{server.sentence.rpartition(' (')[0]} (imposé par KIT_SERVER)."
    )
    assert client.list_buckets() == []
    connect()
    assert capsys.readouterr().out == f"{server.sentence}\n"
    connect(quiet=True)
    assert capsys.readouterr().out == ""


def test_session_token_of_the_environment_is_used(client, monkeypatch):
    limited = temporary(client, ["s3:ListAllMyBuckets", "s3:CreateBucket"])
    monkeypatch.delenv("KIT_SERVER")
    monkeypatch.setenv("AWS_S3_ENDPOINT", servers.find().url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", limited.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", limited.secret_key)
    with pytest.raises(S3Error) as caught:
        connect(quiet=True).make_bucket(bucket_name="essai-jeton")
    assert explain(caught.value) is not None
    monkeypatch.setenv("AWS_SESSION_TOKEN", limited.session_token)
    connect(quiet=True).make_bucket(bucket_name="essai-jeton")
    client.remove_bucket(bucket_name="essai-jeton")


def temporary(client: Minio, actions: list[str]):
    """Renvoie des identifiants temporaires qui n'ont que ces droits."""
    server = servers.find()
    statement = {"Effect": "Allow", "Action": actions, "Resource": ["arn:aws:s3:::*"]}
    return AssumeRoleProvider(
        sts_endpoint=server.url,
        access_key=server.access_key,
        secret_key=server.secret_key,
        policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
        duration_seconds=3600,
        region=server.region,
        role_session_name="eleve",
    ).retrieve()


# --- Les noms -----------------------------------------------------------------------------------


def test_names_are_short_on_a_server_of_the_kit_and_prefixed_elsewhere(client, monkeypatch):
    assert full_name("lecon-01") == "lecon-01"
    monkeypatch.setenv("KIT_SPACE", "eve")
    assert full_name("lecon-01") == "eve-lecon-01"
    server = servers.find()
    monkeypatch.setenv("KIT_SERVER", "external")
    monkeypatch.setenv("MINIO_ENDPOINT", server.url)
    monkeypatch.setenv("MINIO_ACCESS_KEY", server.access_key)
    monkeypatch.setenv("MINIO_SECRET_KEY", server.secret_key)
    assert full_name("lecon-01") == "eve-lecon-01"
    monkeypatch.delenv("KIT_SPACE")
    name = full_name("lecon-01")
    assert name == f"{servers.read_settings()['KIT_ID']}-lecon-01"
    assert full_name("lecon-01") == name
    bucket = fresh_bucket(client, "essai")
    assert names(client, bucket) == [bucket]
    remove_bucket(client, bucket)


def test_two_students_of_a_shared_server_do_not_meet(client, monkeypatch):
    spaces = {}
    for student in ("eve", "adam"):
        monkeypatch.setenv("KIT_SPACE", student)
        spaces[student] = fresh_space(client, "essai")
        put(client, spaces[student], student)
    monkeypatch.setenv("KIT_SPACE", "eve")
    fresh_space(client, "essai")
    assert keys(client, spaces["adam"]) == ["adam"]
    for space in spaces.values():
        remove_space(client, space)


# --- Les buckets --------------------------------------------------------------------------------


@pytest.mark.both_servers
def test_fresh_bucket_is_empty_and_without_settings_each_time(client):
    for _ in range(2):
        bucket = fresh_bucket(client, "essai-neuf")
        assert bucket == "essai-neuf"
        assert keys(client, bucket) == []
        assert client.get_bucket_versioning(bucket_name=bucket).status != ENABLED
        with pytest.raises(S3Error, match="NoSuchBucketPolicy"):
            client.get_bucket_policy(bucket_name=bucket)
        put(client, bucket, "a", "dossier/é", "dossier/", "a+b&c d")
        client.set_bucket_versioning(bucket_name=bucket, config=VersioningConfig(status=ENABLED))
        put(client, bucket, "a", "a")
        client.remove_object(bucket_name=bucket, object_name="a")
        statement = {
            "Effect": "Allow",
            "Principal": {"AWS": ["*"]},
            "Action": ["s3:GetObject"],
            "Resource": [f"arn:aws:s3:::{bucket}/*"],
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        client.set_bucket_policy(bucket_name=bucket, policy=policy)
    remove_bucket(client, bucket)
    assert names(client, bucket) == []
    remove_bucket(client, bucket)


@pytest.mark.slow
@pytest.mark.both_servers
def test_more_than_a_thousand_objects_go_at_once(client):
    bucket = fresh_bucket(client, "essai-mille")
    put(client, bucket, *(f"{number:04}" for number in range(1001)))
    assert len(keys(client, bucket)) == 1001
    remove_bucket(client, bucket)
    assert names(client, bucket) == []


@pytest.mark.both_servers
def test_unfinished_upload_does_not_hold_a_bucket(client):
    bucket = fresh_bucket(client, "essai-inacheve")
    client._create_multipart_upload(bucket, "gros", {})
    remove_bucket(client, bucket)
    assert names(client, bucket) == []


@pytest.mark.both_servers
def test_marker_left_by_suspended_versioning_does_not_hold_a_bucket(client):
    bucket = fresh_bucket(client, "essai-suspendu")
    for status in (ENABLED, SUSPENDED):
        client.set_bucket_versioning(bucket_name=bucket, config=VersioningConfig(status=status))
        put(client, bucket, "a", "b")
    client.remove_object(bucket_name=bucket, object_name="a")
    remove_bucket(client, bucket)
    assert names(client, bucket) == []


@pytest.mark.both_servers
def test_legal_hold_and_governance_are_lifted(client):
    space = fresh_space(client, "essai-leves")
    client.make_bucket(bucket_name=f"{space}-coffre", object_lock=True)
    tomorrow = Retention(GOVERNANCE, datetime.now(UTC) + timedelta(days=1))
    for options in ({"legal_hold": True}, {"retention": tomorrow}, {}):
        client.put_object(
            bucket_name=f"{space}-coffre",
            object_name="cle",
            data=io.BytesIO(b"x"),
            length=1,
            **options,
        )
    client.remove_object(bucket_name=f"{space}-coffre", object_name="cle")
    remove_space(client, space)
    assert names(client, space) == []


@pytest.mark.both_servers
def test_locked_object_is_explained(client):
    client.make_bucket(bucket_name="essai-verrou", object_lock=True)
    mark(client, "essai-verrou", "kit-bucket", servers.read_settings()["KIT_ID"])
    client.put_object(
        bucket_name="essai-verrou",
        object_name="cle",
        data=io.BytesIO(b"x"),
        length=1,
        retention=Retention(COMPLIANCE, datetime.now(UTC) + timedelta(days=1)),
    )
    with pytest.raises(ServerError, match=r"« essai-verrou » ne se vide pas.*« cle »") as caught:
        fresh_bucket(client, "essai-verrou")
    assert "verrou" in caught.value.remedy


@pytest.mark.both_servers
def test_bucket_of_somebody_else_is_refused_and_kept(client, other_kit):
    client.make_bucket(bucket_name="essai-etranger")
    theirs = other_kit(fresh_bucket, "essai-voisin")
    for bucket in ("essai-etranger", theirs):
        put(client, bucket, "precieux")
        for action in (fresh_bucket, remove_bucket):
            with pytest.raises(OwnershipError, match="marque de ce kit") as caught:
                action(client, bucket)
            assert bucket in caught.value.fact
        assert keys(client, bucket) == ["precieux"]
    other_kit(remove_bucket, theirs)
    client.remove_object(bucket_name="essai-etranger", object_name="precieux")
    client.remove_bucket(bucket_name="essai-etranger")


# --- Les espaces --------------------------------------------------------------------------------


@pytest.mark.both_servers
def test_space_holds_its_buckets_and_is_new_each_time(client):
    for _ in range(2):
        space = fresh_space(client, "essai-lecon")
        assert names(client, "essai-lecon") == ["essai-lecon"]
        client.make_bucket(bucket_name=f"{space}-photos")
        put(client, f"{space}-photos", "a/b")
        put(client, space, "progression.json")
    assert space in spaces_of_kit(client)[0]
    # Ce que contient l'espace est à l'élève, même créé par lui.
    assert fresh_bucket(client, f"{space}-photos") == f"{space}-photos"
    remove_space(client, space)
    assert names(client, "essai-lecon") == []
    remove_space(client, space)


def test_names_that_begin_alike_are_different_spaces(client):
    first, tenth = fresh_space(client, "essai-1"), fresh_space(client, "essai-10")
    for bucket in (f"{tenth}-photos", "essai-1bis"):
        client.make_bucket(bucket_name=bucket)
    put(client, tenth, "garde")
    assert fresh_space(client, "essai-1") == first
    remove_space(client, first)
    assert names(client, "essai-1") == [tenth, f"{tenth}-photos", "essai-1bis"]
    assert keys(client, tenth) == ["garde"]
    remove_space(client, tenth)
    client.remove_bucket(bucket_name="essai-1bis")


def test_space_inside_the_name_of_another_is_kept(client, other_kit):
    outer = fresh_space(client, "essai-ici")
    inner = fresh_space(client, "essai-ici-dedans")
    theirs = other_kit(fresh_space, "essai-ici-voisin")
    single = other_kit(fresh_bucket, "essai-ici-seul")
    for bucket in (f"{outer}-a", f"{inner}-b", f"{theirs}-c"):
        client.make_bucket(bucket_name=bucket)
    kept = sorted([inner, f"{inner}-b", theirs, f"{theirs}-c", single])
    assert names(client, "essai-ici") == sorted([outer, f"{outer}-a", *kept])
    fresh_space(client, "essai-ici")
    assert names(client, "essai-ici") == sorted([outer, *kept])
    remove_space(client, outer)
    assert names(client, "essai-ici") == kept
    with pytest.raises(OwnershipError):
        remove_space(client, theirs)
    with pytest.raises(OwnershipError):
        remove_bucket(client, f"{theirs}-c")
    remove_space(client, inner)
    other_kit(remove_space, theirs)
    other_kit(remove_bucket, single)
    assert names(client, "essai-ici") == []


@pytest.mark.both_servers
def test_unmarked_buckets_of_the_same_name_are_refused_and_kept(client):
    client.make_bucket(bucket_name="essai-deja-la-photos")
    put(client, "essai-deja-la-photos", "precieux")
    with pytest.raises(OwnershipError, match="essai-deja-la-photos") as caught:
        fresh_space(client, "essai-deja-la")
    assert "KIT_SPACE" in caught.value.remedy
    with pytest.raises(OwnershipError):
        remove_space(client, "essai-deja-la")
    assert keys(client, "essai-deja-la-photos") == ["precieux"]
    client.remove_object(bucket_name="essai-deja-la-photos", object_name="precieux")
    client.remove_bucket(bucket_name="essai-deja-la-photos")


def test_what_the_kit_made_is_listed(client, other_kit):
    client.make_bucket(bucket_name="essai-liste-rien")
    ours = fresh_space(client, "essai-liste-espace"), fresh_bucket(client, "essai-liste-seul")
    theirs = other_kit(fresh_space, "essai-liste-voisin")
    found = spaces_of_kit(client)
    kept = tuple(tuple(n for n in group if n.startswith("essai-liste")) for group in found)
    assert kept == (("essai-liste-espace",), ("essai-liste-seul",))
    remove_space(client, ours[0])
    remove_bucket(client, ours[1])
    other_kit(remove_space, theirs)
    client.remove_bucket(bucket_name="essai-liste-rien")


@pytest.mark.both_servers
def test_client_without_permission_gets_an_explained_refusal(client):
    weak = temporary(client, ["s3:GetObject"])
    server = replace(
        servers.find(),
        access_key=weak.access_key,
        secret_key=weak.secret_key,
        session_token=weak.session_token,
    )
    for action in (fresh_space, fresh_bucket):
        with pytest.raises(SettingsError, match="« essai-interdit »"):
            action(client_for(server), "essai-interdit")
    assert names(client, "essai-interdit") == []


@pytest.mark.both_servers
def test_bucket_with_an_object_hidden_by_another_is_erased(client: Minio) -> None:
    bucket = fresh_bucket(client, "caches")
    for key in ("a/b", "a", "a/c/d"):
        client.put_object(bucket_name=bucket, object_name=key, data=io.BytesIO(b"x"), length=1)
    remove_bucket(client, bucket)
    assert not client.bucket_exists(bucket_name=bucket)


# --- Ce qui ferme un bucket ----------------------------------------------------------------------


@pytest.mark.both_servers
def test_a_space_closed_to_all_is_made_again(client):
    """L'élève de la leçon 08 qui écrit « Deny s3:* » retrouve sa série."""
    space = fresh_space(client, "essai-ferme")
    closed = f"{space}-salle"
    client.make_bucket(bucket_name=closed)
    put(client, closed, "a")
    for bucket in (closed, space):
        client.set_bucket_policy(bucket_name=bucket, policy=deny_everything(bucket))
    assert space in spaces_of_kit(client)[0]
    assert fresh_space(client, "essai-ferme") == space
    assert closed not in [bucket.name for bucket in client.list_buckets()]


@pytest.mark.both_servers
def test_a_bucket_closed_to_all_is_removed_alone(client):
    bucket = fresh_bucket(client, "seul-et-ferme")
    for _ in range(2):
        put(client, bucket, "a")
        client.set_bucket_policy(bucket_name=bucket, policy=deny_everything(bucket))
        assert fresh_bucket(client, "seul-et-ferme") == bucket
    client.set_bucket_policy(bucket_name=bucket, policy=deny_everything(bucket))
    remove_bucket(client, bucket)
    assert bucket not in [found.name for found in client.list_buckets()]


@pytest.mark.both_servers
def test_keys_with_control_characters_are_erased(client):
    bucket = fresh_bucket(client, "caracteres")
    client.set_bucket_versioning(bucket_name=bucket, config=VersioningConfig("Enabled"))
    for key in ("a\x01b", "\x1b[31m", "a\tb", "a\rb", "\x7f", "\u202e", "\ufffd", "é"):
        put(client, bucket, key)
    remove_bucket(client, bucket)
    assert bucket not in [found.name for found in client.list_buckets()]
