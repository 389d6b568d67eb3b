"""De la solution à l'exercice : ce qui est coupé, ce qui reste, ce qui est mal marqué."""

from __future__ import annotations

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from helpers.errors import ContentError
from kit_minio.authoring import exercises
from kit_minio.authoring.exercises import (
    STUB,
    generate,
    modified,
    references,
    sections,
    solution_of,
    write_all,
)
from kit_minio.authoring.notebooks import read, write
from kit_minio.checks import series

SOLUTION = """for name in names:
    ### BEGIN SOLUTION
    create(name)
    ### END SOLUTION
tp.create.check()"""


def solution(*codes):
    return new_notebook(cells=[new_code_cell(code) for code in codes])


def test_what_the_student_writes_is_cut_with_its_indentation():
    notebook = solution("1 + 1", SOLUTION)
    notebook.cells[0].metadata.tags = ["solution"]
    notebook.cells[1].execution_count = 3
    (cell,) = generate(notebook).cells
    assert cell.source == ("for name in names:\n    # Votre code ici\n    ...\ntp.create.check()")
    assert (cell.outputs, cell.execution_count) == ([], None)
    assert "create(name)" in notebook.cells[1].source


@pytest.mark.parametrize(
    "code", ["### BEGIN SOLUTION\n1", "1\n### END SOLUTION", "1  ### BEGIN SOLUTION"]
)
def test_a_mark_without_its_pair_is_said_with_its_cell(code):
    notebook = solution(code)
    with pytest.raises(ContentError, match=f"dans la cellule {notebook.cells[0].id}"):
        generate(notebook)


def test_cells_belong_to_the_exercise_whose_check_ends_them():
    notebook = solution("tp = open_exercises('01')", "a = 1", "tp.one.check(a)", "tp.two.check()")
    notebook.cells.insert(1, new_markdown_cell("## Le premier"))
    found = {name: [cell.source for cell in cells] for name, cells in sections(notebook).items()}
    assert found == {
        "": ["tp = open_exercises('01')"],
        "one": ["a = 1", "tp.one.check(a)"],
        "two": ["tp.two.check()"],
    }


@pytest.fixture
def folders(tmp_path, monkeypatch):
    """Les dossiers des solutions et des exercices d'un autre kit."""
    for name in ("SOLUTIONS", "EXERCISES"):
        monkeypatch.setattr(exercises, name, tmp_path / name.lower())
    (tmp_path / "solutions").mkdir()
    return tmp_path / "solutions", tmp_path / "exercises"


def test_only_what_changed_is_written_and_check_writes_nothing(folders):
    ours, theirs = folders
    write(solution(SOLUTION), ours / "01-buckets.ipynb")
    assert write_all(check=True) == ["01-buckets.ipynb"]
    assert not theirs.exists()
    assert write_all() == ["01-buckets.ipynb"]
    assert write_all() == []
    (ours / "01-buckets.ipynb").unlink()
    with pytest.raises(ContentError, match="n'a pas de solution"):
        write_all()


def test_the_solution_of_an_exercise_is_its_code_without_the_marks(folders):
    ours, _ = folders
    assert solution_of(series("01"), "create") is None
    code = SOLUTION.replace("\ntp.create.check()", "")
    write(solution(code, "tp.create.check()"), ours / "01-buckets.ipynb")
    assert solution_of(series("01"), "create") == "for name in names:\n    create(name)"


def test_a_filled_exercise_does_not_change_the_reference(folders):
    path, name = _filled(folders)

    assert modified() == [name]
    assert references()["01"].cells[0].source.startswith(STUB.format(indent=""))

    path.unlink()
    write_all()
    assert modified() == []


def test_a_filled_exercise_without_its_solution_is_refused(folders):
    _, name = _filled(folders)
    (folders[0] / name).unlink()

    with pytest.raises(ContentError, match=f"exercises/{name} a été modifié"):
        references()


def _filled(folders):
    """Remplit un exercice comme le fait qui le montre dans JupyterLab."""
    name = "01-buckets.ipynb"
    code = "### BEGIN SOLUTION\ncreate(1)\n### END SOLUTION\ntp.create.check()"
    write(solution(code), folders[0] / name)
    write_all()
    path = folders[1] / name
    notebook = read(path)
    notebook.cells[0].source = "create('a')"
    write(notebook, path)
    return path, name
