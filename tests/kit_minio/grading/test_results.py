"""Les résultats sur le disque : écrits d'un coup, relus, et jamais repris à tort."""

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import datetime

import pytest

from helpers.errors import SettingsError
from helpers.files import ROOT
from kit_minio.authoring.exercises import EXERCISES
from kit_minio.authoring.notebooks import read
from kit_minio.checks.outcome import Outcome, Verdict
from kit_minio.grading.model import Copy, Kept, Mark, Result
from kit_minio.grading.results import Results, fingerprint_of, open_results, write_file

NOTEBOOK = read(EXERCISES / "01-buckets.ipynb")


def some_result(copy_id="zoe-martin-12"):
    outcome = Outcome(Verdict.REVIEW, "Il manque un bucket.", "a \udc80 \u202e", "b", 0.5)
    mark = Mark("01", "create", "Créer", outcome, 1, "Un indice", "print('é')", 0.25)
    return Result(copy_id, "Zoé Martin", "12", [mark], ["Une remarque."], None, 1, "MinIO", 42, 3.5)


def some_copy(source="1 + 1"):
    notebook = json.loads(json.dumps(NOTEBOOK))
    last_code(notebook)["source"] = source
    return Copy("zoe-martin-12", "Zoé Martin", "12", {"01": notebook})


def last_code(notebook):
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"][-1]


@pytest.fixture
def results(tmp_path):
    with open_results(tmp_path / "sortie") as opened:
        yield opened


# --- Écrire et relire ---------------------------------------------------------------------------


def test_a_result_is_read_back_as_it_was(results):
    written = results.write(some_result(), "empreinte")
    assert written == some_result()
    found = results.find("zoe-martin-12", "empreinte")
    assert found == some_result()
    assert found.marks[0].outcome.verdict is Verdict.REVIEW


def test_the_executed_notebook_is_a_file_of_its_own(results):
    path = results.out / "copies" / "zoe-martin-12.ipynb"
    written = results.write(replace(some_result(), executed='{"é": 1}'), "empreinte")
    assert written == results.find("zoe-martin-12", "empreinte") == some_result()
    assert path.read_text("utf-8") == '{"é": 1}\n'
    results.write(some_result(), "autre")
    assert not path.exists()
    results.write(replace(some_result(), executed="{}"), "encore")
    results.forget()
    assert not path.exists()


def test_a_result_counts_only_for_the_same_print(results):
    results.write(some_result(), "empreinte")
    assert results.find("zoe-martin-12", "autre") is None
    assert results.find("alice-13", "empreinte") is None


def test_a_result_without_print_is_never_taken_again(results):
    results.write(some_result(), "")
    assert results.find("zoe-martin-12", fingerprint_of(some_copy(), 1)) is None


def test_a_result_from_a_lower_isolation_is_not_taken_again(results):
    results.write(some_result(), "empreinte")
    assert results.find("zoe-martin-12", "empreinte", floor=1)
    assert results.find("zoe-martin-12", "empreinte", floor=2) is None


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"fingerprint": "empreinte"}', b"\xff\xfe"])
def test_a_damaged_result_is_graded_again(results, damage):
    results.write(some_result(), "empreinte")
    (results.folder / "zoe-martin-12.json").write_bytes(damage)
    assert results.find("zoe-martin-12", "empreinte") is None


def test_a_result_of_another_version_of_the_kit_is_graded_again(results):
    results.write(some_result(), "empreinte")
    path = results.folder / "zoe-martin-12.json"
    stored = json.loads(path.read_bytes())
    del stored["result"]["seed"]
    stored["result"]["colour"] = "bleu"
    path.write_text(json.dumps(stored))
    assert results.find("zoe-martin-12", "empreinte") is None


def test_endless_code_is_cut(results):
    result = some_result()
    result.marks[0].code = "x" * 10**6
    written = results.write(result, "empreinte")
    assert len(written.marks[0].code) < 21_000
    assert "n'est pas montrée" in written.marks[0].code
    assert results.find("zoe-martin-12", "empreinte") == written


def test_a_failed_write_is_a_sentence_and_leaves_no_draft(tmp_path):
    path = tmp_path / "notes.csv"
    path.mkdir()
    with pytest.raises(SettingsError, match=r"ne s'écrit pas \(c'est un dossier\)"):
        write_file(path, b"apres")
    assert list(tmp_path.iterdir()) == [path]


def test_the_date_of_the_grading_is_that_of_the_last_result(results):
    for number, name in enumerate(["a", "b"]):
        results.write(some_result(name), "empreinte")
        os.utime(results.folder / f"{name}.json", (1_000_000 - number, 1_000_000 - number))
    assert results.graded_on() == datetime.fromtimestamp(1_000_000)


# --- L'empreinte --------------------------------------------------------------------------------


def test_the_print_follows_the_copy_and_the_seed():
    kept = {"01": Kept("01.ipynb", python="3.12.1")}
    prints = {
        fingerprint_of(some_copy(), 1),
        fingerprint_of(some_copy(), 2),
        fingerprint_of(some_copy("1 + 2"), 1),
        fingerprint_of(replace(some_copy(), remarks=["convertie"]), 1),
        fingerprint_of(replace(some_copy(), trouble="illisible"), 1),
        fingerprint_of(replace(some_copy(), beside={"01": {"outils.py": "x = 1"}}), 1),
        fingerprint_of(replace(some_copy(), kept=kept), 1),
    }
    assert len(prints) == 7
    assert fingerprint_of(some_copy(), 1) in prints


