"""Examiner une leçon : ce qui cloche est dit avec son fichier, sa cellule et le remède."""

import shutil
import subprocess
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from helpers.errors import SettingsError
from helpers.files import ROOT
from kit_minio.authoring import check as module
from kit_minio.authoring.check import check, page_of
from kit_minio.authoring.navigation import navigated
from kit_minio.authoring.notebooks import refresh

FIRST = """\
# 99 · Essai

- **Durée**\u00a0: 10 minutes, 15 en classe
- **Niveau**\u00a0: débutant
- **Prérequis**\u00a0: la leçon 00.

**Objectifs.** Ensuite, vous saurez essayer."""

PLAN = "| [99 · Essai](notebooks/99-essai.ipynb)\u00a0: rien | 10\u00a0min | débutant | – |\n"


def lesson(folder, *sources):
    """Écrit une leçon d'essai, exécutée, et renvoie son chemin."""
    cells = [new_markdown_cell(FIRST), *map(new_code_cell, sources)]
    cells.append(new_markdown_cell("## À retenir\n\n- Un essai se relance."))
    folder.mkdir()
    (folder.parent / "README.md").write_text(PLAN, encoding="utf-8")
    path = folder / "99-essai.ipynb"
    nbformat.write(navigated(new_notebook(cells=cells), path), path)
    refresh(path)
    return path


def test_a_lesson_that_does_not_exist_is_said_with_those_that_do():
    with pytest.raises(SettingsError, match="« 77 » n'existe pas") as caught:
        check("77")
    assert "00, 01, 02" in caught.value.remedy


def test_a_lesson_is_named_with_or_without_its_zero():
    assert page_of("4") == page_of("04")


@pytest.mark.slow
def test_an_output_that_changes_is_found_at_each_execution(tmp_path, monkeypatch):
    path = lesson(tmp_path / "notebooks", "1 + 1", "import secrets\nsecrets.token_hex(4)")
    monkeypatch.setattr(module, "LESSONS", path.parent)
    assert [(finding.cell, finding.fact) for finding in check("99")] == [
        (3, "la sortie de la première exécution n'est pas celle du dépôt"),
        (3, "la sortie de la seconde exécution n'est pas celle du dépôt"),
    ]


@pytest.mark.slow
def test_a_lesson_that_cannot_run_twice_is_found(tmp_path, monkeypatch):
    trace = tmp_path / "trace"
    once = f"from pathlib import Path\nPath({str(trace)!r}).mkdir()"
    path = lesson(tmp_path / "notebooks", once)
    trace.rmdir()
    monkeypatch.setattr(module, "LESSONS", path.parent)
    (only,) = [str(finding) for finding in check("99")]
    assert only.startswith("notebooks/99-essai.ipynb : seconde exécution : La cellule de code 1")
    assert "FileExistsError" in only


RIGHT_CALLED_WRONG = """
WRONG["une réponse juste"] = (
    'for name in ("archives", "factures"):\\n    client.make_bucket(bucket_name=tp.bucket(name))',
    "jamais dit",
)
"""


@pytest.mark.slow
def test_what_is_wrong_in_a_series_is_said(tmp_path):
    """Sur une copie du kit, où trois fautes ont été mises."""
    kit = tmp_path / "kit"
    unwanted = shutil.ignore_patterns(".git", ".venv*", ".data", "__pycache__", "*.egg-info")
    shutil.copytree(ROOT, kit, ignore=unwanted)
    with (kit / "tests" / "answers" / "01_create.py").open("a", encoding="utf-8") as file:
        file.write(RIGHT_CALLED_WRONG)
    (kit / "tests" / "answers" / "01_names.py").unlink()
    shutil.copy(kit / "exercises" / "02-objets.ipynb", kit / "exercises" / "01-buckets.ipynb")
    done = subprocess.run(
        [sys.executable, "-m", "kit_minio", "check", "01"],
        cwd=kit, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 1
    for fragment in (
        "✗ exercises/01-buckets.ipynb : l'exercice n'est pas à jour.",
        "✗ tests/answers/01_names.py : aucune réponse n'éprouve cet exercice. Écrivez ce fichier.",
        "✗ tests/answers/test_answers.py : test_wrong_answers",
    ):
        assert fragment in done.stdout, done.stdout
    assert "une réponse juste" in done.stdout
