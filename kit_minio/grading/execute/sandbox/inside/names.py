"""Les noms dont les cellules données ont besoin, gardés quoi que l'élève en fasse.

``client = Minio("localhost:9000")``, ``list = […]`` ou ``del tp`` ne coûtent que l'exercice où ils
sont écrits. Rien ici n'est une protection : c'est le noyau de l'élève, et seul le store compte.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable
from typing import Any

SETUP = "setup"  # le rôle d'une cellule de préparation
_GIVEN = (SETUP, "given", "check")
_KIT = ("helpers", "kit_minio", "minio")  # d'où viennent « client » et « tp »
_ABSENT = object()


class Names:
    """Les noms des cellules de préparation, et ceux de Python.

    Args:
        space: les noms du notebook (``user_ns``).
    """

    def __init__(self, space: dict[str, Any]) -> None:
        self._space = space
        self._kept: dict[str, Any] = {}
        self._before: dict[str, Any] = {}  # ce que voyait la préparation
        self._aside: dict[str, Any] = {}  # ce que l'élève a mis à la place
        self._exercise = ""

    def before(self, role: str, exercise: str, calls: Callable[[], set[str]]) -> None:
        """Prépare une cellule.

        Args:
            role: son rôle.
            exercise: son exercice.
            calls: donne les noms qu'elle appelle.
        """
        if exercise != self._exercise:
            self._exercise = exercise
            self._begin()
        if role not in _GIVEN:
            self._mend(calls())
            return
        self._lend()
        self._before = dict(self._space) if role == SETUP else {}

    def after(self, role: str) -> None:
        """Rend à l'élève ce que la cellule n'a pas défini, et garde ce que la préparation définit.

        Args:
            role: le rôle de cette cellule.
        """
        if role == SETUP:
            self._kept |= {
                name: value
                for name, value in self._space.items()
                if value is not self._before.get(name, _ABSENT) and not name.startswith("_")
            }
        for name, value in self._aside.items():
            if self._space.get(name, _ABSENT) is self._kept.get(name, _ABSENT):
                self._space[name] = value
        self._aside = {}
        self._before = {}

    def _begin(self) -> None:
        """Un autre exercice commence : « client » et « tp » sont de nouveau ceux du kit.

        Un nom ordinaire (``url``, ``response``) peut servir à l'élève d'un exercice à l'autre.
        """
        for name, value in self._kept.items():
            of_kit = type(value).__module__.partition(".")[0] in _KIT
            if of_kit or name not in self._space:
                self._space[name] = value

    def _mend(self, called: set[str]) -> None:
        """Rend un nom que cette cellule appelle, si ce qui le remplace ne s'appelle pas."""
        for name in called:
            if name not in self._space or callable(self._space[name]):
                continue
            if callable(self._kept.get(name)):
                self._space[name] = self._kept[name]
            elif hasattr(builtins, name):
                del self._space[name]

    def _lend(self) -> None:
        """Met de côté ce qui remplace, chez l'élève, un nom de la préparation ou de Python."""
        for name, value in [*self._space.items()]:
            if name in self._kept:
                if value is not self._kept[name]:
                    self._aside[name] = value
                    self._space[name] = self._kept[name]
            elif hasattr(builtins, name) and not name.startswith("_"):
                self._aside[name] = self._space.pop(name)
        for name in self._kept.keys() - self._space.keys():
            self._space[name] = self._kept[name]


def calls_in(code: str) -> set[str]:
    """Renvoie les noms qu'un code appelle, comme ``list`` dans ``list(keys)``."""
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    nodes = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return {node.id for node in nodes if isinstance(node, ast.Name)}
