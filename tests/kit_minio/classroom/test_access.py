"""Qui peut faire quoi, sur les espaces de qui : chaque droit exercé, chaque refus essayé."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import Any

import boto3
import httpx
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from minio import Minio
from minio.commonconfig import ENABLED, CopySource, Filter, Tags
from minio.error import S3Error
from minio.lifecycleconfig import Expiration, LifecycleConfig, Rule
from minio.versioningconfig import SUSPENDED, VersioningConfig

from helpers import server as servers
from helpers.errors import ServerError
from helpers.s3 import client_for
from helpers.topics.iam import call_iam, call_sts, field
from kit_minio.classroom.access import Access, policy_of
from kit_minio.classroom.entrance import ENTRANCE
from kit_minio.classroom.follow import notice
from tests.support.room import refused

pytestmark = pytest.mark.both_servers

EXPIRE = LifecycleConfig(
    [Rule(ENABLED, rule_filter=Filter(prefix=""), rule_id="x", expiration=Expiration(days=1))]
)
TAGS = Tags.new_object_tags()
TAGS["kit"] = "x"
EVERYONE = {"Effect": "Allow", "Principal": {"AWS": ["*"]}, "Action": ["s3:*"]}


def put(client: Minio, bucket: str, key: str) -> str:
    options = {"data": io.BytesIO(b"bonjour"), "length": 7}
    return refused(client.put_object, bucket_name=bucket, object_name=key, **options)


def get(client: Minio, bucket: str, key: str, **more: str) -> str:
    return refused(client.get_object, bucket_name=bucket, object_name=key, **more)


def remove(client: Minio, bucket: str, key: str, **more: str) -> str:
    return refused(client.remove_object, bucket_name=bucket, object_name=key, **more)


def listed(client: Minio, bucket: str, **more) -> str:
    return refused(client.list_objects, bucket_name=bucket, **more)


@pytest.fixture
def two(room):
    """Zoé et Léa : leurs clients, et ce qu'elles sont ; Léa a tout ce que Zoé ne doit pas voir."""
    (zoe, one), (lea, other) = room.enter("Zoé Martin"), room.enter("Léa Dupont")
    register = room.register
    if not lea.bucket_exists(bucket_name=f"{other.space}-notes"):
        lea.make_bucket(bucket_name=f"{other.space}-notes")
    for bucket, key in (
        (f"{other.space}-notes", "secret.txt"),
        (register.bucket(other), "remises/01-buckets.ipynb"),
        (register.bucket(other), "retours/01.html"),
        (register.board, f"01/{other.space}.json"),
    ):
        assert put(room.admin, bucket, key) == ""
    return register, zoe, one, lea, other


def test_her_own_buckets_are_hers(two):
    register, zoe, one, _, other = two
    bucket = f"{one.space}-lecon"
    assert refused(zoe.make_bucket, bucket_name=bucket) == ""
    assert put(zoe, bucket, "a") == get(zoe, bucket, "a") == listed(zoe, bucket) == ""
    policy = json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                EVERYONE | {"Action": ["s3:GetObject"], "Resource": [f"arn:aws:s3:::{bucket}/*"]}
            ],
        }
    )
    assert refused(zoe.set_bucket_policy, bucket_name=bucket, policy=policy) == ""
    assert remove(zoe, bucket, "a") == refused(zoe.remove_bucket, bucket_name=bucket) == ""
    assert refused(zoe.make_bucket, bucket_name=f"x-{one.space}-lecon") == "AccessDenied"
    names = {found.name for found in zoe.list_buckets()}
    # D'autres tests laissent des buckets ouverts à tous : il n'y en a aucun de Léa.
    assert register.bucket(one) in names
    assert not {name for name in names if other.space in name} | (names & {register.bucket(other)})


