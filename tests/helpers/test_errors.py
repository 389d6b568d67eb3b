"""Les erreurs qu'un élève rencontre, produites pour de vrai, et leur explication en français."""

from __future__ import annotations

import http.server
import io
import os
import re
import threading
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import minio.time
import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import requests
import urllib3
from minio import Minio
from minio.commonconfig import Filter
from minio.error import S3Error
from minio.lifecycleconfig import Expiration, LifecycleConfig, Rule
from pyarrow import csv

from helpers import server as servers
from helpers.connection import connect
from helpers.errors import (
    ContentError,
    KitError,
    OwnershipError,
    ServerError,
    SettingsError,
    explain,
    explain_text,
)
from helpers.s3 import client_for

BUCKET = "essai-erreurs"


@pytest.fixture
def bucket(client) -> str:
    if not client.bucket_exists(bucket_name=BUCKET):
        client.make_bucket(bucket_name=BUCKET)
        put(client, BUCKET, "cle")
    return BUCKET


def put(client: Minio, bucket: str, key: str, data: bytes = b"x", **more) -> None:
    arguments = {"data": io.BytesIO(data), "length": len(data)} | more
    client.put_object(bucket_name=bucket, object_name=key, **arguments)


def other_client(**changes) -> Minio:
    """Renvoie un client du serveur de la session, mal réglé."""
    return client_for(replace(servers.find(), **changes))


def explained(action, *arguments, **more) -> str:
    """Renvoie l'explication de l'erreur que lève cette action, fait et remède."""
    with pytest.raises(Exception) as caught:
        action(*arguments, **more)
    explanation = explain(caught.value)
    assert explanation is not None, repr(caught.value)
    assert explanation.fact.endswith(".")
    assert explanation.remedy.endswith(".")
    return str(explanation)


# --- Joindre le serveur -------------------------------------------------------------------------


def test_connection_refused(client):
    text = explained(other_client(endpoint="127.0.0.1:9").list_buckets)
    assert text.startswith("Le serveur S3 ne répond pas")
    assert "Relancez connect()" in text
    url = client.presigned_get_object(bucket_name=BUCKET, object_name="cle")
    url = re.sub(r"//[^/]+/", "//127.0.0.1:9/", url)
    assert explained(requests.get, url, timeout=5) == text


def test_unknown_host(client):
    text = explained(other_client(endpoint="serveur.invalid:9000").list_buckets)
    assert text.startswith("Le serveur S3 ne répond pas")


def test_https_asked_of_a_server_that_speaks_http(client):
    text = explained(other_client(secure=True).list_buckets)
    assert text.startswith("La connexion HTTPS échoue")
    assert "http://" in text


def test_address_of_something_else_than_s3(client, tmp_path):
    class Site(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *arguments):
            pass

    (tmp_path / "index.html").write_text("<p>Bonjour<br></p>", encoding="utf-8")
    with http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), lambda *a: Site(*a, directory=str(tmp_path))
    ) as site:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        elsewhere = other_client(endpoint=f"127.0.0.1:{site.server_port}")
        for action in (elsewhere.list_buckets, lambda: put(elsewhere, BUCKET, "cle")):
            text = explained(action)
            assert text.startswith("Ce qui répond à cette adresse n'est pas un serveur S3.")
            assert "9000" in text
        site.shutdown()


@pytest.mark.slow
@pytest.mark.both_servers
def test_server_killed_in_the_middle_of_a_download(kit_data):
    client = connect(quiet=True)
    client.make_bucket(bucket_name="essai")
    put(client, "essai", "gros", bytes(32 * 1024 * 1024))
    response = client.get_object(bucket_name="essai", object_name="gros")
    response.read(1024)
    psutil.Process(servers.find().pid).kill()
    assert explained(response.read).startswith("Le serveur S3 ne répond pas")


# --- Les identifiants ---------------------------------------------------------------------------


@pytest.mark.both_servers
def test_wrong_access_key(client):
    text = explained(other_client(access_key="cle-inconnue").list_buckets)
    assert text.startswith("Le serveur ne connaît pas cette clé d'accès.")
    assert "MINIO_ACCESS_KEY" in text


@pytest.mark.both_servers
def test_wrong_secret_key(client):
    text = explained(other_client(secret_key="secret-faux-123").list_buckets)
    assert text.startswith("La signature est fausse")
    assert "MINIO_SECRET_KEY" in text


@pytest.mark.both_servers
def test_wrong_session_token(client):
    text = explained(other_client(session_token="jeton-faux").list_buckets)
    # SeaweedFS ne distingue pas un jeton faux d'une clé inconnue.
    assert "jeton de session" in text or "clé d'accès" in text


