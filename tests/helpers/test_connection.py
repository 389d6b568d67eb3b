"""``connect`` : un client du serveur présent, annoncé en une phrase."""

from __future__ import annotations

import pytest

from helpers import server as servers
from helpers.connection import connect, current_server, show_server
from helpers.files import ROOT


def test_server_is_announced_unless_told_otherwise(client, capsys):
    connect()
    assert capsys.readouterr().out == f"{servers.find().sentence}\n"
    connect(quiet=True).list_buckets()
    assert capsys.readouterr().out == ""


def test_current_server_is_started_where_none_runs(kit_data, monkeypatch):
    monkeypatch.setenv("KIT_SERVER", "embedded")
    server = current_server()
    assert servers.find().endpoint == server.endpoint
    assert server.access_key == servers.read_settings()["MINIO_ROOT_USER"]


def test_server_is_shown_with_the_place_of_its_data(client, session_data, capsys):
    show_server()
    server = servers.find()
    console = f"http://{server.console}" if server.console else "aucune"
    assert capsys.readouterr().out.splitlines() == [
        server.sentence,
        f"Console : {console}",
        f"Données : dans le dossier {session_data / server.way}",
    ]


@pytest.mark.parametrize(
    ("way", "place"),
    [("docker", "le volume Docker « kit-minio-"), ("external", "sur le serveur existant")],
)
def test_data_of_a_server_elsewhere_are_said(client, monkeypatch, capsys, way, place):
    there = servers.Server(way, "127.0.0.1:9", "", "")
    monkeypatch.setattr(servers, "ensure", lambda say: there)
    show_server()
    assert place in capsys.readouterr().out


def test_data_in_the_kit_are_named_from_its_folder(client, monkeypatch, capsys):
    monkeypatch.setattr(servers, "ensure", lambda say: servers.Server("embedded", "", "", ""))
    monkeypatch.setenv("KIT_DATA", str(ROOT / ".data"))
    show_server()
    assert "Données : dans le dossier .data" in capsys.readouterr().out


def test_the_console_of_a_server_far_from_the_browser_is_shown_with_a_tunnel(monkeypatch, capsys):
    there = servers.Server("native", "127.0.0.1:9000", "", "", console="127.0.0.1:9001")
    monkeypatch.setattr(servers, "ensure", lambda say: there)
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", "/user/ana/")
    show_server()
    told = "Console : http://127.0.0.1:9001 (sur la machine du noyau, ou par ssh -L 9001:"
    assert told in capsys.readouterr().out


def test_a_notebook_in_another_kit_than_the_one_it_imports_is_told(
    client, tmp_path, monkeypatch, capsys
):
    (tmp_path / "exercises").mkdir()
    monkeypatch.chdir(tmp_path / "exercises")
    connect()
    assert "« helpers » vient de" not in capsys.readouterr().out
    (tmp_path / "helpers").mkdir()
    (tmp_path / "helpers/connection.py").touch()
    connect()
    assert f"« helpers » vient de {ROOT}, et non de {tmp_path}" in capsys.readouterr().out
