"""Le choix du serveur, son démarrage, sa survie et son arrêt, avec de vrais processus."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, suppress
from pathlib import Path

import psutil
import pytest
import urllib3

from helpers import server as servers
from helpers.connection import connect
from helpers.errors import ServerError, SettingsError
from helpers.s3 import client_for
from tests.support.processes import processes_in

WAY = os.environ.get("KIT_SERVER", "embedded")
OFFSETS = {"native": (0, 1), "embedded": (0, 1, 2, 3, 4, 10000, 10001, 10002, 10003, 10004)}[WAY]
LABEL = {"native": "MinIO installé sur cette machine", "embedded": "SeaweedFS embarqué"}[WAY]
ENSURE = "from helpers import server; print(server.ensure().pid, flush=True); "

embedded_only = pytest.mark.skipif(WAY != "embedded", reason="vise le serveur embarqué")
posix_only = pytest.mark.skipif(os.name != "posix", reason="vise Linux et macOS")


def python(code: str, **variables: str) -> subprocess.Popen[str]:
    """Lance ``code`` dans un interpréteur neuf ; ``input()`` y attend ``output``."""
    return subprocess.Popen(
        [sys.executable, "-c", code],
        env=os.environ | variables,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def output(process: subprocess.Popen[str]) -> str:
    """Attend la fin d'un interpréteur et renvoie ce qu'il affiche."""
    out, err = process.communicate("\n", timeout=60)
    assert process.returncode == 0, err
    return out.strip()


def put(client, bucket: str, key: str, data: bytes = b"bonjour") -> None:
    client.put_object(bucket_name=bucket, object_name=key, data=io.BytesIO(data), length=len(data))


def get(client, bucket: str, key: str) -> bytes:
    response = client.get_object(bucket_name=bucket, object_name=key)
    try:
        return response.read()
    finally:
        response.release_conn()


def wait_until(condition, seconds: float = 5) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return bool(condition())


@pytest.fixture
def choice(kit_data, monkeypatch):
    """Aucune voie n'est imposée, et aucun serveur ne tourne."""
    monkeypatch.delenv("KIT_SERVER")
    return monkeypatch


@pytest.fixture
def existing(client):
    """Un serveur que cette installation-ci n'a pas démarré : celui de la session."""
    server = servers.find()
    return {
        "MINIO_ENDPOINT": server.url,
        "MINIO_ACCESS_KEY": server.access_key,
        "MINIO_SECRET_KEY": server.secret_key,
    }


# --- Un serveur existant ------------------------------------------------------------------------


@pytest.mark.both_servers
def test_existing_server_comes_before_the_kits_own(existing, kit_data, monkeypatch):
    own = servers.ensure()
    monkeypatch.delenv("KIT_SERVER")
    assert servers.ensure().endpoint == own.endpoint
    for name, value in existing.items():
        monkeypatch.setenv(name, value)
    server = servers.ensure()
    assert server.way == "external"
    assert server.url == existing["MINIO_ENDPOINT"]
    assert server.sentence == (
        f"Serveur S3 : serveur existant, sur {server.endpoint} "
        "(décrit par les variables d'environnement ou par .env)."
    )
    client_for(server).list_buckets()


@pytest.mark.both_servers
def test_existing_server_is_never_stopped(existing, kit_data, monkeypatch):
    monkeypatch.setenv("KIT_SERVER", "external")
    for name, value in existing.items():
        monkeypatch.setenv(name, value)
    server = servers.ensure()
    assert servers.stop() is None
    assert servers.is_ready(server)
    assert not kit_data.exists()


def test_stray_aws_keys_mean_nothing(choice):
    choice.setenv("AWS_ACCESS_KEY_ID", "cle")
    choice.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    choice.setenv("AWS_SESSION_TOKEN", "jeton")
    assert servers.find() is None


