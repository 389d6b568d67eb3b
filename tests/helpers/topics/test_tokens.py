"""Les fichiers de jeton : ce qui se lit, ce qui se refuse, un jeton qui change en pleine charge."""

from __future__ import annotations

import io
import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from threading import Condition

import pyarrow.fs
import pytest
from minio.credentials import AssumeRoleProvider, Credentials
from minio.error import S3Error

from helpers import fresh_bucket, remove_bucket
from helpers import server as servers
from helpers.errors import ContentError
from helpers.topics.tokens import (
    TokenFile,
    connect_from_token,
    credentials_for_arrow,
    read_token,
    write_token,
)

SECRET = "secret-a-ne-pas-citer"
AWS = {
    "Version": 1,
    "AccessKeyId": "CLE",
    "SecretAccessKey": SECRET,
    "SessionToken": "jeton",
    "Expiration": "2100-01-01T00:00:00Z",
}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "jeton.json"


def credentials(key="CLE", *, seconds=600):
    return Credentials(key, SECRET, "jeton", datetime.now(UTC) + timedelta(seconds=seconds))


# --- Lire ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "document",
    [
        AWS,
        {"Credentials": AWS, "AssumedRoleUser": {"Arn": "arn:aws:sts::1:assumed-role/a/b"}},
        {
            "access_key": "CLE",
            "secret_key": SECRET,
            "session_token": "jeton",
            "expiration": "2100-01-01T01:00:00+01:00",
        },
        {
            "AWS_ACCESS_KEY_ID": "CLE",
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_SESSION_TOKEN": "jeton",
            "AWS_CREDENTIAL_EXPIRATION": "2100-01-01T00:00:00",
        },
        {
            "Code": "Success",
            "AccessKeyId": "CLE",
            "SecretAccessKey": SECRET,
            "Token": "jeton",
            "Expiration": "2100-01-01T00:00:00.000Z",
        },
    ],
    ids=["credential_process", "assume-role", "simple", "environnement", "instance"],
)
def test_formats_of_common_tools(path, document):
    path.write_text(json.dumps(document))
    expected = Credentials("CLE", SECRET, "jeton", datetime(2100, 1, 1, tzinfo=UTC))
    assert read_token(path) == expected


def test_what_is_written_is_read_back_and_private(path):
    write_token(path, credentials())
    assert read_token(path).access_key == "CLE"
    assert os.name != "posix" or path.stat().st_mode & 0o077 == 0
    assert [found.name for found in path.parent.iterdir()] == ["jeton.json"]


@pytest.mark.parametrize(
    ("content", "fact"),
    [
        (None, "ne se lit pas"),
        ("", "est vide"),
        (" \n", "est vide"),
        (json.dumps(AWS)[:70], "à demi écrit"),
        ("aws_access_key_id = CLE", "n'est pas du JSON complet"),
        ("[1]", "n'est pas un objet"),
        ('"' + "x" * 70_000 + '"', "n'est pas un objet"),
        (json.dumps({"key": "CLE", "secret": SECRET}), "clé d'accès et la clé secrète.*key, secr"),
        (json.dumps(AWS | {"SecretAccessKey": None}), "il manque la clé secrète"),
        (json.dumps(AWS | {"Expiration": "demain"}), "la date d'expiration ne se comprend pas"),
        (json.dumps(AWS | {"Expiration": "2020-01-01T00:00:00Z"}), "a expiré le 01/01/2020"),
    ],
)
def test_a_bad_file_is_explained_without_its_secrets(path, content, fact):
    if content is not None:
        path.write_text(content)
    for use in (connect_from_token, credentials_for_arrow):
        with pytest.raises(ContentError, match=fact) as caught:
            use("localhost:9000", path)
        assert str(path) in caught.value.fact
        assert caught.value.remedy
        assert SECRET not in str(caught.value)


def test_bytes_that_are_no_text_are_explained(path):
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ContentError, match="JSON"):
        read_token(path)


# --- Suivre -------------------------------------------------------------------------------------


def test_a_file_being_written_leaves_the_former_token_in_use(path):
    write_token(path, credentials("PREMIERE", seconds=0.3))
    tokens = TokenFile(path)
    assert tokens.retrieve().access_key == "PREMIERE"
    for content in ("", json.dumps(AWS)[:50]):
        path.write_text(content)
        assert tokens.retrieve().access_key == "PREMIERE"
    path.unlink()
    assert tokens.retrieve().access_key == "PREMIERE"
    path.write_text(json.dumps(AWS)[:50])
    time.sleep(0.3)
    with pytest.raises(ContentError, match="à demi écrit"):
        tokens.retrieve()
    write_token(path, credentials("SECONDE"))
    assert tokens.retrieve().access_key == "SECONDE"


