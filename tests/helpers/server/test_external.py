"""Un serveur existant, que décrivent des variables ou ``.env``."""

from __future__ import annotations

import pytest

from helpers import server as servers
from helpers.errors import SettingsError
from helpers.s3 import client_for
from helpers.server.external import parse_endpoint


@pytest.mark.both_servers
def test_existing_server_comes_before_the_kits_own(existing, kit_data, monkeypatch):
    own = servers.ensure()
    monkeypatch.delenv("KIT_SERVER")
    assert servers.ensure().endpoint == own.endpoint
    for name, value in existing.items():
        monkeypatch.setenv(name, value)
    server = servers.ensure()
    assert server.way == "external"
    assert server.url == existing["MINIO_ENDPOINT"]
    assert server.sentence == (
        f"Serveur S3 : serveur existant, sur {server.endpoint} "
        "(décrit par les variables d'environnement ou par .env)."
    )
    client_for(server).list_buckets()


@pytest.mark.both_servers
def test_existing_server_is_never_stopped(existing, kit_data, monkeypatch):
    monkeypatch.setenv("KIT_SERVER", "external")
    for name, value in existing.items():
        monkeypatch.setenv(name, value)
    server = servers.ensure()
    assert servers.stop() is None
    assert servers.is_ready(server)
    assert not kit_data.exists()


def test_stray_aws_keys_mean_nothing(choice):
    choice.setenv("AWS_ACCESS_KEY_ID", "cle")
    choice.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    choice.setenv("AWS_SESSION_TOKEN", "jeton")
    assert servers.find() is None


@pytest.mark.parametrize(
    "name", ["MINIO_ENDPOINT", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_S3_ENDPOINT"]
)
def test_endpoint_without_keys_is_explained(choice, name):
    choice.setenv(name, "minio.exemple.org")
    with pytest.raises(SettingsError, match=r"minio\.exemple\.org.*absente") as caught:
        servers.ensure()
    assert "MINIO_ACCESS_KEY et MINIO_SECRET_KEY" in caught.value.remedy
    choice.setenv("AWS_ACCESS_KEY_ID", "cle")
    with pytest.raises(SettingsError):
        servers.find()
    choice.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    assert servers.find().endpoint == "minio.exemple.org"


def test_variables_of_a_platform_are_read_session_token_included(choice):
    choice.setenv("AWS_S3_ENDPOINT", "minio.exemple.org")
    choice.setenv("AWS_ACCESS_KEY_ID", "cle")
    choice.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    choice.setenv("AWS_SESSION_TOKEN", "jeton")
    choice.setenv("AWS_DEFAULT_REGION", "eu-west-3")
    server = servers.find()
    assert (server.url, server.access_key, server.secret_key, server.session_token) == (
        "https://minio.exemple.org",
        "cle",
        "secret",
        "jeton",
    )
    assert server.region == "eu-west-3"
    choice.setenv("MINIO_ENDPOINT", "localhost:9000")
    choice.setenv("MINIO_ACCESS_KEY", "autre")
    assert (servers.find().endpoint, servers.find().access_key) == ("localhost:9000", "autre")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("localhost:9000", ("localhost:9000", False)),
        (" http://127.0.0.1:9000/ ", ("127.0.0.1:9000", False)),
        ("127.0.0.1:9000", ("127.0.0.1:9000", False)),
        ("minio:9000", ("minio:9000", False)),
        ("[::1]:9000", ("[::1]:9000", False)),
        ("192.168.1.10:9000", ("192.168.1.10:9000", False)),
        ("https://192.168.1.10", ("192.168.1.10", True)),
        ("10.exemple.org", ("10.exemple.org", True)),
        ("minio.exemple.org", ("minio.exemple.org", True)),
        ("https://minio.exemple.org:9443", ("minio.exemple.org:9443", True)),
        ("http://minio.exemple.org", ("minio.exemple.org", False)),
    ],
)
def test_endpoint_with_or_without_scheme(text, expected):
    assert parse_endpoint(text) == expected


@pytest.mark.parametrize(
    "text",
    ["http://", "ftp://hote", "hote:port", "hote:99999", "hote:0", "http://hote/seau", "http://[::1",
     "hote?x=1"],
)  # fmt: skip
def test_endpoint_that_makes_no_sense_is_explained(text):
    with pytest.raises(SettingsError, match="ne se comprend pas") as caught:
        parse_endpoint(text)
    assert "localhost:9000" in caught.value.remedy


def test_password_in_the_address_is_refused_and_not_repeated():
    with pytest.raises(SettingsError, match=r"hote:9000") as caught:
        parse_endpoint("https://moi:motdepasse@hote:9000")
    assert "motdepasse" not in str(caught.value)