def test_the_print_follows_the_role_of_a_cell():
    copy = some_copy()
    last_code(copy.notebooks["01"])["metadata"]["kit"] = {"role": "extra", "exercise": ""}
    assert fingerprint_of(copy, 1) != fingerprint_of(some_copy(), 1)


def test_no_wording_changes_the_print():
    first, second = some_copy(), some_copy()
    for copy, text in ((first, "Une phrase."), (second, "Dit autrement.")):
        copy.remarks, copy.trouble = [text], text
        copy.kept = {"01": Kept(f"{text}.ipynb", attempts=len(text))}
        copy.notebooks["01"]["metadata"]["title"] = text
        told = [cell for cell in copy.notebooks["01"]["cells"] if cell["cell_type"] == "markdown"]
        assert told
        for cell in told:
            cell["source"] = text
    assert fingerprint_of(first, 1) == fingerprint_of(second, 1)


def test_the_print_is_the_same_in_another_process():
    code = (
        "from kit_minio.authoring.exercises import EXERCISES;"
        "from kit_minio.authoring.notebooks import read;"
        "from kit_minio.grading.model import Copy;"
        "from kit_minio.grading.results import fingerprint_of;"
        "notebook = read(EXERCISES / '01-buckets.ipynb');"
        "print(fingerprint_of(Copy('zoe', 'Zoé', '12', {'01': notebook}), 1))"
    )
    environment = os.environ | {
        "PYTHONHASHSEED": "1",
        "PYTHONPATH": str(ROOT),
    }  # ici, une autre graine
    found = subprocess.check_output(
        [sys.executable, "-c", code], env=environment, text=True, cwd=ROOT
    )
    assert found.strip() == fingerprint_of(Copy("zoe", "Zoé", "12", {"01": NOTEBOOK}), 1)


# --- Le dossier ---------------------------------------------------------------------------------


def test_two_gradings_do_not_share_a_folder(tmp_path):
    out = tmp_path / "sortie"
    second = open_results(out)
    with open_results(out), pytest.raises(SettingsError, match="Une autre correction"):
        second.__enter__()
    with open_results(out):
        pass


def test_the_lock_dies_with_its_process(tmp_path):
    out = tmp_path / "sortie"
    code = (
        "import sys; from pathlib import Path; from kit_minio.grading.results import open_results\n"
        "with open_results(Path(sys.argv[1])):\n    print('pris', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(out)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout.readline() == b"pris\n"
    with pytest.raises(SettingsError, match="Une autre correction"), open_results(out):
        pass
    holder.kill()
    holder.communicate()
    with open_results(out):
        pass


def test_a_folder_with_something_else_is_left_alone(tmp_path):
    (tmp_path / "these.txt").write_text("ma thèse")
    with pytest.raises(SettingsError, match="autre chose"), open_results(tmp_path):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["these.txt"]


def test_what_a_brutal_stop_left_half_written_goes_away(tmp_path):
    with open_results(tmp_path / "sortie") as results:
        results.write(some_result(), "empreinte")
    drafts = [tmp_path / "sortie" / name for name in (".a.tmp", "resultats/.b.1f.tmp")]
    for draft in drafts:
        draft.write_text("à moitié")
    with open_results(tmp_path / "sortie") as results:
        assert results.find("zoe-martin-12", "empreinte")
    assert not any(draft.exists() for draft in drafts)


def test_a_file_is_not_a_folder(tmp_path):
    path = tmp_path / "sortie"
    path.write_text("")
    with pytest.raises(SettingsError, match="dossier de correction"), open_results(path):
        pass


def test_forgetting_takes_only_what_the_grading_wrote(results):
    results.begin(7)
    results.write(some_result(), "empreinte")
    pages = results.out / "retours"
    pages.mkdir()
    for name in ("zoe-martin-12.html", "mot-de-l-enseignant.html"):
        (pages / name).write_text("")
    results.forget()
    assert results.find("zoe-martin-12", "empreinte") is None
    assert results.seed is None
    assert [path.name for path in pages.iterdir()] == ["mot-de-l-enseignant.html"]


def test_the_label_of_the_spaces_is_that_of_the_folder_alone(tmp_path):
    """Un dossier recopié ne doit pas effacer les espaces de la correction qui tourne ailleurs."""
    with open_results(tmp_path / "sortie") as first:
        label = first.label
    assert re.fullmatch("[0-9a-f]{6}", label)
    assert Results(tmp_path / "sortie").label == label
    shutil.copytree(tmp_path / "sortie", tmp_path / "copie")
    assert Results(tmp_path / "copie").label != label


def test_the_seed_is_kept_with_the_batch(tmp_path):
    with open_results(tmp_path / "sortie") as first:
        assert first.seed is None
        first.begin(123)
    with open_results(tmp_path / "sortie") as second:
        assert second.seed == 123
    assert Results(tmp_path / "sortie").seed == 123
