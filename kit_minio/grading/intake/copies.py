"""Du lot aux copies : lues une à une, réparées, et ce qu'il a fallu remettre en ordre.

Une copie illisible n'arrête jamais le lot et n'est jamais un zéro silencieux : elle arrive avec un
``trouble``, à revoir par un humain.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from helpers.errors import ContentError, SettingsError
from kit_minio.authoring.exercises import EXERCISES
from kit_minio.authoring.notebooks import read
from kit_minio.grading.intake.lessons import (
    Traits,
    distinctive,
    is_answer_key,
    lesson_of,
    lessons_to_grade,
)
from kit_minio.grading.intake.names import display_name, is_notebook
from kit_minio.grading.intake.reading import Cell, Unreadable, read_cells
from kit_minio.grading.intake.repair import Repaired, repair
from kit_minio.grading.intake.sources import File, Refused, open_source
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
        submissions: ce que chaque élève a remis, encore fermé.
        masters: le notebook d'exercice de chaque leçon.
        traits: ce qui permet de reconnaître chacun d'eux.
    """

    lessons: tuple[str, ...]
    remarks: list[str]
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
    masters = {path.stem.split("-")[0]: read(path) for path in sorted(EXERCISES.glob("*.ipynb"))}
    unknown = sorted(set(lessons or ()) - set(masters))
    if unknown:
        raise SettingsError(
            f"La leçon « {unknown[0]} » n'a pas d'exercices.",
            f"Les leçons qui en ont : {', '.join(masters)}.",
        )
    with open_source(source) as files:
        submissions, remarks = sort_by_student(files)
        if not submissions:
            raise ContentError(
                f"Aucune copie dans {source}. {' '.join(remarks[:3])}".rstrip(),
                "Donnez le zip des travaux remis de Moodle, ou un dossier qui contient un notebook "
                "ou un dossier par élève.",
            )
        traits = distinctive(masters)
        wanted, others = (
            lessons_to_grade(submissions, traits, masters)
            if lessons is None
            else (sorted(lessons), [])
        )
        yield Batch(tuple(wanted), remarks + others, submissions, masters, traits)


# --- Une copie ----------------------------------------------------------------------------------


@dataclass
class _Draft:
    """Un notebook d'une copie, reconnu et réparé."""

    shown: str
    file: File
    repaired: Repaired
    remarks: list[str]


def _copy(submission: Submission, batch: Batch) -> Copy:
    lessons, masters = batch.lessons, batch.masters
    copy = Copy(submission.id, submission.name, submission.moodle_id)
    copy.remarks += _left_aside(submission)
    drafts: dict[str, list[_Draft]] = {lesson: [] for lesson in lessons}
    troubles: list[str] = []
    elsewhere: list[tuple[str, str]] = []
    keys: list[tuple[str, str]] = []
    skipped: list[str] = []
    room = MAX_READ
    notebooks = submission.notebooks()
    for name, file in notebooks:
        shown = f"« {display_name(name)} »"
        try:
            data = file.read()
            room -= len(data)
            if room < 0:
                skipped.append(name)
                continue
            cells, remarks = read_cells(data)
        except (Refused, Unreadable) as error:
            expected = ".ipynb" in name.lower()
            (troubles if expected else copy.remarks).append(f"{shown} n'est pas lu : {error}.")
            continue
        lesson = lesson_of(cells, batch.traits)
        if lesson is None:
            elsewhere.append((shown, "n'est le notebook d'aucune série d'exercices"))
        elif lesson not in lessons:
            elsewhere.append((shown, f"est de la leçon {lesson}, qui n'est pas à corriger"))
        elif notebooks[1:] and is_answer_key(cells, masters[lesson]):
            keys.append((shown, "est le corrigé du cours : il ne compte pas"))
        elif len(drafts[lesson]) == MAX_NOTEBOOKS:
            skipped.append(name)
        else:
            repaired = repair(masters[lesson], cells)
            drafts[lesson].append(_Draft(shown, file, repaired, [*remarks, *repaired.remarks]))
    copy.remarks += _summary(elsewhere) + _summary(keys)
    if skipped:
        copy.remarks.append(f"Seuls les {MAX_NOTEBOOKS} premiers notebooks ont été lus.")
    if any(drafts.values()):
        for lesson in lessons:
            _keep_best(copy, lesson, drafts[lesson], masters[lesson], many=len(lessons) > 1)
        blank = not all(any(d.repaired.filled for d in found) for found in drafts.values())
        if blank and (unread := submission.unread() + skipped):
            more = f" (et {len(unread) - 1} de plus)" if unread[1:] else ""
            troubles.append(
                "Rien n'est complété dans ce qui a été lu, mais le travail est peut-être dans un "
                f"fichier qui ne l'a pas été : « {display_name(unread[0])} »{more}."
            )
        if blank:
            troubles += submission.strangers()
    elif not troubles:
        troubles.append("Cette copie ne contient aucun notebook d'exercices lisible.")
        troubles += submission.strangers()
    copy.trouble = " ".join(troubles) or None
    return copy


def _summary(found: list[tuple[str, str]]) -> list[str]:
    """Renvoie une phrase par notebook laissé de côté, ou une seule s'ils sont nombreux."""
    if len(found) <= 3:
        return [f"{shown} {reason}." for shown, reason in found]
    names = ", ".join(shown for shown, _ in found[:3])
    return [
        f"{len(found)} notebooks du cours ou d'autres leçons ne comptent pas : {names} et d’autres."
    ]


def _left_aside(submission: Submission) -> list[str]:
    """Renvoie une phrase par fichier refusé, et une pour ceux qui ne sont pas des notebooks."""
    refused = [(name, file.refusal) for name, file in submission.files if file.refusal]
    remarks = [f"« {display_name(name)} » est refusé : {reason}." for name, reason in refused[:20]]
    if len(refused) > 20:
        remarks.append(f"{len(refused) - 20} autres sont refusés : le journal les nomme tous.")
        for name, reason in refused:
            _journal.info("%s : « %s » est refusé : %s.", submission.id, display_name(name), reason)
    others = [
        name
        for name, file in submission.files
        if not (is_notebook(name) or file.refusal or name in submission.disguised)
    ]
    if others:
        names = ", ".join(f"« {display_name(name)} »" for name in others[:5])
        remarks.append(
            "Seuls les notebooks sont corrigés ; laissé de côté : "
            f"{names}{' et d’autres' if len(others) > 5 else ''}."
        )
    return remarks


def _keep_best(copy: Copy, lesson: str, drafts: list[_Draft], master: Any, *, many: bool) -> None:
    """Garde, pour une leçon, le notebook le plus complet ; à égalité, le plus récent."""
    about = f"Leçon {lesson} : " if many else ""
    if not drafts:
        unsolved = [Cell(cell.id, cell.cell_type, cell.source) for cell in master.cells]
        copy.notebooks[lesson] = repair(master, unsolved).notebook
        copy.remarks.append(f"{about}le notebook manque ; ses exercices restent à faire.")
        return
    best = max(drafts, key=lambda draft: (draft.repaired.filled, draft.file.modified, draft.shown))
    copy.notebooks[lesson] = best.repaired.notebook
    copy.remarks += [f"{about}{remark}" for remark in best.remarks]
    for other in drafts:
        if other is not best:
            copy.remarks.append(
                f"{about}plusieurs notebooks ; {best.shown}, le plus complet, a été corrigé, "
                f"{other.shown} laissé de côté."
            )