def test_her_hand_ins_stay_and_her_feedback_is_only_read(two, room):
    register, zoe, one, _, _ = two
    bucket = register.bucket(one)
    assert put(zoe, bucket, "remises/01-buckets.ipynb") == ""
    assert get(zoe, bucket, "remises/01-buckets.ipynb") == ""
    assert listed(zoe, bucket, prefix="remises/", include_version=True) == ""
    assert put(room.admin, bucket, "retours/01.html") == get(zoe, bucket, "retours/01.html") == ""
    version = next(zoe.list_objects(bucket_name=bucket, prefix="remises/", include_version=True))
    identity = {"version_id": version.version_id}
    assert get(zoe, bucket, "remises/01-buckets.ipynb", **identity) == ""
    for denied in (
        put(zoe, bucket, "retours/01.html"),
        put(zoe, bucket, "ailleurs.txt"),
        remove(zoe, bucket, "remises/01-buckets.ipynb"),
        remove(zoe, bucket, "remises/01-buckets.ipynb", **identity),
        remove(zoe, bucket, "retours/01.html"),
        refused(zoe.remove_bucket, bucket_name=bucket),
        refused(zoe.delete_bucket_policy, bucket_name=bucket),
        refused(zoe.get_bucket_policy, bucket_name=bucket),
        refused(zoe.set_bucket_policy, bucket_name=bucket, policy=_open_to_all(bucket)),
        refused(zoe.delete_bucket_tags, bucket_name=bucket),
        refused(zoe.delete_bucket_lifecycle, bucket_name=bucket),
        refused(zoe.set_bucket_lifecycle, bucket_name=bucket, config=EXPIRE),
        refused(zoe.set_bucket_versioning, bucket_name=bucket, config=VersioningConfig(SUSPENDED)),
        refused(zoe.set_object_tags, bucket_name=bucket, object_name="retours/01.html", tags=TAGS),
        refused(zoe.set_bucket_tags, bucket_name=bucket, tags=TAGS),
    ):
        assert denied == "AccessDenied"


def _open_to_all(bucket: str) -> str:
    statement = EVERYONE | {"Resource": [f"arn:aws:s3:::{bucket}/*"]}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_nothing_of_another_student_is_hers(two):
    register, zoe, one, _, other = two
    notes, room_of = f"{other.space}-notes", register.bucket(other)
    copied = {"bucket_name": f"{one.space}-vol", "object_name": "x"}
    zoe.make_bucket(bucket_name=f"{one.space}-vol")
    for denied in (
        get(zoe, notes, "secret.txt"),
        put(zoe, notes, "x"),
        remove(zoe, notes, "secret.txt"),
        listed(zoe, notes),
        refused(zoe.stat_object, bucket_name=notes, object_name="secret.txt"),
        refused(zoe.remove_bucket, bucket_name=notes),
        refused(zoe.make_bucket, bucket_name=f"{other.space}-pris"),
        refused(zoe.copy_object, **copied, source=CopySource(notes, "secret.txt")),
        get(zoe, room_of, "remises/01-buckets.ipynb"),
        get(zoe, room_of, "retours/01.html"),
        put(zoe, room_of, "remises/01-buckets.ipynb"),
        listed(zoe, room_of),
        listed(zoe, room_of, prefix="remises/", include_version=True),
        refused(zoe.copy_object, **copied, source=CopySource(room_of, "retours/01.html")),
    ):
        assert denied in ("AccessDenied", "S3 operation failed")
    zoe.remove_bucket(bucket_name=f"{one.space}-vol")
    assert notes not in {found.name for found in zoe.list_buckets()}


def test_on_the_board_she_writes_her_own_line_and_reads_nothing(two):
    register, zoe, one, _, other = two
    board = register.board
    assert put(zoe, board, f"01/{one.space}.json") == put(zoe, board, f"14/{one.space}.json") == ""
    assert put(zoe, board, notice(1_800_000_000, "01", one.space)) == ""
    for denied in (
        put(zoe, board, f"01/{other.space}.json"),
        put(zoe, board, notice(1_800_000_000, "01", other.space)),
        put(zoe, board, f"avis/{one.space}"),
        put(zoe, board, f"011/{one.space}.json"),
        put(zoe, board, f"{one.space}.json"),
        put(zoe, board, f"01/x/{one.space}.json"),
        get(zoe, board, f"01/{other.space}.json"),
        listed(zoe, board),
        remove(zoe, board, f"01/{other.space}.json"),
        remove(zoe, board, f"01/{one.space}.json"),
        remove(zoe, board, notice(1_800_000_000, "01", one.space)),
    ):
        assert denied == "AccessDenied"


def test_the_entrance_gives_an_object_to_who_knows_its_name_and_no_list(two, room):
    register, zoe, one, _, other = two
    anyone = Minio(endpoint=room.server.endpoint, secure=False, region="us-east-1")
    ana = register.named("Ana Nguyễn")
    assert get(anyone, ENTRANCE, ana.locator) == ""
    for client in (anyone, zoe):
        assert listed(client, ENTRANCE) == "AccessDenied"
        assert put(client, ENTRANCE, ana.locator) == "AccessDenied"
        assert remove(client, ENTRANCE, ana.locator) == "AccessDenied"
        assert put(client, ENTRANCE, "autre") == "AccessDenied"
    assert put(anyone, ENTRANCE, one.locator) == "AccessDenied"
    for bucket, key in (
        (register.bucket(one), "remises/01-buckets.ipynb"),
        (register.board, f"01/{one.space}.json"),
        (f"{other.space}-notes", "secret.txt"),
    ):
        assert get(anyone, bucket, key) == put(anyone, bucket, key) == "AccessDenied"
        assert listed(anyone, bucket) == "AccessDenied"
    assert refused(anyone.make_bucket, bucket_name="a-tous") == "AccessDenied"


