"""Comparer une réponse à celle attendue, et dire où elles s'écartent."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, NamedTuple

from helpers.french import count_of
from kit_minio.checks.differences import difference

_SHOWN = 5  # éléments d'une liste


class Gap(NamedTuple):
    """Le premier écart entre deux valeurs.

    Attributes:
        message: ce qu'il est, une phrase.
        found: ce qui a été trouvé.
        expected: la forme attendue ; jamais la réponse elle-même.
    """

    message: str
    found: Any = ""
    expected: Any = ""


def same(found: Any, expected: Any, *, ordered: bool = True, tolerance: float = 0) -> bool:
    """Dit si deux valeurs JSON veulent dire la même chose."""
    return gap(found, expected, ordered=ordered, tolerance=tolerance) is None


def gap(
    found: Any, expected: Any, *, ordered: bool = True, tolerance: float = 0, place: str = ""
) -> Gap | None:
    """Renvoie le premier écart entre deux valeurs JSON, ``None`` s'il n'y en a pas.

    Args:
        found: la valeur trouvée.
        expected: la valeur attendue.
        ordered: faux si l'ordre des listes est libre.
        tolerance: l'écart permis entre deux nombres.
        place: où l'on est dans la réponse.
    """
    if isinstance(expected, dict):
        return _gap_of_names(found, expected, ordered, tolerance, place)
    if isinstance(expected, (list, tuple)):
        return _gap_of_lists(found, list(expected), ordered, tolerance, place)
    if kind(found) != kind(expected):
        return Gap(f"{_at(place)} : {kind(expected)} est attendu, pas {kind(found)}.", found)
    if isinstance(expected, str):
        if found == expected:
            return None
        why = difference(found, expected)
        said = f"n'est pas tout à fait la bonne : {why}." if why else "n'est pas la bonne."
        return Gap(f"{_value(place)} {said}", found)
    if isinstance(expected, (int, float)) and not isinstance(expected, bool):
        close = _close(found, expected, rel_tol=1e-9, abs_tol=max(tolerance, 1e-12))
        return None if close else Gap(f"{_value(place)} {_scale(found, expected)}.", found)
    return None if found == expected else Gap(f"{_value(place)} n'est pas la bonne.", found)


def _close(found: float, expected: float, *, rel_tol: float, abs_tol: float = 0) -> bool:
    try:
        return math.isclose(found, expected, rel_tol=rel_tol, abs_tol=abs_tol)
    except OverflowError:  # un entier de centaines de chiffres
        return found == expected


def _scale(found: float, expected: float) -> str:
    """Dit en quoi un nombre est faux : divisé par 1 024, ou autrement."""
    if found and expected and _close(found * 1024, expected, rel_tol=1e-6):
        return "est en Kio, et non en octets"
    return "n'est pas la bonne"


def kind(value: Any) -> str:
    """Renvoie la nature d'une valeur JSON, en français, avec son article."""
    if value is None:
        return "None"
    if isinstance(value, bool):
        return "vrai ou faux"
    if isinstance(value, (int, float)):
        return "un nombre"
    if isinstance(value, str):
        return "un texte"
    return "un dictionnaire" if isinstance(value, dict) else "une liste"


def shown_list(values: Iterable[str]) -> str:
    """Renvoie les premiers textes d'une liste."""
    known = list(values)
    more = f"… ({len(known)} en tout)" if len(known) > _SHOWN else ""
    return ", ".join(known[:_SHOWN]) + more


def _at(place: str) -> str:
    return f"Sous {place}" if place else "La réponse"


def _value(place: str) -> str:
    return f"La valeur de {place}" if place else "La réponse"


