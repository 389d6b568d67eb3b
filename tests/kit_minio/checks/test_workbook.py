"""La série d'exercices d'un notebook : résultats, indices, solution, avancement, fautes."""

import json
import re
import subprocess
import sys
from contextlib import asynccontextmanager
from functools import partial

import nbformat
import pytest
from fastapi import FastAPI
from minio import Minio
from nbclient import NotebookClient

from helpers import open_exercises
from helpers import server as servers
from helpers.errors import KitError, explain
from helpers.spaces import erase_bucket, full_name, remove_space
from kit_minio.authoring.exercises import SOLUTIONS, sections
from kit_minio.authoring.notebooks import read
from kit_minio.checks.outcome import Verdict


@pytest.fixture
def shown(monkeypatch):
    cards = []
    monkeypatch.setattr("kit_minio.checks.workbook.show", cards.append)
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


def test_reopening_renews_the_data_and_the_names_and_keeps_the_progress(tp, client):
    solve_create(tp)
    tp.create.check()
    again = open_exercises("01", client)
    assert again.space != tp.space
    left = [bucket.name for bucket in client.list_buckets() if bucket.name.startswith(tp.space)]
    assert left == []
    assert again.progress()["create"].verdict is Verdict.PASSED


def test_damaged_progress_is_to_do(tp, client):
    for broken in (b"{", b"[]", b'{"verdict": "champion"}', b'{"verdict": "r\xc3\xa9ussi"}'):
        tp.record("progres/create.json", broken)
        assert "create" not in tp.progress()


def test_hints_go_one_step_further_and_the_solution_waits_for_the_last(tp, shown):
    tp.create.solution()
    assert "Il reste 3\N{NO-BREAK SPACE}indices" in repr(shown[-1])
    assert shown[-1].heading == "• Solution — Créer deux buckets"
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


# --- Ce qui est acquis le reste -----------------------------------------------------------------


def test_what_is_earned_outlives_a_check_of_broken_data(tp, client, shown):
    solve_create(tp)
    tp.create.check()
    client.remove_bucket(bucket_name=tp.bucket("factures"))
    tp.create.check()
    assert "À revoir" in repr(shown[-1])
    assert re.search(r"Acquis le .*20\d\d.*, et gardé : réussi, 1 / 1 point\.", repr(shown[-1]))
    client.remove_bucket(bucket_name=tp.bucket("archives"))
    tp.create.check()
    assert "À faire" in repr(shown[-1])
    assert tp.progress()["create"].verdict is Verdict.PASSED


def test_an_error_never_replaces_a_result(tp, monkeypatch):
    solve_create(tp)
    tp.create.check()
    monkeypatch.setattr(tp.client, "list_buckets", None)
    monkeypatch.setattr(tp.client, "bucket_exists", None)
    tp.create.check()
    assert tp.create.outcome.verdict is Verdict.ERROR
    assert tp.progress()["create"].verdict is Verdict.PASSED


def test_an_old_opening_says_that_the_series_was_opened_again(tp, client, shown):
    open_exercises("01", client)
    tp.clean_up.check()
    assert "rouverte depuis" in repr(shown[-1])


_OPEN = """
import os, sys
from helpers import connect
from helpers.exercises.workbook import open_exercises

client = connect(quiet=True)
left = int(sys.argv[1])
send = client._http.urlopen

def urlopen(method, *args, **options):
    global left
    left -= method in ("PUT", "DELETE", "POST")
    if left < 0:
        os._exit(9)
    return send(method, *args, **options)

client._http.urlopen = urlopen
open_exercises("01", client)
print("ouverte")
"""


_rare = partial(pytest.param, marks=pytest.mark.slow)  # un processus de plus par écriture


@pytest.mark.parametrize("writes", [2, *map(_rare, (0, 1, 4, 7, 11))])
def test_a_kill_while_opening_loses_nothing(tp, client, shown, writes):
    """Tuée avant sa n-ième écriture, une ouverture n'emporte que des données de départ."""
    solve_create(tp)
    tp.create.check()
    done = subprocess.run(
        [sys.executable, "-c", _OPEN, str(writes)], capture_output=True, text=True
    )
    assert done.returncode == 9, done.stderr
    again = open_exercises("01", client)
    assert again.progress()["create"].verdict is Verdict.PASSED
    solve_create(again)
    again.create.check()
    assert "Réussi" in repr(shown[-1])


@pytest.mark.parametrize("writes", [1, *map(_rare, (0, 2))])
def test_a_kill_at_the_very_first_opening_locks_nothing(client, writes):
    remove_space(client, full_name("exercice-01"))
    subprocess.run([sys.executable, "-c", _OPEN, str(writes)], capture_output=True)
    open_exercises("01", client)