def test_her_keys_open_neither_users_nor_the_rights_of_others(two, room):
    register, _, one, _, other = two

    with room.student("Zoé Martin"):
        mine = servers.find()
    with pytest.raises(ServerError):
        Access(mine).create("intrus", policy_of(register, one))
    with pytest.raises(ServerError):
        Access(mine).remove(other.user)
    for action in ("ListUsers", "CreateUser", "CreateAccessKey", "PutUserPolicy"):
        with pytest.raises(S3Error):
            call_iam(mine, Action=action, UserName=other.user, PolicyName="x", PolicyDocument="{}")
    # Une session que le serveur lui prêterait n'a que ses droits à elle.
    try:
        lent = call_sts(
            mine, Action="AssumeRole", RoleSessionName="x", RoleArn="arn:aws:iam::0:role/admin"
        )
    except S3Error:
        return
    keys = {
        name: field(lent, told)
        for name, told in (
            ("access_key", "AccessKeyId"),
            ("secret_key", "SecretAccessKey"),
            ("session_token", "SessionToken"),
        )
    }
    session = client_for(replace(mine, **keys))
    assert get(session, f"{other.space}-notes", "secret.txt") != ""
    assert put(session, register.board, f"01/{other.space}.json") != ""


def test_who_leaves_the_list_has_no_key_left(new_room):
    new_room.open()
    zoe, one = new_room.enter("Zoé Martin")
    assert refused(zoe.make_bucket, bucket_name=f"{one.space}-reste") == ""
    new_room.open("Nom;Prénom;Numéro\nDupont;Léa;13\n")
    assert refused(zoe.list_buckets) in ("InvalidAccessKeyId", "AccessDenied")
    assert refused(zoe.make_bucket, bucket_name=f"{one.space}-encore") != ""
    names = {bucket.name for bucket in client_for(new_room.server).list_buckets()}
    assert f"{one.space}-reste" in names


def test_no_prefix_of_a_student_contains_that_of_another(room):
    spaces = [student.space for student in room.register.students]
    assert len({len(space) for space in spaces}) == 1 and len(set(spaces)) == len(spaces)
    assert all("-" not in space for space in spaces)


# --- Les opérations rares -----------------------------------------------------------------------


@pytest.fixture
def rare(two, room):
    """Le client boto3 de Zoé, qui a une remise et un retour."""
    register, zoe, one, _, other = two
    with room.student("Zoé Martin"):
        mine = servers.find()
    keys = {"aws_access_key_id": mine.access_key, "aws_secret_access_key": mine.secret_key}
    place = {"endpoint_url": mine.url, "region_name": mine.region}
    s3 = boto3.client("s3", **place, **keys, config=Config(retries={"total_max_attempts": 1}))
    assert put(zoe, register.bucket(one), "remises/01-buckets.ipynb") == ""
    assert put(room.admin, register.bucket(one), "retours/01.html") == ""
    return register, s3, one, other


def tried(s3: Any, operation: str, bucket: str, **more: Any) -> str:
    """Renvoie le code du refus d'une opération ; vide si elle a été acceptée."""
    try:
        answer = getattr(s3, operation)(Bucket=bucket, **more)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    # Effacer plusieurs objets répond 200, et dit chaque refus.
    return "AccessDenied" if answer.get("Errors") and not answer.get("Deleted") else ""


def kept(client: Minio, bucket: str) -> list[tuple[str, str, str]]:
    """Renvoie toutes les versions d'un bucket."""
    found = client.list_objects(bucket_name=bucket, recursive=True, include_version=True)
    return sorted((one.object_name, str(one.version_id), str(one.etag)) for one in found)


RULES = {
    "put_bucket_encryption": {
        "ServerSideEncryptionConfiguration": {
            "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
        }
    },
    "put_bucket_notification_configuration": {"NotificationConfiguration": {}},
    "put_bucket_cors": {
        "CORSConfiguration": {"CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]}
    },
    "put_bucket_acl": {"ACL": "public-read"},
    "put_object_lock_configuration": {"ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled"}},
    "delete_bucket_encryption": {},
    "delete_bucket_cors": {},
}
HELD = {
    "put_object_retention": {
        "Retention": {"Mode": "GOVERNANCE", "RetainUntilDate": "2099-01-01T00:00:00Z"}
    },
    "put_object_legal_hold": {"LegalHold": {"Status": "ON"}},
    "put_object_tagging": {"Tagging": {"TagSet": [{"Key": "kit", "Value": "x"}]}},
    "delete_object_tagging": {},
    "put_object_acl": {"ACL": "public-read"},
}


