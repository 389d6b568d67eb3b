"""Ce qu'une copie voit dans son bac à sable : une liste blanche, que chaque niveau rend à sa façon.

Du kit, elle voit ``helpers/``, ce qu'un notebook importe, et par leur nom les fichiers du noyau et
de la série qu'elle ouvre (``kit_minio.answering``) ; de la machine, l'interpréteur, /usr et
quelques fichiers de /etc. Tout est en lecture seule, sauf les dossiers vides de ``scratch``. Un
fichier qui n'est pas cité ici n'est pas visible.

Le nom d'un dossier de la machine se lit dans /proc/self/mountinfo, comme dans ``sys.prefix`` :
Linux l'y écrit pour tout montage, désigné par un chemin ou un descripteur, et un interpréteur ne se
déplace pas. Seule une copie en mémoire de tout cela le cacherait. Ce nom ne mène à rien.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from helpers.files import ROOT
from kit_minio.grading.execute.environment import zygote_environment
from kit_minio.grading.execute.limits import SCRATCH
from kit_minio.grading.execute.sandbox.isolation import IsolationError, is_root

HOME = "/eleve"  # le dossier personnel d'une copie
KIT = "/opt/kit"  # là où elle voit le kit
HOSTNAME = "eleve"
NOBODY = 64_999  # un identifiant que personne ne porte, quand le correcteur est root

_SHOWN = {
    "kit_minio/answering": ("answers.py", "application.py", "submission.py"),
    "kit_minio/grading/execute/sandbox/inside": (
        "filter.py",
        "kernel.py",
        "names.py",
        "namespaces.py",
        "output.py",
        "request.py",
        "script.py",
        "shell.py",
        "supervisor.py",
        "zygote.py",
    ),
}
_SYSTEM_FOLDERS = ("bin", "sbin", "lib", "lib32", "lib64")
_SYSTEM_FILES = (
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/alternatives",
    "/etc/ssl",
    "/etc/pki",
    "/etc/ca-certificates",
    "/etc/fonts",
    "/etc/localtime",
    "/etc/mime.types",
)


@dataclass(frozen=True)
class Mount:
    """Un fichier ou un dossier de la machine, montré en lecture seule.

    Attributes:
        source: où il est sur la machine.
        target: où la copie le voit.
    """

    source: Path
    target: str


@dataclass(frozen=True)
class View:
    """Tout ce qu'une copie voit.

    Attributes:
        mounts: ce qui est montré de la machine, un dossier avant ce qu'il contient.
        links: les liens symboliques, et où chacun mène.
        scratch: les dossiers où elle peut écrire, et leur taille en octets.
        environment: les variables d'environnement du zygote.
        uid: son identité.
    """

    mounts: tuple[Mount, ...]
    links: dict[str, str]
    scratch: dict[str, int]
    environment: dict[str, str]
    uid: int

    def parents(self) -> list[str]:
        """Renvoie les dossiers qui mènent à ce qui est montré, chacun après le sien."""
        targets = [PurePosixPath(mount.target) for mount in self.mounts]
        return sorted({str(parent) for target in targets for parent in target.parents} - {"/"})


def new_view(folder: Path, host: str) -> View:
    """Renvoie ce qu'une copie verra.

    Args:
        folder: où écrire les fichiers de /etc qui sont propres à un bac à sable.
        host: l'hôte du serveur S3, que la copie doit connaître par son nom.

    Raises:
        IsolationError: le kit se trouve dans un dossier que toute copie voit.
    """
    uid = NOBODY if is_root() else os.getuid()
    system = [Path("/", name) for name in _SYSTEM_FOLDERS]
    pythons = _python_folders()
    shown = [
        Path("/usr"),
        *[place for place in system if place.is_dir() and not place.is_symlink()],
        *[Path(name) for name in _SYSTEM_FILES if Path(name).exists()],
        *pythons,
    ]
    for place in shown:
        if ROOT.is_relative_to(place):
            raise IsolationError(
                f"Le kit est dans {place}, que toute copie voit.",
                "Déplacez le dossier du kit, par exemple dans votre dossier personnel.",
            )
    mounts = [Mount(place, str(place)) for place in shown]
    mounts += _written_files(folder, host, uid)
    kit = [*_helpers(), *(ROOT / place / name for place in _SHOWN for name in _SHOWN[place])]
    mounts += [Mount(path, f"{KIT}/{path.relative_to(ROOT)}") for path in kit]
    return View(
        mounts=tuple(mounts),
        links={str(place): str(place.readlink()) for place in system if place.is_symlink()},
        scratch=_scratch(pythons),
        environment=zygote_environment(HOME, KIT),
        uid=uid,
    )


def _helpers() -> list[Path]:
    """Renvoie ce que contient ``helpers/``.

    Une version d'avant y avait les vérifications : un dossier dont il ne reste que des fichiers
    compilés n'est pas montré.
    """
    return [
        path
        for path in sorted((ROOT / "helpers").iterdir())
        if path.is_file() or any(child.name != "__pycache__" for child in path.iterdir())
    ]


def _python_folders() -> list[Path]:
    """Renvoie les dossiers de l'interpréteur que /usr ne contient pas."""
    folders = {Path(prefix).resolve() for prefix in (sys.prefix, sys.base_prefix)}
    return sorted(folder for folder in folders if not folder.is_relative_to("/usr"))


def _scratch(pythons: list[Path]) -> dict[str, int]:
    """Renvoie les dossiers où une copie écrit, sauf celui qui cacherait l'interpréteur."""
    return {
        name: size
        for name, size in SCRATCH.items()
        if not any(folder.is_relative_to(name) for folder in pythons)
    }


def _written_files(folder: Path, host: str, uid: int) -> Iterator[Mount]:
    """Écrit les fichiers de /etc que le bac à sable ne prend pas à la machine."""
    texts = {
        "/etc/hosts": f"127.0.0.1 localhost {host}\n",
        "/etc/passwd": f"eleve:x:{uid}:{uid}::{HOME}:/bin/sh\n",
        "/etc/group": f"eleve:x:{uid}:\n",
        "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
    }
    folder.chmod(0o755)
    for name, text in texts.items():
        path = folder / Path(name).name
        path.write_text(text, encoding="utf-8")
        yield Mount(path, name)
