"""Les fichiers d'un lot, rangés par élève : qui a remis quoi."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

from helpers.french import count_of
from kit_minio.grading.intake.entries import ARCHIVES, File
from kit_minio.grading.intake.kinds import is_disguised, stranger_in
from kit_minio.grading.intake.layout import (
    Folder,
    Layout,
    Place,
    holds_work,
    is_setting,
    layout_of,
    stem_of,
)
from kit_minio.grading.intake.names import (
    display_name,
    is_hidden,
    is_notebook,
    is_reserved,
    is_shadow,
    slug,
)
from kit_minio.grading.intake.together import Key, is_anonymous, person_of, together
from kit_minio.grading.intake.words import is_person, work_in

MAX_NOTEBOOKS = 10  # notebooks gardés d'une leçon dans une copie
MAX_OPENED = 100  # notebooks ouverts dans une copie : le kit entier en a moins
MAX_READ = 160 * 2**20  # octets lus dans une copie
MAX_BESIDE = 50  # autres fichiers ouverts, pour voir ce qu'ils sont
# Ce qui ne peut pas être un notebook, et que l'on n'ouvre donc pas.
_BINARY = re.compile(r"\.(png|jpe?g|gif|svg|pdf|csv|parquet|pyc|pkl|docx?|xlsx?|mp4)$", flags=re.I)
_DOCUMENT = re.compile(r"\.(pdf|docx?|odt|rtf|txt|md|png|jpe?g|heic)$", flags=re.I)
_HIDDEN = "c'est un fichier caché"
# Ce qu'un outil garde de son côté : le travail remis en est peut-être loin.
_SAVED = re.compile(r"(^|/)(\.ipynb_checkpoints|\.trash[^/]*|\.git|__MACOSX)/", flags=re.I)
_ASIDE = "c'est ce que Jupyter ou le système garde à part, peut-être d'avant le travail remis"
DRAFT = "c'est un brouillon de Teams (« Working files »), qui n'a pas été remis"


@dataclass
class Submission:
    """Ce qu'un élève, ou un groupe, a remis.

    Attributes:
        key: ce qui le désigne dans le lot : le début de son chemin.
        name: son nom, à montrer.
        moodle_id: l'identifiant du travail dans Moodle, ou ``None``.
        files: ses fichiers, par chemin dans son dossier.
        where: son chemin dans le lot, à montrer.
        group: le dossier qui la réunit à d'autres, ou un texte vide.
        anonymous: vrai si rien ne dit de qui elle est.
        scattered: vrai si elle réunit des fichiers épars, au même nom d'élève.
        doubts: ce qu'un humain doit trancher, en phrases.
        remarks: ce qui en a été compris, en phrases.
        id: un identifiant sûr et unique dans le lot.
    """

    key: str
    name: str
    moodle_id: str | None
    files: list[tuple[str, File]] = field(default_factory=list)
    where: str = ""
    group: str = ""
    anonymous: bool = False
    scattered: bool = False
    doubts: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    id: str = ""

    def notebooks(self) -> list[tuple[str, File]]:
        """Renvoie les notebooks à lire."""
        return self._admitted()[:MAX_OPENED]

    def _admitted(self) -> list[tuple[str, File]]:
        return [
            (path, file)
            for path, file in self.files
            if not file.refusal and (is_notebook(path) or path in self.disguised)
        ]

    @cached_property
    def disguised(self) -> set[str]:
        """Les notebooks qui n'en portent pas le nom, reconnus à leur contenu."""
        return {path for path, file in self._beside() if is_disguised(file)}

    def strangers(self) -> list[str]:
        """Renvoie une phrase par fichier où est peut-être le travail : export, page web."""
        kinds = ((path, stranger_in(file)) for path, file in self._beside())
        return [f"« {display_name(path)} » : {kind}." for path, kind in kinds if kind][:5]

    def refusals(self) -> list[str]:
        """Renvoie une phrase par notebook ou archive que personne ne lit."""
        unread = set(self.unread())
        return [
            f"« {display_name(path)} » : {file.refusal}."
            for path, file in self.files
            if path in unread and file.refusal
        ]

    def contents(self) -> list[str]:
        """Renvoie une phrase sur les fichiers remis, quand rien d'autre n'en est dit."""
        if not self.files:
            return ["Elle n'a que des fichiers cachés, ou ce qu'un outil y garde (.git, .venv)."]
        names = [f"« {display_name(path)} »" for path, file in self.files if not file.refusal]
        more = " et d’autres" if names[3:] else ""
        return [f"Elle contient : {', '.join(names[:3])}{more}."] if names else []

    def _beside(self) -> list[tuple[str, File]]:
        beside = [(p, file) for p, file in self.files if not (is_notebook(p) or file.refusal)]
        return [(p, file) for p, file in beside if not _BINARY.search(p)][:MAX_BESIDE]

    def unread(self) -> list[str]:
        """Renvoie les notebooks et archives que personne ne lit : le travail y est peut-être."""
        refused = [path for path, file in self.files if file.refusal]
        kept = [path for path in refused if is_notebook(path) or path.lower().endswith(ARCHIVES)]
        return kept + [path for path, _ in self._admitted()[MAX_OPENED:]]


