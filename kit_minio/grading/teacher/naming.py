"""Désigner une copie ou un exercice comme une personne l'écrit : ``Zoé Petit``, ``01.2``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from kit_minio import checks
from kit_minio.checks.model import Exercise
from kit_minio.grading.intake.names import LIGATURES, without_accents
from kit_minio.grading.intake.submissions import Submission
from kit_minio.grading.model import Result

Key = tuple[str, str]  # la leçon et le nom d'un exercice
_NUMBERED = re.compile(r"(?:(\d{1,2})[. ]+)?(\w+)")


def find_exercise(text: str, lessons: Sequence[str]) -> Key:
    """Renvoie l'exercice qu'un texte désigne.

    Args:
        text: ``01.2``, ``01.clean_up``, ``clean_up`` ou son titre ; sans numéro de leçon,
            l'exercice doit être le seul de ce nom.
        lessons: les leçons où le chercher.

    Raises:
        LookupError: aucun, ou plusieurs ; le texte de l'erreur le dit.
    """
    found = [
        (lesson, exercise.name)
        for lesson in lessons
        for rank, exercise in enumerate(checks.series(lesson).exercises, 1)
        if _designates(text.strip(), lesson, rank, exercise)
    ]
    if len(found) > 1:
        raise LookupError(
            f"« {text} » désigne plusieurs exercices ({', '.join(map('.'.join, found))})"
        )
    if not found:
        raise LookupError(f"aucun exercice « {text} » dans {_named(lessons)}")
    return found[0]


def _designates(text: str, lesson: str, rank: int, exercise: Exercise) -> bool:
    if _letters(text) == _letters(exercise.title):
        return True
    parts = _NUMBERED.fullmatch(text)
    if not parts or (parts[1] and parts[1].zfill(2) != lesson):
        return False
    return parts[2] == exercise.name or bool(parts[1] and parts[2] == str(rank))


def _named(lessons: Sequence[str]) -> str:
    return f"{'la leçon' if len(lessons) == 1 else 'les leçons'} {', '.join(lessons)}"


def find_copies(text: str, copies: Iterable[Submission | Result]) -> set[str]:
    """Renvoie les identifiants des copies qu'un texte désigne.

    Args:
        text: l'identifiant de la copie, son nom ou son identifiant Moodle.
        copies: ce que les élèves ont remis, ou leurs résultats.
    """
    exact, named = set(), set()
    for copy in copies:
        identity = copy.copy_id if isinstance(copy, Result) else copy.id
        if text.strip() in (identity, copy.moodle_id):
            exact.add(identity)
        if _letters(text) and _letters(text) == _letters(copy.name):
            named.add(identity)
    return exact or named


def _letters(text: str) -> str:
    """Renvoie les lettres et les chiffres d'un texte, sans accents ni casse."""
    bare = without_accents(text.casefold().translate(LIGATURES))
    return "".join(letter for letter in bare if letter.isalnum())
