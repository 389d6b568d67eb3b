"""Lire, exécuter et réécrire un notebook, sans bruit dans le dépôt."""

import re

import nbformat
import pytest
from nbclient.exceptions import CellTimeoutError

from helpers.errors import ContentError
from kit_minio.authoring.exercises import EXERCISES, SOLUTIONS
from kit_minio.authoring.notebooks import (
    LESSONS,
    SANITIZE,
    execute,
    read,
    refresh,
    run_all,
    what_happened,
    write,
)


def test_few_sanitize_rules():
    rules = re.findall(r"^regex: ", SANITIZE.read_text(encoding="utf-8"), flags=re.M)
    assert 0 < len(rules) < 6


def test_mirror_trees():
    names = {path.name for path in SOLUTIONS.glob("*.ipynb")}
    assert names == {path.name for path in EXERCISES.glob("*.ipynb")}
    assert names <= {path.name for path in LESSONS.glob("*.ipynb")}


def notebook_of(*sources):
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    return nbformat.v4.new_notebook(cells=cells)


def test_refresh_rewrites_only_what_changed(tmp_path):
    path = tmp_path / "essai.ipynb"
    write(notebook_of("print('Serveur S3 : ici')", "print(6 * 7)"), path)
    said = []
    assert run_all([path], said.append) == 0
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("Serveur S3 : ici", "Serveur S3 : là"), encoding="utf-8")
    assert run_all([path], said.append) == 0
    assert said == ["✓ essai.ipynb : 2 cellules réécrites", "✓ essai.ipynb : inchangé"]
    assert "Serveur S3 : là\\n" in path.read_text(encoding="utf-8")
    changed = path.read_text(encoding="utf-8").replace("6 * 7", "6 * 8")
    path.write_text(changed, encoding="utf-8")
    assert refresh(path) == 1
    assert "48" in path.read_text(encoding="utf-8")


@pytest.mark.slow
def test_refresh_keeps_a_plot_of_which_only_the_drawing_changes(tmp_path):
    drawing = "{'image/png': secrets.token_hex(8), 'text/plain': 'courbe'}"
    path = tmp_path / "essai.ipynb"
    write(notebook_of(f"import secrets\ndisplay({drawing}, raw=True)"), path)
    assert refresh(path) == 1
    before = path.read_bytes()
    assert refresh(path) == 0
    assert path.read_bytes() == before
    path.write_text(before.decode().replace("'courbe'", "'barres'"), encoding="utf-8")
    assert refresh(path) == 1


@pytest.mark.slow
def test_refresh_keeps_an_output_that_depends_on_the_server(tmp_path):
    path = tmp_path / "essai.ipynb"
    notebook = notebook_of("print('MinIO seulement')", "1 + 1")
    notebook.cells[0].metadata.tags = ["nbval-ignore-output"]
    write(notebook, path)
    assert refresh(path) == 2
    before = path.read_text(encoding="utf-8").replace("seulement\\n", "répond\\n")
    path.write_text(before, encoding="utf-8")
    assert refresh(path) == 0
    assert path.read_text(encoding="utf-8") == before


def test_failing_notebook_is_named_and_left_as_it_was(tmp_path):
    path = tmp_path / "essai.ipynb"
    write(notebook_of("1 + 1", "1 / 0"), path)
    before = path.read_bytes()
    said = []
    assert run_all([path], said.append) == 1
    assert said == [
        "✗ essai.ipynb : La cellule de code 2 échoue (ZeroDivisionError : division by zero). "
        "Corrigez-la dans JupyterLab, puis relancez la commande."
    ]
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_notebook_that_cannot_be_written_is_a_french_error(tmp_path):
    path = tmp_path / "absent" / "essai.ipynb"
    with pytest.raises(ContentError, match=r"essai\.ipynb ne peut pas être écrit"):
        write(notebook_of("1"), path)
    assert not path.exists()


@pytest.mark.parametrize("content", ["", "{", '{"cells": 3}', "[]"])
def test_unreadable_notebook_is_a_french_error(tmp_path, content):
    path = tmp_path / "essai.ipynb"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ContentError, match="n'est pas un notebook lisible"):
        read(path)


def test_kernel_death_is_a_french_error(tmp_path):
    notebook = notebook_of("import os", "os._exit(3)")
    with pytest.raises(ContentError, match="La cellule de code 2 met fin au noyau"):
        execute(notebook, tmp_path)


def test_endless_cell_is_told_in_french():
    error = CellTimeoutError("A cell timed out while it was being executed, after 120 seconds.")
    assert what_happened(error) == "dure plus de 120 secondes"
