"""Ce que répond un serveur S3 à chaque ligne de ``docs/differences.md``."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import md5
from types import SimpleNamespace

import boto3
import requests
from botocore.config import Config
from botocore.exceptions import ClientError
from minio.commonconfig import ENABLED, GOVERNANCE, Filter, Tags
from minio.error import S3Error
from minio.lifecycleconfig import (
    AbortIncompleteMultipartUpload,
    Expiration,
    LifecycleConfig,
    Rule,
)
from minio.objectlockconfig import DAYS, ObjectLockConfig
from minio.retention import Retention
from minio.sse import SseCustomerKey
from minio.versioningconfig import VersioningConfig

from helpers import connect, current_server, fresh_space, remove_space
from helpers.topics.encrypted import encrypted_server
from helpers.topics.policies import prefix_policy
from helpers.topics.tenants import tenant

STALE = '"0123456789abcdef"'
PLACES = {"embedded": 1, "native": 2, "docker": 2}  # la colonne du serveur en cours
OWN_KEY = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": b"k" * 32}


@contextmanager
def opened_server() -> Iterator[SimpleNamespace]:
    """Donne de quoi parler au serveur : minio, boto3, et de nouveaux buckets."""
    client, server = connect(), current_server()
    space, made = fresh_space(client, "differences"), []

    def bucket(**options) -> str:
        made.append(f"{space}-{len(made)}")
        client.make_bucket(bucket_name=made[-1], **options)
        return made[-1]

    with ExitStack() as opened:
        tls = cache(lambda: over_tls(opened))
        boto, column = boto_for(server), PLACES[server.way]
        yield SimpleNamespace(
            client=client, server=server, boto=boto, bucket=bucket, column=column, tls=tls
        )
    remove_space(client, space)


def boto_for(server, **options):
    return boto3.client(
        "s3",
        endpoint_url=server.url,
        region_name=server.region,
        aws_access_key_id=server.access_key,
        aws_secret_access_key=server.secret_key,
        **options,
    )


def over_tls(opened: ExitStack) -> SimpleNamespace:
    """Donne de quoi parler à un serveur en HTTPS, où « k » est chiffré par SSE-C."""
    server = opened.enter_context(encrypted_server())
    boto = boto_for(server, verify=server.authority, config=Config(signature_version="s3v4"))
    boto.create_bucket(Bucket="coffre")
    boto.put_object(Bucket="coffre", Key="k", Body=b"x", **OWN_KEY)
    boto.put_object(Bucket="coffre", Key="clair", Body=b"x")
    return SimpleNamespace(boto=boto, authority=server.authority)


def put(s, bucket: str, *keys: str, **options) -> None:
    for key in keys:
        s.client.put_object(
            bucket_name=bucket, object_name=key, data=io.BytesIO(b"x"), length=1,
            content_type="text/plain", **options,
        )  # fmt: skip


def listed(s, bucket: str, **options) -> str:
    found = s.client.list_objects(bucket_name=bucket, **options)
    return ", ".join(f"`{item.object_name}`" for item in found) or "rien"


def signed(s, method: str, bucket: str, key: str, headers=None, seconds: int = 60) -> str:
    url = s.client.get_presigned_url(
        method=method, bucket_name=bucket, object_name=key, expires=timedelta(seconds=seconds)
    )
    if seconds == 1:
        url = re.sub(r"X-Amz-Date=\d{8}", "X-Amz-Date=20200101", url)
    reply = requests.request(method, url, data="x", headers=headers, timeout=10)
    code = re.search(r"<Code>(\w+)</Code>", reply.text)
    return f"{reply.status_code} {code[1] if code else ''}".strip()


def status(ask: Callable, **options) -> str:
    try:
        return str(ask(**options)["ResponseMetadata"]["HTTPStatusCode"])
    except ClientError as error:
        reply = error.response
        return f"{reply['ResponseMetadata']['HTTPStatusCode']} {reply['Error']['Code']}"


def answer(ask: Callable, **options) -> str:
    """Renvoie le statut que donne minio-py : 200, ou le refus et son code."""
    try:
        ask(**options)
    except S3Error as error:
        return f"{error.response.status} {error.code}"
    return "200"


def with_rule(s, bucket: str, **action) -> str:
    rule = Rule(status=ENABLED, rule_filter=Filter(prefix=""), rule_id="essai", **action)
    xml = LifecycleConfig([rule])
    return answer(s.client.set_bucket_lifecycle, bucket_name=bucket, config=xml)


def removed_once(s) -> tuple[str, str]:
    """Renvoie un bucket dont le seul objet est supprimé, et la version du marqueur."""
    bucket = s.bucket()
    config = VersioningConfig(status=ENABLED)
    s.client.set_bucket_versioning(bucket_name=bucket, config=config)
    put(s, bucket, "k")
    s.client.remove_object(bucket_name=bucket, object_name="k")
    found = s.client.list_objects(bucket_name=bucket, include_version=True)
    return bucket, next(item.version_id for item in found if item.is_delete_marker)


def order(s) -> str:
    put(s, bucket := s.bucket(), "a/1", "a-1")
    return listed(s, bucket, recursive=True)


def nested(s) -> str:
    put(s, bucket := s.bucket(), "a")
    put(s, bucket, "a/b")
    return listed(s, bucket, recursive=True)


def stored_as(s, key: str) -> str:
    bucket = s.bucket()
    try:
        put(s, bucket, key)
    except S3Error as error:
        return f"{error.response.status} {error.code}"
    return listed(s, bucket, recursive=True)


def emptied(s) -> str:
    put(s, bucket := s.bucket(), "d/1")
    s.client.remove_object(bucket_name=bucket, object_name="d/1")
    return listed(s, bucket)


def guessed(s) -> str:
    signed(s, "PUT", bucket := s.bucket(), "note.txt")
    return f"`{s.client.stat_object(bucket_name=bucket, object_name='note.txt').content_type}`"


def metadata_name(s) -> str:
    put(s, bucket := s.bucket(), "k", metadata={"auteur": "Nina"})
    found = s.client.stat_object(bucket_name=bucket, object_name="k").metadata
    return next(name for name in found if "auteur" in name.lower())


def listed_metadata(s) -> str:
    put(s, bucket := s.bucket(), "k", metadata={"auteur": "Nina"})
    (found,) = s.client.list_objects(bucket_name=bucket, include_user_meta=True)
    return "avec elles" if "Nina" in (found.metadata or {}).values() else "sans elles"


def taken(s) -> str:
    put(s, bucket := s.bucket(), "k")
    return signed(s, "PUT", bucket, "k", {"If-None-Match": "*"})


def stale_delete(s) -> str:
    put(s, bucket := s.bucket(), "k")
    return status(s.boto.delete_object, Bucket=bucket, Key="k", IfMatch=STALE)


def wrong_digest(s) -> str:
    url = s.boto.generate_presigned_url(
        "put_object",
        Params={"Bucket": s.bucket(), "Key": "k", "ChecksumSHA256": "A" * 43 + "="},
    )
    reply = requests.put(
        url, data="x", headers={"x-amz-checksum-sha256": "A" * 43 + "="}, timeout=10
    )
    return f"{reply.status_code} {re.search(r'<Code>(.+?)<', reply.text)[1]}"


def same_bucket(s) -> str:
    return status(s.boto.create_bucket, Bucket=s.bucket())


def marker(s) -> str:
    bucket, version = removed_once(s)
    return status(s.boto.get_object, Bucket=bucket, Key="k", VersionId=version)


def versions_left(s) -> str:
    return status(s.boto.delete_bucket, Bucket=removed_once(s)[0])


def locked(s) -> str:
    bucket = s.bucket(object_lock=True)
    until = datetime.now(UTC) + timedelta(minutes=1)
    put(s, bucket, "k", retention=Retention(GOVERNANCE, until))
    where = {
        "Bucket": bucket,
        "Key": "k",
        "VersionId": s.client.stat_object(bucket_name=bucket, object_name="k").version_id,
    }
    found = status(s.boto.delete_object, **where)
    s.boto.delete_object(**where, BypassGovernanceRetention=True)
    return found


def expiration(s) -> str:
    with_rule(s, bucket := s.bucket(), expiration=Expiration(days=3))
    put(s, bucket, "k")
    found = s.client.stat_object(bucket_name=bucket, object_name="k").metadata
    return "présent" if "x-amz-expiration" in {name.lower() for name in found} else "absent"


def abort_rule(s) -> str:
    after = AbortIncompleteMultipartUpload(days_after_initiation=2)
    return with_rule(s, s.bucket(), abort_incomplete_multipart_upload=after)


def cors(s) -> str:
    rules = {"CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]}
    return status(s.boto.put_bucket_cors, Bucket=s.bucket(), CORSConfiguration=rules)


def server_keys(s) -> str:
    return status(
        s.boto.put_object, Bucket=s.bucket(), Key="k", Body=b"x", ServerSideEncryption="AES256"
    )


def own_key(s) -> str:
    return status(s.boto.put_object, Bucket=s.bucket(), Key="k", Body=b"x", **OWN_KEY)


def without_key(s) -> str:
    return status(s.tls().boto.get_object, Bucket="coffre", Key="k")


def another_key(s) -> str:
    other = OWN_KEY | {"SSECustomerKey": b"z" * 32}
    return status(s.tls().boto.get_object, Bucket="coffre", Key="k", **other)


def useless_key(s) -> str:
    return status(s.tls().boto.get_object, Bucket="coffre", Key="clair", **OWN_KEY)


def key_changed(s) -> str:
    tls = s.tls()
    tls.boto.put_object(Bucket="coffre", Key="change", Body=b"x", **OWN_KEY)
    source = {f"CopySource{name}": value for name, value in OWN_KEY.items()}
    return status(
        tls.boto.copy_object, Bucket="coffre", Key="change", CopySource="coffre/change", **source,
        **OWN_KEY | {"SSECustomerKey": b"z" * 32},
    )  # fmt: skip


def sealed_etag(s) -> str:
    found = s.tls().boto.head_object(Bucket="coffre", Key="k", **OWN_KEY)["ETag"].strip('"')
    plain = md5(b"x", usedforsecurity=False).hexdigest()
    return "celui du contenu en clair" if found == plain else "un autre"


def unsigned_key(s) -> str:
    tls = s.tls()
    url = tls.boto.generate_presigned_url("get_object", Params={"Bucket": "coffre", "Key": "k"})
    headers = SseCustomerKey(OWN_KEY["SSECustomerKey"]).headers()
    reply = requests.get(url, headers=headers, verify=tls.authority, timeout=10)
    code = re.search(r"<Code>(\w+)</Code>", reply.text)
    return f"{reply.status_code} {code[1] if code else ''}".strip()


def lock_added(s) -> str:
    config = VersioningConfig(status=ENABLED)
    s.client.set_bucket_versioning(bucket_name=(bucket := s.bucket()), config=config)
    lock = ObjectLockConfig(GOVERNANCE, 1, DAYS)
    return answer(s.client.set_object_lock_config, bucket_name=bucket, config=lock)


def long_metadata(s) -> str:
    return answer(lambda: put(s, s.bucket(), "k", metadata={"texte": "a" * 2100}))


def accented_tag(s) -> str:
    put(s, bucket := s.bucket(), "k")
    tags = Tags.new_object_tags()
    tags["saison"] = "été"
    return answer(s.client.set_object_tags, bucket_name=bucket, object_name="k", tags=tags)


def with_policy(s, effect: str, **more) -> str:
    """Renvoie un bucket où « k » est ouvert à tous, ou interdit à tous."""
    put(s, bucket := s.bucket(), "k")
    rule = {"Effect": effect, "Principal": {"AWS": ["*"]}, "Action": ["s3:GetObject"]} | more
    rule["Resource"] = [f"arn:aws:s3:::{bucket}/*"]
    policy = json.dumps({"Version": "2012-10-17", "Statement": [rule]})
    s.client.set_bucket_policy(bucket_name=bucket, policy=policy)
    return bucket


def owner_denied(s) -> str:
    bucket = with_policy(s, "Deny")
    found = answer(s.client.stat_object, bucket_name=bucket, object_name="k")
    s.client.delete_bucket_policy(bucket_name=bucket)
    return found


def another_user(s) -> str:
    bucket = with_policy(s, "Allow")
    rights = prefix_policy(s.bucket(), "ailleurs/")
    with tenant(s.server, f"{bucket}-nina", rights) as nina:
        return answer(nina.client.stat_object, bucket_name=bucket, object_name="k")


def unknown_field(s) -> str:
    return answer(lambda: with_policy(s, "Allow", Conditions={}))


PROBES: dict[str, Callable[[SimpleNamespace], str]] = {
    "Lister les clés `a-1` et `a/1`": order,
    "Lister après avoir déposé `a`, puis `a/b`": nested,
    "Lister après avoir déposé `a//b`": lambda s: stored_as(s, "a//b"),
    "Lister après avoir déposé `x\\y`": lambda s: stored_as(s, "x\\y"),
    "Lister, sans récursion, quand le seul objet de `d/` vient d’être supprimé": emptied,
    "Type d’un `note.txt` déposé sans type": guessed,
    "Nom rendu de la métadonnée `auteur`": metadata_name,
    "Lister avec les métadonnées (`include_user_meta`)": listed_metadata,
    "Déposer avec plus de 2 Kio de métadonnées": long_metadata,
    "Poser un tag dont la valeur a un accent": accented_tag,
    "`PUT` avec `If-None-Match: *` sur une clé prise": taken,
    "`PUT` avec `If-Match` sur une clé absente": lambda s: signed(
        s, "PUT", s.bucket(), "k", {"If-Match": STALE}
    ),
    "`DELETE` avec un `If-Match` périmé": stale_delete,
    "`PUT` avec un SHA-256 déclaré faux": wrong_digest,
    "URL présignée, avec un en-tête `x-amz-…` non signé": lambda s: signed(
        s, "PUT", s.bucket(), "k", {"x-amz-meta-lieu": "port"}
    ),
    "URL présignée expirée": lambda s: signed(s, "GET", s.bucket(), "k", seconds=1),
    "Créer un bucket que l’on a déjà": same_bucket,
    "Lire un marqueur de suppression, par sa version": marker,
    "Supprimer un bucket où ne restent que des versions": versions_left,
    "Supprimer une version verrouillée": locked,
    "Donner le verrou à un bucket existant, qui garde les versions": lock_added,
    "Poser une durée de vie de −1 jour": lambda s: with_rule(
        s, s.bucket(), expiration=Expiration(days=-1)
    ),
    "Lire un objet qu’une règle fera expirer : `x-amz-expiration`": expiration,
    "Poser la règle `AbortIncompleteMultipartUpload`, seule": abort_rule,
    "Régler le CORS d’un bucket": cors,
    "Lire, en propriétaire, un bucket que sa politique interdit à tous": owner_denied,
    "Lire, en autre utilisateur, un bucket que sa politique ouvre à tous": another_user,
    "Poser une politique qui a un champ inconnu": unknown_field,
    "Chiffrer avec les clés du serveur (SSE-S3), sans service de clés": server_keys,
    "Chiffrer avec une clé à soi (SSE-C), sans TLS": own_key,
    "Lire sans clé un objet chiffré par SSE-C": without_key,
    "Le lire avec une autre clé": another_key,
    "Donner une clé SSE-C pour un objet qui n’est pas chiffré": useless_key,
    "Copier un objet sur lui-même pour changer sa clé SSE-C": key_changed,
    "MD5 dans l’ETag d’un objet chiffré par SSE-C": sealed_etag,
    "URL présignée, avec les en-têtes de SSE-C non signés": unsigned_key,
}
