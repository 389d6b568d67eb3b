"""Le cours, tel que ses notebooks le disent : numéro, titre, durée, niveau, exercices."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from helpers.files import ROOT

LESSONS, EXERCISES = ROOT / "notebooks", ROOT / "exercises"
_TITLE = re.compile(r"^# (?:Exercices )?\d\d · (.+)$", re.M)
_DURATION = re.compile(r"^(?:- )?\*\*Durée\*\*\s*:\s*(\d+)\s(minutes?|heures?)", re.M)
_LEVEL = re.compile(r"^(?:- )?\*\*Niveau\*\*\s*:\s*([\w ]+)", re.M)
_MARKS = re.compile(r"[*_`]")


@dataclass(frozen=True)
class Lesson:
    """Une leçon, et ses exercices s'il y en a.

    Attributes:
        number: son numéro, ``"04"``.
        name: le nom de son fichier, sans extension.
        title: son titre, sans le numéro.
        minutes: sa durée ; ``None`` si elle ne la dit pas.
        level: son niveau ; vide si elle ne le dit pas.
        extras: vrai si elle demande des paquets de plus.
        has_exercises: vrai si une série d'exercices l'accompagne.
    """

    number: str
    name: str
    title: str
    minutes: int | None
    level: str
    extras: bool
    has_exercises: bool


def course(folder: Path = LESSONS, exercises: Path = EXERCISES) -> list[Lesson]:
    """Renvoie les leçons, dans l'ordre ; un fichier qui n'en est pas une n'y est pas.

    Args:
        folder: le dossier des leçons.
        exercises: celui des exercices, où ceux d'une leçon ont le même nom.
    """
    found = []
    for path in sorted(folder.glob("[0-9][0-9]-*.ipynb")):
        said = _said(path, path.stat().st_mtime_ns)
        if said is not None:
            title, minutes, level, extras = said
            with_exercises = (exercises / path.name).is_file()
            found.append(
                Lesson(path.stem[:2], path.stem, title, minutes, level, extras, with_exercises)
            )
    return found


@lru_cache(maxsize=100)  # l'accueil les redemande à chaque fois qu'il est montré
def _said(path: Path, modified: int) -> tuple[str, int | None, str, bool] | None:
    """Renvoie ce que dit une leçon : titre, minutes, niveau, paquets de plus ; ``None`` si rien."""
    try:
        cells = json.loads(path.read_bytes())["cells"]
        texts = [text_of(cell) for cell in cells]
    except (OSError, ValueError, LookupError, TypeError):
        return None
    heading = next((text for text in texts if _TITLE.search(text)), "")
    if not (title := _TITLE.search(heading)):
        return None
    minutes = None
    if duration := _DURATION.search(heading):
        minutes = int(duration[1]) * (60 if duration[2].startswith("heure") else 1)
    level = _LEVEL.search(heading)
    extras = any(re.search(r"^ensure_extras\(", text, re.M) for text in texts)
    return _MARKS.sub("", title[1]).strip(), minutes, level[1].strip() if level else "", extras


def text_of(cell: dict[str, Any]) -> str:
    """Renvoie le texte d'une cellule, que le fichier garde d'un tenant ou ligne par ligne."""
    return "".join(cell["source"])
