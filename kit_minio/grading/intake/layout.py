"""Comment un lot est rangé : quels dossiers réunissent des élèves, et lesquels sont d'un élève.

Un dossier réunit des élèves quand une plateforme a nommé ce qu'il contient, quand il porte un nom
de groupe et contient autre chose que des travaux, ou quand plusieurs de ses dossiers ont l'air
d'être à des personnes. Dans le doute, il est à un élève, et le doute est dit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from kit_minio.grading.intake.collectors import Owner, owners_of
from kit_minio.grading.intake.entries import ARCHIVES, File
from kit_minio.grading.intake.names import (
    display_name,
    is_hidden,
    is_notebook,
    slug,
    without_extension,
)
from kit_minio.grading.intake.words import is_group, is_person, is_work, person_in, work_in

_SUBMITTED = ("submitted-files", "fichiers-envoyes", "fichiers-remis", "fichiers-soumis")
_DRAFTS = ("working-files", "fichiers-de-travail")
_KIT = {"exercises", "notebooks", "solutions", "kit_minio", "helpers", "lecons", "exercices"}


@dataclass
class Folder:
    """Un dossier du lot.

    Attributes:
        name: son nom.
        path: son chemin dans le lot ; vide pour la racine.
        files: ses fichiers, par nom.
        folders: ses dossiers, par nom.
    """

    name: str
    path: str = ""
    files: dict[str, list[File]] = field(default_factory=dict)
    folders: dict[str, Folder] = field(default_factory=dict)

    def all_files(self) -> Iterable[File]:
        """Donne tous les fichiers, ceux de ses dossiers compris."""
        for found in self.files.values():
            yield from found
        for folder in self.folders.values():
            yield from folder.all_files()

    @cached_property
    def works(self) -> bool:
        """Dit s'il contient, si loin que ce soit, un notebook ou une archive, même caché."""
        cut = len(self.path)
        return any(
            holds_work(file.path) and not is_setting(file.path[cut:]) for file in self.all_files()
        )

    @property
    def loose(self) -> list[str]:
        """Les notebooks et les archives qui y sont directement."""
        return [name for name in self.files if holds_work(name)]


@dataclass
class Place:
    """Un dossier ou un fichier d'un élève.

    Attributes:
        above: les dossiers qui le réunissent à d'autres élèves.
        entry: son nom, là où il est.
        owner: ce qu'en dit la plateforme, ou ``None``.
        files: ses fichiers, par chemin chez l'élève.
        loose: vrai si c'est un fichier, et non un dossier.
        draft: vrai s'il n'a pas été remis.
        doubt: ce qui fait douter qu'il n'est qu'à un élève ; vide si rien.
    """

    above: tuple[str, ...]
    entry: str
    owner: Owner | None
    files: list[tuple[str, File]]
    loose: bool = False
    draft: bool = False
    doubt: str = ""


@dataclass
class Layout:
    """Un lot compris.

    Attributes:
        places: ce qui est à chaque élève.
        strays: les fichiers qui ne sont à personne.
        groups: les dossiers compris comme réunissant des élèves.
        teams: les dossiers au nom de groupe, compris comme une seule copie.
    """

    places: list[Place] = field(default_factory=list)
    strays: list[File] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    teams: list[str] = field(default_factory=list)


def layout_of(root: Folder) -> Layout:
    """Renvoie à qui est chaque fichier d'un lot.

    Args:
        root: le dossier du lot.
    """
    found = Layout()
    if _is_kit(root) or _is_one_course(root):
        found.places.append(Place((), root.name, None, _files_under(root)))
    else:
        _share_out(root, (), found, draft=False)
    return found


def _share_out(folder: Folder, above: tuple[str, ...], found: Layout, *, draft: bool) -> None:
    """Répartit ce que contient un dossier qui réunit des élèves."""
    visible = {name: sub for name, sub in folder.folders.items() if not is_hidden(name)}
    owners = owners_of([*visible, *(name for name in folder.files if not is_hidden(name))])
    shared = _sharing(folder, owners)
    for name, sub in folder.folders.items():
        if name not in visible:
            found.strays += sub.all_files()
        elif name in owners:
            inside = owners[name].inside
            files = _files_under(sub, f"{inside}/" if inside else "")
            found.places.append(Place(above, name, owners[name], files, draft=draft))
        elif slug(name) in _DRAFTS:
            _share_out(sub, above, found, draft=True)
        elif slug(name) in _SUBMITTED:
            _share_out(sub, above, found, draft=draft)
        elif name in shared:
            found.groups.append(sub.path)
            _share_out(sub, (*above, name), found, draft=draft)
        else:
            doubt = _doubt(sub)
            found.places.append(
                Place(above, name, None, _files_under(sub), draft=draft, doubt=doubt)
            )
            if is_group(stem_of(name)) and not is_person(name) and sub.works:
                found.teams.append(sub.path)
    for name, same in folder.files.items():
        owner = owners.get(name)
        inside = (owner.inside if owner else "") or name
        inner = [(inside, file) for file in same]
        found.places.append(Place(above, name, owner, inner, loose=True, draft=draft))


# --- Réunit-il des élèves ? ---------------------------------------------------------------------


def _sharing(folder: Folder, owners: dict[str, Owner]) -> set[str]:
    """Renvoie les dossiers d'un dossier qui réunissent eux-mêmes des élèves."""
    rest = {name: sub for name, sub in folder.folders.items() if name not in owners and sub.works}
    alone = len(rest) == 1 and not owners and not folder.loose
    sure = {name for name, sub in rest.items() if _gathers(sub, alone=alone)}
    unsure = {
        name
        for name, sub in rest.items()
        if name not in sure and not is_person(stem_of(name)) and _many_works(sub)
    }
    # Un élève range parfois son travail en dossiers ; toute une classe, jamais de la même façon.
    return sure | unsure if 2 * len(sure | unsure) > len(rest) > 1 else sure


