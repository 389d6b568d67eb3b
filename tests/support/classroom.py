"""Une classe de trente, comme Moodle la donne : un zip de copies, une feuille, les notes attendues.

Tout vient des solutions et de ``tests/answers`` ; la même graine donne les mêmes octets. Les notes
attendues sont écrites ici, jamais calculées par la correction.
"""

import json
import random
import re
import runpy
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import nbformat

from kit_minio import checks as lessons
from kit_minio.authoring.exercises import EXERCISES, REGION, SOLUTIONS, sections
from kit_minio.authoring.notebooks import read

HERE = Path(__file__).parent

KINDS = [
    *["honest"] * 4,
    *["second"] * 2,
    *["partial"] * 2,
    *["empty"] * 2,
    *["wrong"] * 2,
    "late",
    "nbformat 3",
    "bom",
    "utf-16",
    "truncated",
    "deleted",
    "duplicated",
    "moved",
    "retyped",
    "no ids",
    "colab",
    "renamed",
    "two notebooks",
    "extra cells",
    "early exception",
    "syntax error",
    "tags and kernel",
    "checks rewritten",
]

_PEOPLE = """
Zoé Martin, Alice Le Gall, Maël D'Angelo, Éloïse Kervran, François Hénaff, Noémie N'Diaye,
Anne-Marie Dupont-Lévy, Léa Öztürk, Hugo Łukasik, Inès Martin, Ahmed Besson, Chloé García Peña,
Nguyễn Van den Berg, Bérénice Tanguy, Gaël Œuvrard, Jeanne Roux, Louis Petit, Manon Moreau,
Nina Faure, Omar Benali, Paul Leroy, Quentin Girard, Rose Colin, Samir Traoré, Théo Masson,
Ursule Noël, Yann Rivière, Wanda Schmitt, Xavier Ait Ali, Clément Lemaître
"""


@dataclass
class Student:
    """Un élève de la classe.

    Attributes:
        name: son nom complet, tel que Moodle le connaît.
        number: son identifiant dans le devoir.
        kind: la sorte de copie.
        files: ce qu'il remet, octets par nom de fichier.
        marks: les points attendus, par leçon et exercice ; ``None`` si un humain doit regarder.
        group: son groupe, ou un texte vide.
        locked: vrai si sa note est verrouillée dans Moodle.
    """

    name: str
    number: int
    kind: str
    files: dict[str, bytes] = field(default_factory=dict)
    marks: dict[tuple[str, str], float] | None = None
    group: str = ""
    locked: bool = False

    @property
    def points(self) -> float | None:
        return None if self.marks is None else sum(self.marks.values())


def classroom(wanted: tuple[str, ...] = ("01",), *, seed: int = 1, size: int = 30) -> list[Student]:
    """Renvoie une classe ; au-delà de trente élèves, les sortes de copies recommencent."""
    return deepcopy(_written_once(wanted, seed, size))


def a_few() -> list[Student]:
    """Renvoie huit des trente : deux homonymes, une note verrouillée, une copie illisible."""
    kinds = ("truncated", "no ids")
    students = classroom()
    return students[:6] + [student for student in students if student.kind in kinds]


@cache
def _written_once(wanted: tuple[str, ...], seed: int, size: int) -> list[Student]:
    rng = random.Random(f"classe-{seed}")
    numbers = rng.sample(range(1000, 9_999), size)
    names = [name.strip() for name in _PEOPLE.split(",")]
    people = [f"{names[rank % 30]}{' bis' * (rank // 30)}" for rank in range(size)]
    students = []
    for rank, (name, number) in enumerate(zip(people, numbers, strict=True)):
        student = Student(name, number, KINDS[rank % len(KINDS)], marks={})
        for lesson in wanted:
            _hand_in(student, lesson, broken=lesson == wanted[0], rank=rank)
        students.append(student)
    students[3].locked = True
    # Deux homonymes : seul l'identifiant les distingue.
    students[1].name = students[0].name
    return students


# --- Écrire une copie ---------------------------------------------------------------------------


