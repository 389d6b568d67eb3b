"""Plusieurs utilisateurs sur un serveur : qui peut quoi, sur le préfixe de qui."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest
import urllib3
from minio import Minio
from minio.commonconfig import ComposeSource, CopySource, Tags
from minio.deleteobjects import DeleteObject
from minio.error import S3Error

from helpers import connect, fresh_space
from helpers import server as servers
from helpers.errors import ContentError, OwnershipError, ServerError, SettingsError
from helpers.s3 import client_for
from helpers.topics.iam import call_iam, call_sts, field
from helpers.topics.policies import prefix_policy
from helpers.topics.tenants import MinioUsers, Tenant, tenant, users_of

NAMES = ("alice", "alice-2", "bob")
TAGS = Tags.new_object_tags()
TAGS["etat"] = "lu"

pytestmark = pytest.mark.both_servers


class Town:
    """Un bucket, trois utilisateurs, et un objet ``note.txt`` chez chacun."""

    def __init__(self, client: Minio, bucket: str, people: dict[str, Tenant]) -> None:
        self.client = client
        self.bucket = bucket
        self.people = people
        self.policy = ""

    def state(self) -> list[tuple[str | None, str | None]]:
        found = self.client.list_objects(bucket_name=self.bucket, recursive=True)
        return sorted((item.object_name, item.etag) for item in found)


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    client, server = connect(quiet=True), servers.ensure()
    space = fresh_space(client, "essai-locataires")
    bucket = f"{space}-dossiers"
    client.make_bucket(bucket_name=bucket)
    with ExitStack() as stack:
        people = {}
        for name in NAMES:
            rights = prefix_policy(bucket, f"{name}/")
            people[name] = stack.enter_context(tenant(server, f"{space}-{name}", rights))
            put(client, bucket, f"{name}/note.txt")
        put(client, bucket, "racine.txt")
        yield Town(client, bucket, people)


def put(client: Minio, bucket: str, key: str, **options: object) -> None:
    client.put_object(
        bucket_name=bucket, object_name=key, data=io.BytesIO(b"note"), length=4, **options
    )


def presigned(client: Minio, method: str, bucket: str, key: str) -> None:
    url = client.get_presigned_url(method=method, bucket_name=bucket, object_name=key)
    body = b"note" if method == "PUT" else None
    answer = urllib3.request(method, url, body=body, retries=False)
    if answer.status == 403:
        raise S3Error(None, "AccessDenied", None, None, None, None)
    assert answer.status in (200, 204), answer.data


def remove_many(client: Minio, bucket: str, key: str) -> None:
    keys = iter([DeleteObject(name=key)])
    for error in client.remove_objects(bucket_name=bucket, delete_object_list=keys):
        raise S3Error(None, error.code, None, None, None, None)


def listed(client: Minio, bucket: str, prefix: str, **options: object) -> None:
    found = client.list_objects(bucket_name=bucket, prefix=prefix, **options)
    assert all(item.object_name.startswith(prefix) for item in list(found))


# Ce que l'on tente : (client, bucket, son propre préfixe, la clé visée).
Attempt = Callable[[Minio, str, str, str], object]
ATTEMPTS: dict[str, Attempt] = {
    "lister": lambda c, b, own, key: listed(c, b, key.removesuffix("note.txt")),
    "lister en profondeur": lambda c, b, own, key: listed(
        c, b, key.removesuffix("note.txt"), recursive=True
    ),
    "lister, ancienne API": lambda c, b, own, key: listed(
        c, b, key.removesuffix("note.txt"), use_api_v1=True
    ),
    "lire": lambda c, b, own, key: c.get_object(bucket_name=b, object_name=key).read(),
    "lire un intervalle": lambda c, b, own, key: c.get_object(
        bucket_name=b, object_name=key, offset=1, length=2
    ).read(),
    "regarder": lambda c, b, own, key: c.stat_object(bucket_name=b, object_name=key),
    "déposer": lambda c, b, own, key: put(c, b, key),
    "déposer avec étiquettes": lambda c, b, own, key: put(c, b, key, tags=TAGS),
    "déposer par parties": lambda c, b, own, key: c.put_object(
        bucket_name=b,
        object_name=key,
        data=io.BytesIO(bytes(6 << 20)),
        length=-1,
        part_size=5 << 20,
    ),
    "copier depuis": lambda c, b, own, key: c.copy_object(
        bucket_name=b,
        object_name=f"{own}copie.txt",
        source=CopySource(bucket_name=b, object_name=key),
    ),
    "composer depuis": lambda c, b, own, key: c.compose_object(
        bucket_name=b,
        object_name=f"{own}compose.txt",
        sources=[ComposeSource(bucket_name=b, object_name=key)],
    ),
    "copier vers": lambda c, b, own, key: c.copy_object(
        bucket_name=b,
        object_name=key,
        source=CopySource(bucket_name=b, object_name=f"{own}note.txt"),
        metadata={"a": "b"},
        metadata_directive="REPLACE",
    ),
    "lire les étiquettes": lambda c, b, own, key: c.get_object_tags(bucket_name=b, object_name=key),
    "poser des étiquettes": lambda c, b, own, key: c.set_object_tags(
        bucket_name=b, object_name=key, tags=TAGS
    ),
    "lire par URL": lambda c, b, own, key: presigned(c, "GET", b, key),
    "regarder par URL": lambda c, b, own, key: presigned(c, "HEAD", b, key),
    "déposer par URL": lambda c, b, own, key: presigned(c, "PUT", b, key),
    "supprimer par URL": lambda c, b, own, key: presigned(c, "DELETE", b, key),
    "supprimer": lambda c, b, own, key: c.remove_object(bucket_name=b, object_name=key),
    "supprimer en nombre": lambda c, b, own, key: remove_many(c, b, key),
}
# Ce que personne d'autre que l'administrateur ne fait.
FORBIDDEN: dict[str, Attempt] = {
    "lister tout": lambda c, b, own, key: list(c.list_objects(bucket_name=b)),
    "lister un début commun": lambda c, b, own, key: list(
        c.list_objects(bucket_name=b, prefix="alice", recursive=True)
    ),
    "lire hors de tout préfixe": lambda c, b, own, key: c.get_object(
        bucket_name=b, object_name="racine.txt"
    ),
    "déposer à côté": lambda c, b, own, key: put(c, b, f"{own[:-1]}.txt"),
    "lire la politique": lambda c, b, own, key: c.get_bucket_policy(bucket_name=b),
    "changer la politique": lambda c, b, own, key: c.set_bucket_policy(
        bucket_name=b, policy=json.dumps(OPEN).replace("BUCKET", b)
    ),
    "supprimer le bucket": lambda c, b, own, key: c.remove_bucket(bucket_name=b),
    "créer un bucket": lambda c, b, own, key: c.make_bucket(bucket_name=f"{b}-{own[:-1]}"),
    "changer les durées de vie": lambda c, b, own, key: c.delete_bucket_lifecycle(bucket_name=b),
}
OPEN = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": ["*"]},
            "Action": ["s3:GetObject"],
            "Resource": ["arn:aws:s3:::BUCKET/*"],
        }
    ],
}


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_each_does_as_they_like_at_home_and_nothing_elsewhere(town: Town, attempt: str) -> None:
    act = ATTEMPTS[attempt]
    for name, person in town.people.items():
        own = f"{name}/"
        act(person.client, town.bucket, own, f"{own}note.txt")
        put(town.client, town.bucket, f"{own}note.txt")
    before = town.state()
    for name, person in town.people.items():
        for neighbour in set(NAMES) - {name}:
            with pytest.raises(S3Error) as refused:
                act(person.client, town.bucket, f"{name}/", f"{neighbour}/note.txt")
            assert refused.value.code == "AccessDenied", (name, neighbour)
    assert town.state() == before


@pytest.mark.parametrize("attempt", FORBIDDEN)
def test_nobody_leaves_their_prefix(town: Town, attempt: str) -> None:
    before = town.state()
    for name, person in town.people.items():
        with pytest.raises(S3Error) as refused:
            FORBIDDEN[attempt](person.client, town.bucket, f"{name}/", f"{name}/note.txt")
        assert refused.value.code == "AccessDenied", name
    assert town.state() == before


def test_nobody_manages_the_users(town: Town) -> None:
    """Ni en créer, ni se donner des droits, ni en retirer aux autres."""
    alice, bob = town.people["alice"], town.people["bob"]
    users = users_of(servers.ensure())
    hers = type(users)(alice.server)
    wide = prefix_policy(town.bucket, "bob/")
    for act in (
        lambda: hers.create("essai-intruse", wide),
        lambda: hers.allow(alice.name, wide),
        lambda: hers.remove(bob.name),
    ):
        with pytest.raises(ServerError, match="AccessDenied"):
            act()
    assert users.exists(bob.name)
    assert not users.exists("essai-intruse")
    with pytest.raises(S3Error):
        alice.client.get_object(bucket_name=town.bucket, object_name="bob/note.txt")


def test_nobody_becomes_somebody_else(town: Town) -> None:
    """Ni par une clé de plus, ni par des clés temporaires aux droits plus larges."""
    alice, bob = town.people["alice"], town.people["bob"]
    with pytest.raises(S3Error):
        call_iam(alice.server, Action="CreateAccessKey", UserName=bob.name)
    wide = {"Effect": "Allow", "Action": ["s3:*"], "Resource": ["arn:aws:s3:::*"]}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [wide]})
    try:
        made = call_sts(
            alice.server,
            Action="AssumeRole",
            RoleSessionName="essai",
            DurationSeconds="900",
            Policy=policy,
        )
    except S3Error as error:
        assert error.code == "AccessDenied"  # SeaweedFS n'en donne qu'à root
        return
    keys = {
        "access_key": field(made, "AccessKeyId"),
        "secret_key": field(made, "SecretAccessKey"),
        "session_token": field(made, "SessionToken"),
    }
    session = client_for(replace(alice.server, **keys))
    session.get_object(bucket_name=town.bucket, object_name="alice/note.txt")
    with pytest.raises(S3Error, match="AccessDenied"):
        session.get_object(bucket_name=town.bucket, object_name="bob/note.txt")


# --- La vie d'un utilisateur --------------------------------------------------------------------


@pytest.fixture
def carol(town: Town) -> Iterator[Tenant]:
    rights = prefix_policy(town.bucket, "carol/")
    with tenant(servers.ensure(), "essai-locataires-carol", rights) as person:
        yield person


def test_rights_change_and_a_removed_user_leaves_only_objects(town: Town, carol: Tenant) -> None:
    put(carol.client, town.bucket, "carol/note.txt")
    url = carol.client.presigned_get_object(bucket_name=town.bucket, object_name="carol/note.txt")
    with pytest.raises(ContentError):
        carol.allow({"Version": "2012-10-17", "Statement": []})
    put(carol.client, town.bucket, "carol/note.txt")
    carol.allow(prefix_policy(town.bucket, "autre/"))
    with pytest.raises(S3Error, match="AccessDenied"):
        put(carol.client, town.bucket, "carol/note.txt")
    carol.allow(prefix_policy(town.bucket, "carol/"))
    assert urllib3.request("GET", url).status == 200
    carol.remove()
    carol.remove()
    assert urllib3.request("GET", url).status == 403
    with pytest.raises(S3Error, match="InvalidAccessKeyId"):
        put(carol.client, town.bucket, "carol/note.txt")
    town.client.stat_object(bucket_name=town.bucket, object_name="carol/note.txt")
    assert not users_of(servers.ensure()).exists(carol.name)


def test_a_user_left_behind_is_replaced_and_secrets_are_not_shown(
    town: Town, carol: Tenant
) -> None:
    again = tenant(servers.ensure(), carol.name, prefix_policy(town.bucket, "carol/"))
    put(again.client, town.bucket, "carol/note.txt")
    with pytest.raises(S3Error):
        put(carol.client, town.bucket, "carol/note.txt")
    assert again.server.secret_key not in repr(again) + repr(again.server)
    assert len(again.server.secret_key) >= 32 or again.server.way == "embedded"


def test_a_user_of_somebody_else_is_left_alone(town: Town, carol: Tenant) -> None:
    """Sa politique ne porte pas son nom : ce n'est pas le kit qui l'a créé."""
    users = users_of(servers.ensure())
    name = "essai-locataires-etranger"
    users.create(name, prefix_policy(town.bucket, "etranger/"))
    is_ours = users.is_ours
    assert is_ours(name)
    try:
        if isinstance(users, MinioUsers):
            users.admin.policy_add(
                policy_name="autre", policy=prefix_policy(town.bucket, "etranger/")
            )
            users.admin.policy_set(policy_name="autre", user=name)
        else:
            users.ask("DeleteUserPolicy", name, PolicyName=name)
        with pytest.raises(OwnershipError, match="ne l'a pas créé"):
            tenant(servers.ensure(), name, prefix_policy(town.bucket, "etranger/"))
        assert users.exists(name)
    finally:
        users.remove(name)
        if isinstance(users, MinioUsers):
            users.admin.policy_remove(policy_name="autre")


BAD_RIGHTS = {
    "texte": ({"Version": "2012-10-17", "Statement": "tout"}, "aucune règle"),
    "sans effet": (
        {"Version": "2012-10-17", "Statement": [{"Action": "s3:*", "Resource": "*"}]},
        "champ « Effect » est absent",
    ),
    "de bucket": (json.loads(json.dumps(OPEN)), "Principal"),
}


@pytest.mark.parametrize("name", BAD_RIGHTS)
def test_malformed_rights_create_nobody(client: Minio, name: str) -> None:
    rights, words = BAD_RIGHTS[name]
    with pytest.raises(ContentError, match=words):
        tenant(servers.ensure(), "essai-locataires-zoe", rights)
    assert not users_of(servers.ensure()).exists("essai-locataires-zoe")


def test_a_creation_that_fails_leaves_nobody(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    users = users_of(servers.ensure())
    real = type(users).call

    def break_last_step(self, action, *given, **options):
        name = options.get("Action", action.__name__)
        if name in ("policy_set", "CreateAccessKey"):
            raise ServerError("Panne.", "Attendez.")
        return real(self, action, *given, **options)

    with monkeypatch.context() as patch:
        patch.setattr(type(users), "call", break_last_step)
        with pytest.raises(ServerError, match="Panne"):
            tenant(servers.ensure(), "essai-locataires-zoe", prefix_policy(town.bucket, "zoe/"))
    assert not users.exists("essai-locataires-zoe")


@pytest.mark.parametrize("name", ["", "ab", "Alice", "é" * 5, "a" * 65, "alice/", "a=b", "-alice"])
def test_a_bad_name_is_refused(client: Minio, name: str) -> None:
    with pytest.raises(SettingsError, match="nom d'utilisateur"):
        tenant(servers.ensure(), name, prefix_policy("coffre", "alice/"))


def test_an_existing_server_is_recognised(client: Minio) -> None:
    """Un serveur existant est reconnu à ses réponses, et non à son nom."""
    server = servers.ensure()
    outside = replace(server, way="external")
    assert type(users_of(outside)) is type(users_of(server))


def test_a_server_that_refuses_gets_a_sentence(client: Minio) -> None:
    wrong = replace(servers.ensure(), secret_key="fausse-cle-secrete")
    for way in ("external", wrong.way):
        with pytest.raises(ServerError, match="ne laisse pas vos clés") as caught:
            tenant(replace(wrong, way=way), "essai-zoe", prefix_policy("coffre", "zoe/"))
        assert "fausse-cle-secrete" not in str(caught.value)
