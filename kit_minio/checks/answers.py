"""Ce qu'une réponse doit être : égale à celle attendue, ou un jugement par nom.

Le vocabulaire est celui de ``expectations`` : chaque ``expect_…`` lève ``Review`` avec la cause.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, NamedTuple, NoReturn

from helpers.french import count_of
from kit_minio.checks.comparison import Gap, gap, kind, same
from kit_minio.checks.differences import difference, loose
from kit_minio.checks.model import Context, Review
from kit_minio.checks.steps import keeping


class Known(NamedTuple):
    """Une mauvaise réponse que l'on sait expliquer.

    Attributes:
        answer: la réponse.
        message: la cause, une phrase.
        points: les points qu'elle garde.
    """

    answer: Any
    message: str
    points: float = 0


def expect_answer(
    context: Context,
    expected: Any,
    *,
    ordered: bool = True,
    tolerance: float = 0,
    known: Iterable[Known] = (),
    each: float = 0,
    out_of_order: float = 0,
) -> None:
    """Compare la réponse de l'élève à celle attendue.

    Un nombre vaut par sa valeur, entier ou non ; une liste, un tuple ou un tableau de même.

    Args:
        context: le contexte, qui porte la réponse.
        expected: la réponse attendue.
        ordered: faux si l'ordre des listes est libre.
        tolerance: l'écart permis entre deux nombres.
        known: les mauvaises réponses que l'on sait expliquer, les plus précises d'abord.
        each: les points de chaque valeur juste, quand la réponse est un dictionnaire.
        out_of_order: les points d'une réponse juste, à l'ordre près.

    Raises:
        Review: elles diffèrent ; le message dit où.
    """
    with keeping(out_of_order if same(context.answer, expected, ordered=False) else 0):
        expect_same(
            context.answer, expected, ordered=ordered, tolerance=tolerance, known=known, each=each
        )


def expect_same(
    found: Any,
    expected: Any,
    *,
    ordered: bool = True,
    tolerance: float = 0,
    known: Iterable[Known] = (),
    each: float = 0,
) -> None:
    """Compare deux valeurs JSON, comme ``expect_answer``."""
    fault = gap(found, expected, ordered=ordered, tolerance=tolerance)
    if fault is None:
        return
    for wrong in known:
        if same(found, wrong.answer, ordered=ordered, tolerance=tolerance):
            raise Review(wrong.message, found=found, points=wrong.points)
    points = 0.0
    if each and isinstance(found, dict) and isinstance(expected, dict):
        points = each * sum(
            name in found and same(found[name], value, ordered=ordered, tolerance=tolerance)
            for name, value in expected.items()
        )
    _refuse(fault, points)


def _refuse(fault: Gap, points: float) -> NoReturn:
    raise Review(fault.message, found=fault.found, expected=fault.expected, points=points)


@contextmanager
def about(subject: str) -> Iterator[None]:
    """Fait précéder d'un sujet ce qui est refusé dans ce ``with``."""
    try:
        yield
    except Review as review:
        review.message = f"{subject} : {review.message[:1].lower()}{review.message[1:]}"
        raise


def expect_judgements(
    context: Context,
    expected: Mapping[str, str],
    choices: Collection[str],
    *,
    each: float = 0,
    advice: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Compare un jugement par nom, à choisir dans une liste ; dit combien sont justes.

    Il ne dit pas lesquels : nommer le premier faux permettrait de trouver sans juger.

    Args:
        context: le contexte, qui porte la réponse.
        expected: pour chaque nom, le bon choix.
        choices: les choix de l'énoncé.
        each: les points de chaque jugement juste.
        advice: par choix, comment il se reconnaît ; celui d'un jugement manqué est donné.
    """
    answer = context.answer
    if not isinstance(answer, dict):
        raise Review(
            "La réponse doit être un dictionnaire : pour chaque nom, un choix.", found=answer
        )
    if answer and {loose(name) for name in answer} <= {loose(choice) for choice in choices}:
        raise Review("Les clés et les valeurs sont inversées : le choix est la valeur.")
    if fault := gap(dict.fromkeys(answer, ""), dict.fromkeys(expected, "")):
        _refuse(fault, 0)
    known = {loose(choice) for choice in choices}
    for name, choice in answer.items():
        if not isinstance(choice, str) or loose(choice) not in known:
            raise Review(
                f"Le choix donné pour « {name} » {_stranger(choice, choices)}.",
                found=choice,
                expected=", ".join(choices),
            )
    missed = [choice for name, choice in expected.items() if loose(answer[name]) != loose(choice)]
    if missed:
        right = len(expected) - len(missed)
        told = f"{count_of(right, 'réponse juste', 'réponses justes')} sur {len(expected)}."
        if missed[0] in advice:
            told += f" Un choix est à revoir, « {missed[0]} » : {advice[missed[0]]}."
        raise Review(told, points=right * each)


def _stranger(choice: object, choices: Iterable[str]) -> str:
    """Dit en quoi un choix n'est pas de ceux de l'énoncé."""
    if not isinstance(choice, str):
        return f"n'est pas un texte de l'énoncé, mais {kind(choice)}"
    why = next(filter(None, (difference(choice, other) for other in choices)), "")
    told = f", mais presque : {why}" if why else ""
    return f"n'est pas dans la liste de l'énoncé{told}"


def expect_same_text(found: object, expected: str, what: str) -> None:
    """Compare deux textes, et dit ce qui distingue ceux qui se ressemblent.

    Args:
        found: le texte trouvé.
        expected: le texte attendu.
        what: ce que c'est, avec son article : ``"le titre"``.
    """
    if found == expected:
        return
    subject = f"{what[:1].upper()}{what[1:]}"
    if not isinstance(found, str):
        raise Review(f"{subject} doit être un texte.", found=found, expected=expected)
    why = difference(found, expected)
    right, other = (
        ("la bonne", "celle attendue") if what[:3] == "la " else ("le bon", "celui attendu")
    )
    raise Review(
        f"{subject} n'est pas tout à fait {right} : {why}."
        if why
        else f"{subject} n'est pas {other}.",
        found=found,
        expected=expected,
    )
