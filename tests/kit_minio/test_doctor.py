"""L'examen de l'installation : chaque point y est, et chaque souci a son remède."""

import socket

import pytest

from helpers import server as servers
from helpers.errors import SettingsError
from helpers.server import embedded
from kit_minio import doctor
from kit_minio.doctor import Finding, examine
from tests.support.commands import SILENT, run
from tests.support.disks import disk


def finding(word: str) -> Finding:
    """Renvoie le premier point dont le fait contient ce mot."""
    return next(found for found in examine() if word in found.fact)


@pytest.mark.both_servers
def test_doctor_examines_everything(session_data):
    done = run("doctor", data=session_data)
    for word in ("Python", "Paquets", "serveur", "port", "Disque", "Docker", "Isolation"):
        assert word.lower() in done.stdout.lower(), word
    assert all(line[0] in "✓✗! " for line in done.stdout.splitlines())
    assert done.returncode == 0, done.stdout


def test_doctor_fails_on_a_server_that_does_not_answer(tmp_path):
    done = run("doctor", data=tmp_path, **SILENT)
    assert done.returncode == 1
    assert "✗ Serveur S3 : serveur existant" in done.stdout


@pytest.fixture
def nothing(kit_data, tmp_path, monkeypatch):
    """Une machine sans aucun serveur ni bac à sable, et presque sans disque."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(embedded, "program", lambda: None)
    monkeypatch.setattr(doctor, "is_free", lambda port: False)
    monkeypatch.setattr(doctor, "LOW_DISK", 2**60)


@pytest.mark.parametrize("way", ["", "docker", "native", "embedded", "external", "zut"])
def test_whatever_is_wrong_has_its_remedy(nothing, monkeypatch, way):
    monkeypatch.setenv("KIT_SERVER", way)
    found = list(examine())
    assert [finding.fact for finding in found if finding.mark != "✓" and not finding.remedy] == []
    assert len([finding for finding in found if finding.mark != "✓"]) >= 6


@pytest.mark.parametrize(
    ("way", "fact"),
    [
        ("docker", "Docker n'est pas installé"),
        ("native", "Aucun programme minio"),
        ("embedded", "Le serveur embarqué n'est pas installé"),
    ],
)
def test_way_that_is_forced_is_not_optional(nothing, monkeypatch, way, fact):
    monkeypatch.setenv("KIT_SERVER", way)
    found = next(finding for finding in examine() if fact in finding.fact)
    assert found.mark == "✗"
    assert "facultatif" not in found.fact
    assert "KIT_SERVER" in found.remedy


def test_existing_server_is_not_called_the_kits(client, monkeypatch):
    server = servers.find()
    monkeypatch.setattr(doctor, "PORTS", (int(server.endpoint.rpartition(":")[2]),))
    assert finding("port").fact.startswith("Le serveur du kit occupe le port")
    for name, value in (SILENT | {"MINIO_ENDPOINT": server.endpoint}).items():
        monkeypatch.setenv(name, value)
    assert finding("port").fact.startswith("Le serveur existant occupe le port")


def test_port_of_another_program_is_told_even_with_bad_settings(kit_data, monkeypatch):
    monkeypatch.setenv("KIT_SERVER", "zut")
    with pytest.raises(SettingsError):
        servers.find()
    with socket.create_server(("127.0.0.1", 0)) as other:
        monkeypatch.setattr(doctor, "PORTS", (other.getsockname()[1],))
        assert finding("port").fact.startswith("Un autre programme occupe le port")


def test_isolation_is_tried_and_not_guessed_from_the_path(tmp_path, monkeypatch):
    for name in ("bwrap", "podman"):
        (tmp_path / name).write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    found = finding("Un étudiant s'en passe")
    assert found.mark == "!"
    assert found.remedy


@pytest.mark.parametrize(
    ("limits", "mark"),
    [("size=2g", "✓"), ("size=500m", "!"), ("size=48m", "✗"), ("nr_inodes=500", "✗")],
)
def test_disk_where_the_server_could_not_write_is_a_fault(tmp_path, monkeypatch, limits, mark):
    with disk(tmp_path / "disque", limits) as folder:
        monkeypatch.setenv("KIT_DATA", str(folder / "données"))
        found = finding("Disque")
    assert found.mark == mark, found
    assert bool(found.remedy) == (mark != "✓")
