"""Ce qui est noté du serveur : vrai, périmé, abîmé, perdu."""

from __future__ import annotations

import json
import subprocess
import sys

import psutil
import pytest

from helpers import server as servers
from helpers.connection import connect
from helpers.errors import SettingsError
from kit_minio.suite.processes import processes_in
from tests.support.servers import (
    WAY,
    get,
    put,
    wait_until,
)


@pytest.mark.slow
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
     '{"way": "native", "endpoint": "127.0.0.1:99999", "access_key": "",'
     ' "secret_key": "", "pid": 1}',
     '{"way": "native", "endpoint": "127.0.0.1:9000", "access_key": "",'
     ' "secret_key": "", "pid": -1}',
     '{"way": "native", "endpoint": "127.0.0.1:9000", "access_key": "",'
     ' "secret_key": "", "pid": ""}',
     '{"way": "native", "endpoint": null, "access_key": "", "secret_key": "", "pid": 1}',
     '{"way": "native", "endpoint": "127.0.0.1:1", "access_key": "", "secret_key": "", "neuf": 1}'],
)  # fmt: skip
def test_damaged_state_counts_as_none(kit_data, text):
    kit_data.mkdir()
    (kit_data / "state.json").write_text(text, encoding="utf-8")
    assert servers.find() is None
    assert servers.stop() is None


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


@pytest.mark.slow
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


@pytest.mark.slow
def test_state_that_cannot_be_written_leaves_no_server(kit_data):
    (kit_data / "state.json").mkdir(parents=True)
    with pytest.raises(SettingsError, match=r"state\.json"):
        servers.ensure()
    assert wait_until(lambda: not processes_in(kit_data))
