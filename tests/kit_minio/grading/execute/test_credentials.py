"""L'espace d'une copie : ouvert à elle seule, puis supprimé avec ses clés."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from minio import Minio
from minio.commonconfig import COMPLIANCE, GOVERNANCE
from minio.error import S3Error
from minio.objectlockconfig import DAYS, ObjectLockConfig
from minio.retention import Retention

from helpers import server as servers
from helpers.errors import ServerError
from helpers.s3 import client_for
from helpers.topics.iam import call_iam, field
from helpers.topics.tenants import MinioUsers
from kit_minio.grading.execute import credentials
from kit_minio.grading.execute.credentials import (
    check_limits,
    erase,
    erase_abandoned,
    erase_labelled,
    new_name,
    open_space,
)
from kit_minio.grading.execute.run import locksmith_of
from tests.support.closed import deny_everything, lock
from tests.support.servers import embedded_only


@pytest.fixture
def server(client: Minio) -> servers.Server:
    return servers.ensure()


def _put(client: Minio, bucket: str, key: str) -> None:
    client.put_object(bucket_name=bucket, object_name=key, data=io.BytesIO(b"x"), length=1)


def test_names_have_one_length_and_valid_characters() -> None:
    names = {new_name() for _ in range(100)}
    assert len(names) == 100
    assert all(re.fullmatch(r"k[0-9a-f]{14}", name) for name in names)


@pytest.mark.both_servers
def test_a_space_opens_itself_and_no_other(client: Minio, server: servers.Server) -> None:
    with open_space(server, client) as mine, open_space(server, client) as other:
        student, neighbour = client_for(mine.server), client_for(other.server)
        student.make_bucket(bucket_name=f"{mine.name}-a")
        neighbour.make_bucket(bucket_name=f"{other.name}-b")
        _put(neighbour, f"{other.name}-b", "note")
        _put(student, f"{mine.name}-a", "note")
        assert [bucket.name for bucket in student.list_buckets()] == [f"{mine.name}-a"]
        attempts = (
            lambda: _put(student, f"{other.name}-b", "x"),
            lambda: student.get_object(bucket_name=f"{other.name}-b", object_name="note"),
            lambda: list(student.list_objects(bucket_name=f"{other.name}-b")),
            lambda: student.remove_object(bucket_name=f"{other.name}-b", object_name="note"),
            lambda: student.make_bucket(bucket_name=f"{mine.name[:-1]}-c"),
        )
        for attempt in attempts:
            with pytest.raises(S3Error, match="AccessDenied"):
                attempt()


@pytest.mark.both_servers
def test_a_space_is_erased_and_its_keys_open_nothing(client: Minio, server: servers.Server) -> None:
    with open_space(server, client) as space:
        student = client_for(space.server)
        student.make_bucket(bucket_name=f"{space.name}-a")
        _put(student, f"{space.name}-a", "note")
    left = [bucket.name for bucket in client.list_buckets() if bucket.name.startswith(space.name)]
    assert left == []
    with pytest.raises(S3Error, match="InvalidAccessKeyId"):
        student.list_buckets()


@pytest.mark.both_servers
def test_a_locked_object_is_refused_or_dropped(
    client: Minio, server: servers.Server, caplog: pytest.LogCaptureFixture
) -> None:
    """MinIO interdit à une copie de créer un bucket à verrous ; le serveur embarqué s'en passe."""
    with open_space(server, client) as space:
        student, bucket = client_for(space.server), f"{space.name}-exercice-01"
        with nullcontext() if server.way == "embedded" else pytest.raises(S3Error, match="Denied"):
            student.make_bucket(bucket_name=bucket, object_lock=True)
            lock(student, bucket, "note")
    assert bucket not in [found.name for found in client.list_buckets()]
    assert "garde" not in caplog.text


@pytest.mark.both_servers
def test_a_copy_may_freeze_and_retain_what_the_grader_can_lift(
    client: Minio, server: servers.Server, caplog: pytest.LogCaptureFixture
) -> None:
    until = datetime.now(UTC) + timedelta(days=1)
    with open_space(server, client) as space:
        student, bucket = client_for(space.server), f"{space.name}-exercice-10"
        maker = locksmith_of(server, client) or student
        maker.make_bucket(bucket_name=bucket, object_lock=True)
        student.put_object(bucket, "a", io.BytesIO(b"x"), 1, legal_hold=True)
        student.set_object_retention(bucket, "a", Retention(GOVERNANCE, until))
        student.put_object(bucket, "b", io.BytesIO(b"x"), 1, retention=Retention(GOVERNANCE, until))
        _put(student, bucket, "libre")
        for_good = Retention(COMPLIANCE, until)
        attempts: tuple[Callable[[], object], ...] = (
            lambda: lock(student, bucket, "c"),
            lambda: student.set_object_retention(bucket, "libre", for_good),
            lambda: student.set_object_lock_config(bucket, ObjectLockConfig(COMPLIANCE, 1, DAYS)),
        )
        for attempt in attempts if server.way != "embedded" else ():
            with pytest.raises(S3Error, match="AccessDenied"):
                attempt()
    assert bucket not in [found.name for found in client.list_buckets()]
    assert "garde" not in caplog.text


