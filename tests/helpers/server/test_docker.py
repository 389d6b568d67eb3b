"""Docker absent, arrêté, lent ou fautif : la raison est dite, et rien ne reste à demi."""

from __future__ import annotations

import pytest

from helpers import server as servers
from helpers.errors import ServerError
from helpers.server import docker
from tests.support.servers import (
    embedded_only,
    posix_only,
)

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


@posix_only
@pytest.mark.parametrize(("body", "reason"), NO_DOCKER.values(), ids=NO_DOCKER)
def test_docker_trouble_is_named_when_docker_is_forced(fake_docker, monkeypatch, body, reason):
    calls = fake_docker(body)
    monkeypatch.setenv("KIT_SERVER", "docker")
    monkeypatch.setattr(docker, "UP_SECONDS", 1)
    with pytest.raises(ServerError) as caught:
        servers.ensure()
    assert caught.value.fact == f"Aucun serveur S3 n'a pu démarrer : {reason}."
    if body in (UP_FAILS, UP_HANGS):
        # Ce qui a commencé à démarrer est défait, et les clés ne passent pas sur la ligne.
        text = calls.read_text(encoding="utf-8")
        assert text.splitlines()[-1].endswith(" down")
        assert servers.read_settings()["MINIO_ROOT_PASSWORD"] not in text


@embedded_only
@posix_only
def test_failing_docker_falls_through_to_the_next_ways_aloud(fake_docker, monkeypatch):
    fake_docker(UP_FAILS)
    monkeypatch.delenv("KIT_SERVER")
    said = []
    server = servers.ensure(said.append)
    assert said == ["Démarrage de MinIO dans Docker (la première fois, l'image se télécharge)…"]
    assert server.way == "embedded"
    assert server.why == (
        "Docker n'a pas pu démarrer l'image (Error: pull access denied) ; "
        "aucun programme minio ni silo sur le PATH"
    )
