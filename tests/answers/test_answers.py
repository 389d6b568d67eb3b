"""Les preuves de chaque exercice, et aucune fuite : tout exercice nouveau est pris de lui-même.

``NN_nom.py`` donne pour un exercice ``RIGHT`` (d'autres réponses justes), ``WRONG`` (des fautes, et
un fragment du texte qui en nomme la cause, ou deux quand celui de la correction est autre) et
``THEN`` (une faute, puis le bon code, sans rouvrir).
"""

import contextlib
import dataclasses
import runpy
from itertools import islice
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from helpers import connect
from helpers import server as servers
from helpers.spaces import full_name, remove_space
from kit_minio import checks as lessons
from kit_minio.authoring import exercises
from kit_minio.authoring.exercises import EXERCISES, REGION, SOLUTIONS, sections
from kit_minio.authoring.notebooks import read
from kit_minio.checks.lesson_06_api import large
from kit_minio.checks.lesson_20_documents import service
from kit_minio.checks.model import Context
from kit_minio.checks.outcome import Verdict
from kit_minio.checks.progress import read_progress
from tests.support.answering import Desk, Notebook, open_copies, tidy

REPLAYED = "À la correction, votre code est rejoué avec d’autres données."
HERE = Path(__file__).parent
ALL = [(series, task) for series in lessons.all_series() for task in series.exercises]
IDS = [f"{series.lesson}_{task.name}" for series, task in ALL]
# Les deux exercices de loin les plus longs à prouver n'ont sur MinIO que leur solution.
LONGEST = ("06_large", "20_service")
BOTH = [
    pytest.param(*each, id=name, marks=[] if name in LONGEST else [pytest.mark.both_servers])
    for each, name in zip(ALL, IDS, strict=True)
]


def answers(series, task):
    """Renvoie les réponses d'un exercice ; ``SECOND`` est l'ancien nom d'une réponse juste."""
    found = runpy.run_path(str(HERE / f"{series.lesson}_{task.name}.py"))
    if "SECOND" in found:
        found["RIGHT"] = {"autre": found["SECOND"]}
    return {"THEN": {}} | found


def statement(series, task):
    """Renvoie l'énoncé d'un exercice : la prose depuis la vérification du précédent."""
    prose = []
    for cell in read(SOLUTIONS / f"{series.lesson}-{series.slug}.ipynb").cells:
        if cell.cell_type == "markdown":
            prose.append(cell.source)
        elif f"tp.{task.name}.check(" in cell.source:
            return " ".join(prose[1:] if prose[0].startswith("# ") else prose)
        elif ".check(" in cell.source:
            prose = []
    raise AssertionError("sans vérification")


@pytest.fixture
def only(task, series, client, monkeypatch):
    """Réduit une série à l'exercice éprouvé : les autres n'ont pas à être préparés."""
    only = dataclasses.replace(series, exercises=(task,))
    monkeypatch.setattr(lessons, "series", lambda lesson: only)
    with tidy(client):
        yield only


@pytest.fixture(scope="module")
def copy_of():
    """De quoi rendre une série : un seul espace, car ses clés coûtent plus que dix réponses."""
    with open_copies() as copy_of:
        yield copy_of


@contextlib.contextmanager
def film(megabytes, memory=large.MEMORY):
    """Réduit, le temps d'un ``with``, le gros film de l'exercice 06.7, et la mémoire permise.

    Un film de 200 Mo coûte cinq secondes de processeur ; bien des réponses n'y ont rien à prouver.

    Args:
        megabytes: la taille du film, en Mo.
        memory: la mémoire qu'une route peut prendre, en Mo.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(large, "SIZE", megabytes)
        patch.setattr(large, "MEMORY", memory)
        yield


@contextlib.contextmanager
def until(task, message):
    """Arrête, le temps d'un ``with``, un service à l'étape que nomme un message.

    Args:
        task: l'exercice.
        message: ce que la correction en a dit, qui a vu toutes les étapes.
    """
    with pytest.MonkeyPatch.context() as patch:
        if task.name == "service":
            named = [f"Étape « {name} »" in message for name, *_ in service.STEPS]
            last = named.index(True) + 1 if True in named else None
            patch.setattr(service, "STEPS", service.STEPS[:last])
        yield


@pytest.mark.parametrize(("series", "task"), ALL, ids=IDS)
def test_the_solution_passes_and_two_mistakes_do_not(series, task, only):
    """Chaque jour, au notebook ; avec --all, d'autres graines et réponses, et la correction."""
    desk = Desk(only, task)
    outcome = desk.answer(seed=1)
    assert outcome.verdict is Verdict.PASSED, outcome
    assert outcome.points == task.points
    with film(100, memory=75):
        for name, (code, message, *_) in islice(answers(series, task)["WRONG"].items(), 2):
            outcome = desk.answer(code)
            assert outcome.verdict is Verdict.REVIEW, (name, outcome)
            fragment = message if isinstance(message, str) else message[0]
            assert fragment in outcome.message, (name, outcome)


