"""Qui peut faire quoi, sur les espaces de qui : chaque droit exercé, chaque refus essayé."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import pytest
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
