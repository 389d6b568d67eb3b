"""Du lot aux copies : lues une à une, réparées, et ce qu'il a fallu remettre en ordre.

Une copie illisible n'arrête jamais le lot et n'est jamais un zéro silencieux : elle arrive avec un
``trouble``, à revoir par un humain.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from helpers.errors import ContentError, SettingsError
from kit_minio.authoring.exercises import modified, references
from kit_minio.grading.intake.attempts import Draft, keep_one
from kit_minio.grading.intake.beside import Beside, files_beside
from kit_minio.grading.intake.entries import Refused
from kit_minio.grading.intake.lessons import (
    Traits,
    distinctive,
    is_answer_key,
    lectures,
    lessons_of,
    lessons_to_grade,
)
from kit_minio.grading.intake.names import display_name, is_notebook, is_shadow
from kit_minio.grading.intake.reading import Unreadable, read_notebook
from kit_minio.grading.intake.repair import repair
from kit_minio.grading.intake.sources import open_source
from kit_minio.grading.intake.submissions import (
    MAX_NOTEBOOKS,
    MAX_READ,
    Submission,
    sort_by_student,
)
from kit_minio.grading.model import Copy

_journal = logging.getLogger("kit_minio.grading")


@dataclass
class Batch:
    """Un lot de copies ouvert.

    Attributes:
        lessons: les leçons à corriger, dans l'ordre.
        remarks: les fichiers qui ne sont à personne, et pourquoi, en phrases.
        understood: comment le lot a été compris, et quelles leçons, en phrases.
        submissions: ce que chaque élève a remis, encore fermé.
        masters: le notebook d'exercice de chaque leçon.
        traits: ce qui permet de reconnaître chacun d'eux.
    """

    lessons: tuple[str, ...]
    remarks: list[str]
    understood: list[str]
    submissions: list[Submission]
    masters: dict[str, Any]
    traits: Traits

    def __len__(self) -> int:
        return len(self.submissions)

    def __iter__(self) -> Iterator[Copy]:
        """Lit les copies une à une, dans un ordre stable ; aucune ne reste en mémoire."""
        for submission in self.submissions:
            try:
                copy = _copy(submission, self)
            except Exception:  # noqa: BLE001 - une copie n'arrête jamais le lot
                _journal.exception("%s : la lecture a échoué.", submission.id)
                trouble = "La lecture de cette copie a échoué ; le journal en dit la cause."
                copy = Copy(submission.id, submission.name, submission.moodle_id, trouble=trouble)
            yield copy


@contextmanager
def open_batch(source: str, lessons: Collection[str] | None = None) -> Iterator[Batch]:
    """Ouvre un lot de copies ; elles se lisent à mesure qu'on les parcourt.

    Args:
        source: un zip de Moodle, un dossier (un notebook ou un dossier par élève, ou un zip déjà
            décompressé), un notebook, ou ``s3://bucket/préfixe``.
        lessons: les numéros des leçons à corriger ; par défaut, celles que contiennent au moins
            la moitié des copies.

    Raises:
        ContentError: la source est absente, illisible ou sans copie.
        SettingsError: une des leçons demandées n'a pas d'exercices.
    """
    masters = references()
    asked = sorted({lesson.zfill(2) for lesson in lessons or ()})
    unknown = [lesson for lesson in asked if lesson not in masters]
    if unknown:
        raise SettingsError(
            f"La leçon « {unknown[0]} » n'a pas d'exercices.",
            f"Les leçons qui en ont : {', '.join(masters)}.",
        )
    with open_source(source) as files:
        submissions, remarks, understood = sort_by_student(files, _stem_of(source))
        if not submissions:
            raise ContentError(
                f"Aucune copie dans {source}. {' '.join(remarks[:3])}".rstrip(),
                "Donnez le zip des travaux remis de Moodle, ou un dossier qui contient un notebook "
                "ou un dossier par étudiant.",
            )
        traits = distinctive(masters, lectures())
        wanted, others = (
            lessons_to_grade(submissions, traits, masters) if lessons is None else (asked, [])
        )
        understood += others + _changed_references()
        yield Batch(tuple(wanted), remarks, understood, submissions, masters, traits)


def _changed_references() -> list[str]:
    """Dit quels notebooks d'exercice ne servent plus de référence."""
    return [
        f"exercises/{name} a été modifié : la référence est tirée de solutions/."
        for name in modified()
    ]


