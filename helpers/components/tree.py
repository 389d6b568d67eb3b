"""Un arbre de noms, ses branches tracées partout de la même façon."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from helpers.components.forms import Component


@dataclass(frozen=True, repr=False)
class Tree(Component):
    """Un arbre de noms.

    Args:
        branches: pour chaque nom, un autre dictionnaire (ce qui suit un « / ») ou un texte.
        empty: la phrase affichée quand il n'y a rien.
    """

    branches: Mapping[str, Any]
    empty: str = "Aucun objet."

    def lines(self) -> list[tuple[str, str, str]]:
        """Renvoie les lignes : la branche tracée, le nom, ce qui le suit entre parenthèses."""
        return list(_lines(self.branches))

    def __str__(self) -> str:
        drawn = [
            f"{branch}{name}{f' ({size})' if size else ''}" for branch, name, size in self.lines()
        ]
        return "\n".join(drawn) or self.empty


def _lines(branches: Mapping[str, Any], margin: str = "") -> Iterator[tuple[str, str, str]]:
    for rank, (name, content) in enumerate(sorted(branches.items()), 1):
        last = rank == len(branches)
        inner = content if isinstance(content, Mapping) else {}
        yield f"{margin}{'└── ' if last else '├── '}", name, "" if content is inner else content
        yield from _lines(inner, margin + ("    " if last else "│   "))