@pytest.mark.both_servers
@pytest.mark.parametrize("minutes", [-20, 20])
def test_clock_of_this_machine_is_wrong(client, monkeypatch, minutes):
    now = minio.time.utcnow
    monkeypatch.setattr(minio.time, "utcnow", lambda: now() + timedelta(minutes=minutes))
    text = explained(client.list_buckets)
    assert text.startswith("L'horloge de votre machine")
    assert "à l'heure" in text


@pytest.mark.both_servers
def test_anonymous_client_is_denied(client, bucket):
    server = servers.find()
    stranger = Minio(endpoint=server.endpoint, secure=False, region=server.region)
    text = explained(stranger.get_object, bucket_name=bucket, object_name="cle")
    assert text.startswith("Le serveur refuse cette opération")


@pytest.mark.both_servers
def test_presigned_url_used_with_another_method(client, bucket):
    url = client.presigned_get_object(bucket_name=bucket, object_name="cle")
    answer = urllib3.request("PUT", url, body=b"x")
    error = S3Error.fromxml(answer)
    assert error.code == "SignatureDoesNotMatch"
    assert "URL présignée" in explain(error).remedy


# --- Les buckets et les objets ------------------------------------------------------------------


@pytest.mark.both_servers
def test_bucket_errors(client, bucket):
    assert explained(put, client, "essai-absent", "cle").startswith("Ce bucket n'existe pas.")
    assert "make_bucket()" in explained(client.remove_bucket, bucket_name="essai-absent")
    assert "il est à vous" in explained(client.make_bucket, bucket_name=bucket)
    text = explained(client.remove_bucket, bucket_name=bucket)
    assert text.startswith("Ce bucket contient encore des objets")


@pytest.mark.parametrize(
    "name", ["Majuscule", "ab", "a_b", "été", "192.168.1.1", "a..b", "-ab", "x" * 64]
)
def test_bucket_name_refused_before_the_request(client, name):
    text = explained(client.make_bucket, bucket_name=name)
    assert text.startswith("Ce nom de bucket ne respecte pas les règles de S3")
    assert "de 3 à 63 caractères" in text


@pytest.mark.both_servers
def test_bucket_name_refused_by_the_server(client, monkeypatch):
    # minio-py arrête les mauvais noms ; sans son contrôle, le serveur les refuse à son tour.
    monkeypatch.setattr("minio.api.check_bucket_name", lambda *a, **k: None)
    text = explained(client.make_bucket, bucket_name="Majuscule_")
    assert text.startswith("Ce nom de bucket ne respecte pas les règles de S3.")


@pytest.mark.both_servers
def test_object_errors(client, bucket):
    for method in (client.get_object, client.stat_object):
        text = explained(method, bucket_name=bucket, object_name="absent")
        assert text.startswith("Aucun objet ne porte cette clé")
    assert "1024 octets" in explained(put, client, bucket, "é" * 600)
    assert "n'est pas acceptée" in explained(put, client, bucket, "a/../b")
    text = explained(client.get_object, bucket_name=bucket, object_name="cle", offset=9, length=1)
    assert text.startswith("L'intervalle d'octets")


@pytest.mark.both_servers
def test_versions_locks_and_lifetimes(client):
    vault = f"{BUCKET}-coffre"
    client.make_bucket(bucket_name=vault, object_lock=True)
    held = client.put_object(
        bucket_name=vault, object_name="a", data=io.BytesIO(b"x"), length=1, legal_hold=True
    )
    where = {"bucket_name": vault, "object_name": "a"}
    version = {"version_id": held.version_id}
    rule = Rule("Enabled", Filter(prefix="logs/"), "r", expiration=Expiration(days=-1))
    if servers.find().way != "embedded":  # SeaweedFS ne dit pas qu'un verrou est en cause
        assert "Un verrou protège" in explained(client.remove_object, **where, **version)
        text = explained(client.set_bucket_lifecycle, vault, LifecycleConfig([rule]))
        assert "au moins un jour" in text
    client.disable_object_legal_hold(**where, **version)
    client.remove_object(**where, **version)
    assert "n'a pas, ou n'a plus, de version" in explained(client.get_object, **where, **version)
    client.remove_bucket(bucket_name=vault)


@pytest.mark.both_servers
def test_put_object_misused(client, bucket):
    data = {"bucket_name": bucket, "object_name": "cle"}
    assert "length=len(data)" in explained(client.put_object, **data, data=io.BytesIO(b"x"))
    assert "a besoin de part_size" in explained(put, client, bucket, "cle", length=-1)
    text = explained(put, client, bucket, "cle", length=-1, part_size=1024)
    assert text.startswith("part_size est trop petit.")
    assert "plus d'octets" in explained(put, client, bucket, "cle", length=9)
    for content in (b"x", "x"):
        assert "io.BytesIO" in explained(client.put_object, **data, data=content, length=1)
    text = explained(put, client, bucket, "cle", metadata={"auteur": "Éluard"})
    assert "urllib.parse.quote()" in text


