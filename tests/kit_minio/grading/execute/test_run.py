"""L'exécution d'une copie : les notes justes, et ce qui se passe quand une cellule tourne mal."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import psutil
import pytest
from minio import Minio
from nbformat.v4 import new_code_cell

from helpers.errors import ServerError
from helpers.exercises.model import Verdict
from helpers.server import embedded
from kit_minio import checks as lessons
from kit_minio.authoring.exercises import EXERCISES
from kit_minio.authoring.notebooks import read
from kit_minio.grading.execute import run
from kit_minio.grading.execute.credentials import new_name
from kit_minio.grading.execute.kernels import Limits, _Cell
from kit_minio.grading.execute.run import run_notebook
from kit_minio.grading.grader import Grader
from kit_minio.grading.intake.reading import read_cells
from kit_minio.grading.intake.repair import repair
from kit_minio.grading.model import FAILED, UNEXPECTED, Copy, Result
from kit_minio.grading.report.pages import student_page
from kit_minio.grading.results import open_results
from kit_minio.grading.settings import Settings
from tests.support.classroom import WRONG, answered
from tests.support.hostile_class import notebook_of
from tests.support.processes import kill_servers
from tests.support.unprivileged import as_user

pytestmark = [
    pytest.mark.needs("bubblewrap"),
    pytest.mark.skipif(sys.platform != "linux", reason="le niveau 1 demande Linux"),
]


@pytest.fixture(scope="module")
def grader() -> Iterator[Grader]:
    with Grader(Settings(replay_seed=7, limits=Limits(cell_seconds=5), workers=3)) as found:
        yield found


def _copy(name: str, lesson: str = "01", **written: str) -> Copy:
    return Copy(name, name.title(), notebooks={lesson: notebook_of(lesson, written)})


def _points(result: Result) -> dict[str, float]:
    assert result.trouble is None
    return {mark.exercise: mark.outcome.points for mark in result.marks}


def _bytes(result: Result) -> tuple[bytes, str]:
    """Renvoie le retour d'un élève, et son résultat sans les durées."""
    found = asdict(result)
    found["seconds"] = 0
    for mark in found["marks"]:
        mark["seconds"] = 0
    return student_page(result, "Exercices"), json.dumps(found, ensure_ascii=False)


@pytest.mark.parametrize("lesson", list(lessons.MODULES))
def test_the_solution_gets_everything(
    grader: Grader, lesson: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grader, "settings", Settings(replay_seed=7))  # le temps d'importer pandas
    result = grader.grade(_copy("juste", lesson))
    assert {
        m.exercise: m.outcome.message for m in result.marks if m.outcome.points < m.out_of
    } == {}
    assert result.points == result.out_of == lessons.series(lesson).points
    assert (result.isolation, result.seed, result.remarks) == (1, 7, [])


@pytest.mark.parametrize("lesson", sorted({lesson for lesson, _ in WRONG}))
def test_wrong_answers_get_what_they_are_worth(grader: Grader, lesson: str) -> None:
    """Les points partiels, ceux des API compris, sont les mêmes que dans le notebook."""
    series = lessons.series(lesson)
    names = [exercise.name for exercise in series.exercises]
    notebook, marks = answered(lesson, dict.fromkeys(names, "wrong"))
    cells, _ = read_cells(json.dumps(notebook).encode())
    master = read(EXERCISES / f"{lesson}-{series.slug}.ipynb")
    result = grader.grade(Copy("faux", "Faux", notebooks={lesson: repair(master, cells).notebook}))
    assert _points(result) == {name: marks[lesson, name] for name in names}


def test_an_empty_copy_is_all_to_do(grader: Grader) -> None:
    empty = {exercise.name: "" for exercise in lessons.series("01").exercises}
    result = grader.grade(_copy("vide", **empty))
    assert {mark.outcome.verdict for mark in result.marks} == {Verdict.TODO}
    assert result.points == 0


def test_partial_marks_hints_and_code_are_given(grader: Grader) -> None:
    code = 'client.make_bucket(bucket_name=tp.bucket("archives"))'
    mark = grader.grade(_copy("partiel", create=code)).marks[0]
    assert (mark.outcome.verdict, mark.outcome.points) == (Verdict.REVIEW, 0.5)
    assert code in mark.code
    assert mark.hint == lessons.series("01")["create"].hints[-1]
    assert mark.outcome.found == "exercice-01-archives"


