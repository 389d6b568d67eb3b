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

# Chaque jeu a son module Go : programme, paquet, version. Voici les dernières révisions des dépôts
# d'origine, archivés depuis : elles ne bougeront plus. MinIO, par sa console, contient cette même
# révision de mc : dans son module, mc ne se compile pas une seconde fois.
_MINIO = {
    "minio": ("github.com/minio/minio", "v0.0.0-20260212201848-7aac2a2c5b7c"),
    "mc": ("github.com/minio/mc", "v0.0.0-20250313080218-cf909e1063a9"),
}
# Compose recrée à chaque « up », à partir de 2.31, un conteneur de podman 4 : celui-ci nomme les
# réseaux là où Docker donne leur identifiant.
_COMPOSE = {"docker-compose": ("github.com/docker/compose/v2/cmd", "v2.29.7")}
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
    return _build(_MINIO)


def compose_binary() -> Path | None:
    """Renvoie le programme Docker Compose, ou ``None`` si Go manque.

    Raises:
        BuildError: la construction a échoué ; le message cite la fin de ce que dit Go.
    """
    folder = _build(_COMPOSE)
    return folder and folder / "docker-compose"


def _build(wanted: dict[str, tuple[str, str]]) -> Path | None:
    """Construit des programmes autonomes, sauf s'ils sont déjà là, et renvoie leur dossier."""
    chosen = os.environ.get("KIT_BIN")
    base = Path(chosen).expanduser() if chosen else Path.home() / ".cache" / "kit-minio" / "bin"
    # Un dossier par jeu de versions : changer une version reconstruit, sans rien effacer.
    pins = hashlib.sha256(repr((_MINIO, _COMPOSE)).encode()).hexdigest()[:12]
    folder = (base / pins).resolve()

    def built() -> bool:
        return all(shutil.which(name, path=folder) for name in wanted)

    if built():
        return folder
    if shutil.which("go") is None:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    # Dans un module à nous, car « go install » refuse un projet dont go.mod écarte des versions.
    with _alone(folder), tempfile.TemporaryDirectory(dir=folder) as draft:
        if built():
            return folder
        names = " et ".join(wanted)
        print(f"Go construit {names} (quelques minutes la première fois)…", flush=True)
        _go(draft, "mod", "init", "kit")
        _go(draft, "get", *(f"{package}@{version}" for package, version in wanted.values()))
        for name, (package, _) in wanted.items():
            program = f"{name}.exe" if os.name == "nt" else name
            # Sans les tables d'un débogueur : -s et -w les jetteraient, après les avoir écrites.
            options = ("-gcflags=all=-dwarf=false", "-ldflags=-s -w")
            _go(draft, "build", *options, "-o", program, package)
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
        os.nice(5)  # les étapes qui n'attendent pas MinIO passent d'abord
    try:
        folder = minio_binaries()
        compose_binary()
    except BuildError as error:
        sys.exit(str(error))
    print(folder or "Go n'est pas installé : pas de MinIO construit depuis ses sources.")


if __name__ == "__main__":
    main()
