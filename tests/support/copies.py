"""Lire un lot de copies, comme le fait la correction."""

import re
from typing import Any

import nbformat

from kit_minio.authoring.exercises import EXERCISES, SOLUTIONS, sections
from kit_minio.authoring.notebooks import read
from kit_minio.grading.intake.copies import open_batch
from kit_minio.grading.intake.places import STUB
from kit_minio.grading.intake.reading import Cell
from kit_minio.grading.intake.repair import repair

NOTEBOOK = (EXERCISES / "01-buckets.ipynb").read_bytes()
_MARKS = re.compile(r"^[ \t]*### (BEGIN|END) SOLUTION[ \t]*\n?", flags=re.M)
TASKS = ["create", "clean_up", "names", "ensure"]


def copies(path, lessons=None):
    """Renvoie les copies d'un lot par identifiant, et les remarques sur le lot."""
    with open_batch(str(path), lessons) as batch:
        found = list(batch)
        assert len(found) == len(batch)
        assert len({copy.id for copy in found}) == len(found)
        for copy in found:
            assert bool(copy.notebooks) or copy.trouble
            for notebook in copy.notebooks.values():
                assert nbformat.validate(notebook) is None
        return {copy.id: copy for copy in found}, [*batch.remarks, *batch.understood]


def alone(path):
    """Renvoie la seule copie d'un lot."""
    found, _ = copies(path, ["01"])
    assert len(found) == 1
    return next(iter(found.values()))


def by_exercise(notebook):
    """Renvoie les cellules de code d'un notebook réparé, par exercice, vérification comprise.

    Ce qui n'est d'aucun exercice (préparation, fin du notebook) est sous la clé ``""``.
    """
    found = {}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            found.setdefault(cell.metadata.kit.exercise, []).append(cell)
    return found


def notebook_of(lesson: str, written: dict[str, str], module: Any = None) -> Any:
    """Renvoie un notebook réparé : le code donné par exercice, et la solution ailleurs."""
    master = read(next(EXERCISES.glob(f"{lesson}-*.ipynb")))
    solution = read(next(SOLUTIONS.glob(f"{lesson}-*.ipynb")))
    solved = {cell.id: _MARKS.sub("", cell.source) for cell in solution.cells}
    owner = {cell.id: name for name, cells in sections(master).items() for cell in cells}
    cells = []
    for cell in master.cells:
        source = solved[cell.id]
        if STUB in cell.source and owner[cell.id] in written:
            source = cell.source.replace(STUB, written[owner[cell.id]].strip("\n"))
        cells.append(Cell(cell.id, cell.cell_type, source))
    if hasattr(module, "change_cells"):
        cells = module.change_cells(cells)
    notebook = repair(master, cells).notebook
    if hasattr(module, "change"):
        module.change(notebook)
    return notebook


def people_in(source: Any, lessons: Any = None) -> dict[str, tuple[str | None, list[str]]]:
    """Renvoie, par identifiant de copie, son numéro de Moodle et les notebooks retenus."""
    found, _ = copies(source, lessons)
    return {
        f"{copy.name} [{copy.id}]" if names_twice(copy.name, found.values()) else copy.name: (
            copy.moodle_id,
            ["à revoir"] if copy.trouble else [kept.path for kept in copy.kept.values()],
        )
        for copy in found.values()
    }


def names_twice(name: str, found: Any) -> bool:
    """Dit si deux copies portent ce nom."""
    return sum(copy.name == name for copy in found) > 1
