"""Quatre preuves par exercice, et aucune fuite : tout exercice nouveau est pris de lui-même."""

import contextlib
import dataclasses
import io
import json
import re
import runpy
from functools import cache
from pathlib import Path

import nbformat
import papermill
import pytest

from helpers import connect
from helpers import server as servers
from helpers.exercises.model import Context, Verdict
from helpers.exercises.workbook import PROGRESS
from helpers.spaces import full_name
from kit_minio import checks as lessons
from kit_minio.authoring import exercises
from kit_minio.authoring.exercises import _REGION, EXERCISES, SOLUTIONS, sections
from kit_minio.authoring.notebooks import read

HERE = Path(__file__).parent
ALL = [(series, task) for series in lessons.all_series() for task in series.exercises]
IDS = [f"{series.lesson}_{task.name}" for series, task in ALL]


def answers(series, task):
    return runpy.run_path(str(HERE / f"{series.lesson}_{task.name}.py"))


@pytest.fixture
def alone(task, series, monkeypatch):
    """Ouvre une série réduite à l'exercice éprouvé : les autres n'ont pas à être préparés."""
    only = dataclasses.replace(series, exercises=(task,))
    monkeypatch.setattr(lessons, "series", lambda lesson: only)


@cache
def solution(lesson):
    """Renvoie les sections de la solution d'une leçon."""
    (path,) = SOLUTIONS.glob(f"{lesson}-*.ipynb")
    return sections(read(path))


def attempt(series, task, code=None, seed=1):
    """Exécute dans ce processus la section d'un exercice, où ``code`` remplace la solution."""
    found = solution(series.lesson)
    names = {"__name__": "__main__"}
    pieces = [code] if isinstance(code, str) else list(code or [])
    with contextlib.redirect_stdout(io.StringIO()):
        for cell in found[""] + found[task.name]:
            source = cell.source
            if "parameters" in cell.metadata.get("tags", []):
                source = f"seed = {seed}"
            if pieces and _REGION.search(source):
                piece = pieces.pop(0)
                source = _REGION.sub(
                    lambda region, piece=piece: re.sub("^", region["indent"], piece, flags=re.M),
                    source,
                )
            exec(compile(source, f"<{task.name}>", "exec"), names)  # noqa: S102
    assert not pieces, "plus de morceaux que de régions à remplacer"
    return names["tp"].tasks[task.name].outcome


@pytest.mark.parametrize(("series", "task"), ALL, ids=IDS)
def test_reference_solution_passes_with_three_seeds(series, task, client, alone, monkeypatch):
    draw, drawn = Context.random, []
    monkeypatch.setattr(Context, "random", lambda self: drawn.append(1) or draw(self))
    for seed in (1, 2, 3):
        outcome = attempt(series, task, seed=seed)
        assert outcome.verdict is Verdict.PASSED, outcome
        assert outcome.points == task.points
        if not drawn or servers.find().way != "embedded":
            break  # rien n'y dépend de la graine, ou l'autre serveur a vu les trois


@pytest.mark.parametrize(("series", "task"), ALL, ids=IDS)
def test_second_solution_passes(series, task, client, alone):
    outcome = attempt(series, task, answers(series, task)["SECOND"], seed=2)
    assert outcome.verdict is Verdict.PASSED, outcome


@pytest.mark.parametrize(("series", "task"), ALL, ids=IDS)
def test_wrong_answers_fail_each_with_its_message(series, task, client, alone):
    wrong = answers(series, task)["WRONG"]
    assert len(wrong) >= 3
    for name, (code, message) in wrong.items():
        outcome = attempt(series, task, code)
        assert outcome.verdict in (Verdict.REVIEW, Verdict.ERROR), (name, outcome)
        assert message in outcome.message, (name, outcome)
        assert outcome.points < task.points, (name, outcome)


@pytest.mark.parametrize("series", lessons.all_series(), ids=lambda series: series.lesson)
def test_unsolved_notebook_runs_to_its_end_and_everything_is_to_do(series, tmp_path):
    """Sur un seul serveur : aucune réponse n'y atteint le store."""
    client = connect(quiet=True)
    source = EXERCISES / f"{series.lesson}-{series.slug}.ipynb"
    papermill.execute_notebook(
        str(source), str(tmp_path / "out.ipynb"), cwd=str(EXERCISES), progress_bar=False
    )
    space = full_name(f"exercice-{series.lesson}")
    for task in series.exercises:
        response = client.get_object(bucket_name=space, object_name=f"{PROGRESS}/{task.name}.json")
        assert json.loads(response.read())["verdict"] == "à faire", task.name
        response.release_conn()


def test_generated_exercises_are_up_to_date():
    assert exercises.write_all(check=True) == []


def test_every_exercise_has_answers_and_no_answer_is_astray():
    assert sorted(path.stem for path in (HERE / "answers").glob("*.py")) == sorted(IDS)


@pytest.mark.parametrize("series", lessons.all_series(), ids=lambda series: series.lesson)
def test_no_solution_leaks_into_the_exercise(series):
    solution = read(SOLUTIONS / f"{series.lesson}-{series.slug}.ipynb")
    path = EXERCISES / f"{series.lesson}-{series.slug}.ipynb"
    text = path.read_text(encoding="utf-8")
    exercise = read(path)
    assert "SOLUTION" not in text
    kept = {
        line.strip()
        for cell in exercise.cells
        for line in cell.source.splitlines()
        if cell.cell_type == "code"
    }
    for cell in solution.cells:
        for region in _REGION.finditer(cell.source):
            for line in region["code"].splitlines():
                if len(line.strip()) > 20 and not line.strip().startswith(("import", "from")):
                    assert line.strip() not in kept, line
    for cell in exercise.cells:
        if cell.cell_type == "code":
            assert not cell.outputs
            assert cell.execution_count is None
    assert nbformat.validate(exercise) is None


@pytest.mark.parametrize("series", lessons.all_series(), ids=lambda series: series.lesson)
def test_every_exercise_has_hints_a_statement_and_one_check_cell(series):
    notebook = read(SOLUTIONS / f"{series.lesson}-{series.slug}.ipynb")
    assert [name for name in sections(notebook) if name] == [t.name for t in series.exercises]
    for task in series.exercises:
        assert len(task.hints) >= 2
        assert any(
            cell.cell_type == "markdown" and task.title in cell.source for cell in notebook.cells
        ), task.title
