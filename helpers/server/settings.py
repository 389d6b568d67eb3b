"""Les réglages : le dossier de données, le fichier ``.env``, l'environnement, nos identifiants."""

import io
import json
import os
import secrets
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from dotenv import dotenv_values

from helpers.errors import SettingsError, system_cause
from helpers.files import ROOT, write_at_once
from helpers.french import size
from helpers.server.lock import only_one

_HEADING = "# Écrit par le kit ; à ne pas partager."
_LEAST_ROOM, _LEAST_FILES = 100 * 1024**2, 1000  # octets, fichiers : en deçà, un disque est plein
_SHORTEST = {"MINIO_ROOT_USER": 3, "MINIO_ROOT_PASSWORD": 8}  # caractères, ce que MinIO exige


def data_folder() -> Path:
    """Renvoie le dossier de l'état et des données : ``KIT_DATA``, sinon ``.data`` dans le kit.

    Un kit installé pour plusieurs par un administrateur n'est pas à vous : alors ``~/.kit-minio``.
    """
    chosen = os.environ.get("KIT_DATA") or (ROOT / ".data" if _is_ours(ROOT) else "~/.kit-minio")
    # Notre serveur est reconnu à son dossier, que le système donne sans lien symbolique.
    return Path(chosen).expanduser().resolve()


def _is_ours(folder: Path) -> bool:
    """Dit si l'on peut écrire dans un dossier, et s'il est à ce compte."""
    account = os.getuid() if os.name != "nt" else 0
    return os.access(folder, os.W_OK) and (not account or folder.stat().st_uid == account)


def env_file() -> Path:
    """Renvoie le fichier ``.env`` : dans le kit, sinon avec les données quand elles sont à part."""
    apart = os.environ.get("KIT_DATA") or not _is_ours(ROOT)
    return (data_folder() if apart else ROOT) / ".env"


def class_file() -> Path:
    """Renvoie le fichier de la classe que ce kit a rejointe : ses réglages passent avant tout."""
    return data_folder() / "classe.json"


def private_folder(path: Path) -> Path:
    """Crée un dossier privé, s'il n'est pas là, et le renvoie.

    Raises:
        SettingsError: le système le refuse.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        # La clé secrète du serveur se trouve dans ce dossier.
        path.chmod(0o700)
    except OSError as error:
        raise SettingsError.of("settings.folder", path=path, cause=system_cause(error)) from error
    return path


def nearly_full(folder: Path) -> str:
    """Dit ce qui reste au disque d'un dossier, s'il n'en reste presque rien ; sinon, rien."""
    free, disk = shutil.disk_usage(folder).free, os.name != "nt" and os.statvfs(folder)
    if free < _LEAST_ROOM:
        return f"{size(free)} libres"
    if disk and disk.f_files and disk.f_favail < _LEAST_FILES:  # certains ne comptent pas
        return f"de quoi y créer {disk.f_favail} fichiers"
    return ""


def write_private(path: Path, text: str) -> None:
    """Écrit ``text`` d'un coup, dans un fichier lisible du seul propriétaire.

    Raises:
        SettingsError: le système le refuse.
    """
    try:
        write_at_once(path, text.encode(), private=True)
    except OSError as error:
        raise SettingsError.of("settings.file", path=path, cause=system_cause(error)) from error


def read_settings() -> dict[str, str]:
    """Renvoie les réglages : ``.env``, puis l'environnement, puis la classe rejointe.

    Raises:
        SettingsError: ``.env`` ne se lit pas.
    """
    path = env_file()
    try:
        text = path.read_text(encoding="utf-8-sig") if path.exists() else ""
    except OSError as error:
        raise SettingsError.of("settings.read", path=path, cause=system_cause(error)) from error
    except ValueError as error:
        raise SettingsError.of("settings.text", path=path) from error
    joined: dict[str, str] = {}
    if "KIT_OUT_OF_CLASS" not in os.environ:  # un noyau dont la leçon demande un serveur à elle
        with suppress(OSError, ValueError):  # hors d'une classe, ce fichier n'est pas là
            joined = json.loads(class_file().read_text(encoding="utf-8"))
    return _stored(text) | dict(os.environ) | joined


@lru_cache(maxsize=1)  # lu à chaque bucket que l'on reconnaît, et presque toujours le même
def _stored(text: str) -> dict[str, str]:
    found = dotenv_values(stream=io.StringIO(text))
    return {name: value for name, value in found.items() if value is not None}


def remember(name: str, make: Callable[[], str]) -> str:
    """Renvoie le réglage ``name`` ; s'il manque, le fabrique et l'ajoute à ``.env``."""
    if known := read_settings().get(name):
        return known
    # Deux notebooks peuvent en avoir besoin au même instant : le second lit ce qu'écrit le premier.
    with only_one(private_folder(data_folder()) / "env.lock", "écrit ses réglages", seconds=60):
        if known := read_settings().get(name):
            return known
        value = make()
        path = env_file()
        lines = path.read_text("utf-8").splitlines() if path.exists() else [_HEADING]
        write_private(path, "\n".join([*lines, f"{name}={value}", ""]))
    return value


def credentials() -> tuple[str, str]:
    """Renvoie les clés de notre serveur, tirées au hasard une fois par installation."""
    return (
        remember("MINIO_ROOT_USER", lambda: f"kit-{secrets.token_hex(4)}"),
        remember("MINIO_ROOT_PASSWORD", lambda: secrets.token_urlsafe(24)),
    )


def refuse_bad_credentials(variables: Mapping[str, str]) -> None:
    """Refuse avant lui les clés que MinIO refuserait, ou qui ne se signent pas.

    Raises:
        SettingsError: l'une d'elles est trop courte, ou accentuée.
    """
    for name, shortest in _SHORTEST.items():
        value, file = variables.get(name, ""), env_file()
        if name == "MINIO_ROOT_USER" and not value.isascii():
            raise SettingsError.of("settings.accent", name=name, file=file)
        if 0 < len(value) < shortest:
            raise SettingsError.of("settings.short", name=name, file=file, shortest=shortest)
