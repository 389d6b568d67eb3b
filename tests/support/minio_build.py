"""Construit avec Go les programmes que les tests lancent, et les garde d'une fois sur l'autre.

Ils se trouvent dans le dossier que donne ``KIT_BIN``, sinon dans ``~/.cache/kit-minio/bin``.
``python tests/support/minio_build.py`` construit ``minio``, ``mc`` et ``docker-compose`` au besoin,
en laissant passer les autres programmes ; sa dernière ligne est leur dossier. La bibliothèque
standard lui suffit : ``.ci/run`` le lance avant que rien ne soit installé.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

if os.name != "nt":
    import fcntl

# Les dernières révisions des dépôts d'origine, archivés depuis : elles ne bougeront plus.
_MINIO = ("github.com/minio/minio", "v0.0.0-20260212201848-7aac2a2c5b7c")
_MC = ("github.com/minio/mc", "v0.0.0-20250313080218-cf909e1063a9")
# Compose recrée à chaque « up », à partir de 2.31, un conteneur de podman 4 : celui-ci nomme les
# réseaux là où Docker donne leur identifiant.
_COMPOSE = ("github.com/docker/compose/v2/cmd", "v2.29.7")
_ENVIRONMENT = {
    # Sans CGO, le programme ne dépend d'aucune bibliothèque : une image vide lui suffit.
    "CGO_ENABLED": "0",
    # Un compilateur vit quelques secondes : ne pas y ramasser les miettes épargne un quart.
    "GOGC": "off",
    "GOMEMLIMIT": "2GiB",
}


class BuildError(RuntimeError):
    """Go est là, mais un programme ne se construit pas."""


def minio_binaries() -> Path | None:
    """Renvoie le dossier qui contient ``minio`` et ``mc``, ou ``None`` si Go manque.

    Raises:
        BuildError: la construction a échoué ; le message cite la fin de ce que dit Go.
    """
    folders = {_build("minio", *_MINIO), _build("mc", *_MC)}
    return None if None in folders else folders.pop()


def compose_binary() -> Path | None:
    """Renvoie le programme Docker Compose, ou ``None`` si Go manque.

    Raises:
        BuildError: la construction a échoué ; le message cite la fin de ce que dit Go.
    """
    folder = _build("docker-compose", *_COMPOSE)
    return folder and folder / "docker-compose"


def _build(name: str, package: str, version: str) -> Path | None:
    """Construit un programme autonome, sauf s'il est déjà là, et renvoie son dossier."""
    chosen = os.environ.get("KIT_BIN")
    base = Path(chosen).expanduser() if chosen else Path.home() / ".cache" / "kit-minio" / "bin"
    # Un dossier par jeu de versions : changer une version reconstruit, sans rien effacer.
    pins = hashlib.sha256(repr((_MINIO, _MC, _COMPOSE)).encode()).hexdigest()[:12]
    folder = (base / pins).resolve()
    if shutil.which(name, path=folder):
        return folder
    if shutil.which("go") is None:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    # Dans un module à nous, car « go install » refuse un projet dont go.mod écarte des versions.
    with _alone(folder), tempfile.TemporaryDirectory(dir=folder) as draft:
        if shutil.which(name, path=folder):
            return folder
        print(f"Go construit {name} (quelques minutes la première fois)…", flush=True)
        program = f"{name}.exe" if os.name == "nt" else name
        _go(draft, "mod", "init", "kit")
        _go(draft, "get", f"{package}@{version}")
        # Sans les tables d'un débogueur : -s et -w les jetteraient, après les avoir fait écrire.
        _go(draft, "build", "-gcflags=all=-dwarf=false", "-ldflags=-s -w", "-o", program, package)
        # D'un seul geste : interrompue, la construction ne laisse pas de moitié de programme.
        (Path(draft) / program).replace(folder / program)
    return folder


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Attend qu'aucun autre programme ne construise dans ce dossier (sauf sous Windows)."""
    with (folder / "verrou").open("a") as lock:
        if os.name != "nt":
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _go(folder: str, *arguments: str) -> None:
    done = subprocess.run(
        ["go", *arguments], cwd=folder, capture_output=True, text=True, encoding="utf-8",
        env=os.environ | _ENVIRONMENT, check=False,
    )  # fmt: skip
    if done.returncode:
        last = "\n".join(done.stderr.strip().splitlines()[-10:])
        raise BuildError(f"« go {' '.join(arguments)} » a échoué :\n{last}")


def main() -> None:
    """Construit tout, et affiche le dossier de ``minio`` et ``mc``, ou dit que Go n'est pas là."""
    if hasattr(os, "nice"):
        os.nice(10)  # les étapes qui n'attendent pas MinIO passent d'abord
    try:
        folder = minio_binaries()
        compose_binary()
    except BuildError as error:
        sys.exit(str(error))
    print(folder or "Go n'est pas installé : pas de MinIO construit depuis ses sources.")


if __name__ == "__main__":
    main()
