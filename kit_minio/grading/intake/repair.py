"""Le notebook que l'on corrige : celui du cours, où seul ce que l'élève écrit vient de la copie.

Les cellules données, de préparation et de vérification viennent toujours du notebook d'origine
(*master*), dans son ordre. Les cellules que l'élève a ajoutées restent à leur place, entre les
cellules d'origine qui les entourent. Chaque cellule de code du résultat porte dans ses métadonnées
son rôle et son exercice :

    {"kit": {"role": "setup" | "given" | "student" | "extra" | "check", "exercise": "create"}}
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import nbformat

from kit_minio.authoring.exercises import sections
from kit_minio.grading.intake.places import (
    STUB,
    find_places,
    is_blank,
    kept_in_place,
    lines_of,
    only_calls,
    plain,
    spans_of,
)
from kit_minio.grading.intake.reading import Cell

_PLACEHOLDER = re.compile(r"^(\w+) = \.\.\.$", flags=re.M)
# Ce que l'export pour nbgrader ajoute à une cellule de vérification.
_NBGRADER = re.compile(r"\n\s*tp\.\w+\.outcome\.points\s*$")
_NAMES = {"setup": "de préparation", "given": "donnée", "check": "de vérification"}


@dataclass(frozen=True)
class Repaired:
    """Une copie remise en ordre.

    Attributes:
        notebook: le notebook à exécuter.
        remarks: ce qui a été remis en ordre, en phrases.
        filled: le nombre de cellules que l'élève a complétées.
    """

    notebook: Any
    remarks: list[str]
    filled: int


def repair(master: Any, cells: Sequence[Cell]) -> Repaired:
    """Remet une copie en ordre d'après le notebook d'origine.

    Args:
        master: le notebook d'exercice, tel qu'il a été distribué.
        cells: les cellules de la copie.
    """
    own = [replace(cell, source=_NBGRADER.sub("", cell.source)) for cell in cells]
    places, repeated = find_places(master, own)
    repaired = _Rebuilder(master, own, places, repeated).rebuild()
    if own != list(cells):
        repaired.remarks.append("Cette copie vient de la version nbgrader du cours.")
    return repaired


# --- Reconstruire -------------------------------------------------------------------------------


class _Rebuilder:
    """Reconstruit le notebook à corriger, et note ce qui a changé."""

    def __init__(
        self, master: Any, cells: Sequence[Cell], places: dict[int, int], repeated: set[int]
    ) -> None:
        self.master = master
        self.cells = cells
        self.places = places
        self.repeated = repeated
        self.roles = _roles(master)
        self.routine = {
            line
            for cell in master.cells
            if self.roles.get(cell.id, ("", ""))[0] in ("setup", "check")
            for line in lines_of(cell.source)
        }
        self.numbers = {name: rank for rank, name in enumerate(sections(master)) if name}
        self.remarks: set[tuple[int, str]] = set()
        self.filled = 0

    def rebuild(self) -> Repaired:
        found = {index: self.cells[number] for number, index in self.places.items()}
        extras = self.extras()
        self.note_disorder()
        rebuilt = []
        for index, cell in enumerate(self.master.cells):
            rebuilt += [_code(source) for source in extras.get(index, ())]
            rebuilt.append(self.cell(cell, found.get(index)))
        rebuilt += [_code(source) for source in extras.get(len(self.master.cells), ())]
        notebook = nbformat.from_dict(dict(self.master) | {"cells": rebuilt})
        self.label(notebook)
        return Repaired(notebook, [text for _, text in sorted(self.remarks)], self.filled)

    def cell(self, original: Any, found: Cell | None) -> Any:
        """Renvoie une cellule d'origine, complétée par l'élève si c'était à lui de le faire."""
        cell = nbformat.from_dict(original)
        if cell.cell_type != "code":
            return cell
        role, exercise = self.roles[cell.id]
        if found is None:
            self.note_missing(role, exercise)
            if role == "student":
                cell.source = _PLACEHOLDER.sub(_unless_defined, cell.source)
        elif found.kind != "code":
            self.note(exercise, f"{_article(role)} n'était plus du code ; c'est corrigé.")
        elif role != "student" and plain(found.source) != plain(cell.source):
            self.note(exercise, f"{_article(role)} avait été modifiée ; celle d'origine a servi.")
        if found is not None and role == "student":
            self.filled += not is_blank(found.source, cell.source)
            cell.source = found.source
        return cell

    def extras(self) -> dict[int, list[str]]:
        """Renvoie le code ajouté par l'élève, par cellule d'origine qu'il précède."""
        found: dict[int, list[str]] = {}
        for number, (before, after) in spans_of(self.places, self.cells, len(self.master.cells)):
            cell = self.cells[number]
            if cell.kind != "code" or number in self.repeated or not cell.source.strip():
                continue
            index = self.places.get(number)
            if index is None:
                if not self.is_routine(cell):
                    found.setdefault(self.slot(before, after), []).append(cell.source)
            elif self.adds_code(index, cell):
                found.setdefault(index, []).append(cell.source)
        return found

    def slot(self, before: int, after: int) -> int:
        """Renvoie la cellule d'origine devant laquelle ranger un ajout fait entre deux autres.

        Si une vérification manque entre elles, l'ajout appartient à l'exercice qu'elle achève.
        """
        return next((i for i in range(before + 1, after) if self.role_at(i) == "check"), after)

    def role_at(self, index: int) -> str:
        return self.roles.get(self.master.cells[index].id, ("", ""))[0]

    def is_routine(self, cell: Cell) -> bool:
        """Dit si un ajout ne fait que reprendre la préparation, une vérification ou un indice."""
        lines = lines_of(cell.source)
        if lines - self.routine and not only_calls(lines - self.routine):
            return False
        texts = {plain(c.source): c.id for c in self.master.cells if c.cell_type == "code"}
        if same := texts.get(plain(cell.source)):
            role, exercise = self.roles[same]
            self.note(exercise, f"{_article(role)} était en double ; une seule a servi.")
        return True

    def adds_code(self, index: int, cell: Cell) -> bool:
        """Dit si l'élève a écrit dans une cellule donnée : cela s'exécute, juste avant elle."""
        original = self.master.cells[index]
        if original.cell_type == "code" and self.roles[original.id][0] == "student":
            return False
        added = lines_of(cell.source) - lines_of(original.source) - self.routine
        return bool(added) and not only_calls(added)

    def label(self, notebook: Any) -> None:
        """Écrit dans chaque cellule de code son rôle et l'exercice dont elle fait partie."""
        pending: list[Any] = []
        extras = 0
        for cell in notebook.cells:
            if cell.cell_type != "code":
                continue
            role, exercise = self.roles.get(cell.id, ("extra", ""))
            if role == "extra":
                extras += 1
                cell.id = f"ajout-{extras}"
            cell.metadata.kit = nbformat.from_dict({"role": role, "exercise": exercise})
            pending.append(cell)
            if role in ("setup", "check"):
                for earlier in pending:
                    earlier.metadata.kit.exercise = exercise
                pending = []

    # --- Remarques ---

    def note(self, exercise: str, text: str) -> None:
        number = self.numbers.get(exercise, 0)
        sentence = f"Exercice {number} : {text}" if number else text
        self.remarks.add((number, sentence[0].upper() + sentence[1:]))

    def note_missing(self, role: str, exercise: str) -> None:
        if role == "student":
            self.note(
                exercise, "la cellule à compléter manquait ; elle a été remise, sans réponse."
            )
        else:
            self.note(exercise, f"{_article(role)} manquait ; elle a été remise.")

    def note_disorder(self) -> None:
        fixed = kept_in_place(self.places)
        by_id = {cell.id for cell in self.master.cells}
        for number, index in sorted(self.places.items()):
            original = self.master.cells[index]
            if number not in fixed and original.cell_type == "code":
                role, exercise = self.roles[original.id]
                self.note(exercise, f"{_article(role)} avait changé de place ; elle l'a reprise.")
        for number in sorted(self.repeated):
            cell_id = self.cells[number].id
            if cell_id in self.roles:
                role, exercise = self.roles[cell_id]
                self.note(exercise, f"{_article(role)} était en double ; une seule a servi.")
        if self.places and not any(self.cells[n].id in by_id for n in self.places):
            self.note(
                "",
                "les identifiants des cellules avaient disparu ; elles ont été reconnues "
                "à leur contenu et à leur place.",
            )


def _roles(master: Any) -> dict[str, tuple[str, str]]:
    """Renvoie le rôle et l'exercice de chaque cellule de code, par identifiant."""
    roles = {cell.id: ("given", "") for cell in master.cells if cell.cell_type == "code"}
    for name, cells in sections(master).items():
        for cell in cells:
            role = "student" if STUB in cell.source else "given"
            roles[cell.id] = (role if name else "setup", name)
        if name:
            roles[cells[-1].id] = ("check", name)
    return roles


def _article(role: str) -> str:
    return "la cellule à compléter" if role == "student" else f"la cellule {_NAMES[role]}"


def _code(source: str) -> Any:
    return nbformat.v4.new_code_cell(source=source, id="ajout")


def _unless_defined(found: re.Match[str]) -> str:
    """La réponse a pu être donnée ailleurs : l'amorce remise ne doit pas l'effacer."""
    name = found[1]
    return f"try:\n    {name}\nexcept NameError:\n    {name} = ..."
