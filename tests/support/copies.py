"""Lire un lot de copies, comme le fait la correction."""

import nbformat

from kit_minio.authoring.exercises import EXERCISES
from kit_minio.grading.intake.copies import open_batch

NOTEBOOK = (EXERCISES / "01-buckets.ipynb").read_bytes()
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
        return {copy.id: copy for copy in found}, batch.remarks


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