@pytest.mark.parametrize(
    "name", ["MINIO_ENDPOINT", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_S3_ENDPOINT"]
)
def test_endpoint_without_keys_is_explained(choice, name):
    choice.setenv(name, "minio.exemple.org")
    with pytest.raises(SettingsError, match=r"minio\.exemple\.org.*absente") as caught:
        servers.ensure()
    assert "MINIO_ACCESS_KEY et MINIO_SECRET_KEY" in caught.value.remedy
    choice.setenv("AWS_ACCESS_KEY_ID", "cle")
    with pytest.raises(SettingsError):
        servers.find()
    choice.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    assert servers.find().endpoint == "minio.exemple.org"


def test_variables_of_a_platform_are_read_session_token_included(choice):
    choice.setenv("AWS_S3_ENDPOINT", "minio.exemple.org")
    choice.setenv("AWS_ACCESS_KEY_ID", "cle")
    choice.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    choice.setenv("AWS_SESSION_TOKEN", "jeton")
    choice.setenv("AWS_DEFAULT_REGION", "eu-west-3")
    server = servers.find()
    assert (server.url, server.access_key, server.secret_key, server.session_token) == (
        "https://minio.exemple.org",
        "cle",
        "secret",
        "jeton",
    )
    assert server.region == "eu-west-3"
    choice.setenv("MINIO_ENDPOINT", "localhost:9000")
    choice.setenv("MINIO_ACCESS_KEY", "autre")
    assert (servers.find().endpoint, servers.find().access_key) == ("localhost:9000", "autre")


def test_env_file_describes_a_server_and_the_environment_wins(choice, kit_data):
    kit_data.mkdir()
    text = "\ufeffMINIO_ENDPOINT=localhost:9000\nMINIO_ACCESS_KEY=a\nMINIO_SECRET_KEY='b c'\n"
    (kit_data / ".env").write_text(text, encoding="utf-8")
    server = servers.find()
    assert (server.endpoint, server.access_key, server.secret_key) == ("localhost:9000", "a", "b c")
    choice.setenv("MINIO_ENDPOINT", "https://ailleurs.exemple.org")
    assert servers.find().endpoint == "ailleurs.exemple.org"


def test_unreadable_env_file_is_explained(choice, kit_data):
    kit_data.mkdir()
    (kit_data / ".env").write_bytes("MINIO_ACCESS_KEY=clé\n".encode("latin-1"))
    with pytest.raises(SettingsError, match=r"\.env.*UTF-8"):
        servers.find()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("localhost:9000", ("localhost:9000", False)),
        (" http://127.0.0.1:9000/ ", ("127.0.0.1:9000", False)),
        ("127.0.0.1:9000", ("127.0.0.1:9000", False)),
        ("minio:9000", ("minio:9000", False)),
        ("[::1]:9000", ("[::1]:9000", False)),
        ("minio.exemple.org", ("minio.exemple.org", True)),
        ("https://minio.exemple.org:9443", ("minio.exemple.org:9443", True)),
        ("http://minio.exemple.org", ("minio.exemple.org", False)),
    ],
)
def test_endpoint_with_or_without_scheme(text, expected):
    assert servers.parse_endpoint(text) == expected


@pytest.mark.parametrize(
    "text",
    ["http://", "ftp://hote", "hote:port", "hote:99999", "hote:0", "http://hote/seau", "http://[::1",
     "hote?x=1"],
)  # fmt: skip
def test_endpoint_that_makes_no_sense_is_explained(text):
    with pytest.raises(SettingsError, match="ne se comprend pas") as caught:
        servers.parse_endpoint(text)
    assert "localhost:9000" in caught.value.remedy


def test_password_in_the_address_is_refused_and_not_repeated():
    with pytest.raises(SettingsError, match=r"hote:9000") as caught:
        servers.parse_endpoint("https://moi:motdepasse@hote:9000")
    assert "motdepasse" not in str(caught.value)


def test_existing_server_that_does_not_answer_is_said_and_replaced_by_nothing(choice, kit_data):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        endpoint = f"127.0.0.1:{closed.getsockname()[1]}"
    choice.setenv("MINIO_ENDPOINT", endpoint)
    choice.setenv("MINIO_ACCESS_KEY", "cle")
    choice.setenv("MINIO_SECRET_KEY", "secret")
    before = time.monotonic()
    with pytest.raises(ServerError, match=f"ne répond pas : http://{endpoint}"):
        connect()
    assert time.monotonic() - before < 3
    assert servers.stop() is None
    assert not kit_data.exists()


# --- KIT_SERVER ---------------------------------------------------------------------------------


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
@pytest.mark.skipif(not servers.native_program(), reason="aucun programme minio sur le PATH")
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


