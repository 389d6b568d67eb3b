"""Les fichiers d'un lot, rangés par élève : qui a remis quoi."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property

from kit_minio.grading.intake.collectors import (
    DRAFT,
    groups_of,
    is_drafts,
    is_submitted,
    old_versions,
)
from kit_minio.grading.intake.kinds import is_disguised, stranger_in
from kit_minio.grading.intake.names import (
    display_name,
    is_hidden,
    is_notebook,
    is_reserved,
    slug,
    without_extension,
)
from kit_minio.grading.intake.sources import ARCHIVES, File

MAX_NOTEBOOKS = 10  # notebooks gardés d'une leçon dans une copie
MAX_OPENED = 100  # notebooks ouverts dans une copie : le kit entier en a moins
MAX_READ = 160 * 2**20  # octets lus dans une copie
MAX_BESIDE = 50  # autres fichiers ouverts, pour voir ce qu'ils sont
_MOODLE = re.compile(
    r"([^/]*?)_(?:([0-9]{1,12})_)?assignsubmission_([a-z]+)_?(?:/|(?=[^/]))(.+)", flags=re.S
)
_EMAIL = re.compile(r"[_ ]+[^_\s]+(?:@|AT|_at_)[^_\s]+\.[a-z]{2,}(?=[_ ]|$)")
_EXTENSION = re.compile(r"(?<=.)(\.[A-Za-z0-9]{1,5}){1,2}$")
# Ce qui ne peut pas être un notebook, et que l'on n'ouvre donc pas.
_BINARY = re.compile(r"\.(png|jpe?g|gif|svg|pdf|csv|parquet|pyc|pkl|docx?|xlsx?|mp4)$", flags=re.I)
_HIDDEN = "c'est un fichier caché"


@dataclass
class Submission:
    """Ce qu'un élève, ou un groupe, a remis.

    Attributes:
        key: ce qui le désigne dans le lot : le début de son chemin.
        name: son nom, à montrer.
        moodle_id: l'identifiant du travail dans Moodle, ou ``None``.
        files: ses fichiers, par chemin dans son dossier.
        id: un identifiant sûr et unique dans le lot.
    """

    key: str
    name: str
    moodle_id: str | None
    files: list[tuple[str, File]] = field(default_factory=list)
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

    def _beside(self) -> list[tuple[str, File]]:
        beside = [(p, file) for p, file in self.files if not (is_notebook(p) or file.refusal)]
        return [(p, file) for p, file in beside if not _BINARY.search(p)][:MAX_BESIDE]

    def unread(self) -> list[str]:
        """Renvoie les notebooks et archives que personne ne lit : le travail y est peut-être."""
        refused = [path for path, file in self.files if file.refusal]
        kept = [path for path in refused if is_notebook(path) or path.lower().endswith(ARCHIVES)]
        return kept + [path for path, _ in self._admitted()[MAX_OPENED:]]


def sort_by_student(files: list[File]) -> tuple[list[Submission], list[str]]:
    """Répartit les fichiers entre les élèves ; dit aussi lesquels ne sont à personne, et pourquoi.

    Args:
        files: les fichiers du lot.
    """
    common = _common_folder(files)
    groups = groups_of(file.path.removeprefix(common) for file in files if not _escapes(file))
    moodle = _is_moodle(
        _in_group(file.path.removeprefix(common), groups)[1] for file in files if not _escapes(file)
    )
    submissions: dict[str, Submission] = {}
    remarks = []
    for file in files:
        group, path = _in_group(file.path.removeprefix(common), groups)
        place = None if is_hidden(path.partition("/")[0]) else _place_of(path, moodle, file)
        if place is None or _escapes(file):
            hidden = is_hidden(path)
            if not hidden or is_notebook(path):
                reason = file.refusal or (
                    _HIDDEN if hidden else "son nom n'est celui d'aucune copie"
                )
                remarks.append(f"« {display_name(file.path)} » est laissé de côté : {reason}.")
            continue
        new, path_inside = place
        if group and not (is_drafts(group) or is_submitted(group)):
            new.key = f"{group}/{new.key}"
        submission = submissions.setdefault(new.key, new)
        if is_drafts(group):
            file = replace(file, refusal=file.refusal or DRAFT)
        if not is_hidden(path_inside):
            submission.files.append((path_inside, file))
        elif is_notebook(path_inside):
            refused = replace(file, refusal=file.refusal or _HIDDEN)
            submission.files.append((path_inside, refused))
    found = sorted(submissions.values(), key=lambda submission: submission.key)
    for submission in found:
        _keep_turned_in(submission)
    _identify(found)
    if groups:
        shown = ", ".join(f"« {display_name(group)} »" for group in sorted(groups)[:10])
        remarks.append(f"Dossiers compris comme des groupes, et non des élèves : {shown}.")
    return found, remarks


def _in_group(path: str, groups: set[str]) -> tuple[str, str]:
    """Renvoie le dossier du groupe d'un fichier, ou un texte vide, et le reste du chemin."""
    group, _, rest = path.partition("/")
    return (group, rest) if rest and group in groups else ("", path)