@pytest.mark.slow
@pytest.mark.both_servers
@pytest.mark.parametrize(("series", "task"), ALL, ids=IDS)
def test_the_solution_passes_with_other_seeds(series, task, only, monkeypatch):
    draw, drawn = Context.random, []
    monkeypatch.setattr(Context, "random", lambda self: drawn.append(1) or draw(self))
    desk = Desk(only, task)
    for seed in (2, 3):
        outcome = desk.answer(seed=seed)
        assert outcome.verdict is Verdict.PASSED, outcome
        assert outcome.points == task.points
        if not drawn or servers.find().way != "embedded":
            break  # rien n'y dépend de la graine, ou l'autre serveur a vu les autres
    replayed = bool(drawn) and not task.by_hand
    assert (REPLAYED in statement(series, task)) == replayed, "l'énoncé dit si l'on est rejoué"


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize(("series", "task"), BOTH)
def test_right_answers_pass_in_the_notebook_and_when_graded(series, task, only, copy_of):
    desk, copy = Desk(only, task), copy_of(only)
    for style, code in answers(series, task)["RIGHT"].items():
        outcomes = [desk.answer(code)]
        with film(12):  # la mémoire qu'une route juste prend vient d'être mesurée
            outcomes.append(copy.answer(task, code, seed=2))
        for outcome in outcomes:
            assert outcome.verdict is Verdict.PASSED, (style, outcome)
            assert outcome.points == task.points, (style, outcome)


@pytest.mark.slow
@pytest.mark.timeout(1200)  # soixante réponses au service, sur une machine chargée
@pytest.mark.parametrize(("series", "task"), BOTH)
def test_wrong_answers_fail_in_the_notebook_and_when_graded(series, task, only, copy_of):
    """Avec une graine au notebook, une autre à la correction ; le texte et les points y suivent.

    Sur MinIO, le notebook voit une faute sur deux, et la correction les autres.
    """
    wrong = answers(series, task)["WRONG"]
    assert len(wrong) >= 3
    desk, copy = Desk(only, task), copy_of(only)
    everywhere = servers.find().way == "embedded"
    for number, (name, (code, message, *points)) in enumerate(wrong.items()):
        told = [message, message] if isinstance(message, str) else message
        with film(100, memory=75):  # qui tient tout le film le montre déjà
            outcomes = []
            if everywhere or number % 2:
                outcomes.append((told[1], copy.answer(task, code, seed=2)))
            if everywhere or not number % 2:
                with until(task, outcomes[0][1].message if outcomes else ""):
                    outcomes.append((told[0], desk.answer(code)))
        for fragment, outcome in outcomes:
            assert outcome.verdict is Verdict.REVIEW, (name, outcome)
            assert fragment in outcome.message, (name, outcome)
            assert outcome.points < task.points, (name, outcome)
            stopped = task.name == "service" and outcome is outcomes[-1][1]
            if points and not stopped:
                assert outcome.points == pytest.approx(points[0], abs=0.01), (name, outcome)


@pytest.mark.slow
@pytest.mark.parametrize(("series", "task"), ALL, ids=IDS)
def test_a_mistake_is_followed_by_the_right_code(series, task, only):
    desk = Desk(only, task)
    for name, codes in answers(series, task)["THEN"].items():
        with film(12):
            wrong, right = desk.answers(*codes)
        assert wrong.verdict is not Verdict.PASSED, (name, wrong)
        assert right.verdict is Verdict.PASSED, (name, right)


@pytest.mark.slow
@pytest.mark.parametrize("series", lessons.all_series(), ids=lambda series: series.lesson)
def test_every_bucket_belongs_to_one_exercise(series, client):
    """``reset()`` d'un exercice efface ses buckets, et nul autre."""
    notebook = Notebook(series)
    tp = notebook.names["tp"]
    with tidy(client), film(12):
        for task in series.exercises:
            notebook.answer(task)
    names = [bucket.name.removeprefix(tp.bucket("")) for bucket in client.list_buckets()]
    for name in names:
        if not name.startswith(("exercice-", "lecon-")):
            owners = [task.exercise.name for task in tp.tasks.values() if task.owns(name)]
            assert len(owners) == 1, (name, owners)


@pytest.mark.parametrize("seed", range(1, 51))
def test_every_seed_springs_every_trap(seed):
    for series, task in ALL:
        context = Context(None, "espace", seed, task.name)
        for trap, holds in task.traps.items():
            assert holds(context), f"{series.lesson}, {task.name} : {trap}"


@pytest.mark.parametrize(
    "all_series",
    [
        pytest.param(lessons.all_series()[:1], id="01"),
        pytest.param(lessons.all_series()[1:], id="02 et suivantes", marks=pytest.mark.slow),
    ],
)
def test_unsolved_notebooks_run_to_their_end_and_everything_is_to_do(all_series):
    """Sur un seul serveur : aucune réponse n'y atteint le store.

    Les leçons se suivent dans un même noyau, qui met plus de temps à naître qu'à les exécuter.
    """
    client = connect(quiet=True)
    together = nbformat.v4.new_notebook()
    for series in all_series:
        remove_space(client, full_name(f"exercice-{series.lesson}"))  # d'autres tests y ont réussi
        notebook = read(EXERCISES / f"{series.lesson}-{series.slug}.ipynb")
        together.metadata = notebook.metadata
        # Un nom de la leçon d'avant ne doit pas servir à celle-ci.
        together.cells += [nbformat.v4.new_code_cell("%reset -f"), *notebook.cells]
    NotebookClient(together, resources={"metadata": {"path": str(EXERCISES)}}).execute()
    for series in all_series:
        names = {task.name for task in series.exercises}
        earned = read_progress(client, full_name(f"exercice-{series.lesson}"), names)
        verdicts = {name: each.outcome.verdict for name, each in earned.items()}
        assert verdicts == dict.fromkeys(names, Verdict.TODO), series.lesson


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