def test_an_error_is_told_and_the_rest_is_graded(grader: Grader) -> None:
    wrong = {"create": "archive", "names": "reasons = {}[1]", "ensure": "if client print(1)"}
    result = grader.grade(_copy("erreur", **wrong))
    assert _points(result) == {"create": 0, "clean_up": 2, "names": 0, "ensure": 0}
    assert "NameError" in result.marks[0].outcome.found
    assert "KeyError" in result.marks[2].outcome.found
    # Et non « 3573317510.py, line 3 », le nom que le noyau donne à la cellule.
    line = result.marks[3].code.splitlines().index("if client print(1)") + 1
    where = f"(ligne {line} de votre cellule)"
    assert result.marks[3].outcome.found == f"SyntaxError : invalid syntax {where}"


@pytest.mark.parametrize("rank", [1, -1])
def test_in_any_order_of_messages_the_exception_is_the_one_that_was_shown(rank: int) -> None:
    """Le noyau a deux fils ; sa réponse ignore une exception que le kit a expliquée."""
    messages = [
        ("error", {"ename": "S3Error", "evalue": "NoSuchBucket"}),
        ("execute_reply", {"status": "error", "ename": "NoneType", "evalue": "None"}),
    ]
    cell = _Cell("1")
    for kind, content in messages[::rank]:
        cell.see(kind, {"msg_id": "1"}, content)
    assert str(cell.error) == "S3Error : NoSuchBucket"


def test_a_slow_cell_is_interrupted_and_the_rest_is_graded(grader: Grader) -> None:
    result = grader.grade(_copy("lent", create="import time; time.sleep(60)"))
    assert _points(result) == {"create": 0, "clean_up": 2, "names": 2, "ensure": 2}
    said = "Temps dépassé : la cellule a été interrompue au bout de 5 s"
    assert result.marks[0].outcome.found == said