def _gathers(folder: Folder, *, alone: bool) -> bool:
    """Dit si un dossier réunit des élèves, à coup sûr.

    Args:
        folder: le dossier.
        alone: vrai s'il est seul de son dossier : il n'est alors, souvent, que le nom du lot.
    """
    name = stem_of(folder.name)
    if _is_kit(folder):
        return False
    children = {child: sub for child, sub in folder.folders.items() if sub.works}
    named = (is_group(name) or is_work(name)) and not is_person(name)
    owners = owners_of([*folder.folders, *folder.files])
    if owners:
        known = {(owner.name, owner.number) for owner in owners.values()}
        return len(known) > 1 or named or alone or _is_class_archive(folder.name)
    if any(slug(child) in (*_SUBMITTED, *_DRAFTS) for child in children):
        return True
    if not children:
        return _gathers_files(folder, named=named)
    people = [child for child in children if not is_work(stem_of(child))]
    inner = [child for child, sub in children.items() if _gathers(sub, alone=False)]
    whole = len(inner) == len(children) and not is_person(name)
    if whole and (named or alone or len(inner) > 1):
        return True
    if folder.loose and not named:
        return False
    persons = [child for child in people if is_person(stem_of(child))]
    if named:
        return bool(people) or (alone and is_group(name) and len(children) > 1)
    if is_person(name):
        return len(persons) > 1
    return len(persons) > 1 or (alone and bool(people))


def _gathers_files(folder: Folder, *, named: bool) -> bool:
    """Dit si les notebooks d'un dossier sont chacun d'un élève."""
    people = {person_in(_plain(name)) for name in folder.loose}
    people = {name for name in people if len(name) > 2}
    if named:
        return 2 * len(people) >= max(1, len(folder.loose))
    return not is_person(folder.name) and sum(map(is_person, people)) > 1


def _many_works(folder: Folder) -> bool:
    """Dit si plusieurs dossiers d'un dossier, sans nom de travail, ont chacun le même notebook."""
    if _is_kit(folder) or folder.loose:
        return False
    names = [
        {file.path.rpartition("/")[2] for file in sub.all_files() if is_notebook(file.path)}
        for child, sub in folder.folders.items()
        if not is_work(stem_of(child)) and not is_hidden(child)
    ]
    return any(one & other for at, one in enumerate(names) for other in names[:at])


def _doubt(folder: Folder) -> str:
    """Renvoie ce qui fait douter qu'un dossier n'est qu'à un élève ; vide si rien."""
    crowd = _crowd(folder)
    if crowd is None:
        return ""
    shown = ", ".join(f"« {display_name(name)} »" for name in sorted(_works_of(crowd))[:5])
    return (
        "Plusieurs dossiers de cette copie ont chacun un notebook : est-elle d'un étudiant, ou de "
        f"plusieurs ({shown}) ?"
    )


def _crowd(folder: Folder) -> Folder | None:
    """Renvoie le premier dossier, celui-ci ou un de ceux qu'il contient, où l'on doute."""
    if _is_kit(folder):
        return None
    alone = len(_works_of(folder)) < 2
    if not alone and (_many_works(folder) or (folder.path and _gathers(folder, alone=False))):
        return folder
    seen = [sub for name, sub in folder.folders.items() if not is_hidden(name)]
    return next(filter(None, map(_crowd, seen)), None)


def _works_of(folder: Folder) -> list[str]:
    """Renvoie les dossiers où est un travail ; à défaut, les notebooks et les archives."""
    return [name for name, sub in folder.folders.items() if sub.works] or folder.loose


def _is_kit(folder: Folder) -> bool:
    """Dit si un dossier est celui du kit, qu'un élève a remis en entier."""
    return len(_KIT & set(folder.folders)) > 1


def _is_one_course(root: Folder) -> bool:
    """Dit si un lot est d'un seul élève : un dossier par devoir, chacun d'une autre leçon."""
    folders = [sub for sub in root.folders.values() if sub.works]
    if len(folders) < 2 or root.loose or not all(is_work(folder.name) for folder in folders):
        return False
    works = [
        {
            work
            for name in folder.loose
            if not person_in(stem := _plain(name))
            for work in work_in(stem)
        }
        for folder in folders
    ]
    return all(works) and sum(map(len, works)) == len(set().union(*works))


def _plain(name: str) -> str:
    return without_extension(stem_of(name))


def _is_class_archive(name: str) -> bool:
    """Dit si une archive a le nom que Moodle donne à celle d'un devoir : ``TP1-1234.zip``."""
    head, _, number = stem_of(name).rpartition("-")
    return name.lower().endswith(ARCHIVES) and bool(head) and number.isdigit()


def holds_work(path: str) -> bool:
    """Dit si un fichier est un notebook ou une archive, d'après son nom."""
    return is_notebook(path) or path.lower().endswith(ARCHIVES)


def is_setting(path: str) -> bool:
    """Dit si un fichier est le réglage d'un outil (``.github/classroom/autograding.json``)."""
    return is_hidden(path.rpartition("/")[0]) and path.lower().endswith(".json")


def stem_of(name: str) -> str:
    """Renvoie le nom d'un dossier ; d'une archive ouverte, sans l'extension."""
    for ending in sorted(ARCHIVES, key=len, reverse=True):
        if name.lower().endswith(ending):
            return stem_of(name[: -len(ending)])
    return name


def _files_under(folder: Folder, inside: str = "") -> list[tuple[str, File]]:
    cut = len(folder.path) + 1 if folder.path else 0
    return [(inside + file.path[cut:], file) for file in folder.all_files()]