def _stem_of(source: str) -> str:
    return re.split(r"[/\\]", source.rstrip("/\\"))[-1].partition(".")[0] or "copie"


# --- Une copie ----------------------------------------------------------------------------------


def _copy(submission: Submission, batch: Batch) -> Copy:
    copy = Copy(submission.id, submission.name, submission.moodle_id)
    copy.remarks += submission.remarks
    read = _read(submission, batch)
    copy.remarks += read.remarks + _summary(read.elsewhere) + _summary(read.keys)
    if read.skipped:
        copy.remarks.append(f"Seuls les {MAX_NOTEBOOKS} premiers notebooks ont été lus.")
    troubles = [*submission.doubts, *read.troubles]
    read_some = any(read.drafts.values())
    if submission.anonymous and len(batch) > 1 and read_some and not _is_begun(read):
        troubles.append(
            "Rien ne dit de quel étudiant est ce notebook, et rien n'y est complété : "
            "est-ce le sujet ?"
        )
    taken: set[str] = set()
    if read_some:
        for lesson in batch.lessons:
            about = f"Leçon {lesson} : " if len(batch.lessons) > 1 else ""
            drafts, master = read.drafts[lesson], batch.masters[lesson]
            scattered = submission.scattered
            troubles += keep_one(copy, lesson, drafts, master, about, scattered=scattered)
            beside = _beside(copy, lesson, drafts, submission)
            taken |= {*beside.taken}
            troubles += beside.troubles
        filled = [any(one.repaired.filled for one in found) for found in read.drafts.values()]
        if not all(filled) and (unread := submission.unread() + read.skipped):
            more = f" (et {len(unread) - 1} de plus)" if unread[1:] else ""
            troubles.append(
                "Rien n'est complété dans ce qui a été lu, mais le travail est peut-être dans un "
                f"fichier qui ne l'a pas été : « {display_name(unread[0])} »{more}."
            )
        if not all(filled):
            troubles += submission.strangers()
    elif not read.troubles:
        troubles.append("Cette copie ne contient aucun notebook d'exercices lisible.")
        told = submission.strangers() + submission.refusals()[:3]
        told += _summary(read.elsewhere) + _summary(read.keys)
        troubles += told or submission.contents()
    read_too = tuple(f"« {display_name(path)} » n'est pas lu" for path in taken)
    kept = [remark for remark in copy.remarks if not remark.startswith(read_too)]
    copy.remarks = _left_aside(submission, taken) + kept
    copy.trouble = " ".join(troubles) or None
    return copy


def _beside(copy: Copy, lesson: str, drafts: list[Draft], submission: Submission) -> Beside:
    """Met à côté du notebook retenu les fichiers dont il se sert."""
    found = Beside()
    for draft in drafts:
        if draft.repaired.notebook is copy.notebooks[lesson]:
            found = files_beside(submission.files, draft.path, draft.repaired.notebook)
    if found.texts:
        copy.beside[lesson] = found.texts
    return found


@dataclass
class _Read:
    """Ce que l'on a lu d'une copie.

    Attributes:
        drafts: par leçon à corriger, les notebooks reconnus.
        remarks: ce qui n'est pas lu et n'était peut-être pas à lire.
        troubles: les notebooks que l'on ne sait pas lire.
        elsewhere: les notebooks qui ne sont pas à corriger, et pourquoi.
        keys: ceux qui sont le corrigé du cours.
        skipped: ceux qui sont en trop.
    """

    drafts: dict[str, list[Draft]]
    remarks: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    elsewhere: list[tuple[str, str]] = field(default_factory=list)
    keys: list[tuple[str, str]] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)