# --- Docker, puis les autres voies --------------------------------------------------------------

UP_FAILS = """case "$*" in
    *" up "*) echo "Pulling minio" >&2; echo "Error: pull access denied" >&2; exit 1;;
esac"""
UP_HANGS = 'case "$*" in *" up "*) exec /bin/sleep 60;; esac'
NO_DOCKER = {
    "absent": (None, "Docker n'est pas installé"),
    "engine": ('[ "$1" != info ]', "Docker est installé mais ne tourne pas"),
    "compose": ('[ "$2" != version ]', "Docker tourne mais Compose manque"),
    "damaged": ("", "Docker est installé mais ne répond pas"),
    "slow": (UP_HANGS, "Docker n'a pas fini en dix minutes"),
    "image": (UP_FAILS, "Docker n'a pas pu démarrer l'image (Error: pull access denied)"),
}


@pytest.fixture
def docker(tmp_path, kit_data, monkeypatch):
    """Un faux « docker » : ces pannes ne se produisent pas avec un vrai."""
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))

    def write(body: str | None) -> Path:
        calls = tmp_path / "calls"
        if body is not None:
            lines = ["#!/bin/sh", f'echo "$@" >> "{calls}"', body] if body else ["\0"]
            (programs / "docker").write_text("\n".join(lines), encoding="utf-8")
            (programs / "docker").chmod(0o755)
        return calls

    return write


@posix_only
@pytest.mark.parametrize(("body", "reason"), NO_DOCKER.values(), ids=NO_DOCKER)
def test_docker_trouble_is_named_when_docker_is_forced(docker, monkeypatch, body, reason):
    calls = docker(body)
    monkeypatch.setenv("KIT_SERVER", "docker")
    monkeypatch.setattr(servers, "_DOCKER_SECONDS", 1)
    with pytest.raises(ServerError) as caught:
        servers.ensure()
    assert caught.value.fact == f"Aucun serveur S3 n'a pu démarrer : {reason}."
    if body in (UP_FAILS, UP_HANGS):
        # Ce qui a commencé à démarrer est défait, et les clés ne passent pas sur la ligne.
        text = calls.read_text(encoding="utf-8")
        assert text.splitlines()[-1].endswith(" down")
        assert servers.settings()["MINIO_ROOT_PASSWORD"] not in text


@embedded_only
@posix_only
def test_failing_docker_falls_through_to_the_next_ways_aloud(docker, monkeypatch):
    docker(UP_FAILS)
    monkeypatch.delenv("KIT_SERVER")
    said = []
    server = servers.ensure(said.append)
    assert said == ["Démarrage de MinIO dans Docker (la première fois, l'image se télécharge)…"]
    assert server.way == "embedded"
    assert server.why == (
        "Docker n'a pas pu démarrer l'image (Error: pull access denied) ; "
        "aucun programme minio ni silo sur le PATH"
    )


@pytest.mark.both_servers
@posix_only
@pytest.mark.skipif(not servers.native_program(), reason="aucun programme minio sur le PATH")
@pytest.mark.parametrize("name", ["minio", "silo"])
def test_native_program_comes_before_the_embedded_server(tmp_path, monkeypatch, request, name):
    program = servers.native_program()
    request.getfixturevalue("docker")(None)
    (tmp_path / "bin" / name).symlink_to(program)
    monkeypatch.delenv("KIT_SERVER")
    server = servers.ensure()
    assert (server.way, server.why) == ("native", "Docker n'est pas installé")
    connect(quiet=True).list_buckets()
    assert servers.stop().pid == server.pid
    assert wait_until(lambda: not psutil.pid_exists(server.pid) or not processes_in(tmp_path))


# --- L'état -------------------------------------------------------------------------------------


@pytest.mark.both_servers
def test_two_notebooks_at_once_share_one_server(kit_data):
    started = [python(ENSURE) for _ in range(2)]
    pids = {int(output(process)) for process in started}
    assert len(pids) == 1
    assert [process.pid for process in processes_in(kit_data)] == list(pids)


