"""Docker Compose sans moteur Docker : podman en tient lieu, avec une image de MinIO faite de rien.

Il faut Linux, podman et, la première fois, Go ; ni Internet ni systemd. L'image, les conteneurs et
les volumes vivent dans un dossier temporaire : ceux de la machine ne sont pas touchés.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

HERE = Path(__file__).parent
IMAGE = "localhost/kit-minio:test"
_START_SECONDS = 30


@contextmanager
def podman_engine(minio: Path, compose: Path) -> Iterator[dict[str, str]]:
    """Démarre podman à la place de Docker, et l'arrête à la fin du bloc avec ses conteneurs.

    Args:
        minio: le dossier de ``minio`` et ``mc``, construits sans bibliothèque partagée.
        compose: le programme Docker Compose.

    Yields:
        Les variables d'environnement avec lesquelles ``docker`` est ce moteur, PATH compris.
    """
    # Le chemin d'un socket Unix ne dépasse pas une centaine d'octets : celui de pytest est long.
    with tempfile.TemporaryDirectory(prefix="kit-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        settings = folder / "containers.conf"
        settings.write_text(_settings(folder), encoding="utf-8")
        stand_in = folder / "bin" / "docker"
        stand_in.parent.mkdir()
        stand_in.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{HERE / "docker.py"}" "$@"\n')
        stand_in.chmod(0o755)
        variables = {
            "PATH": f"{stand_in.parent}{os.pathsep}{os.environ['PATH']}",
            "CONTAINERS_CONF": str(settings),
            "DOCKER_CONFIG": str(folder),
            "DOCKER_HOST": f"unix://{folder}/docker.sock",
            "KIT_COMPOSE": str(compose),
            "MINIO_IMAGE": IMAGE,
        }
        environment = os.environ | variables
        # vfs copie au lieu de monter : il marche dans un conteneur, et se supprime sans démonter.
        podman = [
            "podman",
            "--storage-driver=vfs",
            f"--root={folder}/root",
            f"--runroot={folder}/run",
        ]
        recipe = f"--file={HERE / 'Containerfile'}"
        _run([*podman, "build", f"--tag={IMAGE}", recipe, str(minio)], environment)
        with (folder / "service.log").open("wb") as log:
            service = subprocess.Popen(
                [*podman, "system", "service", "--time=0", variables["DOCKER_HOST"]],
                env=environment, stdout=log, stderr=log,
            )  # fmt: skip
        try:
            deadline = time.monotonic() + _START_SECONDS
            while not (folder / "docker.sock").exists():
                if service.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError((folder / "service.log").read_text(errors="replace"))
                time.sleep(0.05)
            yield variables
        finally:
            service.terminate()
            service.wait()
            _run([*podman, "rm", "--all", "--force", "--time=0", "--volumes"], environment)


def _settings(folder: Path) -> str:
    """Renvoie le ``containers.conf`` qui convient à cette machine."""
    # podman relève ces limites, ce que le noyau refuse à un compte aux droits réduits.
    ulimits = []
    for name, limit in {"nofile": psutil.RLIMIT_NOFILE, "nproc": psutil.RLIMIT_NPROC}.items():
        hard = psutil.Process().rlimit(limit)[1]
        value = 16384 if hard == psutil.RLIM_INFINITY else min(hard, 16384)
        ulimits.append(f'"{name}={value}:{value}"')
    lines = [
        "[containers]",
        f"default_ulimits = [{', '.join(ulimits)}]",
        'log_driver = "k8s-file"',
        "[network]",
        'network_backend = "netavark"',
        f'network_config_dir = "{folder}/networks"',
        "[engine]",
        'events_logger = "file"',
    ]
    if not Path("/run/systemd/system").exists():
        # crun refuse les cgroups mêlés (v1 et v2), que runc accepte.
        lines += ['cgroup_manager = "cgroupfs"']
        lines += ['runtime = "runc"'] if shutil.which("runc") else []
    return "\n".join(lines) + "\n"


def _run(command: list[str], environment: dict[str, str]) -> None:
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{done.stderr}")
