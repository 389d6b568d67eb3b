"""Reconnaître la leçon d'une copie à ses cellules, et jamais au nom de son fichier."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from typing import Any

from helpers.french import count_of
from kit_minio.authoring.notebooks import LESSONS
from kit_minio.grading.intake.places import STUB, is_blank, plain
from kit_minio.grading.intake.reading import Cell, read_cells
from kit_minio.grading.intake.submissions import MAX_READ, Submission

_KIT = 4  # leçons vierges ensemble : c'est le kit, et non un choix de l'élève
_SOLUTION = "### BEGIN SOLUTION"
_ENOUGH = 2  # cellules propres à une leçon qui suffisent à la reconnaître

# Par leçon, les identifiants et les textes de cellules qu'elle est seule à avoir.
Traits = Mapping[str, set[str]]


def distinctive(masters: Mapping[str, Any], others: Iterable[Sequence[Cell]] = ()) -> Traits:
    """Renvoie, par leçon, les identifiants et les textes de cellules qu'elle est seule à avoir.

    Args:
        masters: le notebook d'exercice de chaque leçon.
        others: les cellules de notebooks qui n'en sont pas, ceux du cours par exemple.
    """
    elsewhere = {trait for cells in others for cell in cells for trait in _traits(cell)}
    traits = {
        lesson: {trait for cell in master.cells for trait in _traits(cell)}
        for lesson, master in masters.items()
    }
    counts = Counter(trait for found in traits.values() for trait in found)
    return {
        lesson: {trait for trait in found if counts[trait] == 1} - elsewhere
        for lesson, found in traits.items()
    }


@cache
def lectures() -> tuple[list[Cell], ...]:
    """Renvoie les cellules des leçons de ce kit : un élève rend parfois le kit entier."""
    return tuple(read_cells(path.read_bytes())[0] for path in sorted(LESSONS.glob("*.ipynb")))


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


def lessons_of(cells: Sequence[Cell], traits: Traits) -> dict[str, list[Cell]]:
    """Renvoie les cellules d'une copie, par leçon ; il y en a plusieurs si on les a réunies.

    Une cellule que rien ne distingue est de la leçon qui la précède.

    Args:
        cells: les cellules de la copie.
        traits: ce que ``distinctive`` a renvoyé.
    """
    first = lesson_of(cells, traits)
    if first is None:
        return {}
    owners = [
        next((lesson for lesson, known in traits.items() if _traits(cell) & known), "")
        for cell in cells
    ]
    counts = Counter(owners)
    # De l'autre leçon, il y a presque tout : deux cellules copiées n'en font pas une.
    present = {lesson for lesson, known in traits.items() if 4 * counts[lesson] >= len(known)}
    if not present - {first}:
        return {first: list(cells)}
    found: dict[str, list[Cell]] = {}
    present |= {first}
    current = next(owner for owner in owners if owner in present)
    for cell, owner in zip(cells, owners, strict=True):
        current = owner if owner in present else current
        found.setdefault(current, []).append(cell)
    return found


def lessons_to_grade(
    submissions: Sequence[Submission], traits: Traits, masters: Mapping[str, Any]
) -> tuple[list[str], list[str]]:
    """Renvoie les leçons de la moitié des copies au moins, et une phrase sur chaque autre.

    Des notebooks vierges en nombre ne disent rien : l'élève a remis le kit entier.
    """
    found = [_lessons_in(submission, traits, masters) for submission in submissions]
    chosen = [solved or (blank if len(blank) < _KIT else set()) for solved, blank in found]
    if not any(chosen):
        chosen = [blank for _, blank in found]
    votes = Counter(lesson for seen in chosen for lesson in seen)
    voters = sum(map(bool, chosen))
    wanted = [lesson for lesson in sorted(votes) if 2 * votes[lesson] >= voters]
    others = [
        f"La leçon {lesson} n'est que dans {votes[lesson]} copie{'s' if votes[lesson] > 1 else ''} "
        f"sur {len(submissions)} : elle n'est pas corrigée. Pour qu'elle le soit aussi, ajoutez "
        f"{' '.join(f'--lesson {number}' for number in sorted({lesson, *wanted}))}."
        for lesson in sorted(set(votes) - set(wanted))
    ]
    missing = {lesson: sum(lesson not in seen for seen in chosen if seen) for lesson in wanted}
    others += [
        f"La leçon {lesson} manque dans {count_of(missing[lesson], 'copie', 'copies')} sur "
        f"{len(submissions)} : ses exercices y comptent pour zéro, sauf dans une copie à revoir. "
        "Pour l'éviter, corrigez une leçon à la fois, avec --lesson."
        for lesson in wanted
        if wanted[1:] and missing[lesson]
    ]
    return wanted, others


def is_answer_key(cells: Sequence[Cell], master: Any) -> bool:
    """Dit si un notebook est le corrigé du cours : ses bornes y sont toutes encore."""
    expected = sum(STUB in cell.source for cell in master.cells)
    return 0 < expected <= sum(_SOLUTION in cell.source for cell in cells)


def _lessons_in(
    submission: Submission, traits: Traits, masters: Mapping[str, Any]
) -> tuple[set[str], set[str]]:
    """Renvoie les leçons qu'une copie a commencées, et celles qu'elle a laissées vierges."""
    solved: set[str] = set()
    blank: set[str] = set()
    room = MAX_READ
    notebooks = submission.notebooks()
    for _, file in notebooks:
        with suppress(Exception):  # une copie n'arrête jamais le lot
            data = file.read()
            room -= len(data)
            if room < 0:
                break
            cells, _ = read_cells(data)
            for lesson, part in lessons_of(cells, traits).items():
                if not (notebooks[1:] and is_answer_key(part, masters[lesson])):
                    (solved if _is_begun(part, masters[lesson]) else blank).add(lesson)
    return solved, blank - solved


def _is_begun(cells: Sequence[Cell], master: Any) -> bool:
    """Dit si l'élève a écrit quelque chose : une édition d'avant n'est pas un travail."""
    texts = {cell.id: cell.source for cell in master.cells}
    given = {plain(source) for source in texts.values()} | {""}
    return any(
        cell.kind == "code"
        and plain(cell.source) not in given
        and not (cell.id in texts and is_blank(cell.source, texts[cell.id]))
        for cell in cells
    )


def _traits(cell: Any) -> set[str]:
    return {cell.id, plain(cell.source)} - {"", None}
