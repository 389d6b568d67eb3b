"""Du lot aux copies : qui a remis quoi, pour quelle leçon, et ce qu'il a fallu remettre en ordre.

Une copie illisible n'arrête jamais le lot et n'est jamais un zéro silencieux : elle arrive avec un
``trouble``, à revoir par un humain.
"""

from __future__ import annotations

import hashlib
import logging
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any

from helpers.errors import ContentError, SettingsError
from kit_minio.authoring.exercises import EXERCISES
from kit_minio.authoring.notebooks import read
from kit_minio.grading.intake.reading import Cell, Unreadable, read_cells
from kit_minio.grading.intake.repair import ENOUGH, Repaired, distinctive, lesson_of, repair
from kit_minio.grading.intake.sources import (
    ARCHIVES,
    NOISE,
    RESERVED,
    File,
    Refused,
    display_name,
    open_source,
)
from kit_minio.grading.model import Copy

_journal = logging.getLogger("kit_minio.grading")
MAX_NOTEBOOKS = 10  # notebooks lus dans une copie
_MOODLE = re.compile(
    r"([^_/]*)_(?:([0-9]{1,12})_)?assignsubmission_([a-z]+)_?(?:/|(?=[^/]))(.+)", flags=re.S
)
_HIDDEN = "c'est un fichier caché"
_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ß": "ss"})
_NOTEBOOK = re.compile(r"\.ipynb|\.json$", flags=re.I)


@dataclass
class Batch:
    """Un lot de copies ouvert.

    Attributes:
        lessons: les leçons à corriger, dans l'ordre.
        remarks: les fichiers qui ne sont à personne, et pourquoi, en phrases.
        owners: les copies, encore fermées.
        masters: le notebook d'exercice de chaque leçon.
        own: ce qui permet de reconnaître chacun d'eux.
    """

    lessons: tuple[str, ...]
    remarks: list[str]
    owners: list[Owner]
    masters: dict[str, Any]
    own: dict[str, set[str]]

    def __len__(self) -> int:
        return len(self.owners)

    def __iter__(self) -> Iterator[Copy]:
        """Lit les copies une à une, dans un ordre stable ; aucune ne reste en mémoire."""
        for owner in self.owners:
            try:
                copy = _copy(owner, self)
            except Exception:  # noqa: BLE001 - une copie n'arrête jamais le lot
                _journal.exception("%s : la lecture a échoué.", owner.id)
                trouble = "La lecture de cette copie a échoué ; le journal en dit la cause."
                copy = Copy(owner.id, owner.name, owner.moodle_id, trouble=trouble)
            yield copy


@dataclass
class Owner:
    """Un élève, ou un groupe, et les fichiers qu'il a remis."""

    key: str
    name: str
    moodle_id: str | None
    files: list[tuple[str, File]] = field(default_factory=list)
    id: str = ""


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
        owners, remarks = _owners(files)
        if not owners:
            raise ContentError(
                f"Aucune copie dans {source}. {' '.join(remarks[:3])}".rstrip(),
                "Donnez le zip des travaux remis de Moodle, ou un dossier qui contient un notebook "
                "ou un dossier par élève.",
            )
        own = distinctive(masters)
        wanted, others = _lessons_of(owners, own) if lessons is None else (sorted(lessons), [])
        yield Batch(tuple(wanted), remarks + others, owners, masters, own)


# --- À qui est chaque fichier -------------------------------------------------------------------


def _owners(files: list[File]) -> tuple[list[Owner], list[str]]:
    """Répartit les fichiers entre les élèves ; renvoie aussi ceux qui ne sont à personne."""
    root = _root(files)
    tops = {file.path.removeprefix(root).partition("/")[0] for file in files}
    tops = {top for top in tops if not _hidden(top)}
    # Un seul fichier nommé à la façon de Moodle ne fait pas d'un dossier un lot de Moodle.
    moodle = 2 * sum(map(_in_moodle, tops)) > len(tops)
    owners: dict[str, Owner] = {}
    remarks = []
    for file in files:
        path = file.path.removeprefix(root)
        owner = None if _hidden(path.partition("/")[0]) else _owner(path, moodle)
        if owner is None or _escapes(file):
            hidden = _hidden(path)
            if not hidden or _is_notebook(path):
                reason = file.refusal or (
                    _HIDDEN if hidden else "son nom n'est celui d'aucune copie"
                )
                remarks.append(f"« {display_name(file.path)} » est laissé de côté : {reason}.")
            continue
        name, inside = owner
        mine = owners.setdefault(name.key, name)
        if not _hidden(inside):
            mine.files.append((inside, file))
        elif _is_notebook(inside):
            mine.files.append((inside, replace(file, refusal=file.refusal or _HIDDEN)))
    found = sorted(owners.values(), key=lambda owner: owner.key)
    _identify(found)
    return found, remarks