def _keep_turned_in(submission: Submission) -> None:
    """Écarte les versions remplacées, et les brouillons de qui a remis quelque chose."""
    old = old_versions(path for path, file in submission.files if file.refusal != DRAFT)
    kept = [item for item in submission.files if item[0] not in old]
    turned_in = [item for item in kept if item[1].refusal != DRAFT]
    submission.files = turned_in or kept


def _common_folder(files: list[File]) -> str:
    """Renvoie les dossiers communs à tout le lot, quand ce ne sont pas ceux d'un élève."""
    common = ""
    while True:
        paths = [
            file.path.removeprefix(common).partition("/") for file in files if not _escapes(file)
        ]
        folders = {folder for folder, _, _ in paths if not is_hidden(folder)}
        rests = [rest for folder, _, rest in paths if not is_hidden(folder)]
        if len(folders) != 1 or "" in rests or any(map(_named_by_moodle, folders)):
            return common
        loose = any("/" not in rest and is_notebook(rest) for rest in rests)
        if loose and not any(_named_by_moodle(rest.partition("/")[0]) for rest in rests):
            return common
        if {"exercises", "solutions"} <= {rest.partition("/")[0] for rest in rests}:
            return common[: common.rstrip("/").rfind("/") + 1]  # le kit entier d'un seul élève
        folder = folders.pop()
        common += f"{folder}/"
        if is_submitted(folder):
            return common


def _is_moodle(paths: Iterable[str]) -> bool:
    """Dit si un lot vient de Moodle : un seul fichier nommé à sa façon n'y suffit pas."""
    first_parts = {path.partition("/")[0] for path in paths}
    shown = [part for part in first_parts if not is_hidden(part)]
    return 2 * sum(map(_named_by_moodle, shown)) > len(shown)


def _named_by_moodle(name: str) -> bool:
    return bool(_MOODLE.fullmatch(f"{name}/x") or _MOODLE.fullmatch(name))


def _escapes(file: File) -> bool:
    """Dit si le chemin d'un fichier ne permet pas de croire ce qu'il dit de son propriétaire."""
    return bool(re.search(r"^[/\\]|^[A-Za-z]:|(^|[/\\])\.\.([/\\]|$)", file.path))


def _place_of(path: str, moodle: bool, file: File) -> tuple[Submission, str] | None:
    """Renvoie à qui est un fichier, et son chemin chez lui ; ``None`` s'il n'est à personne."""
    found = _MOODLE.fullmatch(path)
    if found is not None:
        name, number, _, path_inside = found.groups()
        # Moodle n'écrit jamais « _ » dans un nom : c'est une espace, ou le bord d'une adresse.
        name = " ".join(_EMAIL.sub("", name).replace("_", " ").split())
        label = f"{name} {number}" if name == "Participant" and number else name
        return Submission(f"{name}_{number or ''}", display_name(label), number), path_inside
    if moodle:
        return None
    name, _, path_inside = path.partition("/")
    if path_inside:
        # Un élève a pu remettre un zip : son nom est celui du zip, sans l'extension.
        if name.lower().endswith(".zip"):
            return Submission(f"{name}/", display_name(name[:-4]), None), path_inside
        return Submission(f"{name}/", display_name(name), None), path_inside
    if is_notebook(name):
        return Submission(name, display_name(without_extension(name)), None), name
    if name.lower().endswith(ARCHIVES) or is_disguised(file) or stranger_in(file):
        return Submission(name, display_name(_EXTENSION.sub("", name)), None), name
    return None


def _identify(submissions: list[Submission]) -> None:
    """Donne à chaque copie un identifiant, qui ne dépend que d'elle sauf s'il est déjà pris."""
    for submission in submissions:
        parts = (slug(submission.name) or "copie", submission.moodle_id)
        submission.id = "-".join(filter(None, parts))
    counts = Counter(submission.id for submission in submissions)
    for submission in submissions:
        if counts[submission.id] > 1 or is_reserved(submission.id):
            digest = hashlib.sha256(submission.key.encode("utf-8", "surrogatepass")).hexdigest()
            submission.id += f"-{digest[:8]}"
        submission.name = submission.name or submission.id
