"""Rouvrir un bucket que sa politique ferme à tous ; en effacer un qu'un verrou retient."""

from __future__ import annotations

import json
import os
import socket
from urllib.parse import urlsplit

import pytest
from minio import Minio
from minio.error import S3Error
from minio.versioningconfig import VersioningConfig

from helpers.server import data_folder
from helpers.server.embedded import NAME
from helpers.spaces import erase_bucket, fresh_bucket
from kit_minio.upkeep import drop_bucket, give_space_back, lift_policy
from tests.support.closed import deny_everything, lock
from tests.support.servers import embedded_only, get, put, wait_until

pytestmark = embedded_only
BLOCK = os.urandom(2**20) * 100


def test_a_bucket_closed_to_all_is_opened_again_and_nothing_else_changes(client: Minio) -> None:
    bucket = fresh_bucket(client, "ferme-a-tous")
    put(client, bucket, "dossier/été.txt")
    tags = client.get_bucket_tags(bucket_name=bucket)
    client.set_bucket_versioning(bucket_name=bucket, config=VersioningConfig("Enabled"))
    client.set_bucket_policy(bucket_name=bucket, policy=deny_everything(bucket))
    with pytest.raises(S3Error, match="AccessDenied"):
        client.delete_bucket_policy(bucket_name=bucket)
    assert lift_policy(bucket)
    with pytest.raises(S3Error, match="NoSuchBucketPolicy"):
        client.get_bucket_policy(bucket_name=bucket)
    assert get(client, bucket, "dossier/été.txt") == b"bonjour"
    assert client.get_bucket_tags(bucket_name=bucket) == tags
    assert client.get_bucket_versioning(bucket_name=bucket).status == "Enabled"


def test_a_bucket_without_a_policy_or_that_does_not_exist_stays_so(client: Minio) -> None:
    bucket = fresh_bucket(client, "sans-politique")
    assert not lift_policy(bucket)
    assert not lift_policy("absent-de-ce-serveur")


@pytest.mark.parametrize("name", ["a\nfs.rm -rf /buckets", "../etc", "", "a b", "A;b"])
def test_only_the_name_of_a_bucket_is_taken(name: str) -> None:
    assert not lift_policy(name)
    assert not drop_bucket(name)


def test_a_locked_bucket_is_dropped_and_its_neighbour_stays(client: Minio) -> None:
    for name in ("verrou", "verrou-voisin"):
        client.make_bucket(bucket_name=name, object_lock=True)
        put(client, name, "a\x01b")
        lock(client, name, "loc")
    assert drop_bucket("verrou")
    names = [bucket.name for bucket in client.list_buckets()]
    assert "verrou" not in names
    assert "verrou-voisin" in names
    client.make_bucket(bucket_name="verrou")
    assert list(client.list_objects(bucket_name="verrou", include_version=True)) == []
    assert drop_bucket("verrou-voisin")


def test_a_policy_can_be_set_again(client: Minio) -> None:
    bucket = fresh_bucket(client, "politique-de-nouveau")
    for _ in range(2):
        client.set_bucket_policy(bucket_name=bucket, policy=deny_everything(bucket))
        assert lift_policy(bucket)
    rule = json.loads(deny_everything(bucket))
    rule["Statement"][0] |= {"Effect": "Allow", "Action": ["s3:GetObject"]}
    rule["Statement"][0]["Resource"] = [f"arn:aws:s3:::{bucket}/*"]
    client.set_bucket_policy(bucket_name=bucket, policy=json.dumps(rule))
    assert "s3:GetObject" in client.get_bucket_policy(bucket_name=bucket)


@pytest.mark.slow
def test_what_was_deleted_or_cut_leaves_the_disk(client: Minio) -> None:
    """Un dépôt coupé laisse aussi des morceaux : une copie en remplissait le disque."""
    bucket = fresh_bucket(client, "gros")
    for key in ("a", "b", "c"):
        put(client, bucket, key, BLOCK)
    place = urlsplit(client.get_presigned_url("PUT", bucket, "coupe"))
    with socket.create_connection((place.hostname, place.port)) as link:
        head = f"PUT {place.path}?{place.query} HTTP/1.1\r\nHost: {place.netloc}\r\n"
        link.sendall(f"{head}Content-Length: 200000000\r\n\r\n".encode() + BLOCK)
    erase_bucket(client, bucket)
    assert on_disk() > 300 * 2**20
    assert wait_until(lambda: not give_space_back() and on_disk() < 100 * 2**20, 60)


def on_disk() -> int:
    """Renvoie ce qu'occupent les volumes du serveur embarqué, en octets."""
    return sum(path.stat().st_size for path in (data_folder() / NAME).glob("*.dat"))