def _root(files: list[File]) -> str:
    """Renvoie les dossiers communs à tout le lot, quand ce ne sont pas ceux d'un élève."""
    root = ""
    while True:
        paths = [
            file.path.removeprefix(root).partition("/") for file in files if not _escapes(file)
        ]
        tops = {top for top, _, _ in paths if not _hidden(top)}
        inside = [rest for top, _, rest in paths if not _hidden(top)]
        if len(tops) != 1 or "" in inside or any(map(_in_moodle, tops)):
            return root
        loose = any("/" not in rest and _is_notebook(rest) for rest in inside)
        if loose and not any(_in_moodle(rest.partition("/")[0]) for rest in inside):
            return root
        root += f"{tops.pop()}/"


def _hidden(path: str) -> bool:
    return any(NOISE.fullmatch(part) for part in path.split("/"))


def _in_moodle(name: str) -> bool:
    return bool(_MOODLE.fullmatch(f"{name}/x") or _MOODLE.fullmatch(name))


def _escapes(file: File) -> bool:
    """Dit si le chemin d'un fichier ne permet pas de croire ce qu'il dit de son propriétaire."""
    return bool(re.search(r"^[/\\]|^[A-Za-z]:|(^|[/\\])\.\.([/\\]|$)", file.path))


def _owner(path: str, moodle: bool) -> tuple[Owner, str] | None:
    found = _MOODLE.fullmatch(path)
    if found is not None:
        name, number, _, inside = found.groups()
        label = f"{name} {number}" if name == "Participant" and number else name
        return Owner(f"{name}_{number or ''}", display_name(label), number), inside
    if moodle:
        return None
    name, _, inside = path.partition("/")
    if inside:
        return Owner(f"{name}/", display_name(name), None), inside
    if _is_notebook(name):
        return Owner(name, display_name(_NOTEBOOK.split(name)[0]), None), name
    return None


def _identify(owners: list[Owner]) -> None:
    """Donne à chaque copie un identifiant, qui ne dépend que d'elle sauf s'il est déjà pris."""
    for owner in owners:
        owner.id = "-".join(filter(None, (_slug(owner.name) or "copie", owner.moodle_id)))
    counts = Counter(owner.id for owner in owners)
    for owner in owners:
        if counts[owner.id] > 1 or RESERVED.fullmatch(owner.id):
            digest = hashlib.sha256(owner.key.encode("utf-8", "surrogatepass")).hexdigest()
            owner.id += f"-{digest[:8]}"
        owner.name = owner.name or owner.id


def _slug(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.lower().translate(_LETTERS))
    letters = letters.encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", letters)[:40].strip("-")


# --- Quelles leçons -----------------------------------------------------------------------------


def _lessons_of(owners: list[Owner], own: dict[str, set[str]]) -> tuple[list[str], list[str]]:
    """Renvoie les leçons de la moitié des copies au moins, et une phrase sur chaque autre."""
    votes: Counter[str] = Counter()
    voters = 0
    for owner in owners:
        seen = set()
        for _, file in _notebooks(owner):
            with suppress(Exception):  # une copie n'arrête jamais le lot
                seen |= _guess(file.read(), own)
        votes.update(seen)
        voters += bool(seen)
    wanted = [lesson for lesson in sorted(votes) if 2 * votes[lesson] >= voters]
    others = [
        f"La leçon {lesson} n'est que dans {votes[lesson]} copie{'s' if votes[lesson] > 1 else ''} "
        f"sur {len(owners)} : elle n'est pas corrigée. Pour qu'elle le soit aussi, ajoutez "
        f"{' '.join(f'--lesson {number}' for number in sorted({lesson, *wanted}))}."
        for lesson in sorted(set(votes) - set(wanted))
    ]
    return wanted, others


