"""Ce que les classes envoient, corrigé pour de vrai : chaque élève, sa note, ce qui est dit."""

import json
import shutil
import subprocess
import zipfile

import pytest

from kit_minio.authoring.exercises import EXERCISES, SOLUTIONS
from tests.support.classroom import answered
from tests.support.copies import NOTEBOOK, TASKS, copies
from tests.support.grading import level_one
from tests.support.trials import TRIALS, graded, grades_in, notes_of, solved, text_of, write

pytestmark = level_one


@pytest.mark.slow
@pytest.mark.parametrize("lessons", [(), ("1",)])
def test_10_the_whole_kit_in_each_copy(lessons, tmp_path):
    kit = {f"exercises/{path.name}": path.read_bytes() for path in EXERCISES.glob("*.ipynb")}
    keys = {f"solutions/{path.name}": path.read_bytes() for path in SOLUTIONS.glob("*.ipynb")}
    one, half = solved(), solved(names="stub")
    mine = {"exercises/01-buckets.ipynb": one}
    files = {f"alice/minio/{name}": data for name, data in (kit | keys | mine).items()}
    files |= {f"bruno/{name}": data for name, data in (kit | mine).items()}
    files |= {"chloe/mon travail.ipynb": half}
    found = graded(write(tmp_path / "lot", files), tmp_path / "out", lessons=lessons)
    assert notes_of(found) == {"alice": 7, "bruno": 7, "chloe": 5}
    assert not any("de la leçon" in text for result in found for text in [result.trouble or ""])