def _is_begun(read: _Read) -> bool:
    return any(draft.repaired.filled for found in read.drafts.values() for draft in found)


def _read(submission: Submission, batch: Batch) -> _Read:
    """Lit les notebooks d'une copie, et reconnaît leurs leçons."""
    found = _Read({lesson: [] for lesson in batch.lessons})
    room = MAX_READ
    notebooks = submission.notebooks()
    lonely = submission.anonymous and len(batch) > 1
    for name, file in notebooks:
        shown = f"« {display_name(name)} »"
        try:
            data = file.read()
            room -= len(data)
            if room < 0:
                found.skipped.append(name)
                continue
            notebook = read_notebook(data)
        except (Refused, Unreadable) as error:
            expected = ".ipynb" in name.lower()
            (found.troubles if expected else found.remarks).append(
                f"{shown} n'est pas lu : {error}."
            )
            continue
        parts = lessons_of(notebook.cells, batch.traits)
        if not parts:
            found.elsewhere.append((shown, "n'est le notebook d'aucune série d'exercices"))
        if len(parts) > 1:
            lessons = " et ".join(sorted(parts))
            found.remarks.append(f"{shown} réunit les leçons {lessons} : chacune en a été tirée.")
        for lesson, cells in parts.items():
            if lesson not in batch.lessons:
                reason = f"est de la leçon {lesson}, qui n'est pas à corriger"
                found.elsewhere.append((shown, reason))
            elif (notebooks[1:] or lonely) and is_answer_key(cells, batch.masters[lesson]):
                found.keys.append((shown, "est le corrigé du cours : il ne compte pas"))
            elif len(found.drafts[lesson]) == MAX_NOTEBOOKS:
                found.skipped.append(name)
            else:
                repaired = repair(batch.masters[lesson], cells)
                draft = Draft(name, file, repaired, [*notebook.remarks, *repaired.remarks])
                found.drafts[lesson].append(replace(draft, python=notebook.python))
    return found


def _summary(found: list[tuple[str, str]]) -> list[str]:
    """Renvoie une phrase par notebook laissé de côté, ou une seule s'ils sont nombreux."""
    if len(found) <= 3:
        return [f"{shown} {reason}." for shown, reason in found]
    names = ", ".join(shown for shown, _ in found[:3])
    return [
        f"{len(found)} notebooks du cours ou d'autres leçons ne comptent pas : {names} et d’autres."
    ]


def _left_aside(submission: Submission, taken: Collection[str]) -> list[str]:
    """Renvoie une phrase par fichier refusé, et une pour ceux qui ne servent pas."""
    shadows = {name for name, _ in submission.files if is_shadow(name)}
    if len(shadows) == len(submission.files):
        shadows = set()
    refused = [
        (name, file.refusal)
        for name, file in submission.files
        if file.refusal and name not in shadows
    ]
    remarks = [f"« {display_name(name)} » est refusé : {reason}." for name, reason in refused[:20]]
    if len(refused) > 20:
        remarks.append(f"{len(refused) - 20} autres sont refusés : le journal les nomme tous.")
        for name, reason in refused:
            _journal.info("%s : « %s » est refusé : %s.", submission.id, display_name(name), reason)
    others = [
        name
        for name, file in submission.files
        if not (is_notebook(name) or file.refusal or name in {*submission.disguised, *taken})
    ]
    if others:
        names = ", ".join(f"« {display_name(name)} »" for name in others[:5])
        remarks.append(
            "Seuls les notebooks sont corrigés ; laissé de côté : "
            f"{names}{' et d’autres' if len(others) > 5 else ''}."
        )
    return remarks