@pytest.mark.both_servers
def test_installations_starting_at_once_do_not_mix(kit_data):
    code = (
        "from helpers import connect, server; client = connect(quiet=True); "
        "client.make_bucket(bucket_name='essai'); print(server.find().endpoint)"
    )
    started = [python(code, KIT_DATA=str(kit_data / str(number))) for number in range(3)]
    assert len({output(process) for process in started}) == 3


def test_setting_drawn_by_two_notebooks_at_once_is_the_same(kit_data):
    code = (
        "from helpers import server; import filelock; print('prêt', flush=True); input(); "
        "print(server.remember('KIT_ID', lambda: server.secrets.token_hex(3)))"
    )
    started = [python(code) for _ in range(3)]
    for process in started:
        process.stdout.readline()
    for process in started:
        process.stdin.write("\n")
        process.stdin.flush()
    drawn = {output(process) for process in started}
    assert drawn == {servers.settings()["KIT_ID"]}


@pytest.mark.both_servers
def test_recycled_pid_is_neither_used_nor_killed(kit_data):
    server = servers.ensure()
    psutil.Process(server.pid).kill()
    # Un programme sans rapport, et un terminal ouvert dans le dossier du serveur.
    folders = (None, kit_data / WAY)
    others = [
        subprocess.Popen([sys.executable, "-c", "input()"], cwd=folder, stdin=subprocess.PIPE)
        for folder in folders
    ]
    try:
        for other in others:
            state = json.loads((kit_data / "state.json").read_text(encoding="utf-8"))
            text = json.dumps(state | {"pid": other.pid})
            (kit_data / "state.json").write_text(text, encoding="utf-8")
            (kit_data / WAY / "pid").write_text(str(other.pid), encoding="utf-8")
            assert servers.find() is None
        again = servers.ensure()
        assert again.pid not in [other.pid for other in others]
        assert servers.stop().pid == again.pid
        assert [other.poll() for other in others] == [None, None]
    finally:
        for other in others:
            other.kill()
            other.wait()


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "12", '{"way": "embedded"}', '{"way": "embedded", "endpoint"',
     '{"way": "fusée", "endpoint": "127.0.0.1:1", "access_key": "", "secret_key": ""}',
     '{"way": "native", "endpoint": "hôte", "access_key": "", "secret_key": "", "pid": 1}',
     '{"way": "native", "endpoint": null, "access_key": "", "secret_key": "", "pid": 1}',
     '{"way": "native", "endpoint": "127.0.0.1:1", "access_key": "", "secret_key": "", "neuf": 1}'],
)  # fmt: skip
def test_damaged_state_counts_as_none(kit_data, text):
    kit_data.mkdir()
    (kit_data / "state.json").write_text(text, encoding="utf-8")
    assert servers.find() is None
    assert servers.stop() is None
    assert not (kit_data / "state.json").exists()


@pytest.mark.both_servers
@pytest.mark.parametrize("secret", ["secret-faux-123", None])
def test_server_in_docker_is_ours_only_if_our_keys_open_it(existing, choice, kit_data, secret):
    """Un autre MinIO a pu prendre son port depuis."""
    state = {
        "way": "docker",
        "endpoint": existing["MINIO_ENDPOINT"].rpartition("/")[2],
        "access_key": existing["MINIO_ACCESS_KEY"],
        "secret_key": secret or existing["MINIO_SECRET_KEY"],
    }
    kit_data.mkdir()
    (kit_data / "state.json").write_text(json.dumps(state), encoding="utf-8")
    assert (servers.find() is None) == bool(secret)


@pytest.mark.both_servers
def test_server_whose_state_is_lost_is_replaced_and_its_data_kept(kit_data):
    client = connect(quiet=True)
    client.make_bucket(bucket_name="essai")
    put(client, "essai", "cle")
    (kit_data / "state.json").write_text('{"way": "emb', encoding="utf-8")
    lost = servers.find()
    assert lost is None
    assert get(connect(quiet=True), "essai", "cle") == b"bonjour"
    assert [process.pid for process in processes_in(kit_data)] == [servers.find().pid]
    (kit_data / "state.json").unlink()
    servers.stop()
    assert wait_until(lambda: not processes_in(kit_data))


def test_state_that_cannot_be_written_leaves_no_server(kit_data):
    (kit_data / "state.json.tmp").mkdir(parents=True)
    with pytest.raises(SettingsError, match=r"state\.json"):
        servers.ensure()
    assert wait_until(lambda: not processes_in(kit_data))


