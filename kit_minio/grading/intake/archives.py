"""Les archives d'un lot : celle du lot, et celles que des élèves ont remises, sur un niveau.

Rien n'est écrit sur le disque ; ce qui se décompresse est compté à mesure.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from helpers.errors import ContentError
from kit_minio.grading.intake.codepages import decoded, mended
from kit_minio.grading.intake.entries import OPENED, UNREADABLE, File, Refused, Stream, refusal_of
from kit_minio.grading.intake.names import is_hidden, tools_folder
from kit_minio.grading.intake.words import is_group

MAX_INSIDE = 2_000  # fichiers gardés d'une archive du lot
MAX_DIRECTORY = 32 * 2**20  # octets de la table d'un zip
MAX_ARCHIVE = 2 * 2**30  # octets du zip du lot
MAX_INNER = 256 * 2**20  # octets d'une archive remise par un élève, et de ce qu'elle contient
MAX_RATIO = 200  # taille décompressée sur taille compressée, au-delà de 1 Mio
_CLOSED = "une archive dans une archive n'est pas ouverte ; il faut le notebook seul"
_ODD = "ce n'est pas un fichier ordinaire (lien, tube ou périphérique)"
_MEMBERS = 100_000  # entrées d'un tar
_UNICODE_NAME = 0x7075  # le champ d'une entrée de zip où est son nom en UTF-8


def is_archive(path: str) -> bool:
    """Dit si un fichier est une archive que l'on sait ouvrir, d'après son nom."""
    return path.lower().endswith(OPENED)


def opened(files: Iterator[File]) -> Iterator[File]:
    """Donne les fichiers, ceux de chaque archive à la place de l'archive, sur un seul niveau.

    L'archive que Moodle a faite d'un devoir, ou celle d'un groupe, ne compte pas pour un niveau.
    """
    for file in files:
        if not is_archive(file.path) or file.refusal or _is_aside(file.path):
            yield file
            continue
        try:
            inner = inside(file)
        except Refused as refused:
            yield replace(file, refusal=str(refused))
            continue
        for one in inner:
            if is_archive(one.path) and not one.refusal:
                deeper = _gathers(file.path) or _is_handed_in(file.path, one.path)
                yield from opened(iter([one])) if deeper else [replace(one, refusal=_CLOSED)]
            else:
                yield one


def _gathers(path: str) -> bool:
    """Dit si une archive, à la racine du lot, est celle d'un groupe : ``TD1.zip``."""
    return "/" not in path and is_group(path.partition(".")[0])


def _is_handed_in(outer: str, path: str) -> bool:
    """Dit si une archive est dans celle que Moodle a faite d'un devoir, et non d'un élève."""
    return "_assignsubmission_" in path and "_assignsubmission_" not in outer


def inside(file: File) -> list[File]:
    """Renvoie les fichiers d'une archive, à la place qu'ils auraient dans le lot.

    Raises:
        Refused: elle ne s'ouvre pas, ou elle dépasse les limites.
    """
    data = file.read(MAX_INNER)
    try:
        found = _in_zip(file, data) if _is_zip(data) else _in_tar(file, data)
    except UNREADABLE as error:
        raise Refused("cette archive ne s'ouvre pas ; il faut le notebook seul") from error
    kept = [one for one in found if not _is_aside(one.path)]
    if len(kept) > MAX_INSIDE:
        raise Refused(f"cette archive contient plus de {MAX_INSIDE} fichiers")
    if not kept:
        raise Refused("cette archive est vide")
    return [replace(one, path=f"{file.path}/{one.path}") for one in kept]


def _is_aside(path: str) -> bool:
    return bool(tools_folder(path)) or is_hidden(path)


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


def check_directory(path: Path) -> None:
    """Refuse une archive, ou une table de fichiers, démesurée."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        table = _directory_size(stream, size)
    if size > MAX_ARCHIVE or table > MAX_DIRECTORY:
        raise ContentError(
            f"L'archive {path} est trop grosse, ou contient trop de fichiers.",
            f"Les limites : {MAX_ARCHIVE >> 30} Gio, et {MAX_DIRECTORY >> 20} Mio de noms. "
            "Téléchargez les travaux groupe par groupe.",
        )


def _is_zip(data: bytes) -> bool:
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"))


def _in_zip(file: File, data: bytes) -> list[File]:
    if _directory_size(io.BytesIO(data), len(data)) > MAX_DIRECTORY // 4:
        raise Refused("cette archive contient trop de fichiers")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        found = list(entries_of(archive))
    # L'archive est relue à chaque fichier, pour qu'aucune ne reste en mémoire.
    return [replace(one, open=partial(_open_in_zip, file, one.path)) for one in found]


def _open_in_zip(file: File, path: str) -> Stream:
    archive = zipfile.ZipFile(io.BytesIO(file.read(MAX_INNER)))
    infos = archive.infolist()
    return archive.open(infos[_paths_of(infos).index(path)])


def entries_of(archive: zipfile.ZipFile) -> Iterator[File]:
    """Donne les fichiers d'un zip."""
    infos = archive.infolist()
    for info, path in zip(infos, _paths_of(infos), strict=True):
        if not path.endswith("/"):
            opened = partial(archive.open, info)
            yield File(path, info.date_time, _refusal_of_entry(info, path), opened)


