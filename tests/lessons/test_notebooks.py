"""Ce qui vaut pour tout notebook du dépôt : forme, langue, sorties."""

import json
import re

import nbformat
import pytest
from nbclient.exceptions import CellTimeoutError

from helpers.errors import ContentError
from helpers.files import ROOT
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

LESSON_PATHS = sorted(LESSONS.glob("*.ipynb"))
EXECUTED = LESSON_PATHS + sorted(SOLUTIONS.glob("*.ipynb"))
ALL = EXECUTED + sorted(EXERCISES.glob("*.ipynb"))

lessons = pytest.mark.parametrize("path", LESSON_PATHS, ids=lambda path: path.stem)
executed = pytest.mark.parametrize(
    "path", EXECUTED, ids=lambda path: f"{path.parent.name}/{path.stem}"
)
every = pytest.mark.parametrize("path", ALL, ids=lambda path: f"{path.parent.name}/{path.stem}")


def code(path):
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


def prose(path):
    """Renvoie le texte des cellules Markdown, sans code, liens ni diagrammes."""
    text = "\n".join(cell.source for cell in read(path).cells if cell.cell_type == "markdown")
    return re.sub(r"```.*?```|`[^`]*`|\]\([^)]*\)|<[^>]*>", "", text, flags=re.S)


@lessons
def test_lesson_cells_are_short(path):
    for cell in code(path):
        assert len(cell.source.splitlines()) <= 10, cell.source


@lessons
def test_lesson_opens_with_duration_and_objectives_and_ends_with_key_points(path):
    cells = read(path).cells
    assert cells[0].source.startswith(f"# {path.name[:2]} · ")
    assert "**Durée**" in cells[0].source
    assert "vous saurez" in cells[0].source
    assert "## À retenir" in cells[-1].source


@lessons
def test_lesson_leads_to_its_exercises_and_to_the_next_one(path):
    last = read(path).cells[-1].source
    wanted = [f"../exercises/{path.name}"] if (EXERCISES / path.name).exists() else []
    following = LESSON_PATHS[LESSON_PATHS.index(path) + 1 :]
    wanted += [following[0].name] if following else []
    assert [link for link in wanted if f"]({link})" not in last] == []


@every
def test_links_to_other_files_lead_somewhere(path):
    text = "\n".join(cell.source for cell in read(path).cells if cell.cell_type == "markdown")
    found = re.findall(r"\]\((?!https?:|#|data:)([^)]+)\)", text)
    assert [link for link in found if not (path.parent / link.partition("#")[0]).exists()] == []


@executed
def test_cells_are_executed_in_order_without_error(path):
    cells = [cell for cell in code(path) if cell.source.strip()]
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    for cell in cells:
        for output in cell.outputs:
            assert output.output_type != "error", cell.source
            assert output.get("name") != "stderr", output


@executed
def test_only_what_minio_alone_does_is_left_uncompared(path):
    for cell in code(path):
        if "nbval-ignore-output" in cell.metadata.get("tags", []):
            assert "MinIO seulement" in cell.source
            assert "MinIO seulement" in json.dumps(cell.outputs), "la sortie du serveur embarqué"
        assert "nbval-skip" not in cell.metadata.get("tags", [])


@executed
def test_outputs_name_no_folder_of_the_authors_machine(path):
    outputs = json.dumps([cell.outputs for cell in code(path)])
    found = re.findall(r"/(?:tmp|home|root|Users|work)/[\w./-]+|[A-Z]:\\\\\w+", outputs)
    assert not found


@every
def test_metadata_is_clean_and_format_is_valid(path):
    notebook = read(path)
    nbformat.validate(notebook)
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert notebook.metadata.kernelspec.name == "python3"
    for cell in notebook.cells:
        assert set(cell.metadata) <= {"tags"}, cell.metadata


@every
def test_french_typography(path):
    text = prose(path)
    assert not re.findall(r"[^\s\u00a0][ ][:;!?»](?!\w)", text), "espace ordinaire avant : ; ! ? »"
    assert not re.findall(r"\w[;!?](?:\s|$)", text), "espace insécable absente"
    assert not re.findall(r"« | »", text)
    assert "'" not in text, "apostrophe droite"
    assert "..." not in text, "trois points au lieu de …"
    assert not re.findall(r"\b\d{1,3} \d{3}\b", text), "espace ordinaire dans un nombre"


@every
def test_relative_links_lead_somewhere(path):
    for cell in read(path).cells:
        if cell.cell_type == "markdown":
            for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", cell.source):
                if "://" not in target:
                    assert (path.parent / target).exists(), target


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
    path = tmp_path / "essai.ipynb"
    path.with_suffix(".tmp").mkdir()
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


def test_root_has_the_folders_of_the_readme():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in ("notebooks", "helpers", "exercises", "solutions", "docker-compose.yml"):
        assert (ROOT / name).exists()
        assert name in readme