@embedded_only
def test_what_a_lock_still_keeps_is_named(
    client: Minio,
    server: servers.Server,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patch, open_space(server, client) as space:
        patch.setattr(credentials, "drop_bucket", lambda bucket: False)
        bucket = f"{space.name}-exercice-01"
        client.make_bucket(bucket_name=bucket, object_lock=True)
        lock(client, bucket, "note")
        assert erase(client, space.name) == [bucket]
        assert f"Le serveur S3 garde {bucket}" in caplog.text
    assert erase(client, space.name) == []


@embedded_only
def test_a_space_that_a_copy_closed_to_all_is_erased(client: Minio, server: servers.Server) -> None:
    with open_space(server, client) as space:
        student, bucket = client_for(space.server), f"{space.name}-exercice-08-salle"
        student.make_bucket(bucket_name=bucket)
        student.put_object(bucket, "note", io.BytesIO(b"x"), 1)
        student.set_bucket_policy(bucket_name=bucket, policy=deny_everything(bucket))
    assert bucket not in [found.name for found in client.list_buckets()]


@embedded_only
def test_no_policy_is_left_to_slow_the_next_copies(client: Minio, server: servers.Server) -> None:
    """SeaweedFS relit, à chaque utilisateur créé, toutes les politiques qu'il a gardées."""
    with open_space(server, client) as space:
        pass
    call_iam(server, Action="CreateUser", UserName=space.name)
    assert "<member>" not in call_iam(server, Action="ListUserPolicies", UserName=space.name)
    call_iam(server, Action="DeleteUser", UserName=space.name)


@embedded_only
def test_a_user_of_the_embedded_server_changes_no_other(
    client: Minio, server: servers.Server
) -> None:
    with open_space(server, client) as space:
        for action in ("CreateUser", "PutUserPolicy", "DeleteUser"):
            with pytest.raises(S3Error):
                call_iam(space.server, Action=action, UserName="autre", PolicyName="copie")


@pytest.mark.both_servers
def test_a_second_key_dies_with_the_space(client: Minio, server: servers.Server) -> None:
    """Un utilisateur peut se donner une autre clé."""
    with open_space(server, client) as space:
        client.make_bucket(bucket_name=f"{space.name}-a")
        if server.way == "embedded":
            made = call_iam(space.server, Action="CreateAccessKey", UserName=space.name)
            keys = field(made, "AccessKeyId"), field(made, "SecretAccessKey")
        else:
            keys = "seconde-cle", new_name() * 2
            admin = MinioUsers(space.server).admin
            admin.add_service_account(access_key=keys[0], secret_key=keys[1])
        second = client_for(replace(space.server, access_key=keys[0], secret_key=keys[1]))
        second.list_buckets()
    with pytest.raises(S3Error, match="InvalidAccessKeyId"):
        second.list_buckets()


@pytest.mark.both_servers
def test_abandoned_spaces_are_erased(client: Minio, server: servers.Server) -> None:
    name = new_name()
    for bucket in (f"{name}-exercice-01", f"{name}-exercice-01-archives", "kit-ordinaire-01"):
        client.make_bucket(bucket_name=bucket)
    assert erase_abandoned(server, client, older=600) == []
    assert erase_abandoned(replace(server, way="external"), client, older=-600) == []
    assert erase_abandoned(server, client, older=-600) == [name]
    left = {bucket.name for bucket in client.list_buckets()}
    assert "kit-ordinaire-01" in left
    assert not any(bucket.startswith(name) for bucket in left)
    client.remove_bucket(bucket_name="kit-ordinaire-01")


@pytest.mark.both_servers
def test_spaces_of_a_label_are_erased_at_once_with_their_keys(
    client: Minio, server: servers.Server
) -> None:
    label, others = "abcdef", open_space(server, client)
    with others as other, open_space(server, client, label=label) as space:
        client.make_bucket(bucket_name=f"{space.name}-exercice-01")
        client.make_bucket(bucket_name=f"{other.name}-exercice-01")
        client.make_bucket(bucket_name=f"k{label}-ordinaire")
        # Sans bucket, un espace tout juste ouvert n'est connu que par son utilisateur.
        with open_space(server, client, label=label) as fresh:
            known = {space.name, fresh.name}
            assert set(erase_labelled(server, client, label)) == known
            with pytest.raises(S3Error, match="InvalidAccessKeyId"):
                client_for(fresh.server).list_buckets()
        left = {bucket.name for bucket in client.list_buckets()}
        assert f"{other.name}-exercice-01" in left
        assert f"{space.name}-exercice-01" not in left
        client.remove_bucket(bucket_name=f"k{label}-ordinaire")


@pytest.mark.both_servers
def test_the_server_in_use_gives_limited_keys(client: Minio, server: servers.Server) -> None:
    check_limits(server, client)


@pytest.mark.both_servers
def test_a_server_without_limits_is_refused(client: Minio, server: servers.Server) -> None:
    """Des clés elles-mêmes limitées n'en donnent pas d'autres."""
    with open_space(server, client) as space, pytest.raises(ServerError) as caught:
        check_limits(space.server, client)
    assert "identifiants limités" in caught.value.fact
    assert space.server.secret_key not in str(caught.value)


def test_a_wrong_key_gives_a_sentence(
    client: Minio, server: servers.Server, tmp_path: Path
) -> None:
    wrong = replace(server, secret_key="fausse")
    with pytest.raises(ServerError, match="identifiants limités"), open_space(wrong, client):
        pass