# --- Le disque plein ----------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.both_servers
def test_full_disk_of_the_server(small_disk):
    said = []
    client = client_for(servers.ensure(said.append))
    assert any(text.startswith("Disque presque plein") for text in said)
    client.make_bucket(bucket_name="essai")

    acknowledged = []

    def fill() -> None:
        for number in range(60):
            put(client, "essai", f"{number}", os.urandom(1024 * 1024))
            acknowledged.append(f"{number}")

    expected = {
        # Selon le moment où l'écriture échoue, MinIO dit StorageFull, ou IncompleteBody.
        "native": ("Le disque est plein", "Le serveur n'a pas reçu tous les octets annoncés"),
        # SeaweedFS ne donne pas la cause.
        "embedded": "Le serveur a rencontré une erreur interne ; son disque est peut-être plein",
    }
    text = explained(fill)
    assert text.startswith(expected[os.environ["KIT_SERVER"]])
    assert acknowledged
    for key in acknowledged:
        assert client.stat_object(bucket_name="essai", object_name=key).size == 1024 * 1024
    if os.environ["KIT_SERVER"] == "native":
        return
    # Plein jusqu'au dernier octet, quelque temps ; puis le remède, suivi à la lettre.
    with (small_disk / "lourd").open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    for number in range(80):
        with suppress(S3Error):
            put(client, "essai", f"petit-{number}", bytes(10 ** (1 + number % 4)))
    (small_disk / "lourd").unlink()
    assert "kit.py down" in text
    servers.stop()
    client = client_for(servers.ensure())
    put(client, "essai", "ensuite", b"x")


@pytest.mark.slow
@pytest.mark.both_servers
def test_full_disk_leaves_the_settings_whole(small_disk):
    servers.remember("KIT_ID", lambda: "abc")
    before = (small_disk / ".env").read_bytes()
    with (small_disk / "lourd").open("wb", buffering=0) as file, pytest.raises(OSError) as caught:
        while True:
            file.write(bytes(4096))
    assert explain(caught.value).fact.startswith("Le disque est plein")
    with pytest.raises(SettingsError, match="place"):
        servers.remember("MINIO_ROOT_USER", lambda: "x" * 8192)
    assert (small_disk / ".env").read_bytes() == before
    assert sorted(path.name for path in small_disk.glob("*env*")) == [".env", "env.lock"]


# --- Les erreurs du kit, et les autres ----------------------------------------------------------


@pytest.mark.parametrize(
    "kind", [KitError, SettingsError, ServerError, OwnershipError, ContentError]
)
def test_kit_error_carries_its_fact_and_remedy(kind):
    error = kind("Le fait.", "Le remède.")
    assert str(error) == "Le fait. Le remède."
    assert str(explain(error)) == "Le fait.\n→ Le remède."
    assert isinstance(error, KitError)


@pytest.mark.parametrize("error", [LookupError(), ValueError("rien"), TypeError(), OSError()])
def test_unknown_errors_are_left_alone(error):
    assert explain(error) is None


def test_what_may_not_be_the_persons_code_is_not_explained_as_hers():
    error = ZeroDivisionError("division by zero")
    assert explain(error) == explain_text("ZeroDivisionError", "division by zero")
    assert explain(error, code=False) is None
    assert explain(ConnectionRefusedError(), code=False) is not None


# --- Lire des tableaux --------------------------------------------------------------------------


def parquet(**columns) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink)
    return sink.getvalue()


@pytest.mark.parametrize(
    ("action", "told"),
    [
        (lambda: csv.read_csv(io.BytesIO(b"a,b\n1,2\n1,2,3\n")), "autant de colonnes"),
        (lambda: csv.read_csv(io.BytesIO()), "Ce CSV est vide"),
        (lambda: pa.array([1, "a"]), "pas du type demandé"),
        (lambda: pa.array(["x"]).cast(pa.int64()), "pas du type demandé"),
        (lambda: pa.array([1], pa.string()), "pas du type demandé"),
        (lambda: pa.table({"a": [1, 2], "b": [1]}), "la même longueur"),
        (lambda: pa.concat_tables([pa.table({"a": [1]}), pa.table({"b": [1]})]), "mêmes colonnes"),
        (lambda: pa.table({"a": [1]}).select(["b"]), "Aucune colonne"),
        (lambda: pq.read_table(io.BytesIO(parquet(a=[1])), columns=["b"]), "Aucune colonne"),
        (lambda: pq.read_table(io.BytesIO(parquet(a=[1])[:-20])), "Parquet est incomplet"),
        (lambda: pq.read_table("http://hote/cle"), "ne peut pas faire cela"),
    ],
)
def test_what_pyarrow_refuses(action, told):
    assert told in explained(action)
