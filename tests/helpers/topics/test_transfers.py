"""Beaucoup d'objets à la fois : tout arrive, ou le bilan dit ce qui manque et pourquoi."""

from __future__ import annotations

import io
import os
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager, suppress
from socketserver import BaseRequestHandler, ThreadingTCPServer

import pytest
from minio import Minio
from minio.credentials import Credentials, StaticProvider
from minio.error import S3Error

from helpers import (
    connect,
    download_many,
    fresh_bucket,
    upload_many,
)
from helpers.errors import ContentError, explain
from helpers.files import guess_type
from helpers.topics import transfers
from kit_minio.suite.processes import kill_servers

MIB = 1024 * 1024


@pytest.fixture
def bucket(client):
    return fresh_bucket(client, "transferts")


@pytest.fixture
def folder(tmp_path):
    """Un dossier à déposer : un fichier vide, des accents, et un fichier de deux parties."""
    return fill(tmp_path / "départ", {
        "vide.txt": b"", "relevés/été 2026.csv": b"a;b\n", "relevés/b.csv": b"c;d\n",
        "port.jpg": b"image", "film": os.urandom(9 * MIB), "sans extension": b"octets",
    })  # fmt: skip


def fill(root, contents):
    for name, data in contents.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return root


def put(client, bucket, *keys, size=5):
    for key in keys:
        client.put_object(
            bucket_name=bucket, object_name=key, data=io.BytesIO(bytes(size)), length=size
        )


def stored(client, bucket):
    found = client.list_objects(bucket_name=bucket, recursive=True)
    return sorted(item.object_name for item in found)


def tree(root):
    """Renvoie les octets de chaque fichier d'un dossier, fichiers provisoires compris."""
    found = (path for path in root.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}


def causes(report):
    return {key: why.fact for key, why in report.failed.items()}


# --- Tout arrive --------------------------------------------------------------------------------


@pytest.mark.both_servers
def test_a_folder_goes_and_comes_back_the_same(client, bucket, folder, tmp_path, capfd):
    sent = upload_many(client, bucket, folder, prefix="copie/2026/")
    assert (
        sent.done == stored(client, bucket) == sorted(f"copie/2026/{name}" for name in tree(folder))
    )
    assert sent.failed == {}
    assert sent.octets == sum(map(len, tree(folder).values()))
    assert str(sent) == "Objets déposés : 6 (9,0 Mio). Échecs : aucun."
    got = download_many(client, bucket, tmp_path / "x" / "arrivée", prefix="copie/2026/")
    assert tree(tmp_path / "x" / "arrivée") == tree(folder)
    assert (got.done, got.octets) == (sent.done, sent.octets)
    assert capfd.readouterr().out == ("Objets déposés : 6 sur 6\nObjets téléchargés : 6 sur 6\n")


def test_content_types_follow_the_extensions(client, bucket, folder):
    upload_many(client, bucket, folder)
    kinds = {key: client.stat_object(bucket_name=bucket, object_name=key).content_type
             for key in ("relevés/b.csv", "port.jpg", "sans extension")}  # fmt: skip
    assert list(kinds.values()) == ["text/csv", "image/jpeg", "application/octet-stream"]


def test_files_chosen_one_by_one_and_part_of_a_prefix(client, bucket, folder, tmp_path):
    files = {"photos/a.jpg": folder / "port.jpg", "photo.jpg": str(folder / "port.jpg")}
    assert upload_many(client, bucket, files, concurrency=1).done == sorted(files)
    download_many(client, bucket, tmp_path / "b", prefix="photo")
    assert sorted(tree(tmp_path / "b")) == ["photo.jpg", "photos/a.jpg"]
    download_many(client, bucket, str(tmp_path / "c"), keys=["photos/a.jpg"] * 2, prefix="photos/")
    assert sorted(tree(tmp_path / "c")) == ["a.jpg"]


def test_nothing_to_do_is_not_a_failure(client, bucket, tmp_path, capfd):
    (tmp_path / "vide").mkdir()
    report = upload_many(client, bucket, tmp_path / "vide")
    assert (report.done, report.failed, report.retry().done) == ([], {}, [])
    assert download_many(client, bucket, tmp_path / "vide").done == []


