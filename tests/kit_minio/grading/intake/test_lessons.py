"""De quelle leçon est une copie, et quelles leçons un lot fait corriger."""

import json

import nbformat
import pytest

from kit_minio import checks
from kit_minio.authoring.exercises import EXERCISES, SOLUTIONS
from kit_minio.authoring.notebooks import LESSONS, read
from kit_minio.grading.intake.lessons import distinctive, lectures, lesson_of
from kit_minio.grading.intake.reading import read_cells
from tests.support.classroom import answered, code_cell
from tests.support.copies import NOTEBOOK, TASKS, copies, notebook_of

MASTERS = {path.stem.split("-")[0]: read(path) for path in sorted(EXERCISES.glob("*.ipynb"))}


def test_the_lessons_of_most_copies_are_graded_and_the_others_named(pack):
    files = {f"eleve{n}/x.ipynb": NOTEBOOK for n in range(3)}
    files["egare/x.ipynb"] = (EXERCISES / "04-prefixes.ipynb").read_bytes()
    found, remarks = copies(pack(files))
    assert all(list(copy.notebooks) in (["01"], []) for copy in found.values())
    assert "est de la leçon 04, qui n'est pas à corriger" in found["egare"].remarks[0]
    assert found["egare"].trouble
    assert len(remarks) == 1
    assert remarks[0].startswith("La leçon 04 n'est que dans 1 copie sur 4")
    assert remarks[0].endswith("ajoutez --lesson 01 --lesson 04.")


def test_lessons_are_recognised_without_ids_too(pack):
    notebook, _ = answered("01", dict.fromkeys(TASKS, "solution"))
    for cell in notebook["cells"]:
        del cell["id"]
    found, _ = copies(pack({"a/x.ipynb": json.dumps(notebook)}))
    assert list(found["a"].notebooks) == ["01"]


@pytest.mark.parametrize("lesson", MASTERS)
@pytest.mark.parametrize("ids", [True, False])
def test_a_lesson_is_recognised_by_its_cells(lesson, ids):
    found, _ = read_cells(nbformat.writes(MASTERS[lesson]).encode())
    if not ids:
        found = [type(c)(None, c.kind, c.source) for c in found]
    assert lesson_of(found, distinctive(MASTERS)) == lesson


@pytest.mark.parametrize("ids", [True, False])
def test_two_lessons_in_one_notebook_are_two_notebooks(ids, pack):
    first, second = (
        answered(lesson, dict.fromkeys(references_of(lesson), "solution"))[0]
        for lesson in ("01", "02")
    )
    alone, _ = copies(pack({"a/1.ipynb": json.dumps(first), "a/2.ipynb": json.dumps(second)}))
    first["cells"] += second["cells"]
    if not ids:
        for cell in first["cells"]:
            del cell["id"]
    found, _ = copies(pack({"a/tout.ipynb": json.dumps(first)}))
    assert "réunit les leçons 01 et 02" in " ".join(found["a"].remarks)
    for lesson in ("01", "02"):
        sources = [
            [cell.source for cell in copy["a"].notebooks[lesson].cells] for copy in (alone, found)
        ]
        assert sources[0] == sources[1]


def test_two_cells_of_another_lesson_do_not_make_it_one(pack):
    notebook, _ = answered("01", dict.fromkeys(TASKS, "solution"))
    notebook["cells"] += [json.loads(json.dumps(cell)) for cell in MASTERS["02"].cells[-3:]]
    found, _ = copies(pack({"a/x.ipynb": json.dumps(notebook)}))
    assert list(found["a"].notebooks) == ["01"]


@pytest.mark.parametrize("lesson", MASTERS)
def test_a_lecture_is_not_its_exercises(lesson):
    """Des cellules du même nom dans une leçon et ses exercices ne trompent personne."""
    traits = distinctive(MASTERS, lectures())
    (path,) = LESSONS.glob(f"{lesson}-*.ipynb")
    assert lesson_of(read_cells(path.read_bytes())[0], traits) is None
    assert lesson_of(read_cells(nbformat.writes(MASTERS[lesson]).encode())[0], traits) == lesson


def test_a_foreign_notebook_belongs_to_no_lesson():
    cells = [code_cell("371bf6f4", "seed = 1"), code_cell("x", "client = connect()")]
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}
    found, _ = read_cells(json.dumps(notebook).encode())
    assert lesson_of(found, distinctive(MASTERS)) is None


def references_of(lesson):
    """Renvoie les exercices d'une leçon, par leur nom."""
    return [task.name for task in checks.series(lesson).exercises]


def whole_kit(student, lesson, solved):
    """Renvoie les notebooks du kit entier, où une leçon a été faite."""
    kit = {}
    for folder in (EXERCISES, SOLUTIONS, EXERCISES.parent / "notebooks"):
        for path in sorted(folder.glob("*.ipynb")):
            kit[f"{student}/kit/{folder.name}/{path.name}"] = path.read_bytes()
    name = next(EXERCISES.glob(f"{lesson}-*.ipynb")).name
    return kit | {f"{student}/kit/exercises/{name}": solved}


@pytest.mark.parametrize("lesson", ["01", "12"])
@pytest.mark.parametrize("asked", [True, False])
def test_the_whole_kit_in_each_copy_does_not_vote(lesson, asked, pack):
    full = nbformat.writes(notebook_of(lesson, {}))
    files = whole_kit("alice", lesson, full) | whole_kit("bob", lesson, full)
    files["eve/x.ipynb"] = full
    found, remarks = copies(pack(files), [lesson] if asked else None)
    assert remarks == []
    for copy in found.values():
        assert list(copy.notebooks) == [lesson]
        assert not copy.trouble
        assert len(copy.remarks) <= 4
    sources = [[cell.source for cell in copy.notebooks[lesson].cells] for copy in found.values()]
    assert sources[0] == sources[1] == sources[2]


def test_the_answer_key_beside_the_copies_is_nobody_s(pack):
    key = (SOLUTIONS / "01-buckets.ipynb").read_bytes()
    solved_copy = json.dumps(answered("01", dict.fromkeys(TASKS, "solution"))[0])
    found, _ = copies(pack({"alice.ipynb": solved_copy, "corrigé.ipynb": key}))
    assert found["alice"].trouble is None
    assert "est le corrigé du cours : il ne compte pas" in found["corrige"].trouble


def test_the_answer_key_of_the_kit_is_not_the_work_of_a_student(pack):
    blank = (EXERCISES / "02-objets.ipynb").read_bytes()
    copy = copies(pack(whole_kit("alice", "02", blank)), ["02"])[0]["alice"]
    assert "« kit/solutions/02-objets.ipynb » est le corrigé du cours" in " ".join(copy.remarks)
    assert any("# Votre code ici" in cell.source for cell in copy.notebooks["02"].cells)