@pytest.mark.both_servers
def test_interruption_during_the_start_leaves_no_server(kit_data):
    code = (
        "from helpers import server\n"
        "def interrupted(probe): raise KeyboardInterrupt\n"
        "server.is_ready = interrupted\n"
        "server.ensure()"
    )
    process = python(code)
    assert "KeyboardInterrupt" in process.communicate(timeout=30)[1]
    assert wait_until(lambda: not processes_in(kit_data))


# --- Les identifiants ---------------------------------------------------------------------------


@pytest.mark.both_servers
def test_credentials_are_private_and_never_shown(kit_data):
    said = []
    server = servers.ensure(said.append)
    secret = servers.settings()["MINIO_ROOT_PASSWORD"]
    assert server.secret_key == secret
    assert len(secret) >= 32
    log = (kit_data / WAY / "server.log").read_text(encoding="utf-8", errors="replace")
    command = " ".join(psutil.Process(server.pid).cmdline())
    for text in (repr(server), str(server), server.sentence, *said, log, command):
        assert secret not in text
    if os.name == "posix":
        for path in (kit_data / ".env", kit_data / "state.json"):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
        for path in (kit_data, kit_data / WAY):
            assert stat.S_IMODE(path.stat().st_mode) == 0o700
    for path in (kit_data / WAY).rglob("*"):
        if path.is_file() and path.stat().st_size < 1_000_000 and WAY == "embedded":
            assert secret.encode() not in path.read_bytes(), path


@pytest.mark.both_servers
def test_credentials_are_the_same_from_one_start_to_the_next(kit_data):
    first = servers._credentials()
    assert servers._credentials() == first
    assert (kit_data / ".env").read_text(encoding="utf-8").count("MINIO_ROOT_") == 2


@pytest.mark.parametrize("text", ["# à moi\n\nAUTRE=1\n\n# fin\n\n", "AUTRE='un # deux'", ""])
def test_env_file_of_the_user_is_kept_line_by_line(kit_data, text):
    kit_data.mkdir()
    (kit_data / ".env").write_text(text, encoding="utf-8")
    value = servers.remember("KIT_ID", lambda: "abc")
    assert value == "abc"
    after = (kit_data / ".env").read_text(encoding="utf-8")
    assert after.splitlines() == [*text.splitlines(), "KIT_ID=abc"]


@pytest.mark.parametrize("name", ["MINIO_ROOT_USER", "MINIO_ROOT_PASSWORD"])
def test_credentials_that_minio_would_refuse_are_refused_first(kit_data, monkeypatch, name):
    monkeypatch.setenv(name, "ab")
    with pytest.raises(SettingsError, match=f"{name} a moins de") as caught:
        servers.ensure()
    assert ".env" in caught.value.remedy
    assert not processes_in(kit_data)


# --- Les ports ----------------------------------------------------------------------------------


def occupy(stack: ExitStack, address: str, port: int) -> None:
    taken = stack.enter_context(socket.socket())
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, os.name == "posix")
    taken.bind((address, port))
    taken.listen()


@pytest.mark.both_servers
def test_each_taken_port_means_another_port(kit_data):
    blocked = []
    with ExitStack() as stack:
        # Un bloc de dix ports barré par chacun de ceux du serveur, et deux d'une autre façon.
        blocks = (p for p in range(9000, 20000, 10) if all(servers.is_free(p + o) for o in OFFSETS))
        for offset in OFFSETS:
            blocked.append(next(blocks))
            occupy(stack, "127.0.0.1", blocked[-1] + offset)
        blocked.append(next(blocks))
        occupy(stack, "0.0.0.0", blocked[-1])  # noqa: S104
        blocked.append(next(blocks))
        stack.enter_context(socket.socket()).bind(("127.0.0.1", blocked[-1] + 9))
        server = servers.ensure()
        port = int(server.endpoint.rpartition(":")[2])
        assert port not in blocked
        assert port > min(blocked)
        client_for(server).list_buckets()


