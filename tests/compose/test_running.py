"""Ce que Docker Compose fait de notre fichier : un vrai MinIO, fermé, durable, que le kit emploie.

podman tient lieu de moteur Docker : voir ``engine.py``.
"""

from __future__ import annotations

import io
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from dotenv import dotenv_values
from minio import Minio
from minio.error import S3Error

from helpers import server as servers
from helpers.files import ROOT
from helpers.server import docker as docker_way
from kit_minio import reset as resets
from kit_minio.authoring.notebooks import LESSONS
from kit_minio.suite.stages import NBVAL
from tests.compose.engine import podman_engine
from tests.support.minio_build import compose_binary, minio_binaries

FILE = ROOT / "docker-compose.yml"
# Ce que la machine des tests a pu définir, et qui changerait le résultat.
SETTINGS = ("MINIO_", "AWS_", "COMPOSE_", "DOCKER_", "KIT_SERVER", "KIT_SPACE")

pytestmark = [pytest.mark.slow, pytest.mark.needs("podman", "go")]


@pytest.fixture(scope="session")
def docker() -> Iterator[dict[str, str]]:
    """L'environnement d'une personne qui a Docker."""
    minio, compose = minio_binaries(), compose_binary()
    assert minio and compose
    own = {name: value for name, value in os.environ.items() if not name.startswith(SETTINGS)}
    with podman_engine(minio, compose) as variables:
        yield own | variables