def test_a_full_disk_while_opening_loses_nothing(tp, client, monkeypatch):
    solve_create(tp)
    tp.create.check()

    def full(**options):
        raise OSError("no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(client, "put_object", full)
        with pytest.raises(OSError, match="no space left"):
            open_exercises("01", client)
    assert open_exercises("01", client).progress()["create"].verdict is Verdict.PASSED


def test_two_openings_at_once_both_succeed(tp, client):
    solve_create(tp)
    tp.create.check()
    command = [sys.executable, "-c", _OPEN, "1000"]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert ["ouverte" in one.communicate()[0] for one in running] == [True, True]
    spaces = {
        bucket.name.removeprefix(f"{tp.home}-").partition("-")[0]
        for bucket in client.list_buckets()
        if bucket.name.startswith(f"{tp.home}-")
    }
    assert len(spaces) == 1
    assert open_exercises("01", client).progress()["create"].verdict is Verdict.PASSED


# --- Recommencer un exercice --------------------------------------------------------------------


def test_reset_renews_one_exercise_and_no_other(tp, client):
    solve_create(tp)
    tp.create.check()
    client.remove_object(bucket_name=tp.bucket("rapport-final"), object_name="note.txt")
    tp.clean_up.check()
    assert "tp.clean_up.reset()" in tp.clean_up.outcome.message
    others = {
        bucket.name: bucket.creation_date
        for bucket in client.list_buckets()
        if not tp.clean_up.owns(bucket.name.removeprefix(tp.bucket("")))
    }
    tp.clean_up.reset()
    client.stat_object(bucket_name=tp.bucket("rapport-final"), object_name="note.txt")
    now = {bucket.name: bucket.creation_date for bucket in client.list_buckets()}
    assert others.items() <= now.items()
    assert tp.progress()["create"].verdict is Verdict.PASSED
    tp.create.reset()
    assert not client.bucket_exists(bucket_name=tp.bucket("archives"))


# --- Ce que disent les cartes -------------------------------------------------------------------


def test_success_says_that_other_data_will_be_tried(tp, client, shown):
    for name in tp.clean_up.made:
        if name.startswith("brouillon"):
            erase_bucket(client, tp.bucket(name))
    tp.clean_up.check()
    assert "rejoué avec d'autres données" in repr(shown[-1])
    solve_create(tp)
    tp.create.check()
    assert "rejoué" not in repr(shown[-1])


def test_an_application_that_does_not_start_never_interrupts(client, shown):
    @asynccontextmanager
    async def lifespan(app):
        raise KeyError("MINIO_ENDPOINT")
        yield

    tp = open_exercises("06", client)
    for given, told in (
        (FastAPI(lifespan=lifespan), "KeyError : 'MINIO_ENDPOINT' (ligne "),
        ("texte", "check() attend votre application."),
        (None, "À faire"),
        (..., "À faire"),
    ):
        tp.upload.check(given)
        assert told in repr(shown[-1])


def test_a_call_without_its_argument_is_said(tp, shown):
    tp.names.check()
    assert "check() attend votre réponse, entre ses parenthèses." in repr(shown[-1])


def test_an_answer_that_is_still_to_write_is_to_do(tp, shown):
    tp.names.check(...)
    assert "À faire" in repr(shown[-1])


def test_a_misspelt_method_is_told_with_the_nearest(tp):
    with pytest.raises(AttributeError, match="« chek » n'existe pas ; vouliez-vous « check »"):
        tp.names.chek()


def test_a_bucket_of_no_exercise_is_said_once_named(tp, capsys):
    assert tp.bucket("rapport-finale") == f"{tp.space}-rapport-finale"
    assert 'Vouliez-vous "rapport-final" ?' in capsys.readouterr().out
    tp.bucket("archives")
    assert capsys.readouterr().out == ""


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
    assert "n'existe pas encore dans ce notebook." in text
    assert "Exécutez d'abord les cellules au-dessus" in text


@pytest.mark.slow
def test_restarting_the_kernel_in_the_middle_loses_nothing(client):
    assert "✓ Réussi" in run_cells(*section("create"))[-1]
    after = run_cells(*section("ensure"), "tp")
    assert "✓ Réussi" in after[-2]
    for title in ("Créer deux buckets", "Créer sans rien casser"):
        assert re.search(rf"{title} +réussi", after[-1])


def test_code_that_changed_nothing_is_not_to_do(client):
    given = section("clean_up")
    drafts, check = "drafts = tp.bucket('brouillon')\n", given[-1]
    stub, tried = f"{drafts}# Votre code ici\n...", f"{drafts}print(drafts)"
    *_, untouched, _, changed = run_cells(*given[:2], stub, check, tried, check)
    assert "À faire" in untouched
    assert "Les quatre brouillons sont là" in changed


def test_a_syntax_error_is_told_by_the_next_check(client):
    given = section("create")
    text = run_cells(*given[:2], "client.make_bucket(", given[-1])[-1]
    assert "mal écrite, et n'a donc pas été exécutée (ligne 1" in text