def test_an_exercise_done_before_its_cell_was_interrupted_keeps_its_points(
    grader: Grader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lent ne veut pas dire faux : il est rejoué avec d'autres données, comme les autres."""
    limits = Limits(cell_seconds=1)
    monkeypatch.setattr(grader, "settings", Settings(replay_seed=7, limits=limits))
    notebook = notebook_of("01", {})
    cell = next(cell for cell in notebook.cells if "reasons = " in cell.source)
    cell.source += "\nimport time; time.sleep(60)"
    result = grader.grade(Copy("lent", "Lent", notebooks={"01": notebook}))
    assert _points(result) == {"create": 1, "clean_up": 2, "names": 2, "ensure": 2}
    (remark,) = result.remarks
    assert remark.startswith("L'exercice « ")
    assert remark.endswith(" est réussi, mais la cellule a été interrompue au bout de 1 s.")


def test_an_error_outside_the_exercises_is_told(grader: Grader) -> None:
    notebook = notebook_of("01", {})
    for place in (0, len(notebook.cells)):  # la dernière, après le dernier exercice, ne sert à rien
        notebook.cells.insert(place, new_code_cell("1 / 0", id=f"ajout-{place}"))
        notebook.cells[place].metadata.kit = {"role": "extra", "exercise": ""}
    result = grader.grade(Copy("essai", "Essai", notebooks={"01": notebook}))
    assert sum(_points(result).values()) == 7
    assert result.remarks == [
        "Hors des exercices, une cellule s'est arrêtée. ZeroDivisionError : division by zero"
    ]


def test_a_dead_kernel_costs_one_exercise(grader: Grader) -> None:
    result = grader.grade(_copy("mort", clean_up="import os; os.abort()"))
    assert _points(result) == {"create": 1, "clean_up": 0, "names": 2, "ensure": 2}
    assert "s'est arrêté de lui-même" in result.marks[1].outcome.message
    assert "« Nettoyer sans tout perdre »" in result.remarks[0]


def test_a_copy_has_a_total_time(grader: Grader, monkeypatch: pytest.MonkeyPatch) -> None:
    limits = Limits(cell_seconds=4, copy_seconds=2)
    monkeypatch.setattr(grader, "settings", Settings(replay_seed=None, limits=limits))
    result = grader.grade(_copy("long", create="import time; time.sleep(3)"))
    assert _points(result) == {"create": 0, "clean_up": 0, "names": 0, "ensure": 0}
    assert "2 secondes" in result.marks[1].outcome.message


def test_the_environment_is_clean(grader: Grader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANARI", "secret")
    code = "import os; raise RuntimeError(sorted(os.environ))"
    series = lessons.series("01")
    run = run_notebook(series, notebook_of("01", {"create": code}), grader, 1, until="create")
    assert "CANARI" not in run.errors["create"][0]
    assert "MINIO_ENDPOINT" in run.errors["create"][0]
    assert list(run.exams) == ["create"]


def test_papermill_gives_the_seed(grader: Grader) -> None:
    code = "raise RuntimeError(seed)"
    notebook = notebook_of("01", {"create": code})
    run = run_notebook(lessons.series("01"), notebook, grader, 1234, until="create")
    assert run.errors["create"] == ["RuntimeError : 1234"]


def test_same_copies_same_bytes_in_any_order_with_any_number_of_workers(
    grader: Grader, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = {
        "create": 'client.get_object(bucket_name=tp.bucket("absent"), object_name="x")',
        "names": "raise RuntimeError(object())",
        "ensure": "1 / 0",
    }
    route = """
from datetime import timedelta
@app3.get("/documents/{key:path}")
def read(key: str):  # un document absent reçoit une URL, lui aussi
    return {"url": client.presigned_get_object(
        bucket_name=tp.bucket("archives"), object_name=key, expires=timedelta(minutes=10))}
"""
    others = {exercise.name: "..." for exercise in lessons.series("06").exercises}
    copies = [
        _copy("a", create='client.make_bucket(bucket_name=tp.bucket("archives"))'),
        _copy("b", **wrong),
        _copy("c", "06", **others | {"presigned_get": route}),
    ]
    assert grader.settings.workers == 3
    first = {result.copy_id: _bytes(result) for result in grader.grade_all(copies)}
    monkeypatch.setattr(grader, "settings", replace(grader.settings, workers=1))
    second = {result.copy_id: _bytes(result) for result in grader.grade_all(copies[::-1])}
    assert first == second
    assert (
        "S3Error NoSuchBucket, sur « /exercice-01-absent/x ». Ce bucket n'existe pas. Vérifiez son "
        "nom avec list_buckets(), ou créez-le avec make_bucket()."
    ) in first["b"][1]
    assert "<object object at 0x>" in first["b"][1]
    assert "?X-Amz" not in first["c"][1]
    assert "une URL pour un document qui n'existe pas" in first["c"][1]


@pytest.mark.both_servers
def test_nothing_of_a_copy_is_left_on_the_server(grader: Grader, client: Minio) -> None:
    before = {bucket.name for bucket in client.list_buckets()}
    grader.grade(_copy("rangée"))
    assert {bucket.name for bucket in client.list_buckets()} == before


def test_the_grading_itself_may_fail_without_stopping_the_batch(grader: Grader) -> None:
    broken: Any = Copy("cassée", "Cassée", notebooks={"01": None})
    fine = _copy("juste")
    found = {result.copy_id: result for result in grader.grade_all([broken, fine])}
    assert found["cassée"].trouble == f"{FAILED} {UNEXPECTED}"
    assert "AttributeError" in found["cassée"].failure
    page = student_page(found["cassée"], "Exercices").decode()
    assert "votre copie n'y est pour rien" in page.replace("&#39;", "'")
    assert "journal.txt" not in page
    assert found["juste"].points == 7


# --- Un serveur qui fait défaut -----------------------------------------------------------------


@pytest.fixture(scope="module")
def fragile_grader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Grader, Path]]:
    """Une correction dont le serveur n'est qu'à elle : il peut mourir."""
    folder = tmp_path_factory.mktemp("fragile")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KIT_DATA", str(folder / "kit"))
        patch.setenv("KIT_SERVER", "embedded")
        found = Grader(Settings(replay_seed=None, workers=1))
    with found:
        yield found, folder
    kill_servers(folder)


@pytest.fixture
def fragile(fragile_grader: tuple[Grader, Path], monkeypatch: pytest.MonkeyPatch) -> Grader:
    monkeypatch.setenv("KIT_DATA", str(fragile_grader[1] / "kit"))
    monkeypatch.setenv("KIT_SERVER", "embedded")
    return fragile_grader[0]


def _when_prepared(monkeypatch: pytest.MonkeyPatch, *actions: Callable[[], Any]) -> list[int]:
    """Fait une action après chaque préparation d'une copie ; renvoie la liste des préparations."""
    prepare, todo, done = run.prepare, list(actions), []

    def prepare_then_act(*arguments: Any) -> None:
        prepare(*arguments)
        done.append(len(done) + 1)
        if todo:
            todo.pop(0)()

    monkeypatch.setattr(run, "prepare", prepare_then_act)
    return done


def _kill(grader: Grader) -> None:
    server = psutil.Process(grader.server.pid)
    server.kill()
    server.wait(5)


def test_a_server_that_dies_is_restarted_and_the_copy_graded_again(
    fragile: Grader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SeaweedFS s'est déjà figé pendant un gros lot : la copie n'y perd rien."""
    tried = _when_prepared(monkeypatch, lambda: _kill(fragile))
    result = fragile.grade(_copy("délaissée", names="reasons = {}"))
    assert tried == [1, 2]
    assert _points(result) == {"create": 1, "clean_up": 2, "names": 0, "ensure": 2}


def test_the_server_of_another_kit_on_its_port_is_not_ours(
    fragile: Grader, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    port = fragile.server.endpoint.rpartition(":")[2]

    def kill_then_take_the_port() -> None:
        _kill(fragile)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("KIT_DATA", str(tmp_path))
            assert embedded.start(int(port), print).endpoint == fragile.server.endpoint

    tried = _when_prepared(monkeypatch, kill_then_take_the_port)
    try:
        result = fragile.grade(_copy("délaissée", names="reasons = {}"))
    finally:
        kill_servers(tmp_path)
    assert tried == [1, 2]
    assert not fragile.server.endpoint.endswith(port)
    assert _points(result) == {"create": 1, "clean_up": 2, "names": 0, "ensure": 2}


def test_a_server_that_fails_each_time_gives_no_mark(
    fragile: Grader, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = _when_prepared(monkeypatch, *[lambda: _kill(fragile)] * 3)
    result = fragile.grade(_copy("délaissée"))
    assert tried == [1, 2, 3]
    assert "le serveur S3 a fait défaut" in (result.trouble or "")
    assert result.marks == []


def test_a_server_that_the_copy_did_not_reach_is_no_mark(
    fragile: Grader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Il est là avant et après : le relais seul a vu que la connexion était refusée."""
    relay = fragile.kernels.relay
    assert relay is not None
    alive = relay.target
    tried = _when_prepared(
        monkeypatch,
        lambda: setattr(relay, "target", ("127.0.0.1", 9)),
        lambda: setattr(relay, "target", alive),
    )
    result = fragile.grade(_copy("délaissée"))
    assert tried == [1, 2]
    assert sum(_points(result).values()) == 7


def test_a_server_that_the_exam_did_not_reach_is_no_mark(
    fragile: Grader, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = [replace(fragile.server, endpoint="127.0.0.1:9"), fragile.server]
    monkeypatch.setattr(run, "examiner_client", lambda server: examiner_client(places.pop(0)))
    tried = _when_prepared(monkeypatch, lambda: setattr(fragile._local, "server", None))
    fragile._local.server = None
    result = fragile.grade(_copy("délaissée"))
    assert tried == [1, 2]
    assert sum(_points(result).values()) == 7


def test_without_any_server_the_batch_stops(
    fragile: Grader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Plus rien ne peut être corrigé : une phrase, et non une classe de copies en échec."""

    def kill_for_good() -> None:
        _kill(fragile)
        monkeypatch.setenv("PATH", "")
        monkeypatch.setenv("KIT_SERVER", "native")

    _when_prepared(monkeypatch, kill_for_good)
    with pytest.raises(ServerError, match="Aucun serveur S3 n'a pu démarrer"):
        list(fragile.grade_all([_copy("une"), _copy("autre")]))


# --- Tué, repris, interrompu --------------------------------------------------------------------


def test_resuming_erases_what_a_kill_left_and_ctrl_c_is_prompt(
    client: Minio, tmp_path: Path
) -> None:
    """La vraie commande : une copie finit, l'autre dort ; puis Ctrl-C."""
    source, out = tmp_path / "copies", tmp_path / "sortie"
    source.mkdir()
    for name, written in (("alice", {}), ("bob", {"create": "import time; time.sleep(300)"})):
        (source / f"{name}.ipynb").write_text(json.dumps(notebook_of("01", written)))
    with open_results(out) as results:
        label = results.label
    left = f"{new_name(label)}-exercice-01"  # d'une correction de ce dossier, tuée
    client.make_bucket(bucket_name=left)

    def spaces() -> list[str]:
        names = (bucket.name for bucket in client.list_buckets())
        return [name for name in names if name.startswith(f"k{label}")]

    done = out / "resultats" / "alice.json"
    grading = subprocess.Popen(
        [sys.executable, "-m", "kit_minio", "grade", str(source), "--out", str(out)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 60
    while not (done.exists() and spaces()):
        assert grading.poll() is None, grading.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert left not in spaces()
    grading.send_signal(signal.SIGINT)
    _, said = grading.communicate(timeout=30)  # la cellule de Bob dure encore presque une minute
    assert grading.returncode == 1
    assert said.replace("\u00a0", " ").splitlines()[-2:] == [
        "✗ La correction est interrompue.",
        "→ Les copies déjà corrigées le restent : la même commande reprend la suite.",
    ]
    assert json.loads(done.read_bytes())["fingerprint"]
    assert not done.with_name("bob.json").exists()
    assert spaces() == []


def test_tests_know_how_to_leave_root() -> None:
    assert bool(as_user()) is (os.geteuid() == 0)