def answered(lesson: str, choices: dict[str, str]) -> tuple[dict, dict[tuple[str, str], float]]:
    """Renvoie le notebook d'un élève, en JSON, et les points attendus.

    Args:
        lesson: la leçon.
        choices: par exercice, ``solution``, ``second``, ``wrong`` ou ``stub``.
    """
    series = lessons.series(lesson)
    name = f"{lesson}-{series.slug}.ipynb"
    notebook, solution = read(EXERCISES / name), read(SOLUTIONS / name)
    solved = {cell.id: cell.source for cell in solution.cells}
    marks = {}
    for task in series.exercises:
        choice = choices[task.name]
        marks[lesson, task.name] = 0.0 if choice == "stub" else float(task.points)
        pieces = None
        if choice in ("second", "wrong"):
            known = runpy.run_path(str(HERE.parent / "answers" / f"{lesson}_{task.name}.py"))
            if choice == "wrong":
                pieces, points = _wrong(known["WRONG"])
                marks[lesson, task.name] = round(float(points), 4)
            elif "SECOND" in known:
                pieces = known["SECOND"]
            else:
                pieces = next(iter(known["RIGHT"].values()))
            pieces = [pieces] if isinstance(pieces, str) else list(pieces)
        for cell in sections(notebook)[task.name]:
            if choice != "stub" and "# Votre code ici" in cell.source:
                cell.source = _written(solved[cell.id], pieces)
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "code":
            # Ce qu'une copie montre ne prouve rien : toutes affichent la même réussite.
            claim = {"output_type": "stream", "name": "stdout", "text": "réussi : 20 / 20\n"}
            cell.outputs, cell.execution_count = [nbformat.from_dict(claim)], number + 1
    return json.loads(nbformat.writes(notebook)), marks


def _wrong(known: dict[str, tuple]) -> tuple[str | list[str], float]:
    """Renvoie une mauvaise réponse d'un exercice, et les points qu'elle garde."""
    return next((code, points[0]) for code, _, *points in known.values() if points)


def _written(source: str, pieces: list[str] | None) -> str:
    def put(region: re.Match[str]) -> str:
        code = region["code"] if pieces is None else pieces.pop(0)
        indent = "" if pieces is None else region["indent"]
        return re.sub(r"^(?=.)", indent, code.strip("\n"), flags=re.M)

    return REGION.sub(put, source)


def _hand_in(student: Student, lesson: str, *, broken: bool, rank: int) -> None:
    series = lessons.series(lesson)
    tasks = [task.name for task in series.exercises]
    base = student.kind if student.kind in _CHOICES else "honest"
    notebook, marks = answered(lesson, _CHOICES[base](tasks, rank))
    name = f"{lesson}-{series.slug}.ipynb"
    files = {name: notebook}
    if broken and student.kind in _BREAKS:
        files, marks = _BREAKS[student.kind](name, notebook, marks, tasks)
    student.files |= {
        path: content if isinstance(content, bytes) else _bytes(content)
        for path, content in files.items()
    }
    if marks is None or student.marks is None:
        student.marks = None
    else:
        student.marks |= marks


def _bytes(notebook: dict) -> bytes:
    return (json.dumps(notebook, ensure_ascii=False, indent=1) + "\n").encode()


_CHOICES: dict[str, Callable[[list[str], int], dict[str, str]]] = {
    "honest": lambda tasks, rank: dict.fromkeys(tasks, "solution"),
    "late": lambda tasks, rank: dict.fromkeys(tasks, "solution"),
    "second": lambda tasks, rank: dict.fromkeys(tasks, "second"),
    "empty": lambda tasks, rank: dict.fromkeys(tasks, "stub"),
    "partial": lambda tasks, rank: {
        task: "solution" if number <= rank % 2 else "stub" for number, task in enumerate(tasks)
    },
    "wrong": lambda tasks, rank: {
        task: "wrong" if number % 2 == rank % 2 else "solution" for number, task in enumerate(tasks)
    },
}


# --- Les façons d'abîmer une copie --------------------------------------------------------------


def source_of(cell: dict) -> str:
    return "".join(cell["source"])


def _checks(notebook: dict, tasks: list[str]) -> list[dict]:
    return [next(c for c in notebook["cells"] if f"tp.{t}.check(" in source_of(c)) for t in tasks]


def _answers(notebook: dict, tasks: list[str]) -> list[dict]:
    """Renvoie, par exercice, sa dernière cellule à compléter : celle d'avant la vérification."""
    cells = notebook["cells"]
    return [cells[cells.index(check) - 1] for check in _checks(notebook, tasks)]


def _old_format(name, notebook, marks, tasks):
    old = nbformat.convert(nbformat.reads(_bytes(notebook).decode(), as_version=4), 3)
    return {name: json.dumps(old).encode()}, marks


