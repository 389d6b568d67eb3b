"""Les boutons d'un exercice : indice, solution, recommencer ; pour qui est devant, et personne."""

from __future__ import annotations

import nbformat
import pytest
from nbclient import NotebookClient

from helpers import open_exercises, remove_space
from helpers.spaces import full_name
from kit_minio.checks.feedback import Actions
from tests.support.widgets import parts, press, shown


@pytest.fixture
def tp(client):
    remove_space(client, full_name("exercice-01"))
    return open_exercises("01", client)


def test_hints_come_one_by_one_then_the_solution(tp):
    box = Actions(tp.create).build()
    hint, solution, _ = parts(box, "Button")
    count = len(tp.create.exercise.hints)
    for number in range(1, count + 1):
        assert solution.disabled
        press(box, f"Indice {number}/{count}")
        assert f"{number}. " in shown(box)
    assert hint.disabled
    press(box, "Solution")
    assert "make_bucket" in shown(box)


def test_starting_again_renews_the_exercise_and_says_so(tp, client):
    client.make_bucket(bucket_name=tp.bucket("archives"))
    box = Actions(tp.create).build()
    press(box, "Recommencer cet exercice")
    assert not client.bucket_exists(bucket_name=tp.bucket("archives"))
    assert "données de départ sont remises" in shown(box)


def test_a_server_that_does_not_answer_is_a_sentence(tp, monkeypatch):
    def silent():
        raise ConnectionRefusedError

    monkeypatch.setattr(tp.client, "list_buckets", silent)
    box = Actions(tp.create).build()
    press(box, "Recommencer cet exercice")
    assert "Le serveur S3 ne répond pas" in shown(box)


def outputs(*sources):
    """Renvoie ce que des cellules ont affiché, dans un noyau neuf."""
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    notebook = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(notebook, kernel_name="python3", timeout=60).execute()
    return [cell.outputs for cell in notebook.cells]


OPEN = 'from helpers import connect, open_exercises\ntp = open_exercises("01", connect(quiet=True))'
SOLVE = 'for name in ("archives", "factures"):\n    tp.client.make_bucket(tp.bucket(name))'
CHECK = "tp.create.check()"


def test_buttons_are_for_who_is_there_to_press_them_and_a_success_needs_none(client, monkeypatch):
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    *_, alone = outputs(OPEN, CHECK)
    assert [sorted(output["data"]) for output in alone] == [["text/html", "text/plain"]]
    monkeypatch.setenv("JPY_SESSION_NAME", "01-buckets.ipynb")
    _, (card, buttons), _, success = outputs(OPEN, CHECK, SOLVE, CHECK)
    said = alone[0]["data"]["text/plain"].partition("0 / 1 point")[0]
    assert card["data"]["text/plain"].startswith(said)
    assert "application/vnd.jupyter.widget-view+json" in buttons["data"]
    # Ce que montre un notebook enregistré, quand son noyau n'est plus là.
    assert "tp.create.hint() donne un indice" in buttons["data"]["text/html"]
    assert len(success) == 1
    assert "Réussi" in success[0]["data"]["text/plain"]
