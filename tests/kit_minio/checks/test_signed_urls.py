"""Employer une URL présignée : sur le serveur S3 et nul autre, si elle vient d'être signée."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.config import Config
from minio import Minio

from helpers import current_server, fresh_space
from kit_minio.checks.model import Context, Review
from kit_minio.checks.signed_urls import expect_signed_each_time, use
from tests.support.hostile_api import answer, hostile_server, once

pytestmark = pytest.mark.both_servers
_LIFETIME = timedelta(minutes=10)


@pytest.fixture
def context(client: Minio) -> Context:
    """Un espace qui contient un objet."""
    context = Context(client, fresh_space(client, "essai-url"), 1, "essai")
    context.make_bucket("a")
    context.put("a", "note é.txt", b"bonjour", content_type="text/plain")
    return context


def _version_4(context: Context, lifetime: timedelta = _LIFETIME) -> str:
    return context.client.presigned_get_object(context.bucket("a"), "note é.txt", expires=lifetime)


def _version_2(context: Context, lifetime: timedelta = _LIFETIME) -> str:
    server = current_server()
    s3: Any = boto3.client(
        "s3",
        endpoint_url=server.url,
        region_name=server.region,
        aws_access_key_id=server.access_key,
        aws_secret_access_key=server.secret_key,
        config=Config(signature_version="s3"),
    )
    place = {"Bucket": context.bucket("a"), "Key": "note é.txt"}
    return str(s3.generate_presigned_url("get_object", place, int(lifetime.total_seconds())))


@pytest.mark.parametrize("sign", [_version_4, _version_2])
def test_both_signatures_are_used_and_their_duration_is_read(
    context: Context, sign: Callable[..., str]
) -> None:
    assert use(context, "GET", sign(context), expires=600).body == b"bonjour"
    with pytest.raises(Review, match="n'a pas la durée demandée"):
        use(context, "GET", sign(context, timedelta(hours=1)), expires=600)


@pytest.mark.parametrize("sign", [_version_4, _version_2])
def test_a_url_kept_from_an_earlier_request_is_told(
    context: Context, sign: Callable[..., str]
) -> None:
    expect_signed_each_time(lambda: sign(context), expires=600)
    kept = sign(context)
    with pytest.raises(Review, match="n'a pas été signée pour cette demande"):
        expect_signed_each_time(lambda: kept, expires=600)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "localhost"])
def test_a_url_never_leads_elsewhere(context: Context, host: str) -> None:
    now = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    with hostile_server(once(answer(b"", 200))) as (trap, visits):
        address = trap.replace("127.0.0.1", host)
        signed = f"X-Amz-Signature=0&X-Amz-Date={now}&X-Amz-Expires=600"
        try:
            reply = use(context, "GET", f"{address}/bucket/key?{signed}", expires=600)
        except Review as refused:
            assert "ne mène pas au serveur S3" in refused.message
        else:
            assert reply.status >= 400
    assert visits == []


@pytest.mark.parametrize(
    "url", ["", "bonjour", "file:///etc/passwd", "http://[::1", "//", "http://a b/", "http://\x00/"]
)
def test_what_is_not_a_url_is_told(context: Context, url: str) -> None:
    with pytest.raises(Review, match="URL"):
        use(context, "GET", url, expires=600)
