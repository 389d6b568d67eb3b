"""Les fichiers d'un lot de copies, qu'ils viennent d'un zip, d'un dossier ou d'un bucket.

Rien n'est jamais écrit sur le disque : un fichier se lit en mémoire, et seulement s'il est admis.
"""

from __future__ import annotations

import io
import lzma
import os
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

from helpers.errors import ContentError
from kit_minio.grading.intake.codepages import decoded, mended
from kit_minio.grading.intake.names import (
    hidden_folder,
    is_hidden,
    is_notebook,
    is_reserved,
    named_by_moodle,
    tools_folder,
)

if TYPE_CHECKING:
    from minio import Minio

MAX_FILES = 20_000  # fichiers gardés d'un lot
MAX_SEEN = 500_000  # fichiers parcourus
MAX_BESIDE = 200  # fichiers gardés d'un dossier, notebooks et archives mis à part
MAX_INSIDE = 2_000  # fichiers gardés d'un zip du lot
MAX_DIRECTORY = 32 * 2**20  # octets de la table d'un zip
MAX_ARCHIVE = 2 * 2**30  # octets d'un zip
MAX_NOTEBOOK = 64 * 2**20  # octets d'un fichier, sorties et état des widgets compris
MAX_RATIO = 200  # taille décompressée sur taille compressée, au-delà de 1 Mio
_UNREADABLE = (
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,  # un nom qui n'est pas en UTF-8, quoi que l'archive en dise
    lzma.LZMAError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)
_TOOLS = "c'est un dossier d'outils ou caché : son contenu ne compte pas"
ARCHIVES = (".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst")


class Refused(Exception):
    """Un fichier n'est pas admis ; le texte de l'erreur dit pourquoi."""


class Stream(Protocol):
    """Le contenu d'un fichier, à lire puis à fermer."""

    def read(self, size: int, /) -> bytes:
        """Renvoie les octets suivants, ``size`` au plus."""

    def close(self) -> None:
        """Ferme le fichier."""


@dataclass(frozen=True)
class File:
    """Un fichier du lot.

    Attributes:
        path: son chemin dans le lot, séparé par des barres obliques ; à ne jamais ouvrir.
        modified: sa date, pour comparer deux fichiers d'une même copie.
        refusal: pourquoi il n'est pas admis ; vide s'il l'est.
        open: ouvre son contenu.
    """

    path: str
    modified: tuple[int, ...]
    refusal: str
    open: Callable[[], Stream]

    def read(self) -> bytes:
        """Renvoie les octets du fichier.

        Raises:
            Refused: il n'est pas admis, il est trop gros ou il ne se lit pas.
        """
        if self.refusal:
            raise Refused(self.refusal)
        try:
            with closing(self.open()) as stream:
                data = stream.read(MAX_NOTEBOOK + 1)
        except _UNREADABLE as error:
            raise Refused(f"il ne se lit pas ({type(error).__name__})") from error
        if len(data) > MAX_NOTEBOOK:
            raise Refused(f"il dépasse {MAX_NOTEBOOK >> 20} Mio")
        return data

    def head(self, size: int) -> bytes:
        """Renvoie les premiers octets du fichier, ou rien s'il ne se lit pas."""
        if self.refusal:
            return b""
        try:
            with closing(self.open()) as stream:
                return stream.read(size)
        except (*_UNREADABLE, Refused):
            return b""


@contextmanager
def open_source(source: str) -> Iterator[list[File]]:
    """Donne les fichiers d'un lot, triés par chemin.

    Args:
        source: le chemin d'un zip, d'un dossier ou d'un notebook, ou ``s3://bucket/préfixe``.

    Raises:
        ContentError: la source n'existe pas, n'est pas d'une de ces sortes ou dépasse les limites.
    """
    if source.startswith("s3://"):
        from helpers.connection import connect

        yield _listed(_objects(source, connect(quiet=True)))
        return
    path = Path(source)
    if path.is_dir():
        yield _listed(_files_in(path))
    elif path.is_file() and zipfile.is_zipfile(path):
        try:
            _check_directory(path)
            archive = zipfile.ZipFile(path)
        except _UNREADABLE as error:
            raise ContentError(
                f"L'archive {path} est abîmée ({error}).",
                "Téléchargez-la de nouveau depuis Moodle.",
            ) from error
        with archive:
            yield _listed(_entries(archive))
    elif path.is_file() and path.suffix.lower() == ".ipynb":
        yield [_file_on_disk(path, path.name)]
    else:
        fact = "n'est ni un zip, ni un dossier, ni un notebook" if path.exists() else "n'existe pas"
        raise ContentError(
            f"{path} {fact}.",
            "Donnez le zip des travaux remis de Moodle, un dossier de copies "
            "ou s3://bucket/préfixe.",
        )


