"""Rendre les retours : chaque page où seul son étudiant la lit."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import TYPE_CHECKING

from minio.error import S3Error

from helpers import server as servers
from helpers.errors import KIT, ContentError
from helpers.french import count_of
from helpers.s3 import client_for
from helpers.server.model import Say
from kit_minio.classroom.collect import by_copy
from kit_minio.classroom.entrance import FEEDBACK
from kit_minio.classroom.register import the_register
from kit_minio.grading.intake.names import slug
from kit_minio.grading.results import FOLDER, PAGES, Results

if TYPE_CHECKING:
    from minio import Minio


def give_back(out: Path | None, say: Say) -> int:
    """Dépose les retours d'une correction chez chaque étudiant ; renvoie combien le sont.

    Relancée, la commande ne dépose que ce qui a changé.

    Args:
        out: le dossier de la correction ; par défaut, celui de « grade class ».
        say: reçoit ce qu'il y a à dire.

    Raises:
        KitError: aucune classe, ou ce dossier n'est pas celui d'une correction.
    """
    register = the_register()
    out = out or Path(f"correction-remises-{slug(register.title) or register.id}")
    if not (out / FOLDER).is_dir():
        raise ContentError(
            f"{out} n'est pas le dossier d'une correction.",
            f"« {KIT} grade class » corrige la classe ; sinon, donnez le dossier des résultats.",
        )
    client = client_for(servers.ensure(say))
    results, students = Results(out), by_copy(register)
    given, unknown, failed = 0, [], []
    for page in sorted((out / PAGES).glob("*.html")):
        result = results.last(page.stem)[1]
        student = students.get(page.stem)
        if result is None or student is None:
            unknown.append(page.stem)
        elif result.failure or not result.marks:
            failed.append(student.name)
        else:
            lessons = sorted({mark.lesson for mark in result.marks})
            _put(client, register.bucket(student), lessons, page.read_bytes())
            given += 1
    say(f"{count_of(given, 'retour rendu', 'retours rendus')} : tp.feedback() les ouvre.")
    if failed:
        say(f"Sans retour, leur copie est à revoir : {', '.join(failed)}.")
    if unknown:
        say(f"Pas de cette classe, et donc pas rendus : {', '.join(unknown)}.")
    return given


def _put(client: Minio, bucket: str, lessons: list[str], page: bytes) -> None:
    """Dépose la page d'un étudiant, une fois pour chaque leçon, si elle a changé."""
    digest = hashlib.md5(page, usedforsecurity=False).hexdigest()
    for lesson in lessons:
        key = f"{FEEDBACK}{lesson}.html"
        try:
            if client.stat_object(bucket_name=bucket, object_name=key).etag == digest:
                continue
        except S3Error as error:
            if error.code != "NoSuchKey":
                raise
        client.put_object(
            bucket_name=bucket,
            object_name=key,
            data=io.BytesIO(page),
            length=len(page),
            content_type="text/html; charset=utf-8",
        )
