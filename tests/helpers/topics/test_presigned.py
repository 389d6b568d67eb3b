"""Les URL présignées, lues et expliquées sans le serveur qui les a signées."""

from datetime import UTC, datetime, timedelta

import pytest
from minio import Minio

from helpers.errors import ContentError
from helpers.french import in_words
from helpers.topics.presigned import explain_url, read_url

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def sign(**options):
    """Signe sans réseau, avec une clé inventée."""
    client = Minio(
        endpoint="media.exemple.org",
        access_key="cle-de-demo",
        secret_key="secret-de-demo",
        session_token=options.pop("session_token", None),
        region="us-east-1",
    )
    request = {
        "method": "GET",
        "bucket_name": "photos",
        "object_name": "été/à quai.jpg",
        "expires": timedelta(hours=1),
        "request_date": NOON,
    }
    return client.get_presigned_url(**request | options)


def test_each_part_is_read_and_decoded():
    url = read_url(sign())
    assert url.address == "https://media.exemple.org"
    assert url.path == "/photos/été/à quai.jpg"
    assert url.parameters["X-Amz-Credential"] == "cle-de-demo/20261120/us-east-1/s3/aws4_request"
    assert (url.signed_at, url.lifetime) == (NOON, timedelta(hours=1))
    assert url.expires_at == NOON + timedelta(hours=1)


def test_time_left_is_counted_from_now_and_never_negative():
    now = datetime.now(UTC)
    left = read_url(sign(request_date=now)).time_left()
    assert timedelta(minutes=59, seconds=50) < left <= timedelta(hours=1)
    assert read_url(sign(request_date=now - timedelta(days=1))).time_left() == timedelta(0)


def test_every_parameter_has_a_line_and_a_meaning():
    name = "attachment; filename*=UTF-8''%C3%A9t%C3%A9.jpg"
    url = sign(
        session_token="un-jeton-temporaire",
        response_headers={"response-content-disposition": name},
        extra_query_params={"versionId": "v1"},
    )
    table = explain_url(url)
    lines = dict(table.rows)
    assert len(table.rows) == len(read_url(url).parameters) + 2
    assert all(lines.values())
    assert lines["X-Amz-Expires=3600"].startswith("Valable 1 h")
    assert "content-disposition" in lines[f"response-content-disposition={name}"]
    assert lines["versionId=v1"] == "Un paramètre de la requête, signé lui aussi."
    assert "X-Amz-Security-Token=un-jeton…" in lines


def test_signature_is_never_shown_whole():
    url = sign()
    signature = read_url(url).parameters["X-Amz-Signature"]
    table = explain_url(url)
    assert signature not in repr(table)
    assert signature not in table._repr_html_()
    assert f"X-Amz-Signature={signature[:8]}…" in repr(table)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("", "n'est pas une URL présignée"),
        ("bonjour", "n'est pas une URL présignée"),
        ("https://media.exemple.org/photos/a.jpg", "n'est pas une URL présignée"),
        ("http://[", "n'est pas une URL"),
        (sign().partition("&X-Amz-Signature")[0], "Il manque à cette URL : X-Amz-Signature."),
        (sign().replace("20261120T120000Z", "hier"), "X-Amz-Date=hier"),
        (sign().replace("Expires=3600", "Expires=bientot"), "X-Amz-Expires=bientot"),
        (sign().replace("Expires=3600", f"Expires={10**12}"), "X-Amz-Expires=1000000000000"),
        (sign().replace("Expires=3600", f"Expires={10**30}"), "ne se lit pas"),
    ],
)
def test_what_is_not_a_presigned_url_is_said(url, message):
    with pytest.raises(ContentError) as caught:
        read_url(url)
    assert message in caught.value.fact
    assert "Donnez l'URL entière" in caught.value.remedy


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (0.9, "0 s"),
        (1, "1 s"),
        (75, "1 min 15 s"),
        (3600, "1 h"),
        (5400, "1 h 30 min"),
        (3601, "1 h"),
        (86400, "1 jour"),
        (7 * 86400, "7 jours"),
        (2 * 86400 - 1, "1 jour 23 h"),
    ],
)
def test_durations_in_words(seconds, text):
    assert in_words(timedelta(seconds=seconds)) == text


def test_an_url_of_version_2_is_presigned_but_not_read():
    """Celle que boto3 signe d'office, si l'on ne dit rien."""
    boto3 = pytest.importorskip("boto3", reason="boto3 manque : python3 kit.py lab --full")
    keys = {"aws_access_key_id": "a", "aws_secret_access_key": "b", "region_name": "us-east-1"}
    client = boto3.client("s3", endpoint_url="http://127.0.0.1:9", **keys)
    url = client.generate_presigned_url("get_object", Params={"Bucket": "photos", "Key": "a.jpg"})
    with pytest.raises(ContentError) as caught:
        read_url(url)
    assert caught.value.fact.startswith("Cette URL est présignée, mais dans l'ancienne version")
    assert "s3v4" in caught.value.remedy