def _gap_of_names(
    found: Any, expected: dict[str, Any], ordered: bool, tolerance: float, place: str
) -> Gap | None:
    if not isinstance(found, dict):
        return Gap(f"{_at(place)} : un dictionnaire est attendu, pas {kind(found)}.", found)
    missing = [name for name in expected if name not in found]
    extra = [name for name in found if name not in expected]
    for name in extra:
        for other in missing:
            if why := difference(name, other):
                return Gap(f"{_at(place)} : un nom n'est pas le bon, {why}.", name, other)
    if missing:
        told = count_of(len(missing), "nom", "noms")
        return Gap(f"{_at(place)} : il manque {told}.", shown_list(found), shown_list(missing))
    if extra:
        told = count_of(len(extra), "nom est", "noms sont")
        return Gap(f"{_at(place)} : {told} de trop.", shown_list(extra))
    for name, value in expected.items():
        fault = gap(found[name], value, ordered=ordered, tolerance=tolerance, place=f"« {name} »")
        if fault:
            return fault
    return None


def _gap_of_lists(
    found: Any, expected: list[Any], ordered: bool, tolerance: float, place: str
) -> Gap | None:
    if not isinstance(found, list):
        return Gap(f"{_at(place)} : une liste est attendue, pas {kind(found)}.", found)
    left, extra = list(expected), []
    for value in found:
        rank = _rank(value, left, ordered, tolerance)
        if rank is None:
            extra.append(value)
        else:
            del left[rank]
    repeated = [value for value in extra if _rank(value, expected, ordered, tolerance) is not None]
    if repeated:
        return Gap(f"{_at(place)} : une valeur y est plus d'une fois.", repeated[0])
    if extra and left and len(found) == len(expected):
        told = count_of(len(extra), "valeur n'est pas juste", "valeurs ne sont pas justes")
        if isinstance(extra[0], str) and isinstance(left[0], str):
            near = (difference(extra[0], other) for other in left if isinstance(other, str))
            why = next(filter(None, near), "")
            told = "une valeur n'est pas la bonne"
            told = f"{told} : {why}" if why else _all_cut(found, expected) or told
        elif kind(extra[0]) != kind(left[0]):
            wanted = kind(left[0])
            agreed = "attendue" if wanted.startswith("une") else "attendu"
            told = f"dans la liste, {wanted} est {agreed}, pas {kind(extra[0])}"
        return Gap(f"{_at(place)} : {told}.", extra[0])
    if extra:
        told = count_of(len(extra), "valeur est", "valeurs sont")
        return Gap(f"{_at(place)} : {told} de trop.", extra[0], f"{len(expected)} en tout")
    if left:
        told = f"il manque {count_of(len(left), 'valeur', 'valeurs')}"
        told = told if found else f"la liste est vide, {told}"
        return Gap(f"{_at(place)} : {told}.", f"{len(found)} en tout", f"{len(expected)} en tout")
    if ordered and not all(
        same(value, other, tolerance=tolerance)
        for value, other in zip(found, expected, strict=True)
    ):
        return Gap(f"{_at(place)} : toutes les valeurs y sont, mais pas dans l'ordre demandé.")
    return None


def _all_cut(found: list[Any], expected: list[Any]) -> str:
    """Reconnaît des textes tous privés d'un même début ou d'une même fin, ou tous allongés."""
    if not all(isinstance(value, str) for value in [*found, *expected]):
        return ""
    lacks, more = "à chaque valeur, il manque", "à chaque valeur, il y a de trop"
    for what, short, long in ((lacks, found, expected), (more, expected, found)):
        for value in filter(None, short):
            start, end = long[0].removesuffix(value), long[0].removeprefix(value)
            if sorted(start + other for other in short) == sorted(long):
                return f"{what} le début, « {start} »"
            if sorted(other + end for other in short) == sorted(long):
                return f"{what} la fin, « {end} »"
    if sorted(value.rpartition("/")[2] for value in expected) == sorted(found):
        return "il manque le début des clés, jusqu'à la dernière barre oblique"
    return ""


def _rank(value: Any, among: list[Any], ordered: bool, tolerance: float) -> int | None:
    """Renvoie le rang d'une valeur parmi d'autres, ``None`` si elle n'y est pas."""
    for rank, other in enumerate(among):
        if same(value, other, ordered=ordered, tolerance=tolerance):
            return rank
    return None