def folders_of(archive: zipfile.ZipFile) -> set[str]:
    """Renvoie les dossiers de la racine d'un zip, vides compris."""
    found = (path.partition("/") for path in _paths_of(archive.infolist()))
    return {head for head, sign, _ in found if sign and head}


def _separator(infos: Sequence[zipfile.ZipInfo]) -> str:
    """Renvoie ce qui sépare les dossiers : d'anciens Windows écrivent « \\ » dans tout le zip."""
    names = [info.orig_filename for info in infos]
    return "/" if any("/" in name for name in names) else "\\"


def _paths_of(infos: Sequence[zipfile.ZipInfo]) -> list[str]:
    """Renvoie le chemin de chaque entrée, avec des « / »."""
    sign = _separator(infos)
    said = {info: name for info in infos if (name := _said_name(info))}
    unsure = [info for info in infos if info not in said]
    # Sans l'indicateur UTF-8, zipfile a lu du cp437.
    names = decoded([info.orig_filename.encode("cp437") for info in unsure])
    said |= dict(zip(unsure, names, strict=True))
    return [said[info].replace(sign, "/") for info in infos]


def _said_name(info: zipfile.ZipInfo) -> str:
    """Renvoie le nom d'une entrée qui le donne en UTF-8, ou un texte vide."""
    if info.flag_bits & 0x800:
        return mended(info.orig_filename)
    extra = info.extra
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        field, extra = extra[4 : 4 + size], extra[4 + size :]
        # WinRAR et Info-ZIP le mettent là, avec la somme du nom qu'il remplace.
        if kind == _UNICODE_NAME and field[:1] == b"\x01":
            (checksum,) = struct.unpack_from("<I", field, 1) if len(field) >= 5 else (None,)
            if checksum == zlib.crc32(info.orig_filename.encode("cp437")):
                return field[5:].decode("utf-8", "replace")
    return ""


def _refusal_of_entry(info: zipfile.ZipInfo, path: str) -> str:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        return _ODD
    if info.flag_bits & 0x1:
        return "il est protégé par un mot de passe"
    if info.file_size > max(2**20, MAX_RATIO * info.compress_size):
        return "il est bien trop compressé"
    return refusal_of(path)


# --- Un tar, compressé ou non -------------------------------------------------------------------


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class _Counted:
    """Un flux que l'on décompresse, jusqu'à une limite."""

    def __init__(self, stream: _Readable, limit: int) -> None:
        self.stream = stream
        self.left = limit

    def read(self, size: int) -> bytes:
        """Renvoie les octets suivants.

        Raises:
            Refused: il y en a trop.
        """
        data = self.stream.read(min(size, self.left + 1))
        self.left -= len(data)
        if self.left < 0:
            raise Refused("cette archive est bien trop compressée, ou trop grosse")
        return data


def _tar(data: bytes) -> tarfile.TarFile:
    raw: BinaryIO = io.BytesIO(data)
    stream: _Readable = raw
    if data.startswith(b"\x1f\x8b"):
        stream = gzip.GzipFile(fileobj=raw)
    elif data.startswith(b"BZh"):
        stream = bz2.BZ2File(raw)
    elif data.startswith(b"\xfd7zXZ"):
        stream = lzma.open(raw)  # noqa: SIM115 - fermé avec le tar qui le lit
    limit = min(MAX_INNER, max(2**20, MAX_RATIO * len(data)))
    return tarfile.open(fileobj=cast(BinaryIO, _Counted(stream, limit)), mode="r|")


def _in_tar(file: File, data: bytes) -> list[File]:
    found = []
    with _tar(data) as archive:
        for count, member in enumerate(archive):
            if count > _MEMBERS:
                raise Refused("cette archive contient trop de fichiers")
            if member.isdir():
                continue
            path = _member_name(member)
            refusal = refusal_of(path) if member.isreg() else _ODD
            when = (int(member.mtime),)
            found.append(File(path, when, refusal, partial(_open_in_tar, file, path)))
    return found


def _open_in_tar(file: File, path: str) -> Stream:
    with _tar(file.read(MAX_INNER)) as archive:
        for member in archive:
            if member.isreg() and _member_name(member) == path:
                content = archive.extractfile(member)
                return io.BytesIO(content.read() if content else b"")
    return io.BytesIO()


def _member_name(member: tarfile.TarInfo) -> str:
    return mended(member.name.removeprefix("./"))