def test_proxy_of_the_environment_is_not_used(client, bucket, folder, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert upload_many(client, bucket, {"a": folder / "port.jpg"}).done == ["a"]


# --- Ce qui manque est dit, et se reprend -------------------------------------------------------


def test_file_that_vanishes_is_reported_and_retried(client, bucket, folder, monkeypatch):
    def vanish(**_):
        (folder / "port.jpg").rename(folder.parent / "ailleurs")
        return iter(())

    with monkeypatch.context() as patch:
        patch.setattr(client, "list_objects", vanish)
        report = upload_many(client, bucket, folder)
    assert len(report.done) == 5
    assert causes(report) == {"port.jpg": "Ce fichier n'existe pas, ou plus."}
    assert "port.jpg" not in stored(client, bucket)
    (folder.parent / "ailleurs").rename(folder / "port.jpg")
    assert report.retry().done == ["port.jpg"]
    assert stored(client, bucket) == sorted(tree(folder))


def test_unreadable_names_and_keys_are_reported_one_by_one(client, bucket, folder):
    odd = ["a//b", "a\\b", "/a", "a/", "../a", "a/./b", "a\nb", "caf\udce9", "é" * 600, "dossier"]
    files = dict.fromkeys(odd, folder / "port.jpg") | {"dossier": folder, "bon": folder / "film"}
    report = upload_many(client, bucket, files)
    assert report.done == stored(client, bucket) == ["bon"]
    assert sorted(report.failed) == sorted(odd)
    facts = causes(report)
    assert all("n'est pas la même pour tous les serveurs" in facts[key] for key in odd[:8])
    assert "1024 octets" in facts["é" * 600]
    assert "dossier" in facts["dossier"]


def test_missing_object_is_reported_and_the_former_file_kept(client, bucket, tmp_path):
    put(client, bucket, "b")
    fill(tmp_path, {"absent": b"avant", "b": b"avant"})
    report = download_many(client, bucket, tmp_path, keys=["absent", "b"])
    assert report.done == ["b"]
    assert causes(report) == {"absent": "Aucun objet ne porte cette clé dans ce bucket."}
    assert tree(tmp_path) == {"absent": b"avant", "b": bytes(5)}
    put(client, bucket, "absent")
    assert report.retry().done == ["absent"]


@pytest.mark.parametrize("transfer", [upload_many, download_many])
def test_wrong_bucket_is_said_before_anything(client, folder, tmp_path, transfer, capfd):
    for options in ({}, {"keys": ["a"]})[: 1 if transfer is upload_many else 2]:
        with pytest.raises(S3Error) as caught:
            transfer(client, "bucket-qui-n-existe-pas", folder, **options)
        assert explain(caught.value).fact == "Ce bucket n'existe pas."
    assert capfd.readouterr().out == ""


def test_wrong_folders_are_explained(client, bucket, folder, tmp_path):
    cases = {
        "n'existe pas ; dossier courant": lambda: upload_many(client, bucket, tmp_path / "absent"),
        "est un fichier, pas un dossier": lambda: upload_many(client, bucket, folder / "film"),
        "pas list": lambda: upload_many(client, bucket, [folder / "film"]),
        "ne peut pas être créé": lambda: download_many(client, bucket, folder / "film" / "b"),
    }
    for fact, action in cases.items():
        with pytest.raises(ContentError, match=fact):
            action()


def test_keys_unknown_to_the_server_are_explained_and_new_ones_taken_up(client, bucket, folder):
    class Renewed(StaticProvider):
        found = Credentials("inconnue", "inconnue-inconnue")

        def retrieve(self):
            return self.found

    base = client._base_url
    other = Minio(
        endpoint=base.host, secure=base.is_https, region=base.region,
        credentials=Renewed("a", "b"),
    )  # fmt: skip
    report = upload_many(other, bucket, {"a": folder / "port.jpg"})
    assert causes(report) == {"a": "Le serveur ne connaît pas cette clé d'accès."}
    Renewed.found = client._provider.retrieve()
    assert report.retry().done == ["a"]


# --- Pannes -------------------------------------------------------------------------------------


@contextmanager
def faulty_link(endpoint, cuts, after):
    """Relaie un serveur, et coupe les premières connexions qui ont reçu assez d'octets.

    Args:
        endpoint: ``hôte:port`` du serveur.
        cuts: le nombre de coupures.
        after: les octets reçus du serveur avant une coupure.
    """
    left = [cuts]

    class Relay(BaseRequestHandler):
        def handle(self):
            host, port = endpoint.split(":")
            with socket.create_connection((host, int(port))) as there:
                back = threading.Thread(target=self.copy, args=(self.request, there, False))
                back.start()
                self.copy(there, self.request, True)
                back.join()

        def copy(self, source, target, counted):
            seen = 0
            with suppress(OSError):
                while data := source.recv(MIB):
                    target.sendall(data)
                    seen += len(data)
                    if counted and seen > after and left[0]:
                        left[0] -= 1
                        break
            for end in (source, target):
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    class Server(ThreadingTCPServer):
        daemon_threads = True
        block_on_close = False

    with Server(("127.0.0.1", 0), Relay) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def through(client, address):
    return Minio(endpoint=address, secure=False, region="us-east-1", credentials=client._provider)


@pytest.mark.both_servers
def test_cut_connections_are_taken_up_again(client, bucket, folder, tmp_path):
    upload_many(client, bucket, folder)
    with faulty_link(client._base_url.host, 2, 4 * MIB) as address:
        report = download_many(through(client, address), bucket, tmp_path / "b", keys=["film"])
    assert report.done == ["film"], report
    assert tree(tmp_path / "b")["film"] == (folder / "film").read_bytes()


def test_download_cut_for_good_leaves_nothing_half_written(client, bucket, folder, tmp_path):
    upload_many(client, bucket, folder)
    fill(tmp_path / "b", {"film": b"avant"})
    with faulty_link(client._base_url.host, 99, MIB) as address:
        report = download_many(through(client, address), bucket, tmp_path / "b")
        assert len(report.done) == 5
        assert causes(report) == {
            "film": "Le serveur S3 ne répond pas : la connexion est refusée ou trop lente."
        }
    assert tree(tmp_path / "b") == tree(folder) | {"film": b"avant"}


@pytest.mark.both_servers
def test_server_stopped_in_mid_batch_and_started_again(kit_data, tmp_path, monkeypatch, client):
    here = connect(quiet=True)
    bucket = fresh_bucket(here, "arret")
    folder = fill(tmp_path / "départ", {f"{rank:02}": os.urandom(5000) for rank in range(60)})
    calls = []

    def stop_the_server_once(name):
        calls.append(name)
        if len(calls) == 20:
            kill_servers(kit_data)
        return guess_type(name)

    monkeypatch.setattr(transfers, "guess_type", stop_the_server_once)
    report = upload_many(here, bucket, folder, concurrency=4)
    assert len(report.done) >= 16
    assert sorted([*report.done, *report.failed]) == sorted(tree(folder))
    assert set(causes(report).values()) == {
        "Le serveur S3 ne répond pas : la connexion est refusée ou trop lente.",
        "Le serveur S3 ne répond plus : ce transfert n'a pas été tenté.",
    }
    here = connect(quiet=True)
    assert set(stored(here, bucket)) >= set(report.done)
    rest = upload_many(here, bucket, {key: folder / key for key in report.failed})
    assert rest.failed == {}
    assert download_many(here, bucket, tmp_path / "b").failed == {}
    assert tree(tmp_path / "b") == tree(folder)


_SMALL_DISK = """
import resource, sys
from helpers import connect, download_many
client = connect(quiet=True)
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
report = download_many(client, sys.argv[1], sys.argv[2])
print(report.done, {key: why.fact for key, why in report.failed.items()})
"""


@pytest.mark.both_servers
@pytest.mark.skipif(sys.platform == "win32", reason="limite d'Unix")
def test_full_disk_is_explained_and_leaves_nothing_half_written(client, bucket, tmp_path):
    put(client, bucket, "a", "c")
    put(client, bucket, "b", size=4 * MIB)
    done = subprocess.run(
        [sys.executable, "-c", _SMALL_DISK, bucket, str(tmp_path / "b")],
        capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    full = {"b": "Le disque est plein : l'écriture n'a pas abouti."}
    assert done.stdout.splitlines()[-1] == f"{['a', 'c']} {full}", done
    assert tree(tmp_path / "b") == {"a": bytes(5), "c": bytes(5)}


# --- Les clés ne sont pas des chemins -----------------------------------------------------------


def test_dangerous_keys_write_nothing_and_the_others_arrive(client, bucket, tmp_path):
    put(client, bucket, "bon", "nul.txt", "Port.jpg", "port.jpg")
    keys = ["bon", "nul.txt", "Port.jpg", "port.jpg", "../../dehors", "/dehors", "C:\\a"]
    report = download_many(client, bucket, tmp_path / "x" / "b", keys=keys)
    assert report.done == ["Port.jpg", "bon"]
    assert sorted(tree(tmp_path)) == ["x/b/Port.jpg", "x/b/bon"]
    assert len(report.failed) == 5


@pytest.mark.skipif(sys.platform == "win32", reason="un lien y demande des droits")
def test_link_that_leads_elsewhere_is_not_followed(client, bucket, tmp_path):
    put(client, bucket, "lien/a", "b")
    (tmp_path / "ailleurs").mkdir()
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "lien").symlink_to(tmp_path / "ailleurs")
    report = download_many(client, bucket, tmp_path / "b")
    assert report.done == ["b"]
    assert "mène ailleurs" in causes(report)["lien/a"]
    assert tree(tmp_path / "ailleurs") == {}
