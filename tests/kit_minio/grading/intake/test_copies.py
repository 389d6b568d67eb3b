"""Du lot aux copies : réparées, ou à revoir par un humain, jamais un zéro silencieux."""

import json
import shutil
import zipfile

import pytest

from helpers.errors import ContentError, SettingsError
from kit_minio.authoring.exercises import EXERCISES
from tests.support.classroom import answered, code_cell
from tests.support.copies import NOTEBOOK, TASKS, alone, copies


def test_online_text_alone_is_for_a_human(pack):
    path = pack({"Zoé Martin_12_assignsubmission_onlinetext/onlinetext.html": "<p>bonjour</p>"})
    assert "aucun notebook" in alone(path).trouble


@pytest.mark.parametrize("path", [".git/HEAD", ".venv/share/01-buckets.ipynb"])
def test_a_copy_of_hidden_files_alone_says_why_nothing_is_read(path, pack):
    found, _ = copies(pack({f"zoe/{path}": NOTEBOOK, "bob/x.ipynb": NOTEBOOK}))
    assert "Elle n'a que des fichiers cachés" in found["zoe"].trouble


@pytest.mark.parametrize("name", ["travail.ipynb.zip", "x\\y.ipynb", ".travail.ipynb", "9.ipynb"])
@pytest.mark.parametrize("choice", ["stub", "solution"])
def test_a_blank_notebook_next_to_one_that_is_not_read_is_for_a_human(name, choice, pack):
    done, _ = answered("01", dict.fromkeys(TASKS, "solution"))
    readable, _ = answered("01", dict.fromkeys(TASKS, choice))
    files = {f"a/{n:02}.ipynb": json.dumps(readable) for n in range(10)} | {
        f"a/{name}": json.dumps(done)
    }
    copy = alone(pack(files))
    if choice == "solution":
        assert copy.trouble is None
    else:
        assert copy.trouble == (
            "Rien n'est complété dans ce qui a été lu, mais le travail est peut-être dans un "
            f"fichier qui ne l'a pas été : « {name} »."
        )


def test_every_refused_file_is_named_in_the_remarks_or_in_the_journal(pack, caplog):
    caplog.set_level("INFO", "kit_minio.grading")
    files = {f"a/{n:02}.zip": b"PK" for n in range(30)} | {"a/x.ipynb": NOTEBOOK}
    copy = alone(pack(files))
    assert "« 19.zip » est refusé" in copy.remarks[19]
    assert copy.remarks[20] == "10 autres sont refusés : le journal les nomme tous."
    assert len(copy.remarks) == 21
    assert [f"« {n:02}.zip » est refusé" in caplog.text for n in range(30)] == [True] * 30


def test_errors_say_the_fact_and_the_remedy(tmp_path):
    with pytest.raises(ContentError, match="n'existe pas") as caught:
        copies(tmp_path / "absent.zip")
    assert "s3://" in caught.value.remedy
    text = tmp_path / "notes.txt"
    text.write_text("bonjour")
    with pytest.raises(ContentError, match="n'est ni un zip, ni un dossier"):
        copies(text)
    (tmp_path / "vide").mkdir()
    with pytest.raises(ContentError, match="Aucune copie"):
        copies(tmp_path / "vide")
    with pytest.raises(SettingsError, match="« 42 » n'a pas d'exercices"):
        copies(tmp_path, ["42"])


def test_a_lesson_is_asked_with_or_without_its_zero(pack):
    path = pack(
        {"a/1.ipynb": NOTEBOOK, "b/4.ipynb": (EXERCISES / "04-prefixes.ipynb").read_bytes()}
    )
    for asked in ("1", "01"):
        found, _ = copies(path, [asked])
        assert list(found["a"].notebooks) == ["01"]
        assert "de la leçon 04, qui n'est pas à corriger" in found["b"].trouble


def test_an_exercise_filled_in_to_show_it_is_not_the_reference(pack, tmp_path, monkeypatch):
    folder = tmp_path / "exercises"
    shutil.copytree(EXERCISES, folder)
    shown, _ = answered("01", dict.fromkeys(TASKS, "solution"))
    (folder / "01-buckets.ipynb").write_text(json.dumps(shown), "utf-8")
    expected = alone(pack({"a/x.ipynb": NOTEBOOK})).notebooks["01"]
    monkeypatch.setattr("kit_minio.authoring.exercises.EXERCISES", folder)
    found, remarks = copies(pack({"a/x.ipynb": NOTEBOOK}), ["01"])
    assert found["a"].notebooks["01"].cells == expected.cells
    assert found["a"].kept["01"].filled == 0
    told = "exercises/01-buckets.ipynb a été modifié : la référence est tirée de solutions/."
    assert remarks == [told]


def test_a_missing_notebook_is_to_do_and_it_is_said(pack):
    other = (EXERCISES / "04-prefixes.ipynb").read_bytes()
    path = pack({"a/1.ipynb": NOTEBOOK, "a/4.ipynb": other, "b/1.ipynb": NOTEBOOK})
    found, remarks = copies(path)
    assert list(found["b"].notebooks) == ["01", "04"]
    assert found["b"].remarks == [
        "Leçon 04 : aucun notebook n'en a été lu ; ses exercices restent à faire."
    ]
    assert found["a"].remarks == []
    assert not found["b"].trouble
    assert remarks[0].replace("\u00a0", " ").startswith("La leçon 04 manque dans 1 copie sur 2 : ")


def test_of_several_notebooks_the_most_complete_then_the_latest_is_kept(pack, tmp_path):
    notebook, _ = answered("01", dict.fromkeys(TASKS, "solution"))
    full = json.dumps(notebook)
    copy = alone(pack({"a/1.ipynb": full, "a/2.ipynb": NOTEBOOK}))
    assert "« 1.ipynb », le seul complété" in copy.remarks[0]
    late, early = zipfile.ZipInfo("a/1.ipynb", (2026, 11, 20, 12, 0, 0)), "a/2.ipynb"
    copy = alone(pack([(late, full), (zipfile.ZipInfo(early, (2026, 11, 19, 0, 0, 0)), full)]))
    assert "« 1.ipynb »" in copy.remarks[0].split(",")[0]


def test_extra_cells_keep_the_notebook_valid(pack):
    notebook, _ = answered("01", dict.fromkeys(TASKS, "stub"))
    notebook["cells"] += [code_cell("même", "x = 1"), code_cell("même", "x = 2")]
    copy = alone(pack({"a/x.ipynb": json.dumps(notebook)}))
    ids = [cell.id for cell in copy.notebooks["01"].cells]
    assert len(ids) == len(set(ids))
