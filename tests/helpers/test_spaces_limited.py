"""Les espaces avec des clés qui n'ouvrent qu'un préfixe : celles d'une classe, ou d'Onyxia."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from minio import Minio

from helpers import connect, current_server, fresh_bucket, fresh_space, open_exercises, remove_space
from helpers.errors import SettingsError
from helpers.topics.tenants import tenant

PREFIX = "essai-limite"
EVERYWHERE = {"Effect": "Allow", "Action": ["s3:*"], "Resource": ["arn:aws:s3:::*"]}
RIGHTS = {"Version": "2012-10-17", "Statement": [EVERYWHERE]}


@pytest.fixture
def limited(client: Minio, monkeypatch: pytest.MonkeyPatch) -> Iterator[Minio]:
    """Un client dont les clés n'ont de droits que sur les buckets du préfixe, et pas de liste."""
    arns = [f"arn:aws:s3:::{PREFIX}-*", f"arn:aws:s3:::{PREFIX}-*/*"]
    rights = {"Effect": "Allow", "Action": ["s3:*"], "Resource": arns}
    server = current_server()
    with tenant(server, PREFIX, {"Version": "2012-10-17", "Statement": [rights]}) as user:
        with monkeypatch.context() as patch:
            patch.setenv("KIT_SERVER", "external")
            patch.setenv("MINIO_ENDPOINT", server.url)
            patch.setenv("MINIO_ACCESS_KEY", user.server.access_key)
            patch.setenv("MINIO_SECRET_KEY", user.server.secret_key)
            yield connect(quiet=True)
        for bucket in client.list_buckets():
            if bucket.name.startswith(f"{PREFIX}-lecon"):
                remove_space(client, bucket.name)


@pytest.mark.both_servers
def test_a_space_is_made_with_keys_that_open_a_prefix_only(limited, monkeypatch):
    monkeypatch.setenv("KIT_SPACE", PREFIX)
    assert fresh_space(limited, "lecon") == f"{PREFIX}-lecon"
    limited.make_bucket(f"{PREFIX}-lecon-photos")
    assert fresh_space(limited, "lecon") == f"{PREFIX}-lecon", "elle recommence"
    assert not limited.bucket_exists(f"{PREFIX}-lecon-photos")


@pytest.mark.both_servers
@pytest.mark.parametrize(
    "make",
    [
        lambda client: fresh_space(client, "lecon"),
        lambda client: fresh_bucket(client, "photos"),
        lambda client: open_exercises("01", client),
    ],
    ids=["fresh_space", "fresh_bucket", "open_exercises"],
)
def test_a_refused_bucket_says_which_prefix_or_server_to_choose(limited, make):
    with pytest.raises(SettingsError) as refused:
        make(limited)
    assert refused.value.fact.startswith("Vos clés ne peuvent pas créer le bucket « ")
    assert "KIT_SPACE=" in refused.value.remedy
    assert "KIT_SERVER=embedded" in refused.value.remedy


@pytest.mark.both_servers
def test_a_lesson_that_makes_users_gets_a_server_of_its_own(limited, monkeypatch, kit_data, capsys):
    shared = os.environ["MINIO_ENDPOINT"]
    client = connect(users=True)
    assert "ne créent pas d'utilisateurs sur" in capsys.readouterr().out
    server = current_server()
    assert server.way == "embedded"
    assert server.url != shared
    with tenant(server, "essai-a-soi", RIGHTS) as user:
        user.client.list_buckets()
    assert fresh_space(client, "lecon-08").endswith("lecon-08")
    monkeypatch.setenv("KIT_SERVER", "external")  # un noyau redémarré
    assert current_server().url == shared


def test_keys_of_an_administrator_stay_where_they_are(client, monkeypatch, capsys):
    server = current_server()
    monkeypatch.setenv("KIT_SERVER", "external")
    monkeypatch.setenv("MINIO_ENDPOINT", server.url)
    monkeypatch.setenv("MINIO_ACCESS_KEY", server.access_key)
    monkeypatch.setenv("MINIO_SECRET_KEY", server.secret_key)
    connect(users=True)
    assert "ne créent pas" not in capsys.readouterr().out
    assert current_server().way == "external"