def test_a_rewrite_of_the_same_size_at_the_same_time_is_seen(path):
    tokens = TokenFile(path)
    for key in ("CLE1", "CLE2", "CLE3"):
        path.write_text(json.dumps(AWS | {"AccessKeyId": key}))
        os.utime(path, ns=(10**18, 10**18))
        assert tokens.retrieve().access_key == key


# --- En charge ----------------------------------------------------------------------------------

DOWNLOADS = 200
GENERATIONS = 4


@pytest.fixture
def bucket(client):
    name = fresh_bucket(client, "jetons-en-charge")
    for generation in range(GENERATIONS):
        client.put_object(
            bucket_name=name,
            object_name=f"{generation}/objet",
            data=io.BytesIO(content(generation)),
            length=len(content(generation)),
        )
    yield name
    remove_bucket(client, name)


def content(generation):
    return f"génération {generation}".encode() * 500


def token_of(server, bucket, generation):
    """Renvoie un jeton qui n'ouvre que les objets des générations 0 à ``generation``."""
    objects = [f"arn:aws:s3:::{bucket}/{number}/*" for number in range(generation + 1)]
    allowed = {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": objects}
    return AssumeRoleProvider(
        sts_endpoint=server.url,
        access_key=server.access_key,
        secret_key=server.secret_key,
        role_session_name=f"generation-{generation}",
        policy=json.dumps({"Version": "2012-10-17", "Statement": [allowed]}),
        region=server.region,
    ).retrieve()


def download(client, bucket, generation):
    answer = client.get_object(bucket_name=bucket, object_name=f"{generation}/objet")
    try:
        return answer.read()
    finally:
        answer.close()
        answer.release_conn()


@pytest.mark.both_servers
def test_two_hundred_downloads_while_the_token_changes_three_times(client, bucket, path):
    """Un téléchargement commencé après la parution du jeton n vise un objet que lui seul ouvre.

    Un client resté à un jeton d'avant serait refusé par le serveur ; c'est ce que vérifie la fin.
    """
    server = servers.find()
    tokens = [token_of(server, bucket, number) for number in range(GENERATIONS)]
    write_token(path, tokens[0])
    shared = connect_from_token(server.url, path)
    published, done, used = 0, 0, []
    progress = Condition()

    def one(number):
        nonlocal done
        with progress:  # la fin de chaque cinquantaine passe pendant le changement
            assert progress.wait_for(lambda: published >= number // 50, timeout=30)
            generation = published
        try:
            return download(shared, bucket, generation) == content(generation)
        finally:
            with progress:
                done += 1
                used.append(generation)
                progress.notify_all()

    with ThreadPoolExecutor(8) as pool:
        running = [pool.submit(one, number) for number in range(DOWNLOADS)]
        for generation in range(1, GENERATIONS):
            with progress:
                assert progress.wait_for(lambda n=generation: done >= n * 50 - 25, timeout=30)
            if generation == 2:  # ce programme-là n'écrit pas d'un coup
                text = json.dumps(asdict(tokens[2]), default=str)
                for size in (0, 1, len(text) // 2, len(text)):
                    path.write_text(text[:size])
                    time.sleep(0.01)
            else:
                write_token(path, tokens[generation])
            with progress:
                published = generation
                progress.notify_all()
        assert [task.result() for task in running] == [True] * DOWNLOADS

    assert set(used) == set(range(GENERATIONS))
    for generation in range(GENERATIONS - 1):
        write_token(path, tokens[generation])
        with pytest.raises(S3Error, match="AccessDenied"):
            download(shared, bucket, generation + 1)


@pytest.mark.both_servers
def test_arrow_reads_with_the_token_and_no_further(client, bucket, path):
    server = servers.find()
    write_token(path, token_of(server, bucket, 1))
    files = pyarrow.fs.S3FileSystem(**credentials_for_arrow(server.url, path))
    assert files.open_input_file(f"{bucket}/1/objet").read() == content(1)
    with pytest.raises(OSError, match="ACCESS_DENIED"):
        files.open_input_file(f"{bucket}/2/objet")
