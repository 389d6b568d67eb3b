"""Les exceptions d'une copie, en français."""

from __future__ import annotations

import pytest

from helpers.errors import explain
from kit_minio.grading.judge.told import told

POOL = "HTTPConnectionPool(host='localhost', port=9000): Max retries exceeded with url: / (…)"
SAYINGS = [
    (f"MaxRetryError : {POOL}", "à localhost:9000 ; gardez le client de connect()."),
    (f"ConnectionError : {POOL}", "à localhost:9000, où rien ne répond"),
    (
        'EndpointConnectionError : Could not connect to the endpoint URL: "http://minio:9000/a"',
        "à minio:9000 ; gardez le client de connect().",
    ),
    ("ConnectError : [Errno 111] Connection refused", "Rien ne répond à l'adresse"),
    (
        r"FileNotFoundError : [Errno 2] No such file or directory: 'C:\\Users\\lea\\a.png'",
        r"« C:\Users\lea\a.png » n'existe que sur votre machine",
    ),
    (
        "PermissionError : [Errno 13] Permission denied: '/home/lea'",
        "« /home/lea » n'existe que sur votre machine",
    ),
    (
        "FileNotFoundError : [Errno 2] No such file or directory: 'a.png'",
        "Le fichier « a.png » n'existe pas pendant la correction",
    ),
    ("ModuleNotFoundError : No module named 'outils.noms'", "rendez outils.py avec le notebook"),
    ("Temps dépassé : au bout de 60 s", "au bout de 60 s. Cherchez une boucle qui ne finit pas"),
    ("StdinNotImplementedError : raw_input was called", "écrivez la valeur dans le code"),
    (
        "RuntimeError : asyncio.run() cannot be called from a running event loop",
        "écrivez await devant l'appel",
    ),
    (
        "S3Error : S3 operation failed; code: InvalidAccessKeyId, message: Unknown., resource: /a,",
        "gardez le client de connect()",
    ),
    (
        "S3Error : S3 operation failed; code: AccessDenied, message: No., resource: /exercice-a,",
        "hors de votre espace : son nom complet se demande à tp.bucket(…).",
    ),
    *(
        (
            f"S3Error : S3 operation failed; code: AccessDenied, message: No., resource: /{name},",
            'se demande à tp.bucket("archives").',
        )
        for name in (
            "exercice-01-archives",
            "exercice-01-3f2a-archives/a",
            "zoe-exercice-01-archives",
        )
    ),
    (
        "S3Error : S3 operation failed; code: NoSuchBucket, message: No., resource: /k1-a, id: 1",
        "S3Error NoSuchBucket, sur « /k1-a ». ",
    ),
]


REFUSED = [
    "S3Error : S3 operation failed; code: InvalidAccessKeyId, message: Unknown., resource: /a, id",
    "ClientError : An error occurred (SignatureDoesNotMatch) when calling the PutObject operation",
]


@pytest.mark.parametrize("error", REFUSED)
@pytest.mark.parametrize(
    ("code", "said"),
    [
        ('Minio("localhost:9000", "minioadmin")', "se connecte à localhost:9000 ; gardez le"),
        ("boto3.client('s3', endpoint_url='http://127.0.0.1:9000/')", "à 127.0.0.1:9000 ; gardez"),
        ("Minio(address, 'a', 'b')  # à 10:30", "à son client ne sont pas celles de la correction"),
    ],
)
def test_refused_keys_are_told_with_the_address_in_the_code(
    error: str, code: str, said: str
) -> None:
    assert said in told(error, "k1", code)


@pytest.mark.parametrize(("error", "said"), SAYINGS)
def test_it_is_told(error: str, said: str) -> None:
    assert said in told(error, "k1")


def test_it_is_explained_as_in_the_notebook() -> None:
    error = "NameError : name 'x' is not defined"
    explained = explain(NameError("name 'x' is not defined"))
    assert explained is not None
    assert told(error, "k1") == f"{error}. {explained.fact} {explained.remedy}"
    assert "KeyboardInterrupt. Cette cellule" in told("KeyboardInterrupt", "k1")
    assert (
        len(told(f"ValueError : invalid literal for int() with base 10: '{'1' * 9999}'", "")) < 600
    )


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        ("NameError : name 'clint' is not defined", "clint.list_buckets()", "client"),
        ("NameError : name 'folder' is not defined", "folders = []\nfolder", "folders"),
        ("NameError : name 'coutn' is not defined", "def count(): ...\ncoutn()", "count"),
        ("NameError : name 'jsn' is not defined", "import json as jsons\njsn", "jsons"),
        ("NameError : name 'prnt' is not defined", "!ls\nprnt(1)", "print"),
        ("AttributeError : 'Minio' object has no attribute 'make_buckt'", "", "make_bucket"),
        ("AttributeError : 'list' object has no attribute 'apend'", "", "append"),
    ],
)
def test_a_name_nearby_is_suggested_as_in_the_notebook(error: str, code: str, said: str) -> None:
    assert f"Vouliez-vous dire `{said}` ?" in told(error, "k1", code)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ("NameError : name 'total' is not defined", "print(total)\ntotal = 1"),
        ("AttributeError : 'Inconnu' object has no attribute 'apend'", ""),
        ("AttributeError : 'NoneType' object has no attribute 'apend'", ""),
    ],
)
def test_nothing_is_suggested_when_nothing_is_near(error: str, code: str) -> None:
    assert "Vouliez-vous" not in told(error, "k1", code)


@pytest.mark.parametrize("error", ["OddError : name 'x' is not defined", "E", "", "x : "])
def test_the_others_stay_as_they_are(error: str) -> None:
    assert told(error, "k1") == error
