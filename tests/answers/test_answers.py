"""Les preuves de chaque exercice, et aucune fuite : tout exercice nouveau est pris de lui-même.

``NN_nom.py`` donne pour un exercice ``RIGHT`` (d'autres réponses justes), ``WRONG`` (des fautes, et
un fragment du texte qui en nomme la cause) et ``THEN`` (une faute, puis le bon code, sans rouvrir).
"""

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
from helpers.exercises import history
from helpers.exercises.model import Context, Verdict
from helpers.exercises.progress import PROGRESS
from helpers.spaces import erase_bucket, full_name
from kit_minio import checks as lessons
from kit_minio.authoring import exercises
from kit_minio.authoring.exercises import EXERCISES, REGION, SOLUTIONS, sections
from kit_minio.authoring.notebooks import read

HERE = Path(__file__).parent
ALL = [(series, task) for series in lessons.all_series() for task in series.exercises]
IDS = [f"{series.lesson}_{task.name}" for series, task in ALL]


def answers(series, task):
    """Renvoie les réponses d'un exercice ; ``SECOND`` est l'ancien nom d'une réponse juste."""
    found = runpy.run_path(str(HERE / f"{series.lesson}_{task.name}.py"))
    if "RIGHT" not in found:
        found["RIGHT"] = {"autre": found["SECOND"]}
    return {"THEN": {}} | found


@pytest.fixture
def alone(task, series, client, monkeypatch):
    """Ouvre une série réduite à l'exercice éprouvé ; les buckets créés ailleurs disparaissent."""
    only = dataclasses.replace(series, exercises=(task,))
    monkeypatch.setattr(lessons, "series", lambda lesson: only)
    monkeypatch.setattr(history, "executed", lambda: list(EXECUTED))
    with tidy(client):
        yield


@contextlib.contextmanager
def tidy(client):
    """Supprime les buckets créés dans ce ``with`` hors de l'espace des exercices."""
    before = {bucket.name for bucket in client.list_buckets()}
    yield
    for name in {bucket.name for bucket in client.list_buckets()} - before:
        if not name.startswith("exercice-"):
            erase_bucket(client, name)


@cache
def solution(lesson):
    """Renvoie les sections de la solution d'une leçon."""
    (path,) = SOLUTIONS.glob(f"{lesson}-*.ipynb")
    return sections(read(path))


EXECUTED = []  # les cellules, comme les retient un notebook


def attempt(series, task, code=None, seed=1):
    """Exécute dans ce processus la section d'un exercice, où ``code`` remplace la solution."""
    names = {"__name__": "__main__"}
    run(solution(series.lesson)[""], names, None, seed)
    with tidy(names["client"]):
        return follow(series, task, names, code)


def follow(series, task, names, code=None):
    """Exécute la section d'un exercice dans un notebook ouvert ; renvoie l'issue.

    Une cellule qui lève une exception n'empêche pas d'exécuter la vérification.
    """
    *cells, check = solution(series.lesson)[task.name]
    with contextlib.suppress(Exception) if code else contextlib.nullcontext():
        run(cells, names, code)
    run([check], names, None)
    return names["tp"].tasks[task.name].outcome


def run(cells, names, code, seed=1):
    pieces = [code] if isinstance(code, str) else list(code or [])
    with contextlib.redirect_stdout(io.StringIO()):
        for cell in cells:
            source = cell.source
            if "parameters" in cell.metadata.get("tags", []):
                source = f"seed = {seed}"
            if pieces and REGION.search(source):
                piece = pieces.pop(0)
                source = REGION.sub(
                    lambda region, piece=piece: re.sub("^", region["indent"], piece, flags=re.M),
                    source,
                )
            EXECUTED.append(source)
            exec(compile(source, "<exercice>", "exec"), names)  # noqa: S102
    assert not pieces, "plus de morceaux que de régions à remplacer"


@pytest.mark.both_servers
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
def test_right_answers_pass(series, task, client, alone):
    for style, code in answers(series, task)["RIGHT"].items():
        outcome = attempt(series, task, code, seed=2)
        assert outcome.verdict is Verdict.PASSED, (style, outcome)


@pytest.mark.parametrize(("series", "task"), ALL, ids=IDS)
def test_wrong_answers_fail_each_with_its_message(series, task, client, alone):
    wrong = answers(series, task)["WRONG"]
    assert len(wrong) >= 3
    for name, (code, message, *points) in wrong.items():
        outcome = attempt(series, task, code)
        assert outcome.verdict in (Verdict.REVIEW, Verdict.ERROR), (name, outcome)
        assert message in outcome.message, (name, outcome)
        assert outcome.points < task.points, (name, outcome)
        if points:
            assert outcome.points == pytest.approx(points[0]), (name, outcome)


@pytest.mark.parametrize(("series", "task"), ALL, ids=IDS)
def test_a_mistake_is_followed_by_the_right_code(series, task, client, alone):
    for name, (wrong, right) in answers(series, task)["THEN"].items():
        notebook = {"__name__": "__main__"}
        run(solution(series.lesson)[""], notebook, None)
        outcome = follow(series, task, notebook, wrong)
        assert outcome.verdict is not Verdict.PASSED, (name, outcome)
        outcome = follow(series, task, notebook, right)
        assert outcome.verdict is Verdict.PASSED, (name, outcome)


@pytest.mark.parametrize("seed", range(1, 51))
def test_every_seed_springs_every_trap(seed):
    for series, task in ALL:
        context = Context(None, "espace", seed, task.name)
        for trap, holds in task.traps.items():
            assert holds(context), f"{series.lesson}, {task.name} : {trap}"


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
    assert sorted(path.stem for path in HERE.glob("[0-9]*.py")) == sorted(IDS)


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
        for region in REGION.finditer(cell.source):
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
