"""Retrouver les cellules d'origine dans une copie, même déplacées, changées ou sans identifiant."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Any

from kit_minio.grading.intake.reading import Cell

STUB = "# Votre code ici"
_WHOLE_STUB = re.compile(rf"^([ \t]*){STUB}\n\1\.\.\.$", flags=re.M)
# Un appel seul sur sa ligne : tp, tp.create.check(), tp.create.check(reasons), tp.create.hint().
_CALL = re.compile(r"tp(\.\w+\.(check|hint|solution)\(\w*\))?;?")


def find_places(master: Any, cells: Sequence[Cell]) -> tuple[dict[int, int], set[int]]:
    """Renvoie la place de chaque cellule reconnue (copie → origine), et les copies en trop.

    Par l'identifiant d'abord ; à défaut par le texte ; à défaut par la ressemblance et la place.
    """
    by_id = {cell.id: index for index, cell in enumerate(master.cells)}
    places: dict[int, int] = {}
    repeated: set[int] = set()
    holders: dict[int, list[int]] = {}
    for number, cell in enumerate(cells):
        if cell.id in by_id:
            holders.setdefault(by_id[cell.id], []).append(number)
    for index, numbers in holders.items():
        blank = plain(master.cells[index].source)
        texts = {number: plain(cells[number].source) for number in numbers}
        # De deux cellules de même identifiant, celle que l'élève a changée compte.
        chosen = next((number for number in numbers if texts[number] != blank), numbers[0])
        places[chosen] = index
        known = {blank, texts[chosen]}
        repeated |= {n for n in numbers if n != chosen and texts[n] in known}
    _place_by_text(master, cells, places, repeated)
    _place_by_neighbours(master, cells, places, repeated)
    return places, repeated


def _place_by_text(
    master: Any, cells: Sequence[Cell], places: dict[int, int], repeated: set[int]
) -> None:
    free: dict[tuple[str, str], list[int]] = {}
    for number, cell in enumerate(cells):
        if number not in places and number not in repeated:
            free.setdefault((cell.kind, plain(cell.source)), []).append(number)
    placed = set(places.values())
    for index, cell in enumerate(master.cells):
        candidates = free.get((cell.cell_type, plain(cell.source)))
        if index not in placed and candidates:
            places[candidates.pop(0)] = index


def _place_by_neighbours(
    master: Any, cells: Sequence[Cell], places: dict[int, int], repeated: set[int]
) -> None:
    """Place ce qui reste : même intervalle entre deux cellules reconnues, lignes en commun."""
    spans = dict(spans_of(places, cells, len(master.cells)))
    lines = {
        number: lines_of(cells[number].source)
        for number, cell in enumerate(cells)
        if number not in places and number not in repeated and cell.kind == "code"
    }
    lines = {number: found for number, found in lines.items() if not only_calls(found)}
    placed = set(places.values())
    missing = [
        (index, cell)
        for index, cell in enumerate(master.cells)
        if index not in placed and cell.cell_type == "code"
    ]
    # Les cellules à compléter en dernier : elles seules peuvent ne rien garder de l'origine.
    for index, cell in sorted(missing, key=lambda item: STUB in item[1].source):
        wanted = lines_of(cell.source) - {STUB, "..."}
        rivals = [n for n in lines if n not in places and spans[n][0] < index < spans[n][1]]
        best = max(rivals, key=lambda n: len(wanted & lines[n]), default=None)
        if best is not None and (wanted & lines[best] or STUB in cell.source):
            places[best] = index


def spans_of(
    places: dict[int, int], cells: Sequence[Cell], end: int
) -> Iterable[tuple[int, tuple[int, int]]]:
    """Renvoie, pour chaque cellule, celles d'origine qui l'entourent parmi celles à leur place."""
    fixed = kept_in_place(places)
    after = end
    bounds = []
    for number in reversed(range(len(cells))):
        bounds.append(after)
        if number in fixed:
            after = places[number]
    before = -1
    for number, bound in zip(range(len(cells)), reversed(bounds), strict=True):
        yield number, (before, bound)
        if number in fixed:
            before = places[number]


def kept_in_place(places: dict[int, int]) -> set[int]:
    """Renvoie les cellules reconnues que l'on garde en place : la plus longue suite croissante."""
    tails: list[int] = []
    last: list[int] = []
    parent: dict[int, int | None] = {}
    for number in sorted(places):
        rank = bisect_left(tails, places[number])
        tails[rank : rank + 1] = [places[number]]
        last[rank : rank + 1] = [number]
        parent[number] = last[rank - 1] if rank else None
    kept: set[int] = set()
    step = last[-1] if last else None
    while step is not None:
        kept.add(step)
        step = parent[step]
    return kept


# --- Le texte d'une cellule ---------------------------------------------------------------------


def plain(source: str) -> str:
    """Renvoie un texte sans ce qui ne compte pas : fins de ligne, lignes vides."""
    return "\n".join(line.rstrip() for line in source.splitlines() if line.strip())


def lines_of(source: str) -> set[str]:
    """Renvoie les lignes d'une cellule qui comptent : sans les commentaires, sauf l'amorce."""
    lines = {line.strip() for line in source.splitlines()}
    return {line for line in lines if line and (line == STUB or not line.startswith("#"))}


def is_blank(source: str, original: str) -> bool:
    """Dit si une cellule à compléter ne l'a pas été, fût-elle celle d'une édition d'avant.

    L'amorce y est entière, et rien ne la suit que l'énoncé d'aujourd'hui n'ait aussi.

    Args:
        source: le texte de la cellule.
        original: celui de la cellule d'aujourd'hui.
    """
    if plain(source) == plain(original):
        return True
    stub = _WHOLE_STUB.search(source)
    if stub is None:
        return False
    after = source[stub.end() :].splitlines()
    inside = itertools.takewhile(lambda line: not line.strip() or line.startswith(stub[1]), after)
    return lines_of("\n".join(inside)) <= lines_of(original)


def only_calls(lines: set[str]) -> bool:
    """Dit si des lignes n'appellent que l'énoncé : vérification, indice, solution."""
    return all(_CALL.fullmatch(line) for line in lines)
