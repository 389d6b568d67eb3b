"""``show_object`` et ``user_metadata`` : un objet se décrit de même sur tous les serveurs."""

import io
from urllib.parse import quote

import pytest

from helpers.display import show_object, user_metadata
from helpers.spaces import fresh_bucket, remove_bucket

TITLE = "Le port à marée basse"


@pytest.fixture
def stat(client):
    bucket = fresh_bucket(client, "test-display-metadata")
    client.put_object(
        bucket_name=bucket,
        object_name="port.txt",
        data=io.BytesIO(b"bonjour"),
        length=7,
        content_type="text/plain",
        metadata={"Titre": quote(TITLE), "auteur": "Alice", "Cache-Control": "no-store"},
    )
    yield client.stat_object(bucket_name=bucket, object_name="port.txt")
    remove_bucket(client, bucket)


def test_user_metadata_are_decoded_sorted_and_without_prefix(stat):
    assert list(user_metadata(stat).items()) == [("auteur", "Alice"), ("titre", TITLE)]


def test_object_is_shown_without_what_changes(stat):
    assert show_object(stat).rows == [
        ["système", "Taille", "7 o"],
        ["système", "Content-Type", "text/plain"],
        ["système", "Cache-Control", "no-store"],
        ["utilisateur", "auteur", "Alice"],
        ["utilisateur", "titre", TITLE],
    ]


def test_details_add_the_date_and_the_etag(stat):
    names = [name for _, name, _ in show_object(stat, details=True).rows]
    assert names[2:4] == ["Modifié le", "ETag"]
    assert stat.etag in repr(show_object(stat, details=True))