@dataclass
class Project:
    """Une copie du fichier compose dans un dossier à elle, avec ou sans ``.env``."""

    folder: Path
    environment: dict[str, str]

    def compose(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Exécute ``docker compose`` comme le fait le kit."""
        file = self.folder / FILE.name
        command = ["docker", "compose", "-f", file, "--project-directory", self.folder, *arguments]
        done = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, timeout=300, check=False
        )
        assert not check or done.returncode == 0, done.stderr
        return done

    def up(self) -> dict[str, str]:
        """Démarre le serveur et renvoie ce que ``ps`` dit de son conteneur."""
        self.compose("up", "-d", "--wait")
        return json.loads(self.compose("ps", "--format", "json").stdout)

    @property
    def env(self) -> dict[str, str | None]:
        return dotenv_values(self.folder / ".env")

    def client(self, **other: str) -> Minio:
        """Renvoie un client du serveur, avec les clés de ``.env``."""
        keys = {"access_key": self.env["MINIO_ROOT_USER"]}
        keys |= {"secret_key": self.env["MINIO_ROOT_PASSWORD"]} | other
        endpoint = f"127.0.0.1:{self.env['MINIO_PORT']}"
        return Minio(endpoint=endpoint, secure=False, region="us-east-1", **keys)


def free_ports() -> tuple[int, int]:
    with socket.socket() as first, socket.socket() as second:
        first.bind(("127.0.0.1", 0))
        second.bind(("127.0.0.1", 0))
        return first.getsockname()[1], second.getsockname()[1]


@pytest.fixture
def empty_project(docker: dict[str, str], tmp_path: Path) -> Project:
    shutil.copy(FILE, tmp_path)
    return Project(tmp_path, docker)


@pytest.fixture
def project(empty_project: Project) -> Iterator[Project]:
    port, console = free_ports()
    lines = (
        f"MINIO_ROOT_USER=kit-{secrets.token_hex(4)}",
        f"MINIO_ROOT_PASSWORD={secrets.token_urlsafe(24)}",
        f"MINIO_PORT={port}",
        f"MINIO_CONSOLE_PORT={console}",
    )
    (empty_project.folder / ".env").write_text("\n".join(lines), encoding="utf-8")
    yield empty_project
    empty_project.compose("down", "--volumes")


def put(client: Minio, text: bytes) -> None:
    client.make_bucket(bucket_name="photos")
    client.put_object(
        bucket_name="photos", object_name="a.txt", data=io.BytesIO(text), length=len(text),
        content_type="text/plain",
    )  # fmt: skip


def get(client: Minio) -> bytes:
    answer = client.get_object(bucket_name="photos", object_name="a.txt")
    try:
        return answer.read()
    finally:
        answer.close()
        answer.release_conn()


def is_open(address: str, port: int) -> bool:
    try:
        socket.create_connection((address, port), timeout=1).close()
    except OSError:
        return False
    return True


def command(environment: dict[str, str], *arguments: str) -> str:
    """Exécute un module (« helpers up », par exemple) et renvoie ce qu'il dit."""
    done = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=ROOT, env=environment,
        capture_output=True, text=True, encoding="utf-8", timeout=1500, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_compose_without_credentials_says_what_to_do(empty_project: Project) -> None:
    refused = empty_project.compose("up", "-d", "--wait", check=False)
    assert refused.returncode != 0
    assert "MINIO_ROOT_" in refused.stderr
    assert ".env.example" in refused.stderr
    assert "python3 kit.py up" in refused.stderr


def test_server_is_healthy_and_answers_to_its_own_keys_only(project: Project) -> None:
    assert project.up()["Health"] == "healthy"
    put(project.client(), b"bonjour")
    assert get(project.client()) == b"bonjour"
    with pytest.raises(S3Error, match="SignatureDoesNotMatch"):
        project.client(secret_key="minioadmin").list_buckets()
    with pytest.raises(S3Error, match="InvalidAccessKeyId"):
        project.client(access_key="minioadmin", secret_key="minioadmin").list_buckets()


def test_server_is_closed_to_the_network(project: Project) -> None:
    project.up()
    ports = [int(project.env[name]) for name in ("MINIO_PORT", "MINIO_CONSOLE_PORT")]
    interfaces = psutil.net_if_addrs().values()
    others = {a.address for one in interfaces for a in one if a.family is socket.AF_INET}
    others = others - {"127.0.0.1"} | {"127.0.0.2"}
    assert all(is_open("127.0.0.1", port) for port in ports)
    assert [(a, port) for a in others for port in ports if is_open(a, port)] == []


@pytest.mark.parametrize("end", ["stop", "down"])
def test_data_outlive_the_server(project: Project, end: str) -> None:
    project.up()
    put(project.client(), b"toujours")
    project.compose(end)
    assert not is_open("127.0.0.1", int(project.env["MINIO_PORT"]))
    project.up()
    assert get(project.client()) == b"toujours"


def test_second_up_changes_nothing(project: Project) -> None:
    assert project.up()["ID"] == project.up()["ID"]


@pytest.mark.timeout(1700)  # vingt et une leçons
def test_kit_starts_the_reference_server_and_the_lessons_pass_on_it(
    docker: dict[str, str], tmp_path: Path
) -> None:
    environment = docker | {"KIT_SERVER": "docker", "KIT_DATA": str(tmp_path)}
    try:
        assert "MinIO dans Docker" in command(environment, "kit_minio", "up")
        state = json.loads((tmp_path / "state.json").read_text(encoding="utf-8"))
        keys = {name: state[name] for name in ("access_key", "secret_key")}
        client = Minio(endpoint=state["endpoint"], secure=False, region="us-east-1", **keys)
        assert client.list_buckets() == []
        script = "import shutil; shutil.which = lambda name: None; "
        script += "from helpers import terminal; print(terminal('mc mb kit/essai-mc'))"
        done = subprocess.run(
            [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True,
            text=True, timeout=60, check=True,
        )  # fmt: skip
        assert "Bucket created successfully" in done.stdout  # par le mc du conteneur
        backwards = sorted(LESSONS.glob("*.ipynb"), reverse=True)
        # Les leçons 16 à 18 démarrent leur propre serveur : MinIO, s'il est sur le PATH.
        minio = minio_binaries()
        assert minio
        path = f"{minio}{os.pathsep}{environment['PATH']}"
        lessons = command(environment | {"PATH": path}, "pytest", *NBVAL, *map(str, backwards))
        assert " passed" in lessons
        assert "failed" not in lessons
    finally:
        command(environment, "kit_minio", "down")
    host, port = state["endpoint"].split(":")
    assert not is_open(host, int(port))


@pytest.fixture
def installation(
    docker: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """L'environnement, y compris celui de ce test, d'un kit dont le serveur est dans Docker."""
    environment = docker | {"KIT_SERVER": "docker", "KIT_DATA": str(tmp_path)}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return environment


def containers() -> list[str]:
    """Renvoie les conteneurs de cette installation du kit."""
    return docker_way.compose("ps", "-aq").stdout.split()


def test_server_whose_state_is_lost_is_stopped_and_its_volume_removed(
    installation: dict[str, str], tmp_path: Path
) -> None:
    servers.ensure()
    assert len(containers()) == 1
    (tmp_path / "state.json").write_text('{"way": "doc', encoding="utf-8")
    servers.stop()
    assert containers() == []
    doomed = resets.plan(None)
    assert f"le volume Docker {docker_way.project()}_data" in str(doomed)
    resets.carry_out(doomed, None)
    assert resets.plan(None).nothing


def test_ctrl_c_during_the_start_leaves_no_container(installation: dict[str, str]) -> None:
    up = subprocess.Popen(
        [sys.executable, "-m", "kit_minio", "up"], cwd=ROOT, env=installation,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    while not containers() and up.poll() is None:
        pass
    os.killpg(up.pid, signal.SIGINT)
    _, said = up.communicate(timeout=60)
    assert said.strip() == "Interrompu."
    assert containers() == []