def test_several_objects_are_not_removed_at_once_either(rare, room):
    register, s3, one, other = rare
    mine, hers = register.bucket(one), register.bucket(other)
    for bucket, key in (
        (mine, "remises/01-buckets.ipynb"),
        (mine, "retours/01.html"),
        (hers, "remises/01-buckets.ipynb"),
        (f"{other.space}-notes", "secret.txt"),
        (register.board, f"01/{other.space}.json"),
    ):
        before = kept(room.admin, bucket)
        for version in {"", *(found[1] for found in before if found[0] == key)} - {"None"}:
            named = {"Key": key, **({"VersionId": version} if version else {})}
            denied = tried(s3, "delete_objects", bucket, Delete={"Objects": [named]})
            assert denied == "AccessDenied", (bucket, key, version)
        assert kept(room.admin, bucket) == before


def test_neither_her_room_nor_that_of_another_changes_its_rules(rare):
    register, s3, one, other = rare
    for bucket in (register.bucket(one), register.bucket(other), f"{other.space}-notes"):
        for operation, given in RULES.items():
            denied = tried(s3, operation, bucket, **given)
            assert denied == "AccessDenied", (bucket, operation)
    for bucket, key in (
        (register.bucket(one), "remises/01-buckets.ipynb"),
        (register.bucket(one), "retours/01.html"),
        (register.bucket(other), "remises/01-buckets.ipynb"),
    ):
        for operation, given in HELD.items():
            denied = tried(s3, operation, bucket, Key=key, **given)
            # Avant de regarder ses droits, MinIO dit que ce bucket ne verrouille rien.
            assert denied in ("AccessDenied", "InvalidRequest"), (bucket, key, operation)


def test_an_upload_in_parts_neither_starts_nor_is_seen_nor_ends_elsewhere(rare, room):
    register, s3, one, other = rare
    own, keys = f"{one.space}-vol", {"Key": "x"}
    admin = boto3.client(
        "s3", endpoint_url=room.server.url, region_name=room.server.region,
        aws_access_key_id=room.server.access_key, aws_secret_access_key=room.server.secret_key,
    )  # fmt: skip
    for bucket, key in (
        (register.bucket(one), "retours/02.html"),
        (register.bucket(other), "remises/02-objets.ipynb"),
        (f"{other.space}-notes", "grand"),
        (register.board, f"02/{other.space}.json"),
    ):
        at = {"Key": key}
        assert tried(s3, "create_multipart_upload", bucket, **at) == "AccessDenied", bucket
        started = at | {"UploadId": admin.create_multipart_upload(Bucket=bucket, **at)["UploadId"]}
        part = started | {"PartNumber": 1, "Body": b"x"}
        whole = {"MultipartUpload": {"Parts": [{"PartNumber": 1, "ETag": "x"}]}}
        for operation, given in (
            ("list_parts", started),
            ("upload_part", part),
            ("complete_multipart_upload", started | whole),
            ("abort_multipart_upload", started),
        ):
            assert tried(s3, operation, bucket, **given) == "AccessDenied", (bucket, operation)
        admin.abort_multipart_upload(Bucket=bucket, **started)
        if bucket != register.bucket(one):
            assert tried(s3, "list_multipart_uploads", bucket) == "AccessDenied", bucket
    s3.create_bucket(Bucket=own)
    started = keys | {"UploadId": s3.create_multipart_upload(Bucket=own, **keys)["UploadId"]}
    for source in (
        f"{other.space}-notes/secret.txt",
        f"{register.bucket(other)}/remises/01-buckets.ipynb",
        f"{register.bucket(other)}/retours/01.html",
    ):
        given = started | {"PartNumber": 1, "CopySource": source}
        assert tried(s3, "upload_part_copy", own, **given) == "AccessDenied", source
    s3.abort_multipart_upload(Bucket=own, **started)
    s3.delete_bucket(Bucket=own)


def test_a_form_signed_with_her_keys_writes_only_where_she_may(rare, room):
    register, s3, one, other = rare
    own = f"{one.space}-formulaire"
    s3.create_bucket(Bucket=own)
    for bucket, key, status in (
        (own, "x", 204),
        (register.bucket(one), "retours/01.html", 403),
        (register.bucket(other), "remises/01-buckets.ipynb", 403),
        (f"{other.space}-notes", "secret.txt", 403),
        (register.board, f"01/{other.space}.json", 403),
    ):
        before = kept(room.admin, bucket)
        form = s3.generate_presigned_post(bucket, key)
        answer = httpx.post(form["url"], data=form["fields"], files={"file": b"pris"})
        assert answer.status_code == status, (bucket, key)
        assert (kept(room.admin, bucket) == before) is (status == 403)
    s3.delete_object(Bucket=own, Key="x")
    s3.delete_bucket(Bucket=own)
