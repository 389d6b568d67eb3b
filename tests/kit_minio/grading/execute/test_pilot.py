"""Les cellules menées une à une : ce qui se passe quand l'une tourne mal."""

from __future__ import annotations

from dataclasses import replace

import pytest
from nbformat.v4 import new_code_cell

from kit_minio import checks as lessons
from kit_minio.grading.execute.limits import Limits
from kit_minio.grading.execute.run import run_notebook
from kit_minio.grading.grader import Grader
from kit_minio.grading.model import Copy
from kit_minio.grading.settings import Settings
from tests.support.copies import notebook_of
from tests.support.grading import copy_of, level_one, points_of, said_of

pytestmark = level_one


def test_papermill_gives_the_seed(grader: Grader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grader, "settings", replace(grader.settings, seed=1234))
    code = "raise RuntimeError(seed)"
    notebook = notebook_of("01", {"create": code})
    run = run_notebook(lessons.series("01"), notebook, grader, 1234, until="create")
    assert run.errors["create"] == ["RuntimeError : 1234. Ligne 2 : `raise RuntimeError(seed)`."]


def test_a_slow_cell_is_interrupted_and_the_rest_is_graded(
    grader: Grader, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = Limits(cell_seconds=8)
    monkeypatch.setattr(grader, "settings", Settings(replay_seed=7, limits=limits))
    result = grader.grade(copy_of("lent", create="import time; time.sleep(300)"))
    assert points_of(result) == {"create": 0, "clean_up": 2, "names": 2, "ensure": 2}
    said = "Temps dépassé : la cellule a été interrompue au bout de 8 s"
    assert said in said_of(result.marks[0])


@pytest.mark.slow
def test_an_exercise_done_before_its_cell_was_interrupted_keeps_its_points(
    grader: Grader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lent ne veut pas dire faux : il est rejoué avec d'autres données, comme les autres."""
    limits = Limits(cell_seconds=8)
    monkeypatch.setattr(grader, "settings", Settings(replay_seed=7, limits=limits))
    notebook = notebook_of("01", {})
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    cell = next(cell for cell in code if "reasons = " in cell.source)
    cell.source += "\nimport time; time.sleep(300)"
    result = grader.grade(Copy("lent", "Lent", notebooks={"01": notebook}))
    assert points_of(result) == {"create": 1, "clean_up": 2, "names": 2, "ensure": 2}
    (remark,) = result.remarks
    assert remark.startswith("L'exercice « ")
    assert remark.endswith(" est réussi, mais la cellule a été interrompue au bout de 8 s.")


def test_an_error_outside_the_exercises_is_told(grader: Grader) -> None:
    notebook = notebook_of("01", {})
    for place in (0, len(notebook.cells)):  # la dernière, après le dernier exercice, ne sert à rien
        notebook.cells.insert(place, new_code_cell("1 / 0", id=f"ajout-{place}"))
        notebook.cells[place].metadata.kit = {"role": "extra", "exercise": ""}
    result = grader.grade(Copy("essai", "Essai", notebooks={"01": notebook}))
    assert sum(points_of(result).values()) == 7
    (remark,) = result.remarks
    assert remark.startswith(
        "Hors des exercices, une cellule s'est arrêtée. ZeroDivisionError : division by zero. "
    )
    assert remark.endswith(" Ligne 1 : `1 / 0`.")


def test_many_errors_outside_the_exercises_are_not_all_told(grader: Grader) -> None:
    notebook = notebook_of("01", {})
    for place in range(60):
        code = f"raise RuntimeError('{place:03}' * 1000)"
        notebook.cells.insert(0, new_code_cell(code, id=f"ajout-{place}"))
        notebook.cells[0].metadata.kit = {"role": "extra", "exercise": ""}
    copy = Copy("essai", "Essai", notebooks={"01": notebook}, remarks=["Une réparation."] * 100)
    result = grader.grade(copy)
    assert sum(points_of(result).values()) == 7
    assert 20 <= len(result.remarks) <= 50
    assert sum(map(len, result.remarks)) < 20_000


@pytest.mark.parametrize("answers", [True, False])
def test_a_client_of_a_tutorial_is_told_alike_whatever_answers_there(
    grader: Grader, answers: bool
) -> None:
    """Le serveur de la correction est parfois à l'adresse que donne un tutoriel."""
    port = int(grader.server.endpoint.split(":")[1]) if answers else 1
    code = (
        "import urllib3\nfrom minio import Minio\n"
        "hasty = urllib3.PoolManager(retries=urllib3.Retry(1))\n"  # sinon, six secondes d'attente
        f'other = Minio("localhost:{port}", "minioadmin", "minioadmin", secure=False,\n'
        "              http_client=hasty)\n"
        'other.make_bucket(bucket_name=tp.bucket("archives"))'
    )
    result = grader.grade(copy_of("tuto", create=code))
    assert points_of(result) == {"create": 0, "clean_up": 2, "names": 2, "ensure": 2}
    said = f"Votre code se connecte à localhost:{port} ; gardez le client de connect()"
    assert said in said_of(result.marks[0])
    assert ("InvalidAccessKeyId" in said_of(result.marks[0])) == answers


def test_a_dead_kernel_costs_one_exercise(grader: Grader) -> None:
    result = grader.grade(copy_of("mort", clean_up="import os; os.abort()"))
    assert points_of(result) == {"create": 1, "clean_up": 0, "names": 2, "ensure": 2}
    assert "s'est arrêté de lui-même" in result.marks[1].outcome.message
    assert "« Nettoyer sans tout perdre »" in result.remarks[0]


def test_a_copy_has_a_total_time(grader: Grader, monkeypatch: pytest.MonkeyPatch) -> None:
    limits = Limits(cell_seconds=4, copy_seconds=2)
    monkeypatch.setattr(grader, "settings", Settings(replay_seed=None, limits=limits))
    result = grader.grade(copy_of("long", create="import time; time.sleep(3)"))
    assert points_of(result) == {"create": 0, "clean_up": 0, "names": 0, "ensure": 0}
    assert "2 secondes" in result.marks[1].outcome.message