def test_port_taken_at_the_last_moment_means_another_try(kit_data, monkeypatch):
    with ExitStack() as stack:
        port = next(p for p in range(9000, 20000, 10) if servers.is_free(p))
        occupy(stack, "127.0.0.1", port)
        monkeypatch.setattr(servers, "_FIRST_PORT", port)
        really_free = servers.is_free
        monkeypatch.setattr(servers, "is_free", lambda p: p == port or really_free(p))
        server = servers.ensure()
        assert int(server.endpoint.rpartition(":")[2]) > port
        client_for(server).list_buckets()


@embedded_only
@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="demande root")
def test_port_whose_socket_belongs_to_another_account_is_left_alone(kit_data):
    port = next(p for p in range(9000, 20000, 10) if all(servers.is_free(p + o) for o in OFFSETS))
    path = Path(f"/tmp/seaweedfs-filer-grpc-{port + 10003}.sock")  # noqa: S108
    path.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))
        os.chown(path, 65534, 65534)
        try:
            server = servers.ensure()
            assert int(server.endpoint.rpartition(":")[2]) != port
        finally:
            path.unlink()


def test_no_port_at_all_is_explained(kit_data, monkeypatch):
    monkeypatch.setattr(servers, "is_free", lambda port: False)
    with pytest.raises(ServerError, match="Aucun port n'est libre"):
        servers.ensure()


# --- Survivre -----------------------------------------------------------------------------------


@pytest.mark.both_servers
def test_server_killed_under_load_comes_back_with_everything_acknowledged(kit_data, monkeypatch):
    with monkeypatch.context() as patch:
        # Un port que la recherche ne rendrait pas en premier.
        patch.setattr(servers, "_FIRST_PORT", 9500)
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


@pytest.mark.both_servers
def test_stop_is_quick_even_while_the_notebook_that_started_it_lives(kit_data):
    notebook = python(ENSURE + "input()")
    pid = int(notebook.stdout.readline())
    before = time.monotonic()
    try:
        assert servers.stop().pid == pid
        assert time.monotonic() - before < 5
        assert not processes_in(kit_data)
        assert servers.ensure().pid != pid
    finally:
        notebook.kill()
        notebook.communicate()


@pytest.mark.both_servers
def test_borrowed_server_is_stopped_only_if_it_was_started_for_that(kit_data):
    said = []
    with servers.borrow(said.append):
        pass
    assert servers.find() is None
    assert said == ["Serveur S3 arrêté ; vos données sont conservées."]
    with servers.borrow(said.append) as started:
        with servers.borrow(said.append) as found:
            assert found.pid == started.pid
        assert servers.find().pid == started.pid
        servers.stop()
        other = servers.ensure()
    # Un autre l'a remplacé entre-temps : il n'est pas à arrêter.
    assert servers.find().pid == other.pid
    assert len(said) == 1


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


# --- Les dossiers et les réglages hostiles ------------------------------------------------------


def test_folder_that_cannot_be_made_is_explained(tmp_path, monkeypatch):
    (tmp_path / "fichier").write_text("", encoding="utf-8")
    monkeypatch.setenv("KIT_DATA", str(tmp_path / "fichier" / "données"))
    with pytest.raises(SettingsError, match="ne peut pas écrire dans le dossier") as caught:
        servers.ensure()
    assert "KIT_DATA" in caught.value.remedy
    assert servers.stop() is None


@posix_only
@pytest.mark.parametrize("inside", ["", "données"])
def test_read_only_folder_is_explained(tmp_path, inside):
    tmp_path.chmod(0o555)
    # root écrit partout : il redevient quelqu'un d'autre.
    code = (
        "import os, filelock, psutil, urllib3; from helpers import server; "
        "os.getuid() or os.setuid(65534)\n"
        "try: server.ensure()\n"
        "except server.SettingsError as error: print(error)"
    )
    for folder in tmp_path.parents:
        if folder.stat().st_uid == os.getuid() and folder != Path("/"):
            folder.chmod(folder.stat().st_mode | 0o055)
    text = output(python(code, KIT_DATA=str(tmp_path / inside)))
    tmp_path.chmod(0o755)
    assert text.startswith("Le kit ne peut pas écrire dans le dossier")
    assert re.search(r"\((accès refusé|opération interdite)\)", text)
    assert "KIT_DATA" in text
    assert list(tmp_path.iterdir()) == []