class Sorted(NamedTuple):
    """Un lot réparti.

    Attributes:
        submissions: ce que chaque élève a remis.
        strays: les fichiers qui ne sont à personne, et pourquoi, en phrases.
        understood: comment le lot a été compris, en phrases.
    """

    submissions: list[Submission]
    strays: list[str]
    understood: list[str]


def sort_by_student(files: list[File], name: str = "copie") -> Sorted:
    """Répartit les fichiers entre les élèves ; dit aussi lesquels ne sont à personne, et pourquoi.

    Args:
        files: les fichiers du lot.
        name: le nom du lot, à donner à la copie qu'il est peut-être à lui seul.
    """
    layout = layout_of(_tree([file for file in files if not _escapes(file)], name))
    strays = [*filter(_escapes, files), *layout.strays]
    places = []
    sorted_by = {place.above for place in layout.places if place.owner}
    named = Counter(place.above for place in layout.places if _is_named_work(place))
    for place in layout.places:
        others = named[place.above]
        if _is_of_someone(place, alone=place.above not in sorted_by, named=others > 1):
            places.append(place)
        else:
            strays += [file for _, file in place.files]
    submissions = [_submission(*found) for found in together(places).items()]
    found = sorted(submissions, key=lambda submission: submission.key)
    for submission in found:
        _keep_turned_in(submission)
        _show_hidden(submission)
    if len(found) == 1 and found[0].scattered:
        found[0].doubts += _one_or_many(found[0])
    _identify(found)
    return Sorted(found, list(filter(None, map(_stray, strays))), _understood(layout, found))


def _tree(files: list[File], name: str) -> Folder:
    """Renvoie l'arbre des dossiers d'un lot."""
    root = Folder(name)
    for file in files:
        folder = root
        *parents, last = file.path.split("/")
        for part in parents:
            path = f"{folder.path}/{part}".lstrip("/") if folder.path else part
            folder = folder.folders.setdefault(part, Folder(part, path))
        folder.files.setdefault(last, []).append(file)
    return root


def _is_named_work(place: Place) -> bool:
    """Dit si un fichier est un notebook, ou une archive, au nom d'une personne."""
    return place.loose and holds_work(place.entry) and is_person(person_of(place))


def _is_of_someone(place: Place, *, alone: bool, named: bool) -> bool:
    """Dit si un fichier ou un dossier est à un élève ; un fichier banal n'est à personne.

    Args:
        place: le fichier, ou le dossier.
        alone: faux si une plateforme a nommé ce qui est à côté : elle y ajoute ses pages.
        named: vrai si plusieurs notebooks, à côté, portent chacun le nom d'une personne.
    """
    if not place.loose:
        return True
    if is_hidden(place.entry):
        return False
    if place.owner or holds_work(place.entry):
        return True
    # Qui remet un PDF ou une photo, parmi des « Zoé Roy.ipynb », a remis quelque chose.
    if named and _DOCUMENT.search(place.entry) and is_person(person_of(place)):
        return True
    return any(is_disguised(file) or (alone and stranger_in(file)) for _, file in place.files)


def _stray(file: File) -> str:
    """Renvoie pourquoi un fichier n'est à personne ; vide s'il n'y a pas à le dire."""
    hidden = is_hidden(file.path)
    if (hidden and not is_notebook(file.path)) or is_shadow(file.path):
        return ""
    reason = file.refusal or (_HIDDEN if hidden else "ce n'est ni un notebook, ni une archive")
    return f"« {display_name(file.path)} » est laissé de côté : {reason}."


def _escapes(file: File) -> bool:
    """Dit si le chemin d'un fichier ne permet pas de croire ce qu'il dit de son propriétaire."""
    return bool(re.search(r"^[/\\]|^[A-Za-z]:|(^|[/\\])\.\.([/\\]|$)", file.path))