def _truncated(name, notebook, marks, tasks):
    data = _bytes(notebook)
    return {name: data[: len(data) // 2]}, None


def _deleted(name, notebook, marks, tasks):
    check, answer = _checks(notebook, tasks)[0], _answers(notebook, tasks)[-1]
    notebook["cells"] = [c for c in notebook["cells"] if c not in (check, answer)]
    lost = list(marks)[-1]
    return {name: notebook}, marks | {lost: 0.0}


def _duplicated(name, notebook, marks, tasks):
    twice = [*_checks(notebook, tasks), _answers(notebook, tasks)[0]]
    notebook["cells"] = [c for cell in notebook["cells"] for c in [cell] * (1 + (cell in twice))]
    return {name: notebook}, marks


def _moved(name, notebook, marks, tasks):
    cells = notebook["cells"]
    for check in _checks(notebook, tasks):
        cells.remove(check)
        cells.append(check)
    last = _answers_by_marks(cells, tasks)
    cells.remove(last)
    cells.insert(0, last)
    return {name: notebook}, marks


def _answers_by_marks(cells: list[dict], tasks: list[str]) -> dict:
    """Renvoie la dernière cellule de code qui n'est ni une vérification, ni la fin."""
    return [c for c in cells if c["cell_type"] == "code" and "check(" not in source_of(c)][-2]


def _retyped(name, notebook, marks, tasks):
    answer, check = _answers(notebook, tasks)[1], _checks(notebook, tasks)[0]
    for cell, kind in ((answer, "markdown"), (check, "raw")):
        cell["cell_type"] = kind
        del cell["outputs"], cell["execution_count"]
    return {name: notebook}, marks


def _without_ids(name, notebook, marks, tasks):
    for cell in notebook["cells"]:
        del cell["id"]
    return {name: notebook | {"nbformat_minor": 4}}, marks


def _from_colab(name, notebook, marks, tasks):
    for number, cell in enumerate(notebook["cells"]):
        del cell["id"]
        cell["metadata"] = {"id": f"colab{number:07}", "executionInfo": {"user": {"userId": "0"}}}
    notebook["metadata"] = {"colab": {"provenance": []}, "kernelspec": {"name": "python3"}}
    return {name: notebook | {"nbformat_minor": 0}}, marks


def _two_notebooks(name, notebook, marks, tasks):
    empty = (EXERCISES / name).read_bytes()
    return {name: empty, f"brouillons/{Path(name).stem}-Copy1.ipynb": notebook}, marks


def _extra_cells(name, notebook, marks, tasks):
    cells = notebook["cells"]
    for number, answer in enumerate(_answers(notebook, tasks)):
        helper = code_cell(f"ajout{number}", source_of(answer))
        answer["source"] = "pass  # fait dans la cellule au-dessus"
        cells.insert(cells.index(answer), helper)
    for number, task in enumerate(tasks):
        cells.insert(2 * number + 3, code_cell(f"indice{number}", f"tp.{task}.hint()"))
    cells.append(code_cell("essai", f"tp.{tasks[0]}.check()"))
    return {name: notebook}, marks


def code_cell(cell_id: str, source: str) -> dict:
    return {
        "cell_type": "code",
        "id": cell_id,
        "metadata": {},
        "source": source,
        "outputs": [],
        "execution_count": None,
    }


def _early_exception(name, notebook, marks, tasks):
    _answers(notebook, tasks)[0]["source"] = "1 / 0"
    return {name: notebook}, marks | {next(iter(marks)): 0.0}


def _syntax_error(name, notebook, marks, tasks):
    _answers(notebook, tasks)[-1]["source"] = "for team in teams\n    print(team"
    return {name: notebook}, marks | {list(marks)[-1]: 0.0}


def _tags_and_kernel(name, notebook, marks, tasks):
    for cell in notebook["cells"]:
        cell["metadata"] = {"tags": ["skip-execution", "raises-exception", "nbval-skip"]}
    notebook["metadata"]["kernelspec"] = {"name": "malice", "display_name": "x", "language": "sh"}
    return {name: notebook}, marks


def _checks_rewritten(name, notebook, marks, tasks):
    for check in _checks(notebook, tasks):
        check["source"] = "print('réussi')"
    return {name: notebook}, marks


_BREAKS = {
    "nbformat 3": _old_format,
    "bom": lambda name, nb, marks, tasks: ({name: b"\xef\xbb\xbf" + _bytes(nb)}, marks),
    "utf-16": lambda name, nb, marks, tasks: ({name: _bytes(nb).decode().encode("utf-16")}, marks),
    "truncated": _truncated,
    "deleted": _deleted,
    "duplicated": _duplicated,
    "moved": _moved,
    "retyped": _retyped,
    "no ids": _without_ids,
    "colab": _from_colab,
    "renamed": lambda name, nb, marks, tasks: ({"99-rendu final (2).IPYNB": nb}, marks),
    "two notebooks": _two_notebooks,
    "extra cells": _extra_cells,
    "early exception": _early_exception,
    "syntax error": _syntax_error,
    "tags and kernel": _tags_and_kernel,
    "checks rewritten": _checks_rewritten,
}
