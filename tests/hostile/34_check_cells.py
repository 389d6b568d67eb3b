"""Vérifications supprimées, doublées, modifiées : le maximum reste le même."""

from dataclasses import replace
from typing import Any

CELLS = {"clean_up": "..."}
POINTS = {"create": 1, "clean_up": 0, "names": 2, "ensure": 2}


def change_cells(cells: list[Any]) -> list[Any]:
    """Double la vérification de create, retire celle de names, réécrit celle de clean_up."""
    found = []
    for cell in cells:
        if "names.check" in cell.source:
            continue
        if "clean_up.check" in cell.source:
            cell = replace(cell, source="tp.clean_up.outcome = 'réussi'")
        found += [cell] * (5 if "create.check" in cell.source else 1)
    return found