@pytest.mark.both_servers
@posix_only
def test_data_folder_behind_a_link(tmp_path, kit_data, monkeypatch):
    kit_data.mkdir()
    (tmp_path / ".data").symlink_to(kit_data)
    monkeypatch.setattr(servers, "ROOT", tmp_path)
    monkeypatch.delenv("KIT_DATA")
    assert servers.ensure().pid == servers.find().pid
    assert servers.stop() is not None


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
def test_settings_meant_for_other_programs_do_not_disturb_the_server(kit_data, monkeypatch):
    hostile = {
        "HTTP_PROXY": "http://127.0.0.1:9",
        "http_proxy": "http://127.0.0.1:9",
        "ALL_PROXY": "http://127.0.0.1:9",
        "MINIO_REGION": "eu-west-3",
        "MINIO_DOMAIN": "exemple.org",
        "AWS_REGION": "eu-west-3",
        "AWS_SESSION_TOKEN": "jeton",
        "AWS_ACCESS_KEY_ID": "cle",
        "WEED_S3_PORT": "1",
    }
    for name, value in hostile.items():
        monkeypatch.setenv(name, value)
    before = time.monotonic()
    client = connect(quiet=True)
    assert time.monotonic() - before < 20
    client.make_bucket(bucket_name="essai", location="us-east-1")
    put(client, "essai", "cle")


# --- La sécurité --------------------------------------------------------------------------------


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


@embedded_only
def test_buckets_of_the_embedded_server_share_their_volumes(kit_data):
    """Sinon, le premier objet de chaque bucket attend 200 ms."""
    client = client_for(servers.ensure())
    for number in range(3):
        client.make_bucket(bucket_name=f"partage-{number}")
        put(client, f"partage-{number}", "cle", b"x")
    master = int(servers.find().endpoint.rpartition(":")[2]) + 1
    status = urllib3.request("GET", f"http://127.0.0.1:{master}/dir/status").json()
    layouts = {layout["collection"] for layout in status["Topology"]["Layouts"]}
    assert {name for name in layouts if name.startswith("partage")} == set()
    assert "kit" in layouts


@embedded_only
def test_inner_ports_of_the_embedded_server_refuse_strangers(client):
    bucket = "interne-essai"
    if not client.bucket_exists(bucket_name=bucket):
        client.make_bucket(bucket_name=bucket)
    put(client, bucket, "cle", b"secret" * 100)
    base = int(servers.find().endpoint.rpartition(":")[2])
    filer = f"http://127.0.0.1:{base + 3}/buckets/{bucket}"
    for method, path in (("GET", "/cle"), ("GET", "/"), ("PUT", "/autre"), ("DELETE", "/cle")):
        answer = urllib3.request(method, filer + path, body=b"x", retries=False)
        assert answer.status in (401, 403, 404, 405), (method, path, answer.status)
        assert b"secret" not in answer.data
    # Le nom du morceau, que seul le kit peut demander ; un étranger devrait le deviner.
    key = psutil.Process(servers.find().pid).environ()["WEED_JWT_FILER_SIGNING_KEY"]
    known = urllib3.request(
        "GET", f"{filer}/cle?metadata=true", headers=servers.filer_headers(key)
    ).json()
    piece = f"http://127.0.0.1:{base + 2}/{known['chunks'][0]['file_id']}"
    for method in ("GET", "PUT", "DELETE"):
        assert urllib3.request(method, piece, body=b"x", retries=False).status == 401
    assert get(client, bucket, "cle") == b"secret" * 100


@pytest.mark.skipif(os.name == "nt", reason="le programme muet est un script POSIX")
def test_server_that_stays_silent_is_tried_again_then_given_up(kit_data, tmp_path, monkeypatch):
    starts = tmp_path / "départs"
    silent = tmp_path / "minio"
    silent.write_text(f"#!/bin/sh\necho $$ >> '{starts}'\nexec sleep 60\n")
    silent.chmod(0o755)
    monkeypatch.setenv("KIT_SERVER", "native")
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(servers, "_START_SECONDS", 0.5)
    with pytest.raises(ServerError, match="ne démarre pas"):
        servers.ensure()
    pids = [int(line) for line in starts.read_text().split()]
    assert len(pids) == 3
    assert not any(psutil.pid_exists(pid) for pid in pids)
