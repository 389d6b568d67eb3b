"""La série d'exercices d'un notebook : résultats, indices, solution, avancement, fautes."""

import json
import re

import nbformat
import pytest
from minio import Minio
from nbclient import NotebookClient

from helpers import display, open_exercises
from helpers import server as servers
from helpers.errors import KitError, explain
from helpers.exercises.model import Verdict
from helpers.spaces import full_name, remove_space
from kit_minio.authoring.exercises import SOLUTIONS, sections
from kit_minio.authoring.notebooks import read


@pytest.fixture
def shown(monkeypatch):
    cards = []
    monkeypatch.setattr("helpers.exercises.workbook.show", cards.append)
    return cards


@pytest.fixture
def tp(client, shown):
    remove_space(client, full_name("exercice-01"))
    return open_exercises("01", client)


def solve_create(tp):
    for name in ("archives", "factures"):
        tp.client.make_bucket(bucket_name=tp.bucket(name))


def test_check_shows_the_outcome_and_records_progress_in_the_store(tp, shown):
    tp.create.check()
    assert "○ À faire — Créer deux buckets" in repr(shown[-1])
    solve_create(tp)
    tp.create.check()
    assert "✓ Réussi — Créer deux buckets" in repr(shown[-1])
    assert tp.progress()["create"].verdict is Verdict.PASSED
    assert re.search(r"Créer deux buckets +réussi +1 / 1", repr(tp))


def test_answers_are_recorded_as_json(tp, client):
    tp.names.check({"ab": "longueur"})
    response = client.get_object(bucket_name=tp.home, object_name="reponses/names.json")
    assert json.loads(response.read()) == {"ab": "longueur"}
    response.release_conn()


def test_reopening_renews_the_data_and_keeps_the_progress(tp, client):
    solve_create(tp)
    tp.create.check()
    again = open_exercises("01", client)
    assert not client.bucket_exists(bucket_name=again.bucket("archives"))
    assert again.progress()["create"].verdict is Verdict.PASSED


def test_damaged_progress_is_to_do(tp, client):
    for broken in (b"{", b"[]", b'{"verdict": "champion"}', b'{"verdict": "r\xc3\xa9ussi"}'):
        tp.record("progres/create.json", broken)
        assert "create" not in tp.progress()


def test_hints_go_one_step_further_and_the_solution_waits_for_the_last(tp, shown):
    tp.create.solution()
    assert "Il reste 3\N{NO-BREAK SPACE}indices" in repr(shown[-1])
    for number in (1, 2, 3):
        tp.create.hint()
        assert len(shown[-1].lines) == number
    tp.create.hint()
    assert len(shown[-1].lines) == 3
    tp.create.solution()
    assert "make_bucket" in shown[-1].code
    assert "SOLUTION" not in shown[-1].code


def test_solution_opens_after_success(tp, shown):
    solve_create(tp)
    tp.create.check()
    tp.create.solution()
    assert "make_bucket" in shown[-1].code


def test_solution_that_is_not_in_the_kit_is_said(tp, shown, monkeypatch, tmp_path):
    monkeypatch.setattr("kit_minio.authoring.exercises.SOLUTIONS", tmp_path)
    solve_create(tp)
    tp.create.check()
    tp.create.solution()
    assert "demandez-la à votre enseignant" in repr(shown[-1])


def test_unknown_exercise_lists_the_known_ones(tp):
    with pytest.raises(AttributeError, match=r"« creer » n'existe pas ; vouliez-vous « create »"):
        tp.creer  # noqa: B018


def test_unknown_lesson_is_a_french_error(client):
    with pytest.raises(KitError, match="n'a pas d'exercices"):
        open_exercises("99", client)


def test_answer_that_is_not_json_is_reviewed_and_not_recorded(tp, client, shown):
    tp.names.check(float("nan"))
    assert "ne peut pas être gardée" in repr(shown[-1])
    keys = [o.object_name for o in client.list_objects(bucket_name=tp.home, recursive=True)]
    assert "reponses/names.json" not in keys


def test_foreign_bucket_in_the_space_is_refused_and_kept(client):
    space = full_name("exercice-01")
    remove_space(client, space)
    client.make_bucket(bucket_name=f"{space}-archives")
    try:
        with pytest.raises(KitError, match="ce kit ne les a pas créés"):
            open_exercises("01", client)
        assert client.bucket_exists(bucket_name=f"{space}-archives")
    finally:
        client.remove_bucket(bucket_name=f"{space}-archives")


def test_server_that_forbids_buckets_is_explained():
    server = servers.ensure()
    stranger = Minio(
        endpoint=server.endpoint,
        access_key="personne",
        secret_key="mot-de-passe",
        secure=False,
        region="us-east-1",
    )
    with pytest.raises(Exception) as caught:
        open_exercises("01", stranger)
    assert explain(caught.value) is not None


def test_silent_server_gives_an_error_outcome_not_an_exception(tp, shown):
    tp.client = Minio(
        endpoint="127.0.0.1:9", access_key="a", secret_key="b", secure=False, region="us-east-1"
    )
    tp.client._http.connection_pool_kw["retries"] = 0
    tp.create.check()
    assert "! Erreur — Créer deux buckets" in repr(shown[-1])
    assert "ne répond pas" in repr(shown[-1])


def test_card_is_rich_in_a_notebook_and_escapes_what_it_shows():
    card = display.Card("à revoir", "<b>", ("<script>alert(1)</script>",), "pied", "<i>")
    assert "<script>" not in card._repr_html_()
    assert "À revoir — <b>" in repr(card)


def run_cells(*sources):
    """Exécute des cellules dans un noyau neuf ; renvoie ce que chacune a affiché ou levé."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(s) for s in sources])
    runner = NotebookClient(notebook, kernel_name="python3", allow_errors=True, timeout=60)
    shown = []
    for cell in runner.execute().cells:
        outputs = [
            output.get("text") or output.get("data", {}).get("text/plain", "")
            if output.output_type != "error"
            else "\n".join(output.traceback)
            for output in cell.outputs
        ]
        shown.append("\n".join(outputs))
    return shown


def section(name):
    cells = sections(read(SOLUTIONS / "01-buckets.ipynb"))
    return ["seed = 1", cells[""][-1].source] + [cell.source for cell in cells[name]]


@pytest.mark.slow
def test_cells_run_out_of_order_are_explained(client):
    setup, check = section("names")[1], section("names")[-1]
    # Avant le premier « import helpers », le kit ne peut encore rien expliquer.
    text = run_cells(f"seed = 1\n{setup}", check)[-1]
    assert "NameError" in text
    assert "Ce nom n'existe pas encore dans ce notebook." in text
    assert "Exécutez d'abord les cellules au-dessus" in text


@pytest.mark.slow
def test_restarting_the_kernel_in_the_middle_loses_nothing(client):
    assert "✓ Réussi" in run_cells(*section("create"))[-1]
    after = run_cells(*section("ensure"), "tp")
    assert "✓ Réussi" in after[-2]
    for title in ("Créer deux buckets", "Créer sans rien casser"):
        assert re.search(rf"{title} +réussi", after[-1])
