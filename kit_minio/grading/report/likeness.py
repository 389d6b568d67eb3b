"""Les copies qui se ressemblent au-delà de ce qui est donné : un indice pour une personne.

Ce n'est jamais une preuve : deux élèves assis côte à côte, ou un même tutoriel, donnent les mêmes
lignes. Celles de la leçon et de la solution ne comptent pas ; une ligne que presque tout le monde
écrit ne compte presque pas.
"""

from __future__ import annotations

import io
import math
import tokenize
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from itertools import combinations

from helpers.french import count_of
from kit_minio.authoring.exercises import SOLUTIONS
from kit_minio.authoring.notebooks import LESSONS, read
from kit_minio.grading.model import Result

_LEAST = 4  # lignes communes
_ALIKE = 0.8  # part, pondérée, de la plus petite copie qui est aussi dans l'autre
_WEIGHT = 2.0  # en deçà, les lignes communes sont celles de toute la classe
_SHOWN = 3
_LAYOUT = frozenset({tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT})
_Lines = dict[str, str]  # par ligne réduite à ses mots, la ligne telle qu'elle est écrite


def likeness(results: Sequence[Result]) -> list[str]:
    """Renvoie, en phrases, les groupes de copies qui se ressemblent, et ce qu'elles partagent.

    Args:
        results: les résultats du lot, dont les notes gardent le code de l'élève.
    """
    lessons = {mark.lesson for result in results for mark in result.marks}
    known = set().union(*map(_lines_of_course, lessons))
    written = [_own_lines(result, known) for result in results]
    counts = Counter(line for lines in written for line in lines)
    weights = {line: math.log(len(results) / count) for line, count in counts.items()}
    pairs = [
        (one, other)
        for one, other in combinations(range(len(results)), 2)
        if _alike(written[one], written[other], weights)
    ]
    return [_told(group, results, written, weights) for group in _groups(pairs)]


def _own_lines(result: Result, known: Collection[str]) -> _Lines:
    """Renvoie les lignes qu'un élève a écrites, hors celles du cours."""
    return {
        reduced: line
        for mark in result.marks
        for reduced, line in _lines_of(mark.code).items()
        if reduced not in known
    }


@cache
def _lines_of_course(lesson: str) -> frozenset[str]:
    """Renvoie les lignes d'une leçon et de ses solutions, quand elles sont dans ce kit."""
    return frozenset(
        line
        for folder in (LESSONS, SOLUTIONS)
        for path in folder.glob(f"{lesson}-*.ipynb")
        for cell in read(path).cells
        if cell.cell_type == "code"
        for line in _lines_of(cell.source)
    )


def _lines_of(code: str) -> _Lines:
    """Renvoie les lignes d'un code, sans ce que les espaces y changent."""
    lines = ((_reduced(line), line) for line in code.splitlines())
    return {
        reduced: line
        for reduced, line in lines
        if len(reduced) >= 12 and "Votre code ici" not in line
    }


def _reduced(line: str) -> str:
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(line.strip()).readline))
    except (tokenize.TokenError, SyntaxError):
        return " ".join(line.split())
    return " ".join(token.string for token in tokens if token.type not in _LAYOUT).strip()


def _alike(one: _Lines, other: _Lines, weights: dict[str, float]) -> bool:
    common = one.keys() & other.keys()
    if len(common) < _LEAST:
        return False
    shared, smallest = (
        sum(weights[line] for line in common),
        min(sum(weights[line] for line in lines) for lines in (one, other)),
    )
    return shared >= max(_WEIGHT, _ALIKE * smallest)


def _groups(pairs: Sequence[tuple[int, int]]) -> Iterator[list[int]]:
    """Réunit les copies que des paires relient."""
    groups: list[set[int]] = []
    for pair in pairs:
        near = [group for group in groups if group & set(pair)]
        groups = [group for group in groups if group not in near]
        groups.append(set(pair).union(*near))
    yield from (sorted(group) for group in sorted(groups, key=min))


def _told(
    group: Sequence[int],
    results: Sequence[Result],
    written: Sequence[_Lines],
    weights: dict[str, float],
) -> str:
    names = ", ".join(results[number].name for number in group)
    first = written[group[0]]
    common = set(first).intersection(*(written[number] for number in group[1:]))
    rarest = sorted(common, key=lambda line: (-weights[line], -len(line), line))[:_SHOWN]
    shown = ", ".join(f"« {first[line].strip()[:80]} »" for line in rarest)
    count = count_of(len(common), "ligne commune", "lignes communes")
    return f"{names} : {count}{f', dont {shown}' if shown else ''}."
