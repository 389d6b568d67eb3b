"""Les cellules d'origine, retrouvées dans une copie : par identifiant, par texte, par voisinage."""

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from kit_minio.grading.intake.places import (
    STUB,
    find_places,
    is_blank,
    kept_in_place,
    lines_of,
    only_calls,
    plain,
    spans_of,
)
from kit_minio.grading.intake.reading import Cell

MASTER = new_notebook(
    cells=[
        new_code_cell("import json", id="setup"),
        new_markdown_cell("Comptez.", id="text"),
        new_code_cell(f"total = ...\n{STUB}", id="answer"),
        new_code_cell("tp.count.check(total)", id="check"),
    ]
)


def cells(*found):
    """Renvoie des cellules de code, d'après (identifiant, texte)."""
    return [Cell(cell_id, "code", source) for cell_id, source in found]


def test_ids_tell_the_places_whatever_the_order():
    places, repeated = find_places(MASTER, cells(("check", "x"), ("setup", "y"), ("answer", "z")))
    assert places == {0: 3, 1: 0, 2: 2}
    assert repeated == set()


def test_without_ids_the_text_then_the_neighbours_tell():
    found = cells((None, "import json"), (None, "total = 3"), (None, "tp.count.check(total)"))
    assert find_places(MASTER, found)[0] == {0: 0, 1: 2, 2: 3}
    # Rien de commun avec l'amorce : sa place, entre ses voisines, suffit.
    found = cells((None, "import json"), (None, "print(1)"), (None, "tp.count.check(total)"))
    assert find_places(MASTER, found)[0] == {0: 0, 1: 2, 2: 3}


def test_of_two_cells_with_one_id_the_one_that_was_changed_counts():
    blank = MASTER.cells[2].source
    places, repeated = find_places(MASTER, cells(("answer", blank), ("answer", "total = 3")))
    assert (places, repeated) == ({1: 2}, {0})
    places, repeated = find_places(MASTER, cells(("answer", "total = 2"), ("answer", "total = 3")))
    assert (places, repeated) == ({0: 2}, set())  # aucune n'est en trop : ce sont deux essais


def test_what_moved_alone_is_not_in_place():
    assert kept_in_place({0: 3, 1: 0, 2: 1, 3: 2}) == {1, 2, 3}
    assert kept_in_place({}) == set()


def test_each_cell_knows_the_ones_around_it_that_stayed():
    found = cells(("setup", ""), (None, "x"), ("check", ""), (None, "y"))
    spans = dict(spans_of({0: 0, 2: 3}, found, len(MASTER.cells)))
    assert spans == {0: (-1, 3), 1: (0, 3), 2: (0, 4), 3: (3, 4)}


def test_blank_lines_and_ends_of_lines_do_not_count():
    assert plain("a  \r\n\n\tb\n") == "a\n\tb"
    assert lines_of(f"# note\n  x = 1\n\n{STUB}") == {"x = 1", STUB}


@pytest.mark.parametrize(
    ("line", "is_call"),
    [("tp", True), ("tp.count.check(total)", True), ("tp.count.hint();", True), ("tp.x()", False)],
)
def test_a_call_to_the_exercise_is_not_work(line, is_call):
    assert only_calls({line}) is is_call


_TODAY = "restart()\ntries = ...\n# Votre code ici\n..."
_NESTED = "async def run(remote):\n    # Votre code ici\n    ...\n\n\nawait run(client)"


@pytest.mark.parametrize(
    ("source", "original", "blank"),
    [
        (_TODAY, _TODAY, True),
        ("tries = ...\n# Votre code ici\n...", _TODAY, True),  # l'édition d'avant
        (_NESTED.replace("await run(client)", "asyncio.run(run(client))"), _NESTED, True),
        ("restart()\ntries = 3\n# Votre code ici\n", _TODAY, False),
        ("restart()\ntries = ...\n# Votre code ici\n...\ntries = 3", _TODAY, False),
        (_NESTED.replace("...\n", "...\n    await remote.put()\n", 1), _NESTED, False),
        ("tries = 3", _TODAY, False),
    ],
)
def test_an_older_blank_cell_is_blank(source, original, blank):
    assert is_blank(source, original) is blank
