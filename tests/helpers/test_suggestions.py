"""Le nom que la personne voulait sans doute écrire, d'après de vraies erreurs."""

from __future__ import annotations

import pytest
from minio import Minio

from helpers.suggestions import suggestion

NAMES = {
    "client": Minio("127.0.0.1:9"),
    "mesures": {"nom": 1, "Ville": {"pays": "FR"}},
    "deposer": lambda bucket_name, contenu: None,
    "_cache": 1,
}


def suggested(line: str) -> str:
    """Renvoie ce qui est proposé à la personne qui écrit cette ligne."""
    with pytest.raises(Exception) as caught:
        exec(line, dict(NAMES))  # noqa: S102
    frame = caught.traceback[-1].frame.raw
    for entry in caught.traceback:
        if str(entry.path) == "<string>":
            frame = entry.frame.raw
    return suggestion(caught.value, frame, line)


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
