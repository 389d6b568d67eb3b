"""Remettre à zéro : après confirmation, ce que le kit a créé, et rien d'autre."""

import pytest

from helpers import server as servers
from helpers.connection import connect
from helpers.exercises.workbook import open_exercises
from helpers.spaces import fresh_space
from kit_minio import reset as resets
from kit_minio.suite.processes import processes_in
from tests.support.closed import deny_everything, lock
from tests.support.commands import run
from tests.support.servers import put


@pytest.fixture
def data(kit_data, monkeypatch):
    """Un dossier de données où le kit a créé un espace, à côté d'un bucket étranger."""
    monkeypatch.setenv("KIT_SERVER", "embedded")
    client = connect(quiet=True)
    space = fresh_space(client, "lecon-01")
    for name in (f"{space}-photos", "a-moi"):
        client.make_bucket(bucket_name=name)
    return kit_data


def names():
    return [bucket.name for bucket in connect(quiet=True).list_buckets()]


@pytest.mark.slow
def test_reset_asks_and_touches_only_what_the_kit_made(data):
    refused = run("reset", data=data, answer="non\n")
    assert "l'espace lecon-01" in refused.stdout
    assert "l'avancement des exercices, leurs points et les réponses" in refused.stdout
    assert "Resteront : vos notebooks" in refused.stdout
    assert "Abandonné" in refused.stdout
    silent = run("reset", data=data)
    assert silent.returncode == 1
    assert "Abandonné : rien n'a été supprimé." in silent.stderr
    assert names() == ["a-moi", "lecon-01", "lecon-01-photos"]
    kept = run("reset", data=data, answer="oui\n").stdout
    assert "Supprimé." in kept
    assert "arrêté" not in kept
    assert names() == ["a-moi"]
    assert "le dossier" in run("reset", "--everything", data=data, answer="oui\n").stdout
    assert not (data / "embedded").exists()
    assert names() == []


@pytest.mark.slow
def test_what_a_policy_or_a_lock_closes_is_removed_and_the_rest_is_named(data):
    """Il disait « rien à supprimer » devant des buckets fermés à tous, ou verrouillés."""
    client = connect(quiet=True)
    closed, locked, copy = "lecon-01-photos", "lecon-01-coffre", "k0123456789abcd-exercice-01-a"
    for name in (closed, "lecon-01"):
        client.set_bucket_policy(bucket_name=name, policy=deny_everything(name))
    for name in (locked, copy):
        client.make_bucket(bucket_name=name, object_lock=True)
        put(client, name, "a\x01b")
        lock(client, name, "verrou")
    assert "1 bucket" not in (said := run("reset", data=data, answer="oui\n").stdout)
    assert "Reste un bucket que ce kit n'a pas marqué, et n'efface donc pas : a-moi." in said
    assert "Supprimé." in said
    assert names() == ["a-moi"]
    nothing = run("reset", data=data).stdout
    assert "rien à supprimer" in nothing
    assert "a-moi" in nothing


@pytest.mark.slow
def test_server_started_for_the_occasion_is_announced_and_stopped(data):
    servers.stop()
    said = run("reset", data=data, answer="oui\n").stdout
    assert "Serveur S3 : SeaweedFS embarqué" in said
    assert said.endswith("Supprimé.\nServeur S3 arrêté ; vos données sont conservées.\n")
    assert not processes_in(data)
    assert "rien à supprimer" in run("reset", data=data).stdout


def test_an_emptied_env_file_locks_no_series(kit_data):
    open_exercises("01", connect(quiet=True))
    for damage in ("", "# .env d'un autre projet\nMINIO_ROOT_PASSWORD=mot-de-passe\n"):
        (kit_data / ".env").write_text(damage, encoding="utf-8")
        open_exercises("01", connect(quiet=True))
    assert resets.plan(servers.find()).spaces == ("exercice-01",)
