"""Ramasser les copies : un dossier par étudiant, la dernière version d'avant la date limite."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from helpers import server as servers
from helpers.errors import SettingsError, system_cause
from helpers.files import write_at_once
from helpers.french import count_of, moment
from helpers.s3 import client_for, read_object
from helpers.server.model import Say
from kit_minio import checks
from kit_minio.classroom.entrance import HAND_INS
from kit_minio.classroom.hand_in import MOST
from kit_minio.classroom.register import Register, Student, the_register
from kit_minio.grading.intake.names import is_reserved, slug

if TYPE_CHECKING:
    from minio import Minio

_AT_ONCE = 8
_LONGEST = 40  # caractères d'un nom de dossier


@dataclass(frozen=True)
class HandIn:
    """Une remise.

    Attributes:
        file: le nom du notebook.
        version: sa version sur le serveur.
        when: quand le serveur l'a reçue.
        size: ses octets.
    """

    file: str
    version: str
    when: datetime
    size: int


def collect(
    out: Path | None, say: Say, *, before: datetime | None = None, lessons: Sequence[str] = ()
) -> Path:
    """Ramasse les copies de la classe et renvoie leur dossier, que « kit.py grade » accepte.

    Args:
        out: le dossier ; par défaut ``remises-<classe>``, ici.
        say: reçoit ce qu'il y a à dire.
        before: ne prend que ce qui a été reçu jusque-là ; par défaut, la date limite de la classe.
        lessons: les leçons à ramasser ; par défaut, toutes.

    Raises:
        KitError: aucune classe, ou un fichier ne s'écrit pas.
    """
    register = the_register()
    out = out or Path(f"remises-{slug(register.title) or register.id}")
    limit = before or register.before
    client = client_for(servers.ensure(say))
    students = register.active
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        found = list(pool.map(lambda one: _of(client, register.bucket(one), lessons), students))
    names = folders(register)
    nothing, late, count = [], [], 0
    for student, handed in zip(students, found, strict=True):
        kept = last_ones(handed, limit)
        if not handed:
            nothing.append(student.name)
        elif {item.file for item in handed} - {item.file for item in kept}:
            late.append(student.name)
        for item in kept:
            if item.size > MOST:
                say(f"{student.name} : {item.file} dépasse 64 Mio, et n'est pas ramassé.")
                continue
            key, bucket = f"{HAND_INS}{item.file}", register.bucket(student)
            data = read_object(client, bucket, key, most=MOST, version_id=item.version)
            _write(out / names[student.space] / item.file, data)
            count += 1
    until = f", reçues jusqu'au {moment(limit)}" if limit else ""
    say(f"{count_of(count, 'copie ramassée', 'copies ramassées')} dans {out}{until}.")
    if late:
        say(f"Trop tard, en tout ou partie : {', '.join(late)}.")
    if nothing:
        say(
            f"Rien n'est remis par {count_of(len(nothing), 'étudiant', 'étudiants')} : "
            f"{', '.join(nothing[:40])}{'…' if nothing[40:] else ''}."
        )
    return out


def folders(register: Register) -> dict[str, str]:
    """Renvoie, par espace, le nom du dossier d'un étudiant : le sien, que rien d'autre ne porte."""
    names = {one.space: _safe(one.name) for one in register.students}
    for told in (_login, _space):
        taken = Counter(slug(name) for name in names.values())
        for student in register.students:
            name = names[student.space]
            if taken[slug(name)] > 1 or not slug(name) or is_reserved(name):
                names[student.space] = _safe(f"{name} {told(student)}")
    return names


def _login(student: Student) -> str:
    return student.login.partition("@")[0]


def _space(student: Student) -> str:
    return student.space


def by_copy(register: Register) -> dict[str, Student]:
    """Renvoie les étudiants d'après l'identifiant que la correction donne à leur dossier."""
    names = folders(register)
    return {slug(names[student.space]): student for student in register.students}


def last_ones(handed: Iterable[HandIn], limit: datetime | None) -> list[HandIn]:
    """Renvoie la dernière remise de chaque notebook, jusqu'à une date."""
    kept: dict[str, HandIn] = {}
    # Le tri garde l'ordre du serveur, la plus récente d'abord, dans une même seconde.
    for item in sorted(handed, key=lambda item: item.when, reverse=True):
        if limit is None or item.when <= limit:
            kept.setdefault(item.file, item)
    return list(kept.values())


def _of(client: Minio, bucket: str, lessons: Sequence[str]) -> list[HandIn]:
    """Renvoie tout ce qu'un étudiant a remis, de plus récent à plus ancien."""
    return list(_versions(client, bucket, set(_files(lessons))))


def _versions(client: Minio, bucket: str, files: set[str]) -> Iterator[HandIn]:
    listed = client.list_objects(
        bucket_name=bucket, prefix=HAND_INS, recursive=True, include_version=True
    )
    for item in listed:
        name = (item.object_name or "").removeprefix(HAND_INS)
        # L'étudiant dépose ce qu'il veut : seul un notebook du cours est une copie.
        if name in files and not item.is_delete_marker and item.last_modified is not None:
            yield HandIn(name, item.version_id or "", item.last_modified, item.size or 0)


def _files(lessons: Sequence[str]) -> Iterator[str]:
    for series in checks.all_series():
        if not lessons or series.lesson in lessons:
            yield f"{series.lesson}-{series.slug}.ipynb"


def _safe(name: str) -> str:
    kept = re.sub(r'[\\/:*?"<>|\x00-\x1f]+', " ", name)
    return " ".join(kept.split())[:_LONGEST].strip(" .")


def _write(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_at_once(path, data)
    except OSError as error:
        raise SettingsError(
            f"{path} ne s'écrit pas ({system_cause(error)}).",
            "Donnez un autre dossier, ou libérez de la place, puis relancez la même commande.",
        ) from error
