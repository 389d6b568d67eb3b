"""Le dépôt : ce qu'il envoie, ce qu'il annule, ce qu'il dit."""

from __future__ import annotations

import io
import threading
from dataclasses import replace

import pytest
from minio.commonconfig import ENABLED
from minio.versioningconfig import VersioningConfig

from helpers import server as servers
from helpers import upload
from helpers.files import guess_type
from helpers.s3 import client_for
from helpers.widgets.uploader import File, Transfer
from tests.support.slow_link import slow_link
from tests.support.widgets import MIB, asked, put, unreachable


def leftovers(client, bucket):
    """Renvoie les clés du bucket, et celles des envois multipart inachevés."""
    keys = [item.object_name for item in client.list_objects(bucket_name=bucket, recursive=True)]
    pending = client._list_multipart_uploads(bucket_name=bucket).uploads
    return keys, [upload.object_name for upload in pending]


def made(key, content_type, data):
    """Un fichier à déposer, tout entier en mémoire."""
    return File(key, content_type, len(data), io.BytesIO(data))


def test_files_are_sent_with_their_type_and_progress(client, bucket):
    told = []
    transfer = Transfer(client, bucket, told.append)
    assert transfer.send(made("a/été.csv", guess_type("été.CSV"), b"x;y")) == "✓ Déposé."
    told.clear()
    big = bytes(range(256)) * (12 * MIB // 256)
    assert transfer.send(made("b.bin", guess_type("b.inconnu"), big)) == "✓ Déposé."
    assert (
        client.stat_object(bucket_name=bucket, object_name="a/été.csv").content_type == "text/csv"
    )
    stat = client.stat_object(bucket_name=bucket, object_name="b.bin")
    assert (stat.size, stat.content_type) == (12 * MIB, "application/octet-stream")
    assert told == [0, 5 * MIB, 10 * MIB, 12 * MIB]
    again = transfer.send(made("a/été.csv", "text/csv", b"z"))
    assert again == "✓ Déposé, à la place de l'objet de même clé."


@pytest.fixture
def slow(client):
    """Un client à qui il faut une seconde pour envoyer 4 Mio."""
    server = servers.find()
    with slow_link(server.endpoint, 4 * MIB) as endpoint:
        yield client_for(replace(server, endpoint=endpoint))


def cancelled_after(client, bucket, seconds):
    """Envoie 4 Mio, annule au bout de ``seconds``, et renvoie ce qui est dit."""
    transfer = Transfer(client, bucket, lambda sent: None)
    threading.Timer(seconds, transfer.cancel).start()
    return transfer.send(made("petit.bin", "application/octet-stream", bytes(4 * MIB)))


def test_cancel_stops_a_large_file_and_leaves_nothing(client, slow, bucket):
    told = []

    def tell(sent):
        told.append(sent)
        if sent:
            transfer.cancel()

    transfer = Transfer(slow, bucket, tell)
    for _ in range(2):
        file = made("gros.bin", "application/octet-stream", bytes(60 * MIB))
        assert transfer.send(file) == "– Annulé : rien n'est resté sur le serveur."
    assert told == [0, 5 * MIB]
    assert leftovers(client, bucket) == ([], [])


def test_cancel_during_the_last_part_leaves_nothing(client, slow, bucket):
    said = cancelled_after(slow, bucket, 0.4)
    assert said == "– Annulé : rien n'est resté sur le serveur."
    assert leftovers(client, bucket) == ([], [])


@pytest.mark.slow
def test_cancel_too_late_over_an_existing_object_is_said(client, slow, bucket):
    put(client, bucket, "petit.bin", b"avant")
    said = cancelled_after(slow, bucket, 0.4)
    assert said.startswith("! Annulé trop tard")
    client.set_bucket_versioning(bucket_name=bucket, config=VersioningConfig(ENABLED))
    put(client, bucket, "petit.bin", b"avant")
    said = cancelled_after(slow, bucket, 0.4)
    assert said.startswith("– Annulé")
    assert client.stat_object(bucket_name=bucket, object_name="petit.bin").size == 5


@pytest.mark.parametrize(
    ("key", "fragment"),
    [
        ("", "Il manque la clé"),
        ("x" * 1025, "Cette clé dépasse"),
        ("a/../b", "n'est pas la même pour tous les serveurs"),
        ("photos//port.jpg", "n'est pas la même pour tous les serveurs"),
        ("photos\\port.jpg", "n'est pas la même pour tous les serveurs"),
    ],
)
def test_refused_key_is_explained(client, bucket, key, fragment):
    said = Transfer(client, bucket, lambda sent: None).send(made(key, "text/plain", b"x"))
    assert said.startswith("✗ ")
    assert fragment in said


def test_missing_bucket_and_missing_server_are_explained(client, bucket):
    file = made("a.txt", "text/plain", b"x")
    said = Transfer(client, "pas-de-bucket-ici", lambda sent: None).send(file)
    assert said.startswith("✗ Ce bucket n'existe pas.")
    said = Transfer(unreachable(), bucket, lambda sent: None).send(file)
    assert said.startswith("✗ Le serveur S3 ne répond pas")


class Page:
    """Ce que fait la page d'un dépôt : choisir, donner chaque morceau demandé, attendre la fin."""

    def __init__(self, view, **files):
        self.view, self.contents = view, list(files.values())
        view.send = self.heard
        chosen = [{"name": name, "size": len(data)} for name, data in files.items()]
        asked(view, "choose", chosen)

    def heard(self, message):
        if "want" not in message:
            return
        piece = self.contents[message["want"]][message["start"] : message["end"]]
        asked(self.view, "piece", buffers=[piece] if piece else [])

    def deposit(self, *keys):
        wanted = [{"key": key, "content_type": "text/plain"} for key in keys]
        asked(self.view, "send", wanted)
        for thread in threading.enumerate():
            if thread.name == "kit-upload":
                thread.join(20)
        return [file["said"] for file in self.view.files]


def test_the_page_gives_its_files_piece_by_piece(client, bucket):
    data = bytes(range(256)) * (6 * MIB // 256) + b"fin"
    page = Page(upload(client, bucket, "depot/").build(), **{"a.txt": data, "vide.csv": b""})
    assert [file["key"] for file in page.view.files] == ["depot/a.txt", "depot/vide.csv"]
    assert [file["content_type"] for file in page.view.files] == ["text/plain", "text/csv"]
    assert page.deposit("depot/a.txt", "depot/vide") == ["✓ Déposé.", "✓ Déposé."]
    response = client.get_object(bucket_name=bucket, object_name="depot/a.txt")
    assert response.read() == data
    response.close()
    assert (page.view.sending, page.view.error) == ({}, "")


def test_files_that_failed_stay_ready_to_go(client, bucket):
    page = Page(upload(client, bucket).build(), a=b"salut", b=b"salut")
    assert page.deposit("", "b") == ["✗ Il manque la clé de ce fichier.", "✓ Déposé."]
    client.remove_object(bucket_name=bucket, object_name="b")
    assert page.deposit("a", "b") == ["✓ Déposé.", "✓ Déposé."]
    # Ce qui est arrivé ne repart pas.
    assert leftovers(client, bucket) == (["a"], [])


def test_a_file_that_the_page_cannot_read_is_said(client, bucket):
    page = Page(upload(client, bucket).build(), a=b"salut")
    page.contents = [b""]
    (said,) = page.deposit("a")
    assert said.startswith("✗ La page n'a pas pu lire la suite de ce fichier")
    assert leftovers(client, bucket) == ([], [])
