"""Un serveur muet, interrompu, ou lancé dans un environnement hostile."""

from __future__ import annotations

import os
import signal

import psutil
import pytest

from helpers import server as servers
from helpers.connection import connect
from helpers.errors import ServerError
from helpers.server import process
from kit_minio.suite.processes import processes_in
from tests.support.servers import (
    ENSURE,
    posix_only,
    put,
    python,
    wait_until,
)


@pytest.fixture
def silent(kit_data, tmp_path, monkeypatch):
    """Un programme « minio » muet ; renvoie le fichier où il écrit son pid à chaque départ."""
    starts = tmp_path / "départs"
    program = tmp_path / "minio"
    program.write_text(f"#!/bin/sh\necho $$ >> '{starts}'\nexec sleep 60\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("KIT_SERVER", "native")
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return starts


@posix_only
def test_server_that_stays_silent_is_tried_again_then_given_up(silent, monkeypatch):
    monkeypatch.setattr(process, "START_SECONDS", 0.5)
    with pytest.raises(ServerError, match="ne démarre pas"):
        servers.ensure()
    pids = [int(line) for line in silent.read_text().split()]
    assert len(pids) == 3
    assert not any(psutil.pid_exists(pid) for pid in pids)


@pytest.mark.slow
@posix_only
def test_interruption_during_the_start_leaves_no_server(silent, kit_data):
    start = f"signal.signal(signal.SIGINT, signal.default_int_handler); {ENSURE}"
    notebook = python(f"import signal; {start}")
    assert wait_until(silent.exists, 20)
    assert processes_in(kit_data)
    notebook.send_signal(signal.SIGINT)
    assert "KeyboardInterrupt" in notebook.communicate(timeout=180)[1]
    assert not processes_in(kit_data)


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
    client = connect(quiet=True)
    client.make_bucket(bucket_name="essai", location="us-east-1")
    put(client, "essai", "cle")
