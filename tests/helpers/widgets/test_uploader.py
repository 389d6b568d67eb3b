"""Le dépôt : ce qu'il envoie, ce qu'il annule, ce qu'il dit."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from minio.commonconfig import ENABLED
from minio.versioningconfig import VersioningConfig

from helpers import server as servers
from helpers import upload
from helpers.files import guess_type
from helpers.s3 import client_for
from helpers.widgets.uploader import File, Transfer
from tests.support.slow_link import slow_link
from tests.support.widgets import MIB, parts, press, put, shown, unreachable


def leftovers(client, bucket):
    """Renvoie les clés du bucket, et celles des envois multipart inachevés."""
    keys = [item.object_name for item in client.list_objects(bucket_name=bucket, recursive=True)]
    pending = client._list_multipart_uploads(bucket_name=bucket).uploads
    return keys, [upload.object_name for upload in pending]


def test_files_are_sent_with_their_type_and_progress(client, bucket):
    told = []
    transfer = Transfer(client, bucket, lambda *step: told.append(step))
    assert transfer.send(File("a/été.csv", guess_type("été.CSV"), b"x;y")) == "✓ Déposé."
    big = bytes(range(256)) * (12 * MIB // 256)
    assert transfer.send(File("b.bin", guess_type("b.inconnu"), memoryview(big))) == "✓ Déposé."
    assert (
        client.stat_object(bucket_name=bucket, object_name="a/été.csv").content_type == "text/csv"
    )
    stat = client.stat_object(bucket_name=bucket, object_name="b.bin")
    assert (stat.size, stat.content_type) == (12 * MIB, "application/octet-stream")
    total = 12 * MIB
    assert [sent for key, sent, _ in told if key == "b.bin"] == [0, 5 * MIB, 10 * MIB, total]
    assert {whole for key, _, whole in told if key == "b.bin"} == {total}
    again = transfer.send(File("a/été.csv", "text/csv", b"z"))
    assert again == "✓ Déposé, à la place de l'objet de même clé."


@pytest.fixture
def slow(client):
    """Un client à qui il faut une seconde pour envoyer 4 Mio."""
    server = servers.find()
    with slow_link(server.endpoint, 4 * MIB) as endpoint:
        yield client_for(replace(server, endpoint=endpoint))


def cancelled_after(client, bucket, file, seconds):
    """Envoie un fichier, annule au bout de ``seconds``, et renvoie ce qui est dit."""
    transfer = Transfer(client, bucket, lambda *step: None)
    threading.Timer(seconds, transfer.cancel).start()
    return transfer.send(file), transfer.send(file)


def test_cancel_stops_a_large_file_and_leaves_nothing(client, slow, bucket):
    file = File("gros.bin", "application/octet-stream", bytes(60 * MIB))
    told = []

    def tell(key, sent, total):
        told.append(sent)
        if sent:
            transfer.cancel()

    transfer = Transfer(slow, bucket, tell)
    for _ in range(2):
        assert transfer.send(file) == "– Annulé : rien n'est resté sur le serveur."
    assert told == [0, 5 * MIB]
    assert leftovers(client, bucket) == ([], [])


def test_cancel_during_the_last_part_leaves_nothing(client, slow, bucket):
    file = File("petit.bin", "application/octet-stream", bytes(4 * MIB))
    said, _ = cancelled_after(slow, bucket, file, 0.4)
    assert said == "– Annulé : rien n'est resté sur le serveur."
    assert leftovers(client, bucket) == ([], [])


@pytest.mark.slow
def test_cancel_too_late_over_an_existing_object_is_said(client, slow, bucket):
    put(client, bucket, "petit.bin", b"avant")
    file = File("petit.bin", "application/octet-stream", bytes(4 * MIB))
    said, _ = cancelled_after(slow, bucket, file, 0.4)
    assert said.startswith("! Annulé trop tard")
    client.set_bucket_versioning(bucket_name=bucket, config=VersioningConfig(ENABLED))
    put(client, bucket, "petit.bin", b"avant")
    said, _ = cancelled_after(slow, bucket, file, 0.4)
    assert said.startswith("– Annulé")
    assert client.stat_object(bucket_name=bucket, object_name="petit.bin").size == 5


@pytest.mark.parametrize(
    ("key", "fragment"),
    [("", "Il manque la clé"), ("x" * 1025, "Cette clé d'objet"), ("a/../b", "Cette clé d'objet")],
)
def test_refused_key_is_explained(client, bucket, key, fragment):
    said = Transfer(client, bucket, lambda *step: None).send(File(key, "text/plain", b"x"))
    assert said.startswith("✗ ")
    assert fragment in said


def test_missing_bucket_and_missing_server_are_explained(client, bucket):
    file = File("a.txt", "text/plain", b"x")
    said = Transfer(client, "pas-de-bucket-ici", lambda *step: None).send(file)
    assert said.startswith("✗ Ce bucket n'existe pas.")
    said = Transfer(unreachable(), bucket, lambda *step: None).send(file)
    assert said.startswith("✗ Le serveur S3 ne répond pas")


def test_files_that_failed_stay_ready_to_go(client, bucket):
    box = upload(client, bucket, "depot/").build()
    (picker,) = parts(box, "FileUpload")
    picker.value = tuple(chosen(name) for name in ("a.txt", "b.csv"))
    keys = [field for field in parts(box, "Text") if field.description == "Clé"]
    assert [field.value for field in keys] == ["depot/a.txt", "depot/b.csv"]
    keys[0].value = ""
    send(box)
    assert "Il manque la clé" in shown(box)
    assert [
        item.object_name for item in client.list_objects(bucket_name=bucket, recursive=True)
    ] == ["depot/b.csv"]
    (left,) = [field for field in parts(box, "Text") if field.description == "Clé"]
    left.value = "a.txt"
    send(box)
    assert parts(box, "Text") == []
    assert picker.value == ()
    assert client.stat_object(bucket_name=bucket, object_name="a.txt").size == 5


def chosen(name):
    """Renvoie un fichier tel que FileUpload le donne."""
    content = memoryview(b"salut")
    now = datetime.now(UTC)
    return {"name": name, "type": "", "size": 5, "content": content, "last_modified": now}


def send(box):
    press(box, "Déposer")
    for thread in threading.enumerate():
        if thread.name == "kit-upload":
            thread.join(10)
