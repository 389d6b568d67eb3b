"""Emprunter le serveur, et voir qu'un autre programme s'en occupe."""

import signal
import subprocess

import psutil
import pytest

from helpers import server as servers
from helpers.s3 import client_for
from kit_minio.server import borrow, is_changing, keep, replace
from kit_minio.suite.processes import processes_in
from tests.support.browser import SECONDS, clean_environment, kit_command
from tests.support.servers import hold, output, posix_only, put, python, wait_until


@pytest.mark.slow
@pytest.mark.both_servers
def test_borrowed_server_is_stopped_only_if_it_was_started_for_that(kit_data):
    said = []
    with borrow(said.append):
        pass
    assert servers.find() is None
    assert said == ["Serveur S3 arrêté ; vos données sont conservées."]
    with borrow(said.append) as started:
        with borrow(said.append) as found:
            assert found.pid == started.pid
        assert servers.find().pid == started.pid
        servers.stop()
        other = servers.ensure()
    # Un autre l'a remplacé entre-temps : il n'est pas à arrêter.
    assert servers.find().pid == other.pid
    assert len(said) == 1


def test_no_change_is_seen_where_nothing_ever_ran(kit_data):
    assert not is_changing()
    assert not kit_data.exists()


def test_a_change_is_seen_until_it_ends(kit_data):
    kit_data.mkdir()
    other = hold(kit_data / "lock")
    assert is_changing()
    output(other)
    assert not is_changing()


BORROW = (
    "from kit_minio.server import borrow\n"
    "with borrow() as server: print(server.endpoint, flush=True); input()"
)


def borrower():
    """Lance une commande qui emprunte le serveur jusqu'à ce que ``output`` la libère."""
    process = python(BORROW)
    assert process.stdout.readline()
    return process


@pytest.mark.both_servers
def test_the_last_to_leave_stops_it_and_the_killed_are_not_counted(kit_data):
    first, killed, last = borrower(), borrower(), borrower()
    output(first)  # il l'a démarré
    client = client_for(servers.find())
    client.make_bucket(bucket_name="essai")
    put(client, "essai", "cle")
    killed.kill()
    killed.communicate()
    assert servers.find()
    output(last)
    assert servers.find() is None
    assert not list((kit_data / "emprunts").glob("*.lock"))


@pytest.mark.slow
def test_a_server_that_nobody_borrowed_first_stays(kit_data):
    servers.ensure()
    output(borrower())
    assert servers.find()


@pytest.mark.slow
def test_a_server_that_a_command_started_stays_once_it_is_kept(kit_data):
    borrowing = borrower()
    assert keep().pid == servers.find().pid
    output(borrowing)
    assert servers.find()


@pytest.mark.slow
def test_what_replaces_a_dead_borrowed_server_is_stopped_too(kit_data):
    with borrow() as dead:
        psutil.Process(dead.pid).kill()
        assert wait_until(lambda: servers.find() is None)
        assert replace(dead).pid == servers.find().pid
    assert servers.find() is None


@pytest.mark.slow
@posix_only
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_signal_before_the_lab_is_open_leaves_no_server(kit_data, tmp_path, name):
    opening = subprocess.Popen(
        kit_command(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=clean_environment(tmp_path, KIT_DATA=str(kit_data)),
    )
    assert opening.stdout.readline().startswith("Serveur S3")
    opening.send_signal(getattr(signal, name))
    said, errors = opening.communicate(timeout=SECONDS)
    assert "JupyterLab est prêt" not in said
    assert "Serveur S3 arrêté" in said
    assert errors.strip() == "Interrompu."
    assert not processes_in(kit_data)
