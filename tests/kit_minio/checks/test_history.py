"""Ce qui a été exécuté : ce qui compte pour un essai, et ce que Python n'a pas pu lire."""

import pytest

from kit_minio.checks import history

STUB = "names = client.list_buckets()\n# Votre code ici\n..."


@pytest.mark.parametrize(
    "cell",
    [
        STUB,
        "names = client.list_buckets()",
        "names = client.list_buckets()  # une note",
        "...",
        "# rien",
        "tp.create.check()",
        "tp.create.hint()",
        "pass",
    ],
)
def test_a_blank_cell_is_no_attempt(cell):
    assert not history.attempted([cell], [STUB])


@pytest.mark.parametrize(
    "cell",
    ["names = client.list_buckets()\nprint(names)", "x = 1", "if :", "make()\ntp.create.check()"],
)
def test_anything_else_is(cell):
    assert history.attempted([STUB, cell], [STUB])


def test_a_syntax_error_is_located_until_the_cell_is_mended():
    assert history.syntax_fault(["x = 1", "y = 2\nif :\n"]).startswith("ligne 2 : if :")
    assert history.syntax_fault(["if :", "tp.create.check()"]) == "ligne 1 : if :"
    assert history.syntax_fault(["if :", "x = 1"]) == ""
    assert history.syntax_fault(["await x"]) == ""


def test_nothing_is_executed_outside_a_notebook():
    assert history.executed() == []


def test_each_check_has_the_cells_run_since_the_one_before(monkeypatch):
    cells = ["ouverture"]
    monkeypatch.setattr(history, "executed", lambda: list(cells))
    seen = history.History(lambda: (STUB,))
    cells += [STUB, "tp.create.check()"]
    seen.advance()
    assert not seen.attempted()
    cells += ["x = 1", "if :", "tp.create.check()"]
    seen.advance()
    assert seen.attempted()
    assert seen.syntax_fault() == "ligne 1 : if :"
    seen.advance()
    assert not seen.attempted()
