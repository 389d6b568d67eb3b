"""Un tableau : des colonnes alignées."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from helpers.components.forms import Component


@dataclass(frozen=True, repr=False)
class Table(Component):
    """Un tableau : HTML dans JupyterLab, colonnes alignées ailleurs.

    Args:
        headers: les titres des colonnes.
        rows: les lignes, déjà mises en texte.
        empty: la phrase affichée quand il n'y a aucune ligne.
        right: les titres des colonnes alignées à droite.
        caption: ce que montre le tableau.
    """

    headers: Sequence[str]
    rows: Sequence[Sequence[str]]
    empty: str = "Rien à afficher."
    right: frozenset[str] = frozenset({"Taille"})
    caption: str = ""

    def side(self, header: str) -> str:
        """Renvoie le côté où s'aligne une colonne : ``left`` ou ``right``."""
        return "right" if header in self.right else "left"

    def __str__(self) -> str:
        if not self.rows:
            return self.empty
        lines = [self.headers, *self.rows]
        widths = [max(len(line[index]) for line in lines) for index in range(len(self.headers))]
        rule = ["─" * width for width in widths]
        drawn = [self._line(line, widths) for line in (self.headers, rule, *self.rows)]
        return "\n".join([self.caption, *drawn] if self.caption else drawn)

    def _line(self, cells: Sequence[str], widths: Sequence[int]) -> str:
        padded = (
            cell.rjust(width) if header in self.right else cell.ljust(width)
            for cell, header, width in zip(cells, self.headers, widths, strict=True)
        )
        return "  ".join(padded).rstrip()

    def __rich__(self) -> Any:
        from rich.box import SIMPLE_HEAD
        from rich.table import Table as Drawn
        from rich.text import Text

        if not self.rows:
            return Text(self.empty, "dim")
        drawn = Drawn(
            box=SIMPLE_HEAD, pad_edge=False, title=self.caption or None, header_style="bold"
        )
        for header in self.headers:
            drawn.add_column(header, justify="right" if header in self.right else "left")
        for row in self.rows:
            drawn.add_row(*map(Text, row))
        return drawn