def refusal_of(path: str) -> str:
    """Renvoie pourquoi un chemin n'est pas admis, ou un texte vide."""
    parts = re.split(r"[/\\]", path)
    if ".." in parts:
        return "son chemin remonte dans les dossiers (« .. »)"
    if path.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", path):
        return "son chemin est absolu"
    if "\\" in path or any(is_reserved(part) for part in parts):
        return "son nom a un sens particulier sous Windows"
    if any(unicodedata.category(letter) == "Cc" for letter in path):
        return "son nom contient un caractère de contrôle"
    if len(path) > 1000 or len(parts) > 20:
        return "son chemin est trop long"
    if path.lower().endswith(ARCHIVES) and not path.lower().endswith(".zip"):
        kind = path.rpartition(".")[2].upper()
        return f"une archive {kind} n'est pas ouverte ; il faut un .zip, ou le notebook seul"
    return ""


def _listed(files: Iterator[File]) -> list[File]:
    """Renvoie les fichiers qui comptent, triés, un seul pour chaque chemin.

    D'un dossier d'outils ou caché, il ne reste qu'une entrée : elle dit qu'il existe.
    """
    kept: list[File] = []
    seen: set[str] = set()
    folders: Counter[str] = Counter()
    for count, file in enumerate(_opened(files)):
        if count >= MAX_SEEN:
            raise _too_many(MAX_SEEN)
        path = file.path
        aside = tools_folder(path) or (not is_notebook(path) and hidden_folder(path))
        if aside:
            if aside not in seen:
                seen.add(aside)
                kept.append(File(aside, file.modified, file.refusal or _TOOLS, file.open))
            continue
        if not (is_notebook(path) or path.lower().endswith(ARCHIVES) or named_by_moodle(path)):
            folder = path.rpartition("/")[0]
            folders[folder] += 1
            if folders[folder] > MAX_BESIDE:
                continue
        if path in seen:
            reason = "un autre fichier porte le même nom"
            file = File(path, file.modified, reason, file.open)
        seen.add(path)
        kept.append(file)
        if len(kept) > MAX_FILES:
            raise _too_many(MAX_FILES)
    return sorted(kept, key=lambda file: (file.path, file.refusal))


def _too_many(limit: int) -> ContentError:
    return ContentError(
        f"Le lot contient plus de {limit} fichiers.",
        "Corrigez-le en plusieurs fois, ou vérifiez la source donnée.",
    )


# --- Un dossier ---------------------------------------------------------------------------------


def _files_in(root: Path) -> Iterator[File]:
    for folder, folders, names in os.walk(root):
        here = Path(folder)
        # D'un dossier caché à côté des copies (.git, .venv), seuls les notebooks comptent.
        aside = here != root and is_hidden(here.relative_to(root).parts[0])
        folders.sort()
        for name in [*folders]:
            if tools_folder(_relative(here / name, root)) or (here / name / "pyvenv.cfg").exists():
                folders.remove(name)
                yield replace(
                    _file_on_disk(here / name, _relative(here / name, root)), refusal=_TOOLS
                )
                continue
            # Un lien ou une jonction mènerait hors du dossier : os.walk n'y descend pas.
            if (
                not (here / name).resolve().is_relative_to(root.resolve())
                or (here / name).is_symlink()
            ):
                folders.remove(name)
                yield _file_on_disk(here / name, _relative(here / name, root))
        for name in sorted(names):
            if not aside or name.lower().endswith(".ipynb"):
                yield _file_on_disk(here / name, _relative(here / name, root))


def _relative(path: Path, root: Path) -> str:
    return mended(path.relative_to(root).as_posix())


def _file_on_disk(path: Path, name: str) -> File:
    info = path.lstat()
    refusal = refusal_of(name)
    if not stat.S_ISREG(info.st_mode):
        refusal = "ce n'est pas un fichier ordinaire (lien, tube ou périphérique)"
    return File(name, (info.st_mtime_ns,), refusal, lambda: path.open("rb"))


# --- Un zip -------------------------------------------------------------------------------------


