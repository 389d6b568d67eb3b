"""Le choix du serveur, sa survie et son arrêt, avec de vrais processus."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager, suppress

import psutil
import pytest
import urllib3

from helpers import server as servers
from helpers.connection import connect
from helpers.errors import SettingsError
from helpers.s3 import client_for
from helpers.server import choose, docker, native, process
from kit_minio.server import is_changing
from kit_minio.suite.processes import processes_in
from tests.support.servers import (
    ENSURE,
    LABEL,
    OFFSETS,
    WAY,
    get,
    hold,
    last_time,
    output,
    posix_only,
    put,
    python,
    wait_until,
)


def test_unknown_way_is_refused(kit_data, monkeypatch):
    monkeypatch.setenv("KIT_SERVER", "podman")
    with pytest.raises(SettingsError, match="podman") as caught:
        servers.ensure()
    assert "external, docker, native, embedded" in caught.value.remedy


def test_external_without_endpoint_is_refused(kit_data, monkeypatch):
    monkeypatch.setenv("KIT_SERVER", "external")
    with pytest.raises(SettingsError, match="MINIO_ENDPOINT est absent"):
        servers.ensure()


@pytest.mark.both_servers
def test_forced_way_ignores_the_existing_server_and_is_announced(existing, kit_data, monkeypatch):
    monkeypatch.setenv("KIT_SERVER", f" {WAY.upper()} ")
    for name, value in existing.items():
        monkeypatch.setenv(name, value)
    server = servers.ensure()
    assert server.way == WAY
    assert server.sentence == (
        f"Serveur S3 : {LABEL}, sur {server.endpoint} (imposé par KIT_SERVER)."
    )
    again = servers.ensure()
    assert again.pid == server.pid
    assert again.sentence == (
        f"Serveur S3 : {LABEL}, sur {server.endpoint} (déjà démarré par le kit)."
    )
    # Les données des deux serveurs du kit ne se mélangent pas.
    assert [way for way in ("native", "embedded") if (kit_data / way).exists()] == [WAY]


@pytest.mark.both_servers
@pytest.mark.skipif(not native.program(), reason="aucun programme minio sur le PATH")
def test_changing_way_keeps_both_sets_of_data_and_one_server(kit_data, monkeypatch):
    endpoints = {}
    for way in ("native", "embedded", "native"):
        monkeypatch.setenv("KIT_SERVER", way)
        client = connect(quiet=True)
        if way not in endpoints:
            assert client.list_buckets() == []
            client.make_bucket(bucket_name=f"chez-{way}")
        endpoints[way] = servers.find()
        assert [bucket.name for bucket in client.list_buckets()] == [f"chez-{way}"]
        assert len(processes_in(kit_data)) == 1


@pytest.mark.both_servers
def test_two_notebooks_at_once_share_one_server(kit_data):
    started = [python(ENSURE) for _ in range(2)]
    pids = {int(output(process)) for process in started}
    assert len(pids) == 1
    assert [process.pid for process in processes_in(kit_data)] == list(pids)


@pytest.mark.slow
@pytest.mark.both_servers
def test_installations_starting_at_once_do_not_mix(kit_data):
    code = (
        "from helpers import connect, server; client = connect(quiet=True); "
        "client.make_bucket(bucket_name='essai'); print(server.find().endpoint)"
    )
    started = [python(code, KIT_DATA=str(kit_data / str(number))) for number in range(3)]
    assert len({output(process) for process in started}) == 3


@pytest.mark.parametrize("name", ["MINIO_ROOT_USER", "MINIO_ROOT_PASSWORD"])
def test_credentials_that_minio_would_refuse_are_refused_first(kit_data, monkeypatch, name):
    monkeypatch.setenv(name, "ab")
    with pytest.raises(SettingsError, match=f"{name} a moins de") as caught:
        servers.ensure()
    assert ".env" in caught.value.remedy
    assert not processes_in(kit_data)


@pytest.mark.slow
@pytest.mark.both_servers
def test_server_killed_under_load_comes_back_with_everything_acknowledged(kit_data):
    # Un port que la recherche ne rendrait pas en premier.
    last_time(kit_data, 9500)
    server = servers.ensure()
    client = client_for(server)
    client.make_bucket(bucket_name="essai")
    acknowledged = []

    def write() -> None:
        with suppress(urllib3.exceptions.HTTPError):
            for number in range(300):
                put(client, "essai", f"{number:03}", f"objet {number}".encode())
                acknowledged.append(number)

    writer = threading.Thread(target=write)
    writer.start()
    assert wait_until(lambda: len(acknowledged) >= 100, 20)
    os.kill(server.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
    writer.join()
    assert 100 <= len(acknowledged) < 300
    again = servers.ensure()
    assert again.pid != server.pid
    assert again.endpoint == server.endpoint
    client = client_for(again)
    put(client, "essai", "après")
    for number in acknowledged:
        assert get(client, "essai", f"{number:03}") == f"objet {number}".encode()


@pytest.mark.both_servers
@posix_only
def test_server_survives_the_notebook_that_started_it(kit_data):
    code = "import signal, time; signal.signal(signal.SIGINT, signal.default_int_handler); "
    notebook = subprocess.Popen(
        [sys.executable, "-c", f"{code}{ENSURE}time.sleep(60)"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    pid = int(notebook.stdout.readline())
    # Ctrl-C, puis la fermeture brutale du noyau et de tout son groupe.
    os.killpg(notebook.pid, signal.SIGINT)
    notebook.wait(10)
    with suppress(ProcessLookupError):
        os.killpg(notebook.pid, signal.SIGKILL)
    server = servers.find()
    assert server.pid == pid
    client_for(server).list_buckets()


@pytest.mark.slow
@pytest.mark.both_servers
def test_stop_works_while_the_notebook_that_started_it_lives(kit_data):
    notebook = python(ENSURE + "input()")
    pid = int(notebook.stdout.readline())
    try:
        assert servers.stop().pid == pid
        assert not processes_in(kit_data)
        assert servers.ensure().pid != pid
    finally:
        notebook.kill()
        notebook.communicate()


@pytest.mark.slow
@pytest.mark.both_servers
def test_data_survive_a_stop_and_a_second_stop_does_nothing(existing, kit_data):
    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        client = connect(quiet=True)
        client.make_bucket(bucket_name="essai")
        put(client, "essai", "dossier/clé é")
        assert servers.stop().way == WAY
        assert not processes_in(kit_data)
        assert servers.find() is None
        assert servers.stop() is None
        assert get(connect(quiet=True), "essai", "dossier/clé é") == b"bonjour"
        # Le serveur d'une autre installation et les autres programmes n'ont pas bougé.
        assert other.poll() is None
        assert urllib3.request("GET", existing["MINIO_ENDPOINT"]).status == 403
    finally:
        other.kill()
        other.wait()


@pytest.mark.both_servers
def test_the_port_of_last_time_is_taken_again_after_a_stop(kit_data):
    """Les notebooks ouverts ne connaissent que celui-là."""
    last_time(kit_data, 9500)
    first = servers.ensure()
    assert first.endpoint == "127.0.0.1:9500"
    assert servers.stop().pid == first.pid
    assert servers.find() is None
    again = servers.ensure()
    assert (again.endpoint, again.just_started) == (first.endpoint, True)


@pytest.mark.slow
@pytest.mark.both_servers
def test_path_with_spaces_accents_and_more_than_200_characters(kit_data, monkeypatch):
    folder = kit_data / "Élève n° 7 (TP, « S3 »)" / ("très long " * 12).strip() / ("été" * 20)
    assert len(str(folder)) > 200
    monkeypatch.setenv("KIT_DATA", str(folder))
    client = connect(quiet=True)
    client.make_bucket(bucket_name="essai")
    put(client, "essai", "cle")
    assert get(client, "essai", "cle") == b"bonjour"
    assert servers.find().pid == servers.ensure().pid
    assert servers.stop() is not None


@pytest.mark.both_servers
def test_server_listens_on_this_machine_only(kit_data):
    server = servers.ensure()
    base = int(server.endpoint.rpartition(":")[2])
    expected = {base + offset for offset in OFFSETS}

    def listening():
        sockets = psutil.Process(server.pid).net_connections("tcp")
        return [s.laddr for s in sockets if s.status == psutil.CONN_LISTEN]

    assert wait_until(lambda: {port for _, port in listening()} >= expected)
    assert {port for _, port in listening()} == expected
    assert {ip for ip, _ in listening()} <= {"127.0.0.1", "::1"}
    assert psutil.Process(server.pid).net_connections("udp") == []


@pytest.mark.both_servers
def test_nothing_is_read_without_a_signature(client):
    bucket = "prive-essai"
    if not client.bucket_exists(bucket_name=bucket):
        client.make_bucket(bucket_name=bucket)
    put(client, bucket, "cle")
    url = servers.find().url
    for method, path in (("GET", "/"), ("GET", f"/{bucket}/cle"), ("PUT", f"/{bucket}/autre")):
        assert urllib3.request(method, url + path, body=b"x").status == 403


# --- Attendre son tour --------------------------------------------------------------------------


def test_start_that_another_delays_says_so_at_once_and_gets_its_turn(kit_data, monkeypatch):
    monkeypatch.setattr(choose, "LONGEST_START", 20)  # qui ne dirait rien n'aurait pas son tour
    kit_data.mkdir()
    other = hold(kit_data / "lock")
    said = []

    def let_go(sentence):
        said.append(sentence)
        assert is_changing()
        other.communicate("\n", timeout=20)

    server = servers.ensure(let_go)
    assert said == ["Un autre programme du kit démarre ou arrête le serveur : attente…"]
    assert not is_changing()
    assert servers.find().pid == server.pid


@pytest.mark.slow
def test_turn_is_waited_for_longer_than_any_start_may_last(kit_data, monkeypatch):
    asked = []

    @contextmanager
    def noted(path, doing, *, seconds, say):
        asked.append(seconds)
        yield

    monkeypatch.setattr(choose, "only_one", noted)
    servers.ensure()
    servers.stop()
    two_programs = 2 * 3 * process.START_SECONDS
    assert min(asked) > docker.UP_SECONDS + two_programs
