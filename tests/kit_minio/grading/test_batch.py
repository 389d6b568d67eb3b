"""Un lot de bout en bout, avec un correcteur de remplacement : il juge d'après le texte des copies.

Les vraies exécutions ont leurs propres tests ; ici, seul compte ce qui les entoure.
"""

import json
import random
import subprocess
import sys
import time
import zipfile

import pytest

from helpers.errors import ContentError, SettingsError
from kit_minio.grading.settings import Settings
from tests.support.classroom import classroom
from tests.support.moodle import in_groups, moodle_zip, worksheet
from tests.support.results import same_bytes
from tests.support.stand_in import run

STUDENTS = classroom()


# --- Tout ce qu'un lot donne --------------------------------------------------------------------


def test_a_class_gets_its_marks_feedback_and_moodle_files(zipped, tmp_path, capsys):
    sheet = tmp_path / "feuille.csv"
    sheet.write_bytes(worksheet(STUDENTS))
    out = tmp_path / "sortie"
    found = run(zipped, out, worksheet=sheet)
    assert len(found) == 30
    names = sorted(path.name for path in out.iterdir())
    assert names == [
        *(".verrou", "copies", "corrections.csv"),
        *("index-notes.html", "index-remarques.html", "index.html", "journal.txt"),
        *("moodle-notes.csv", "moodle-retours.zip", "notes.csv", "resultats", "retours"),
    ]
    assert len(list((out / "retours").iterdir())) == 30
    assert len(list((out / "resultats").glob("*.json"))) == 30
    said = capsys.readouterr().out
    first = said.splitlines()[0].replace("\u00a0", " ")
    assert first == (
        "30 copies, leçon 01 (4 exercices). Isolation de niveau 1 : essai. Serveur S3 : essai."
    )
    assert "Copies corrigées : 30 sur 30" in said
    assert "médiane" in said
    assert "18–20" in said
    assert "À revoir par un humain : 1\u00a0copie." in said
    broken = next(student for student in STUDENTS if student.kind == "truncated")
    assert f"{broken.name} : « 01-buckets.ipynb » n'est pas lu" in said
    journal = (out / "journal.txt").read_text("utf-8")
    assert all(line in journal for line in said.splitlines() if "Copies corrigées" not in line)
    assert journal.count("isolation 1") == 30
    with zipfile.ZipFile(out / "moodle-retours.zip") as archive:
        pages = {name.split("_")[1]: archive.read(name) for name in archive.namelist()}
    assert len(pages) == 29  # sauf celle dont la note est verrouillée
    for one in found:
        if one.moodle_id in pages:
            assert pages[one.moodle_id] == (out / "retours" / f"{one.copy_id}.html").read_bytes()


def test_names_come_whole_from_the_worksheet(small_zip, tmp_path):
    sheet = tmp_path / "feuille.csv"
    sheet.write_bytes(worksheet(STUDENTS))
    without = {one.name for one in run(small_zip, tmp_path / "sans")}
    with_sheet = {one.name for one in run(small_zip, tmp_path / "avec", worksheet=sheet)}
    assert "Maël DAngelo" in without
    assert "Maël D'Angelo" in with_sheet


def test_teams_are_graded_once_and_each_member_gets_the_mark(tmp_path):
    students = classroom()
    leaders = in_groups(students)
    (tmp_path / "lot.zip").write_bytes(moodle_zip(leaders))
    (tmp_path / "feuille.csv").write_bytes(worksheet(students))
    out = tmp_path / "sortie"
    assert len(run(tmp_path / "lot.zip", out, worksheet=tmp_path / "feuille.csv")) == 15
    with zipfile.ZipFile(out / "moodle-retours.zip") as archive:
        assert len(archive.namelist()) == 30  # même ceux dont la copie est à revoir


def test_files_of_nobody_are_named(tmp_path, capsys):
    source = tmp_path / "copies"
    (source / "Zoé Martin").mkdir(parents=True)
    for path, data in STUDENTS[0].files.items():
        (source / "Zoé Martin" / path).write_bytes(data)
    (source / "lisez-moi.txt").write_text("bonjour")
    run(source, tmp_path / "sortie")
    assert "« lisez-moi.txt » est laissé de côté" in capsys.readouterr().out
    assert "lisez-moi.txt" in (tmp_path / "sortie" / "index.html").read_text("utf-8")


