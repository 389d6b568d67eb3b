"""Les points d'un exercice en plusieurs étapes : ce qui est juste les garde."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from kit_minio.checks.model import Review, Todo


@contextmanager
def keeping(points: float) -> Iterator[None]:
    """Garde des points à ce qui est refusé dans ce ``with`` : le reste était juste."""
    try:
        yield
    except Review as review:
        review.points = max(review.points, points)
        raise


def in_steps(*steps: tuple[float, Callable[[], object]]) -> None:
    """Vérifie chaque étape, même après une faute, et additionne les points de celles qui passent.

    Args:
        steps: pour chaque étape, ses points et sa vérification.

    Raises:
        Review: la première faute, avec les points des autres étapes.
        Todo: rien n'est fait, à aucune étape.
    """
    earned = 0.0
    faults: list[Review] = []
    untouched: list[Todo] = []
    for points, verify in steps:
        try:
            verify()
        except Review as review:
            faults.append(review)
            earned += min(review.points, points)
        except Todo as todo:
            untouched.append(todo)
        else:
            earned += points
    if len(untouched) == len(steps):
        raise untouched[0]
    if untouched and not faults:
        seen = untouched[0].seen or "Une partie de l'exercice reste à faire."
        raise Review(seen, points=earned)
    if faults:
        faults[0].points = earned
        raise faults[0]
