"""La voie ``docker`` : le serveur de référence, celui de ``docker-compose.yml``."""

import hashlib
import os
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

from helpers.files import ROOT
from helpers.server.model import NotHere, Say, Server
from helpers.server.ports import candidates, free_ports
from helpers.server.settings import credentials, data_folder

NAME = "docker"
UP_SECONDS = 600.0  # l'image se télécharge


def missing() -> str | None:
    """Dit ce qui empêche d'utiliser Docker, ou ``None`` si tout est là."""
    if shutil.which("docker") is None:
        return "Docker n'est pas installé"
    try:
        if _run(["docker", "info", "--format", "{{.ServerVersion}}"], 15).returncode:
            return "Docker est installé mais ne tourne pas"
        if _run(["docker", "compose", "version"], 15).returncode:
            return "Docker tourne mais Compose manque"
    except (OSError, subprocess.TimeoutExpired):
        return "Docker est installé mais ne répond pas"
    return None


def start(first_port: int, say: Say) -> Server:
    """Démarre MinIO dans Docker ; lève ``NotHere`` s'il n'y parvient pas."""
    say("Démarrage de MinIO dans Docker (la première fois, l'image se télécharge)…")
    with free_ports(candidates(first_port), (0, 1)) as port:
        ports = {"MINIO_PORT": str(port), "MINIO_CONSOLE_PORT": str(port + 1)}
        _mark().touch()
        try:
            done = compose("up", "-d", "--wait", seconds=UP_SECONDS, **ports)
            if done.returncode:
                cause = (done.stderr.strip().splitlines() or ["sans message"])[-1]
                raise NotHere(f"Docker n'a pas pu démarrer l'image ({cause[:160]})")
        except BaseException as error:
            # Ctrl-C compris : ce conteneur n'est encore noté nulle part.
            end()
            if isinstance(error, subprocess.TimeoutExpired):
                raise NotHere("Docker n'a pas fini en dix minutes") from None
            raise
    user, password = credentials()
    return Server(NAME, f"127.0.0.1:{port}", user, password, console=f"127.0.0.1:{port + 1}")


def end() -> None:
    """Met fin au conteneur du kit, s'il y en a un ; ses données restent dans le volume."""
    if _mark().exists():
        with suppress(OSError, subprocess.TimeoutExpired):
            if compose("down").returncode == 0:
                _mark().unlink()


def _mark() -> Path:
    """Renvoie le fichier posé avant « compose up », et levé après « compose down »."""
    return data_folder() / "docker"


def project() -> str:
    """Renvoie le nom du projet Compose : deux copies du kit ne se partagent pas un conteneur."""
    return f"kit-minio-{hashlib.sha256(str(data_folder()).encode()).hexdigest()[:8]}"


def compose(*arguments: str, seconds: float = 60, **extra: str) -> subprocess.CompletedProcess[str]:
    """Exécute ``docker compose`` sur le fichier du kit et renvoie le résultat."""
    user, password = credentials()
    file = ROOT / "docker-compose.yml"
    command = ["docker", "compose", "-f", str(file), "--project-directory", str(ROOT), *arguments]
    own = {"MINIO_ROOT_USER": user, "MINIO_ROOT_PASSWORD": password}
    return _run(command, seconds, COMPOSE_PROJECT_NAME=project(), **own, **extra)


def volume() -> str | None:
    """Renvoie le nom du volume Docker de nos données, s'il existe et que Docker répond."""
    with suppress(OSError, subprocess.TimeoutExpired):
        if _run(["docker", "volume", "inspect", volume_name()], 5).returncode == 0:
            return volume_name()
    return None


def volume_name() -> str:
    """Renvoie le nom du volume Docker où vont nos données."""
    return f"{project()}_data"


def _run(command: list[str], seconds: float, **extra: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        timeout=seconds,
        check=False,
        stdin=subprocess.DEVNULL,
        env=os.environ | extra,
    )