def _directory_size(stream: BinaryIO, size: int) -> int:
    """Renvoie la taille de la table d'un zip, avant que ``zipfile`` ne la lise."""
    stream.seek(max(0, size - 66_000))
    tail = stream.read()
    end = tail.rfind(b"PK\x05\x06")
    if end < 0:
        raise zipfile.BadZipFile("sa table manque")
    table: int = struct.unpack_from("<I", tail, end + 12)[0]
    if table == 0xFFFFFFFF and (zip64 := tail.rfind(b"PK\x06\x06")) >= 0:
        table = struct.unpack_from("<Q", tail, zip64 + 40)[0]
    return table


def _check_directory(path: Path) -> None:
    """Refuse une archive, ou une table de fichiers, démesurée."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        table = _directory_size(stream, size)
    if size > MAX_ARCHIVE or table > MAX_DIRECTORY:
        raise ContentError(
            f"L'archive {path} est trop grosse, ou contient trop de fichiers.",
            f"Les limites : {MAX_ARCHIVE >> 30} Gio et {MAX_FILES} fichiers. "
            "Téléchargez les travaux groupe par groupe.",
        )


def _opened(files: Iterator[File]) -> Iterator[File]:
    """Donne les fichiers, ceux de chaque zip à la place du zip, sur un seul niveau."""
    for file in files:
        path = file.path.lower()
        if not path.endswith(".zip") or file.refusal or tools_folder(path) or is_hidden(path):
            yield file
            continue
        try:
            yield from _inside(file)
        except Refused as refused:
            yield replace(file, refusal=str(refused))


def _inside(file: File) -> list[File]:
    with _archive_of(file) as archive:
        inner = list(_entries(archive))
    kept = [one for one in inner if not (tools_folder(one.path) or is_hidden(one.path))]
    if len(kept) > MAX_INSIDE:
        raise Refused(f"cette archive contient plus de {MAX_INSIDE} fichiers")
    if not kept:
        raise Refused("cette archive est vide")
    found = []
    for one in kept:
        nested = one.path.lower().endswith(".zip")
        reason = "une archive dans une archive n'est pas ouverte ; il faut le notebook seul"
        found.append(
            File(
                f"{file.path}/{one.path}",
                one.modified,
                refusal_of(one.path) or one.refusal or (reason if nested else ""),
                partial(_open_inside, file, one.path),
            )
        )
    return found


def _archive_of(file: File) -> zipfile.ZipFile:
    data = file.read()
    try:
        if _directory_size(io.BytesIO(data), len(data)) > MAX_DIRECTORY // 4:
            raise Refused("cette archive contient trop de fichiers")
        return zipfile.ZipFile(io.BytesIO(data))
    except _UNREADABLE as error:
        raise Refused("cette archive ne s'ouvre pas ; il faut le notebook seul") from error


def _open_inside(file: File, path: str) -> Stream:
    """Ouvre un fichier d'un zip du lot ; le zip est relu, pour qu'aucun ne reste en mémoire."""
    archive = _archive_of(file)
    info = next(info for info in archive.infolist() if _name_of(info) == path)
    return archive.open(info)


def _entries(archive: zipfile.ZipFile) -> Iterator[File]:
    for info in archive.infolist():
        if not info.orig_filename.endswith("/"):
            opened = partial(archive.open, info)
            yield File(_name_of(info), info.date_time, _refusal_of_entry(info), opened)


def _name_of(info: zipfile.ZipInfo) -> str:
    """Renvoie le nom d'une entrée ; sans l'indicateur UTF-8, il a été lu en cp437."""
    if info.flag_bits & 0x800:
        return mended(info.orig_filename)
    return decoded(info.orig_filename.encode("cp437"))


def _refusal_of_entry(info: zipfile.ZipInfo) -> str:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        return "ce n'est pas un fichier ordinaire (lien, tube ou périphérique)"
    if info.flag_bits & 0x1:
        return "il est protégé par un mot de passe"
    if info.file_size > max(2**20, MAX_RATIO * info.compress_size):
        return "il est bien trop compressé"
    return refusal_of(_name_of(info))


# --- Un bucket ----------------------------------------------------------------------------------


def _objects(source: str, client: Minio) -> Iterator[File]:
    bucket, _, prefix = source.removeprefix("s3://").partition("/")
    prefix = prefix.rstrip("/") + "/" if prefix else ""
    for item in client.list_objects(bucket_name=bucket, prefix=prefix, recursive=True):
        key = item.object_name or ""
        if key.endswith("/"):
            continue
        name = mended(key.removeprefix(prefix))
        when = (int(item.last_modified.timestamp()),) if item.last_modified else ()
        opened = partial(client.get_object, bucket_name=bucket, object_name=key)
        yield File(name, when, refusal_of(name), opened)