def _submission(key: Key, shared: list[tuple[Place, str, Key]]) -> Submission:
    """Renvoie la copie d'un élève, d'après tout ce qui est à lui."""
    first, name, _ = shared[0]
    numbers = {place.owner.moodle_id if place.owner else None for place, _, _ in shared}
    group = next((stem_of(part) for part in reversed(key[:-1]) if part in first.above), "")
    found = Submission(
        "/".join(key),
        display_name(name),
        numbers.pop() if len(numbers) == 1 else None,
        where=display_name("/".join([*first.above, first.entry])),
        group=display_name(group),
        anonymous=is_anonymous(first),
        scattered=shared[1:] != [] and not first.owner and first.loose,
        doubts=[place.doubt for place, _, _ in shared if place.doubt],
    )
    for place, _, passed in shared:
        for path, file in place.files:
            inside = "/".join([*passed, path])
            if place.draft:
                file = replace(file, refusal=file.refusal or DRAFT)
            if not is_hidden(path):
                found.files.append((inside, file))
            elif is_notebook(path) and not is_setting(path):
                reason = _ASIDE if _SAVED.search(path) else _HIDDEN
                refused = replace(file, refusal=file.refusal or reason)
                found.files.append((inside, refused))
    return found


def _keep_turned_in(submission: Submission) -> None:
    """Écarte les brouillons de qui a remis quelque chose."""
    turned_in = [item for item in submission.files if item[1].refusal != DRAFT]
    submission.files = turned_in or submission.files


def _show_hidden(submission: Submission) -> None:
    """Admet le notebook caché de qui n'a rien remis d'autre ; mais pas une sauvegarde."""
    if any(holds_work(path) and not is_hidden(path) for path, _ in submission.files):
        return
    for rank, (path, file) in enumerate(submission.files):
        if file.refusal == _HIDDEN and not is_shadow(path):
            submission.files[rank] = (path, replace(file, refusal=""))
            shown = f"« {display_name(path)} »"
            submission.remarks.append(
                f"{shown} est un fichier caché : faute d'autre notebook, il est lu."
            )


def _one_or_many(submission: Submission) -> list[str]:
    """Dit que tout un lot, réuni sous un nom qui n'en est peut-être pas un, est à regarder."""
    names = [path.rpartition("/")[2] for path, _ in submission.files if holds_work(path)]
    works = Counter(work_in(stem_of(name)) for name in names)
    if is_person(submission.name) or max(works.values(), default=0) < 3:
        return []
    return [
        f"Tous les notebooks ont été pris pour ceux de « {submission.name} » : sont-ils d'un "
        f"étudiant, ou de plusieurs ({_listed(names)}) ?"
    ]


def _identify(submissions: list[Submission]) -> None:
    """Donne à chaque copie un identifiant, qui ne dépend que d'elle sauf s'il est déjà pris."""
    for submission in submissions:
        parts = (slug(submission.name) or "copie", submission.moodle_id)
        submission.id = "-".join(filter(None, parts))
    for told in (lambda one: slug(one.group), _digest):
        counts = Counter(submission.id for submission in submissions)
        for submission in submissions:
            if counts[submission.id] > 1 or is_reserved(submission.id):
                submission.id = "-".join(filter(None, (submission.id, told(submission))))
    for submission in submissions:
        submission.name = submission.name or submission.id


def _digest(submission: Submission) -> str:
    return hashlib.sha256(submission.key.encode("utf-8", "surrogatepass")).hexdigest()[:8]


# --- Ce qui a été compris -----------------------------------------------------------------------


def _understood(layout: Layout, submissions: list[Submission]) -> list[str]:
    """Renvoie comment le lot a été compris, en phrases."""
    said = []
    if layout.groups:
        said.append(f"Dossiers qui réunissent des étudiants : {_listed(layout.groups)}.")
    if layout.teams:
        said.append(f"Dossiers au nom de groupe, une copie chacun : {_listed(layout.teams)}.")
    if (nameless := [one.name for one in submissions if one.anonymous]) and submissions[1:]:
        said.append(
            "Le nom de ces fichiers ne dit pas de quel étudiant ils sont ; une copie chacun : "
            f"{_listed(nameless)}."
        )
    counts = Counter(one.name.casefold() for one in submissions if not one.moodle_id)
    for name in sorted(name for name, count in counts.items() if count > 1):
        shared = [one for one in submissions if one.name.casefold() == name]
        said.append(
            f"{count_of(len(shared), 'copie', 'copies')} au nom de « {shared[0].name} », comptées "
            "comme celles d'étudiants différents : "
            f"{_listed(one.where for one in shared)}."
        )
    return said


def _listed(names: Iterable[str]) -> str:
    names = list(names)
    shown = ", ".join(f"« {display_name(name)} »" for name in names[:10])
    return shown + (f" et {len(names) - 10} de plus" if names[10:] else "")