@pytest.mark.slow
def test_10_a_late_lesson_solved_in_the_kit_is_found(tmp_path):
    kit = {path.name: path.read_bytes() for path in EXERCISES.glob("*.ipynb")}
    mine = {"15-jetons-temporaires.ipynb": solved("15")}
    for name in ("alice", "bruno"):
        with zipfile.ZipFile(tmp_path / f"{name}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for path, data in (kit | mine).items():
                archive.writestr(f"kit-minio/exercises/{path}", data)
    source = tmp_path / "lot"
    source.mkdir()
    for name in ("alice", "bruno"):
        (tmp_path / f"{name}.zip").rename(source / f"{name}.zip")
    found = graded(source, tmp_path / "out")
    assert {mark.lesson for result in found for mark in result.marks} == {"15"}
    assert [(result.name, result.points == result.out_of) for result in found] == [
        ("alice", True),
        ("bruno", True),
    ]


@pytest.mark.slow
def test_11_a_venv_in_a_copy(tmp_path):
    lot = tmp_path / "lot"
    shutil.copytree(TRIALS / "11-venv-dans-la-copie" / "lot", lot)
    script = TRIALS / "11-venv-dans-la-copie" / "preparer.sh"
    subprocess.run(["sh", script, lot], check=True, timeout=60)
    assert sum(1 for _ in (lot / "bob").rglob("*.py")) > 20_000
    found = graded(lot, tmp_path / "out")
    assert notes_of(found) == {"alice": 7, "bob": 7}
    assert all(len(result.remarks) <= 1 for result in found)


@pytest.mark.slow
def test_11_a_conda_environment_and_twenty_thousand_images_in_a_zip(tmp_path):
    with zipfile.ZipFile(tmp_path / "lot.zip", "w") as archive:
        archive.writestr("bob/01-buckets.ipynb", solved())
        archive.writestr("bob/essai/conda-meta/history", "")
        for n in range(15_000):
            archive.writestr(f"bob/essai/pkgs/p{n % 300}/m{n}.txt", "")
            archive.writestr(f"bob/photos/{n % 150}/{n}.png", "")
        archive.writestr("zoe/01-buckets.ipynb", solved(create="stub"))
    assert notes_of(graded(tmp_path / "lot.zip", tmp_path / "out")) == {"bob": 7, "zoe": 6}


def test_12_folders_by_group(tmp_path):
    found = graded(TRIALS / "12-autres-collecteurs" / "par-groupe", tmp_path / "out")
    assert notes_of(found) == dict.fromkeys(
        ("Alice Martin", "Bruno Le Gall", "Chloé Petit", "David Roy"), 7
    )
    page = text_of(tmp_path / "out" / "index.html")
    assert "Dossiers qui réunissent des étudiants : « TD1 », « TD2 »." in page


@pytest.mark.slow
def test_12_teams_and_its_drafts(tmp_path):
    source = TRIALS / "12-autres-collecteurs" / "teams"
    assert notes_of(graded(source, tmp_path / "out")) == {"Alice Martin": 7, "Bruno Le Gall": 7}
    page = text_of(tmp_path / "out" / "retours" / "alice-martin.html")
    assert "Version 2/01-buckets.ipynb » , le seul complété" in page.replace("»,", "» ,")


def test_13_a_zip_in_the_zip(tmp_path):
    source = TRIALS / "13-zip-dans-le-zip" / "Cours-TP1-1234.zip"
    expected = {"Alice Martin": 7, "Bruno Le Gall": 7, "Chloé Petit": None, "David Roy": 7}
    assert notes_of(graded(source, tmp_path / "out")) == expected
    reason = "« TP1.rar » : une archive RAR n'est pas ouverte ; il faut un .zip, ou le notebook"
    assert reason in text_of(tmp_path / "out" / "index.html")


@pytest.mark.slow
@pytest.mark.parametrize("lot", ["refait-par-windows-cp850.zip", "decompresse-au-mauvais-encodage"])
def test_14_accents(lot, tmp_path):
    folder = TRIALS / "14-noms-accentues"
    names = ("ANAÏS LEMAÎTRE", "JÉRÔME BENOÎT", "NOËL RÊVÉ", "Chloé Côté", "Élodie Martin")
    assert {copy.name for copy in copies(folder / lot)[0].values()} == {*names}
    found = graded(folder / lot, tmp_path / "out", worksheet=folder / "feuille.csv")
    assert notes_of(found) == dict.fromkeys(names, 7)
    assert grades_in(tmp_path / "out" / "moodle-notes.csv") == dict.fromkeys(names, "20,00")


@pytest.mark.slow
def test_15_extensions(tmp_path):
    found = notes_of(graded(TRIALS / "15-extensions" / "lot", tmp_path / "out"))
    assert {name: note for name, note in found.items() if note is None} == {"f-export-python": None}
    assert {note for name, note in found.items() if note is not None} == {7}
    assert len(found) == 7
    page = text_of(tmp_path / "out" / "index.html")
    assert "« 01-buckets.py » : c'est un export Python" in page
    assert "il faut le fichier .ipynb lui-même" in page


def test_16_a_web_page_and_git_marks(tmp_path):
    lot = tmp_path / "lot"
    shutil.copytree(TRIALS / "16-page-html", lot)
    text = json.dumps(json.loads(NOTEBOOK), indent=1)
    marked = text.replace(' "cells"', '<<<<<<< HEAD\n "cells"', 1)
    write(lot, {"Zoé/01-buckets.ipynb": marked.encode()})
    found = graded(lot, tmp_path / "out")
    assert notes_of(found) == {"Alice": None, "temoin": 7, "Zoé": None}
    page = text_of(tmp_path / "out" / "index.html")
    assert "c'est une page web, et non le notebook" in page
    assert "le bouton « Raw » ou « Télécharger »" in page
    assert "il contient des marques de conflit de Git" in page


@pytest.mark.slow
@pytest.mark.parametrize("lot", ["a-espaces-remplaces", "b-courriel-dans-le-nom"])
def test_19_other_names_of_moodle(lot, tmp_path):
    folder = TRIALS / "19-dossiers-moodle"
    found = graded(folder / lot, tmp_path / "out", worksheet=folder / "feuille.csv")
    assert notes_of(found) == {"Alice Martin": 7, "Bruno Le Gall": 7}
    filled = grades_in(tmp_path / "out" / "moodle-notes.csv")
    assert filled == {"Alice Martin": "20,00", "Bruno Le Gall": "20,00"}


@pytest.mark.slow
def test_24_the_state_of_widgets_counts_for_nothing(tmp_path):
    notebook, _ = answered("01", dict.fromkeys(TASKS, "solution"))
    kind = "application/vnd.jupyter.widget-state+json"
    state = {f"w{n}": {"state": {"value": [{"content": "A" * 2**20}]}} for n in range(13)}
    notebook["metadata"]["widgets"] = {kind: {"state": state, "version_major": 2}}
    files = {"alice/01-buckets.ipynb": json.dumps(notebook).encode(), "bob/x.ipynb": solved()}
    # Seconde sorte : des images dans les sorties.
    del notebook["metadata"]["widgets"]
    code = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    image = {"image/png": "A" * 13 * 2**20}
    code["outputs"] = [{"output_type": "display_data", "data": image, "metadata": {}}]
    files["zoe/01-buckets.ipynb"] = json.dumps(notebook).encode()
    found = graded(write(tmp_path / "lot", files), tmp_path / "out")
    assert notes_of(found) == {"alice": 7, "bob": 7, "zoe": 7}
