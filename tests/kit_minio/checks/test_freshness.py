"""Une carte cesse d'être verte dès que le code de son exercice est exécuté de nouveau."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from jupyter_client.manager import start_new_kernel

OPEN = 'from helpers import connect, open_exercises\ntp = open_exercises("01", connect(quiet=True))'
SOLVE = 'for name in ("archives", "factures"):\n    tp.client.make_bucket(tp.bucket(name))'


class Notebook:
    """Un noyau que quelqu'un regarde, et ce que montre chacune de ses sorties, à jour."""

    def __init__(self) -> None:
        self.manager, self.client = start_new_kernel(kernel_name="python3")
        self.cards: dict[str, str] = {}

    def close(self) -> None:
        """Arrête le noyau."""
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)

    def run(self, cell: str, code: str) -> str:
        """Exécute le code d'une cellule, comme JupyterLab ; renvoie sa dernière carte."""
        content = {"code": code, "silent": False, "store_history": True, "stop_on_error": True}
        message = self.client.session.msg("execute_request", content, metadata={"cellId": cell})
        self.client.shell_channel.send(message)
        last = ""
        while True:
            answer = self.client.get_iopub_msg(timeout=60)
            kind, content = answer["msg_type"], answer["content"]
            if (
                kind in ("display_data", "update_display_data")
                and "display_id" in content["transient"]
            ):
                last = content["transient"]["display_id"]
                self.cards[last] = content["data"]["text/plain"]
            if kind == "status" and content["execution_state"] == "idle":
                return last


@pytest.fixture
def notebook(client, monkeypatch) -> Iterator[Notebook]:
    monkeypatch.setenv("JPY_SESSION_NAME", "essai.ipynb")
    with closing(Notebook()) as notebook:
        notebook.run("ouvrir", OPEN)
        yield notebook


def test_a_success_is_dated_and_expires_when_its_code_is_run_again(notebook):
    notebook.run("code", SOLVE)
    card = notebook.run("verifier", "tp.create.check()")
    assert "✓ Réussi" in notebook.cards[card]
    assert "1 / 1 point, vérifié à " in notebook.cards[card]
    notebook.run("ailleurs", "x = 1")
    assert "✓ Réussi" in notebook.cards[card]
    notebook.run("code", "1 / 0")
    assert "• À revérifier — Créer deux buckets" in notebook.cards[card]
    assert "du code de cet exercice a échoué depuis" in notebook.cards[card]
    again = notebook.run("verifier", "tp.create.check()")
    assert again != card
    assert "✓ Réussi" in notebook.cards[again]
    notebook.run("code", SOLVE.replace("make_bucket", "bucket_exists"))
    assert "a été exécuté depuis" in notebook.cards[again]


def test_the_code_of_another_exercise_changes_nothing(notebook):
    notebook.run("code", SOLVE)
    card = notebook.run("verifier", "tp.create.check()")
    notebook.run("autre code", "answer = {}")
    other = notebook.run("autre", "tp.names.check(answer)")
    notebook.run("autre code", "answer = {}")
    assert "✓ Réussi" in notebook.cards[card]
    assert "À revérifier" in notebook.cards[other]


def test_starting_again_and_opening_again_are_said_on_the_cards(notebook):
    notebook.run("code", SOLVE)
    card = notebook.run("verifier", "tp.create.check()")
    notebook.run("recommencer", "tp.create.reset()")
    assert "ses données de départ ont été remises depuis" in notebook.cards[card]
    notebook.run("ouvrir", OPEN)
    assert "la série a été rouverte depuis" in notebook.cards[card]
