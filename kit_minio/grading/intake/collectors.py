"""La façon dont un lot a été rangé : par groupes, par Teams, par versions."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kit_minio.grading.intake.names import is_hidden, is_notebook, slug

_GROUP = re.compile(
    r"(?:td|tp|gr|g|groupe?s?|group|class|classe|section|promo|equipe|team|lot|seance)-?"
    r"(?:[a-z]|\d{1,3}[a-z]?)|(?:19|20)\d\d-?\d\d-?\d\d.*|(?:lundi|mardi|mercredi|jeudi|vendredi).*"
)
_SUBMITTED = ("submitted-files", "fichiers-envoyes", "fichiers-remis", "fichiers-soumis")
_DRAFTS = ("working-files", "fichiers-de-travail")
_VERSION = re.compile(r"(.*?)(?:^|/)version[ _]?(\d{1,4})/", flags=re.I)
DRAFT = "c'est un brouillon de Teams (« Working files »), qui n'a pas été remis"


def groups_of(paths: Iterable[str]) -> set[str]:
    """Renvoie les premiers dossiers quand ils sont des groupes d'élèves, et non des élèves.

    Tous portent un nom de groupe (TD1, Groupe B, une date) ou de Teams, et tout leur contenu est
    rangé dans des dossiers, dont les noms ne sont pas ceux des groupes eux-mêmes.
    """
    parts = [path.split("/") for path in paths if not is_hidden(path)]
    folders = {part[0] for part in parts if len(part) > 1}
    if not folders or any(len(part) == 1 and is_notebook(part[0]) for part in parts):
        return set()
    if any(len(part) == 2 and is_notebook(part[1]) for part in parts):
        return set()
    inner = {part[1] for part in parts if len(part) > 2}
    if not inner or any(_GROUP.fullmatch(slug(name)) for name in inner):
        return set()
    known = all(_GROUP.fullmatch(slug(name)) or _is_teams(name) for name in folders)
    return folders if known else set()


def is_drafts(folder: str) -> bool:
    """Dit si un dossier est celui des brouillons de Teams."""
    return slug(folder) in _DRAFTS


def _is_teams(folder: str) -> bool:
    return slug(folder) in (*_SUBMITTED, *_DRAFTS)


def is_submitted(folder: str) -> bool:
    """Dit si un dossier est celui des travaux remis dans Teams."""
    return slug(folder) in _SUBMITTED


def old_versions(paths: Iterable[str]) -> set[str]:
    """Renvoie les chemins d'un élève qu'une version plus récente remplace (« Version 2 »)."""
    found = {path: match for path in paths if (match := _VERSION.match(path))}
    latest: dict[str, int] = {}
    for match in found.values():
        latest[match[1]] = max(latest.get(match[1], 0), int(match[2]))
    return {path for path, match in found.items() if int(match[2]) < latest[match[1]]}
