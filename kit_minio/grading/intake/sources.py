"""Les fichiers d'un lot de copies, qu'ils viennent d'une archive, d'un dossier ou d'un bucket.

Rien n'est jamais écrit sur le disque : un fichier se lit en mémoire, et seulement s'il est admis.
"""

from __future__ import annotations

import os
import stat
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.errors import ContentError
from kit_minio.grading.intake.archives import (
    check_directory,
    entries_of,
    folders_of,
    inside,
    is_archive,
    opened,
)
from kit_minio.grading.intake.codepages import mended
from kit_minio.grading.intake.entries import (
    ARCHIVES,
    UNREADABLE,
    File,
    Refused,
    Stream,
    refusal_of,
)
from kit_minio.grading.intake.names import (
    hidden_folder,
    is_hidden,
    is_notebook,
    named_by_moodle,
    tools_folder,
)

if TYPE_CHECKING:
    from minio import Minio

MAX_FILES = 20_000  # fichiers gardés d'un lot
MAX_SEEN = 500_000  # fichiers parcourus
MAX_BESIDE = 200  # fichiers gardés d'un dossier, notebooks et archives mis à part
_EMPTY = "ce dossier est vide"
_TOOLS = "c'est un dossier d'outils ou caché : son contenu ne compte pas"


@contextmanager
def open_source(source: str) -> Iterator[list[File]]:
    """Donne les fichiers d'un lot, triés par chemin.

    Args:
        source: le chemin d'une archive, d'un dossier ou d'un notebook, ou ``s3://bucket/préfixe``.

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
            check_directory(path)
            archive = zipfile.ZipFile(path)
        except UNREADABLE as error:
            raise ContentError(
                f"L'archive {path} est abîmée ({error}).",
                "Téléchargez-la de nouveau depuis Moodle.",
            ) from error
        with archive:
            yield _listed(_files_of(archive))
    elif path.is_file() and is_archive(path.name):
        yield _listed(iter(_in_archive(path)))
    elif path.is_file() and path.suffix.lower() == ".ipynb":
        yield [_file_on_disk(path, path.name)]
    elif path.is_file() and path.name.lower().endswith(ARCHIVES):
        raise ContentError(
            f"{path} : {refusal_of(path.name)}.", "Décompressez-la, et donnez le dossier."
        )
    else:
        fact = "n'est ni un zip, ni un dossier, ni un notebook" if path.exists() else "n'existe pas"
        raise ContentError(
            f"{path} {fact}.",
            "Donnez le zip des travaux remis de Moodle, un dossier de copies "
            "ou s3://bucket/préfixe.",
        )


def _files_of(archive: zipfile.ZipFile) -> Iterator[File]:
    """Donne les fichiers d'un zip, et les dossiers vides de sa racine : l'un est à un élève."""
    files = [*entries_of(archive)]
    yield from files
    full = {file.path.partition("/")[0] for file in files}
    for name in sorted(folders_of(archive) - full):
        if not is_hidden(name):
            yield File(name, (), _EMPTY, _nothing)


def _listed(files: Iterator[File]) -> list[File]:
    """Renvoie les fichiers qui comptent, triés, un seul pour chaque chemin.

    D'un dossier d'outils ou caché, il ne reste qu'une entrée : elle dit qu'il existe.
    """
    kept: list[File] = []
    seen: set[str] = set()
    folders: Counter[str] = Counter()
    for count, file in enumerate(opened(files)):
        if count >= MAX_SEEN:
            raise _too_many(MAX_SEEN)
        path = file.path
        aside = tools_folder(path) or (not is_notebook(path) and hidden_folder(path))
        if aside:
            if aside not in seen:
                seen.add(aside)
                kept.append(File(aside, file.modified, file.refusal or _TOOLS, file.open))
            continue
        if not _is_work(path):
            folder = path.rpartition("/")[0]
            folders[folder] += 1
            if folders[folder] > MAX_BESIDE:
                continue
        if path in seen:
            reason = "un autre fichier porte le même nom"
            file = File(path, file.modified, reason, file.open)
        seen.add(path)
        kept.append(file)
    kept = _without_environments(kept, seen)
    if len(kept) > MAX_FILES:
        kept = _shallow(kept)
    return sorted(kept, key=lambda file: (file.path, file.refusal))


def _without_environments(files: list[File], seen: set[str]) -> list[File]:
    """Écarte ce que contiennent les environnements de Python, quel que soit leur nom."""
    direct = {file.path.rpartition("/")[0] for file in files if is_notebook(file.path)}
    marks = ("/pyvenv.cfg", "/conda-meta")
    roots = {path.rpartition("/")[0] for path in seen if path.endswith(marks)} - direct
    if not roots:
        return files
    inner = tuple(f"{root}/" for root in roots)
    kept = [file for file in files if not file.path.startswith(inner)]
    return kept + [File(root, (), _TOOLS, _nothing) for root in sorted(roots)]


def _nothing() -> Stream:
    raise Refused(_TOOLS)


def _shallow(files: list[File]) -> list[File]:
    """Renvoie les notebooks et les archives, et du reste ce qui est le moins profond."""
    works = [file for file in files if _is_work(file.path)]
    if len(works) > MAX_FILES:
        raise _too_many(MAX_FILES)
    rest = [file for file in files if not _is_work(file.path)]
    rest.sort(key=lambda file: file.path.count("/"))
    return works + rest[: MAX_FILES - len(works)]


def _is_work(path: str) -> bool:
    return is_notebook(path) or path.lower().endswith(ARCHIVES) or named_by_moodle(path)


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
        if here.parent == root and not (folders or names or aside):
            yield replace(_file_on_disk(here, _relative(here, root)), refusal=_EMPTY)
        folders.sort()
        for name in [*folders]:
            if tools_folder(_relative(here / name, root)) or _is_environment(here / name):
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


def _is_environment(folder: Path) -> bool:
    """Dit si un dossier est un environnement de Python, et non une copie où l'on en a fait un."""
    return (folder / "pyvenv.cfg").exists() and not any(folder.glob("*.ipynb"))


def _relative(path: Path, root: Path) -> str:
    return mended(path.relative_to(root).as_posix())


def _file_on_disk(path: Path, name: str) -> File:
    info = path.lstat()
    refusal = refusal_of(name)
    if not stat.S_ISREG(info.st_mode):
        refusal = "ce n'est pas un fichier ordinaire (lien, tube ou périphérique)"
    return File(name, (info.st_mtime_ns,), refusal, lambda: path.open("rb"))


def _in_archive(path: Path) -> list[File]:
    """Renvoie les fichiers d'un lot donné en tar.

    Raises:
        ContentError: il ne s'ouvre pas, ou il est trop gros.
    """
    try:
        found = inside(_file_on_disk(path, path.name))
    except Refused as refused:
        raise ContentError(
            f"L'archive {path} ne s'ouvre pas : elle est incomplète ou abîmée, ou d'une autre "
            "sorte que ne le dit son nom.",
            "Téléchargez-la de nouveau ; ou décompressez-la, et donnez le dossier.",
        ) from refused
    return [replace(file, path=file.path.removeprefix(f"{path.name}/")) for file in found]


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
