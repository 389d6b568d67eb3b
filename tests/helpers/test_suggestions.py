"""Le nom que la personne voulait sans doute écrire, d'après de vraies erreurs."""

from __future__ import annotations

import unicodedata

import pytest
from minio import Minio
from minio.error import S3Error

from helpers import fresh_bucket, remove_bucket, show_error
from helpers.suggestions import suggestion
from tests.support.servers import WAY, put

NAMES = {
    "client": Minio("127.0.0.1:9"),
    "mesures": {"nom": 1, "Ville": {"pays": "FR"}},
    "deposer": lambda bucket_name, contenu: None,
    "_cache": 1,
}


def suggested(line: str, client: Minio = NAMES["client"]) -> str:
    """Renvoie ce qui est proposé à la personne qui écrit cette ligne."""
    with pytest.raises(Exception) as caught:
        exec(line, NAMES | {"client": client})  # noqa: S102
    frame = caught.traceback[-1].frame.raw
    for entry in caught.traceback:
        if str(entry.path) == "<string>":
            frame = entry.frame.raw
    return suggestion(caught.value, {**frame.f_globals, **frame.f_locals}, line)


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("clinet.list_buckets()", "client"),
        ("pritn(1)", "print"),
        ("client.bucket_exist('a')", "bucket_exists"),
        ("'a'.uper()", "upper"),
        ("import json; json.dump_s({})", "dumps"),
        ("import jsno", "json"),
        ("from minio.error import S3Eror", "S3Error"),
        ("from helpers import conect", "connect"),
        ("mesures['Nom']", "nom"),
        ("mesures['Ville']['pay']", "pays"),
        ("client.make_bucket(bucket='a')", "bucket_name"),
        ("import minio; minio.Minio(endpont='a')", "endpoint"),
        ("int.from_bytes(b'', byte_order='big')", ""),
    ],
)
def test_the_nearest_name_is_suggested(line: str, meant: str) -> None:
    assert suggested(line) == (f"Vouliez-vous dire `{meant}` ?" if meant else "")


@pytest.mark.parametrize(
    ("line", "how"),
    [
        ("show_tree('a')", "from helpers import show_tree"),
        ("timedelta(1)", "from datetime import timedelta"),
        ("io.BytesIO()", "import io"),
    ],
)
def test_a_name_that_is_not_imported_is_told_with_its_import(line: str, how: str) -> None:
    assert suggested(line) == f"Il manque sans doute « {how} »."


@pytest.mark.parametrize(
    "line", ["zut", "_cach", "{}['a']", "mesures[3]", "raise AttributeError('x')", "1 / 0"]
)
def test_without_a_near_name_nothing_is_suggested(line: str) -> None:
    assert suggested(line) == ""


@pytest.fixture
def bucket(client):
    name = fresh_bucket(client, "essai-cles")
    yield name
    remove_bucket(client, name)


@pytest.mark.both_servers
@pytest.mark.parametrize(
    ("key", "asked", "meant"),
    [
        (unicodedata.normalize("NFD", "été.txt"), "été.txt", 'normalize("NFD", clé)'),
        ("été.txt", unicodedata.normalize("NFD", "été.txt"), 'normalize("NFC", clé)'),
        ("photos/2026/port.jpg", "photos/2026/Port.jpg", "dire `photos/2026/port.jpg` ?"),
        ("photos/port.jpg", "absente.mp4", ""),
    ],
)
def test_an_absent_key_names_the_one_that_looks_like_it(client, bucket, key, asked, meant):
    put(client, bucket, key)
    said = suggested(f"client.get_object(bucket_name={bucket!r}, object_name={asked!r})", client)
    assert meant in said if meant else said == ""


@pytest.mark.both_servers
@pytest.mark.skipif(WAY == "embedded", reason="« \\ » y est un « / » : la clé est trouvée")
def test_a_windows_separator_is_told_with_the_key_that_exists(client, bucket, capsys):
    put(client, bucket, "photos/port.jpg")
    with pytest.raises(S3Error) as absent:
        client.stat_object(bucket_name=bucket, object_name="photos\\port.jpg")
    show_error(absent.value)
    assert "La clé « photos/port.jpg » existe." in capsys.readouterr().out
