"""Reconnaître la leçon d'une copie à ses cellules, et jamais au nom de son fichier."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from kit_minio.grading.intake.places import plain
from kit_minio.grading.intake.reading import Cell, read_cells
from kit_minio.grading.intake.submissions import Submission

_ENOUGH = 2  # cellules propres à une leçon qui suffisent à la reconnaître

# Par leçon, les identifiants et les textes de cellules qu'elle est seule à avoir.
Traits = Mapping[str, set[str]]


def distinctive(masters: Mapping[str, Any]) -> Traits:
    """Renvoie, par leçon, les identifiants et les textes de cellules qu'elle est seule à avoir.

    Args:
        masters: le notebook d'exercice de chaque leçon.
    """
    traits = {
        lesson: {trait for cell in master.cells for trait in _traits(cell)}
        for lesson, master in masters.items()
    }
    counts = Counter(trait for found in traits.values() for trait in found)
    return {
        lesson: {trait for trait in found if counts[trait] == 1} for lesson, found in traits.items()
    }


def lesson_of(cells: Sequence[Cell], traits: Traits) -> str | None:
    """Renvoie la leçon dont vient une copie ; ``None`` si ce n'est d'aucune.

    Args:
        cells: les cellules de la copie.
        traits: ce que ``distinctive`` a renvoyé.
    """
    scores = {
        lesson: sum(bool(_traits(cell) & known) for cell in cells)
        for lesson, known in traits.items()
    }
    best = max(scores, key=lambda lesson: scores[lesson])
    return best if scores[best] >= _ENOUGH else None


def lessons_to_grade(
    submissions: Sequence[Submission], traits: Traits
) -> tuple[list[str], list[str]]:
    """Renvoie les leçons de la moitié des copies au moins, et une phrase sur chaque autre."""
    votes: Counter[str] = Counter()
    voters = 0
    for submission in submissions:
        seen: set[str] = set()
        for _, file in submission.notebooks():
            with suppress(Exception):  # une copie n'arrête jamais le lot
                seen |= _guess(file.read(), traits)
        votes.update(seen)
        voters += bool(seen)
    wanted = [lesson for lesson in sorted(votes) if 2 * votes[lesson] >= voters]
    others = [
        f"La leçon {lesson} n'est que dans {votes[lesson]} copie{'s' if votes[lesson] > 1 else ''} "
        f"sur {len(submissions)} : elle n'est pas corrigée. Pour qu'elle le soit aussi, ajoutez "
        f"{' '.join(f'--lesson {number}' for number in sorted({lesson, *wanted}))}."
        for lesson in sorted(set(votes) - set(wanted))
    ]
    return wanted, others


def _guess(data: bytes, traits: Traits) -> set[str]:
    """Devine la leçon d'un notebook : à ses octets, sans l'analyser, ou sinon à ses cellules."""
    for lesson, known in traits.items():
        if sum(f'"{trait}"'.encode() in data for trait in known) >= _ENOUGH:
            return {lesson}
    found = lesson_of(read_cells(data)[0], traits)
    return {found} if found else set()


def _traits(cell: Any) -> set[str]:
    return {cell.id, plain(cell.source)} - {"", None}
