"""Les buckets d'une classe : l'entrée, le suivi, et un par étudiant, que nul autre ne lit."""

from __future__ import annotations

import io
from contextlib import suppress
from typing import TYPE_CHECKING

from minio.commonconfig import ENABLED
from minio.error import MinioAdminException, S3Error
from minio.versioningconfig import VersioningConfig

from helpers.topics.tenants import MinioUsers, users_of
from kit_minio.classroom.access import entrance_policy
from kit_minio.classroom.entrance import ENTRANCE
from kit_minio.classroom.register import Register, Student

if TYPE_CHECKING:
    from minio import Minio

    from helpers.server import Server

QUOTA = 500 * 2**20  # octets des remises d'un étudiant, versions comprises


def prepare(client: Minio, register: Register) -> None:
    """Crée l'entrée et le suivi, s'ils n'y sont pas."""
    _ensure(client, ENTRANCE)
    client.set_bucket_policy(bucket_name=ENTRANCE, policy=entrance_policy())
    _ensure(client, register.board)


def prepare_for(client: Minio, register: Register, student: Student) -> None:
    """Crée le bucket d'un étudiant, qui garde toutes les versions de ce qu'il remet."""
    bucket = register.bucket(student)
    _ensure(client, bucket)
    keep_all = VersioningConfig(ENABLED)
    client.set_bucket_versioning(bucket_name=bucket, config=keep_all)


def limit(server: Server, buckets: list[str], quota: int = QUOTA) -> int:
    """Borne la taille de buckets, là où le serveur sait le faire ; renvoie combien le sont."""
    users = users_of(server)
    if not isinstance(users, MinioUsers):
        return 0
    done = 0
    for bucket in buckets:
        with suppress(MinioAdminException, ValueError):  # plusieurs disques, ou un bucket parti
            users.admin.bucket_quota_set(bucket=bucket, size=quota)
            done += 1
    return done


def has_entered(client: Minio, locator: str) -> bool | None:
    """Dit si un code a servi ; ``None`` si son objet d'entrée n'est pas sur ce serveur."""
    try:
        stat = client.stat_object(bucket_name=ENTRANCE, object_name=locator)
    except S3Error as error:
        if error.code in ("NoSuchKey", "NoSuchBucket"):
            return None
        raise
    return stat.content_type == "application/json"  # la date, et non l'entrée chiffrée


def put_entry(client: Minio, locator: str, sealed: bytes) -> None:
    """Dépose l'objet d'entrée d'un étudiant."""
    client.put_object(
        bucket_name=ENTRANCE,
        object_name=locator,
        data=io.BytesIO(sealed),
        length=len(sealed),
        content_type="application/octet-stream",
    )


def drop_entry(client: Minio, locator: str) -> None:
    """Retire un objet d'entrée : son code ne sert plus."""
    client.remove_object(bucket_name=ENTRANCE, object_name=locator)


def _ensure(client: Minio, bucket: str) -> None:
    if not client.bucket_exists(bucket_name=bucket):
        client.make_bucket(bucket_name=bucket)
