"""Rouvrir un bucket que sa politique ferme à tous ; le reste est dans ``kit_minio/test_upkeep``."""

from __future__ import annotations

import pytest
from minio import Minio
from minio.error import S3Error

from helpers.server import lift_policy
from helpers.spaces import fresh_bucket
from tests.support.closed import deny_everything
from tests.support.servers import embedded_only

pytestmark = embedded_only


def test_a_bucket_closed_to_all_is_opened_again(client: Minio) -> None:
    bucket = fresh_bucket(client, "ferme-puis-rouvert")
    client.set_bucket_policy(bucket_name=bucket, policy=deny_everything(bucket))
    assert lift_policy(bucket)
    with pytest.raises(S3Error, match="NoSuchBucketPolicy"):
        client.get_bucket_policy(bucket_name=bucket)


def test_what_is_not_closed_is_left_alone(client: Minio) -> None:
    assert not lift_policy(fresh_bucket(client, "jamais-ferme"))
    assert not lift_policy("absent-de-ce-serveur")
