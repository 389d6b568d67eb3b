"""Un serveur se nomme et s'annonce, et ne montre jamais ses clés."""

from __future__ import annotations

from dataclasses import replace

import pytest

from helpers.server.model import ALREADY, WAYS, Server

SERVER = Server("docker", "127.0.0.1:9000", "cle-secrete", "secret-secret", "jeton-secret")


@pytest.mark.parametrize("way", WAYS)
def test_every_way_has_its_sentence(way):
    server = replace(SERVER, way=way, why="essai")
    assert server.sentence == f"Serveur S3 : {server.label}, sur 127.0.0.1:9000 (essai)."


def test_keys_are_never_shown():
    assert "secret" not in f"{SERVER!r} {SERVER} {SERVER.sentence}"


def test_address_says_whether_it_is_https():
    assert SERVER.url == "http://127.0.0.1:9000"
    assert replace(SERVER, secure=True).url == "https://127.0.0.1:9000"


@pytest.mark.parametrize(
    ("way", "why", "expected"),
    [("docker", "Docker est là", True), ("docker", ALREADY, False), ("external", "", False)],
)
def test_just_started_is_said_of_what_this_program_started(way, why, expected):
    assert replace(SERVER, way=way, why=why).just_started is expected