def test_a_batch_without_any_readable_copy_still_gets_its_reports(tmp_path, capsys):
    source = tmp_path / "copies"
    source.mkdir()
    (source / "zoe.ipynb").write_bytes(b"{")
    run(source, tmp_path / "sortie")
    said = capsys.readouterr().out
    assert "aucune leçon reconnue" in said
    assert "À revoir par un humain" in said
    assert (tmp_path / "sortie" / "index.html").exists()


# --- Les mêmes copies, les mêmes octets ---------------------------------------------------------


def test_neither_order_nor_workers_change_a_byte(small_zip, tmp_path):
    found = []
    for workers in (1, 3, 16):
        rng = random.Random(workers)
        out = tmp_path / f"avec {workers}"
        run(
            small_zip,
            out,
            lambda copy, rng=rng: time.sleep(rng.random() / 100),
            settings=Settings(replay_seed=5, workers=workers),
        )
        found.append(same_bytes(out))
    assert found[0] == found[1] == found[2]


# --- Ce qui est refusé avant de commencer -------------------------------------------------------


def test_a_wrong_worksheet_stops_before_anything_is_written(zipped, tmp_path, seen):
    out = tmp_path / "sortie"
    wrong = tmp_path / "liste.csv"
    wrong.write_text("nom;prénom\n")
    with pytest.raises(ContentError, match="feuille d'évaluation"):
        run(zipped, out, seen.append, worksheet=wrong)
    with pytest.raises(SettingsError, match=r"n'est pas lisible \(introuvable\)"):
        run(zipped, out, seen.append, worksheet=tmp_path / "absente.csv")
    assert not out.exists()
    assert seen == []


def test_results_are_not_written_among_the_copies(tmp_path):
    source = tmp_path / "copies"
    source.mkdir()
    (source / "zoe.ipynb").write_bytes(b"{}")
    with pytest.raises(SettingsError, match="parmi les copies"):
        run(source, source / "sortie")
    with pytest.raises(SettingsError, match="dans le dossier des résultats"):
        run(source, tmp_path)
    with pytest.raises(SettingsError, match="dans le dossier des résultats"):
        run(source / "zoe.ipynb", source)
    assert [path.name for path in source.iterdir()] == ["zoe.ipynb"]
    assert [path.name for path in tmp_path.iterdir()] == ["copies"]


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("Cours-Devoir 12.zip", "correction-Cours-Devoir-12"),
        ("copies/", "correction-copies"),
        ("zoe.ipynb", "correction-zoe"),
        ("../../etc.zip", "correction-etc"),
    ],
)
def test_the_results_have_a_name_of_their_own(source, name, tmp_path, monkeypatch):
    here = tmp_path / "a" / "b"
    here.mkdir(parents=True)
    monkeypatch.chdir(here)
    path = (here / source).resolve()
    if path.suffix:
        path.write_bytes(
            moodle_zip(STUDENTS[:2]) if path.suffix == ".zip" else b'{"cells": [], "nbformat": 4}'
        )
    else:
        path.mkdir()
        (path / "zoe.ipynb").write_bytes(json.dumps({"cells": [], "nbformat": 4}).encode())
    run(source, None)
    assert (here / name / "index.html").exists()


def test_an_absent_source_is_a_sentence(tmp_path):
    with pytest.raises(ContentError, match="n'existe pas"):
        run(tmp_path / "absent.zip", tmp_path / "sortie")
    assert not (tmp_path / "sortie").exists()


def test_the_grader_starts_without_large_libraries():
    """Chacune lui prendrait vingt Mio, ou plus, pour quelques exercices."""
    large = {"av", "cryptography", "duckdb", "jwt", "numpy", "pandas", "PIL", "pyarrow"}
    script = f"import sys, kit_minio.grading.batch; print(*({large} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ""