def _guess(data: bytes, own: dict[str, set[str]]) -> set[str]:
    """Devine la leçon d'un notebook : à ses octets, sans l'analyser, ou sinon à ses cellules."""
    for lesson, marks in own.items():
        if sum(f'"{mark}"'.encode() in data for mark in marks) >= ENOUGH:
            return {lesson}
    lesson = lesson_of(read_cells(data)[0], own)
    return {lesson} if lesson else set()


# --- Une copie ----------------------------------------------------------------------------------


def _is_notebook(path: str) -> bool:
    return bool(_NOTEBOOK.search(path.rpartition("/")[2]))


def _notebooks(owner: Owner) -> list[tuple[str, File]]:
    return _readable(owner)[:MAX_NOTEBOOKS]


def _readable(owner: Owner) -> list[tuple[str, File]]:
    return [(name, file) for name, file in owner.files if _is_notebook(name) and not file.refusal]


def _unread(owner: Owner) -> list[str]:
    """Renvoie les notebooks et les archives que personne n'a lus : le travail y est peut-être."""
    refused = [name for name, file in owner.files if file.refusal]
    kept = [name for name in refused if _is_notebook(name) or name.lower().endswith(ARCHIVES)]
    return kept + [name for name, _ in _readable(owner)[MAX_NOTEBOOKS:]]


@dataclass
class _Draft:
    """Un notebook d'une copie, reconnu et réparé."""

    shown: str
    file: File
    repaired: Repaired
    remarks: list[str]


def _copy(owner: Owner, batch: Batch) -> Copy:
    lessons, masters = batch.lessons, batch.masters
    copy = Copy(owner.id, owner.name, owner.moodle_id)
    copy.remarks += _left_aside(owner)
    drafts: dict[str, list[_Draft]] = {lesson: [] for lesson in lessons}
    troubles = []
    for name, file in _notebooks(owner):
        shown = f"« {display_name(name)} »"
        try:
            cells, remarks = read_cells(file.read())
        except (Refused, Unreadable) as error:
            expected = ".ipynb" in name.lower()
            (troubles if expected else copy.remarks).append(f"{shown} n'est pas lu : {error}.")
            continue
        lesson = lesson_of(cells, batch.own)
        if lesson is None:
            copy.remarks.append(f"{shown} n'est le notebook d'aucune série d'exercices.")
        elif lesson not in lessons:
            copy.remarks.append(f"{shown} est de la leçon {lesson}, qui n'est pas à corriger.")
        else:
            repaired = repair(masters[lesson], cells)
            drafts[lesson].append(_Draft(shown, file, repaired, [*remarks, *repaired.remarks]))
    if any(drafts.values()):
        for lesson in lessons:
            _keep_best(copy, lesson, drafts[lesson], masters[lesson], many=len(lessons) > 1)
        blank = not all(any(d.repaired.filled for d in found) for found in drafts.values())
        if blank and (unread := _unread(owner)):
            more = f" (et {len(unread) - 1} de plus)" if unread[1:] else ""
            troubles.append(
                "Rien n'est complété dans ce qui a été lu, mais le travail est peut-être dans un "
                f"fichier qui ne l'a pas été : « {display_name(unread[0])} »{more}."
            )
    elif not troubles:
        troubles.append("Cette copie ne contient aucun notebook d'exercices lisible.")
    copy.trouble = " ".join(troubles) or None
    return copy


def _left_aside(owner: Owner) -> list[str]:
    """Renvoie une phrase par fichier refusé, et une pour ceux qui ne sont pas des notebooks."""
    refused = [(name, file.refusal) for name, file in owner.files if file.refusal]
    remarks = [f"« {display_name(name)} » est refusé : {reason}." for name, reason in refused[:20]]
    if len(refused) > 20:
        remarks.append(f"{len(refused) - 20} autres sont refusés : le journal les nomme tous.")
        for name, reason in refused:
            _journal.info("%s : « %s » est refusé : %s.", owner.id, display_name(name), reason)
    others = [n for n, file in owner.files if not _is_notebook(n) and not file.refusal]
    if sum(_is_notebook(name) for name, _ in owner.files) > MAX_NOTEBOOKS:
        remarks.append(f"Seuls les {MAX_NOTEBOOKS} premiers notebooks ont été lus.")
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
