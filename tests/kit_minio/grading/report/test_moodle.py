"""Ce que Moodle reprend : le zip des retours, les noms de la feuille, le commentaire."""

import io
import zipfile
from dataclasses import replace
from datetime import datetime

import pytest

from helpers.errors import SettingsError
from kit_minio.checks.outcome import Outcome, Verdict
from kit_minio.grading.model import Mark, Result
from kit_minio.grading.report.files import write_pages
from kit_minio.grading.report.moodle import comment, feedback_zip, with_full_names, write_moodle
from kit_minio.grading.report.worksheet import Worksheet
from tests.support.classroom import classroom
from tests.support.moodle import in_groups, result_of, results_of, rows, sheet_of, worksheet

WHEN = datetime(2026, 11, 21, 9, 30)


def write_all(out, sheet, results, when):
    write_pages(out, results, "Exercices")
    return write_moodle(out, sheet, results, when)


def opened(data):
    return zipfile.ZipFile(io.BytesIO(data))


# --- Les retours --------------------------------------------------------------------------------


def test_feedback_is_named_as_moodle_reads_it():
    students = classroom()
    pairs, _ = Worksheet(worksheet(students)).match(results_of(students))
    graded = {str(s.number): s for s in students if s.marks and not s.locked}
    with opened(feedback_zip(pairs, lambda r: f"<h1>{r.name}</h1>".encode())) as archive:
        assert archive.testzip() is None
        assert len(archive.namelist()) == 28
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        for name in archive.namelist():
            # La lecture de Moodle : des parties séparées par « _ », cinq au plus.
            folder, _, file = name.partition("/")
            label, number, kind, plugin, rest = folder.split("_", 4)
            student = graded.pop(number)
            assert (kind, plugin, rest, file) == ("assignsubmission", "file", "", "retour.html")
            assert label == student.name.replace("'", " ")
            page = archive.read(name).decode()
            assert page == f"<h1>{student.name.replace(chr(39), '')}</h1>"
    assert graded == {}


def test_feedback_bytes_do_not_depend_on_the_day_or_the_order():
    students = classroom()
    pairs, _ = Worksheet(worksheet(students)).match(results_of(students))
    first = feedback_zip(pairs, lambda r: r.name.encode())
    assert first == feedback_zip(reversed(pairs), lambda r: r.name.encode())


def test_a_file_that_is_not_written_is_a_sentence(tmp_path):
    (tmp_path / "moodle-retours.zip").mkdir()
    with pytest.raises(SettingsError, match=r"moodle-retours\.zip ne s'écrit pas"):
        write_all(tmp_path, Worksheet(sheet_of()), [result_of("Zoé", 12)], WHEN)


def test_names_cannot_leave_their_folder():
    name = "../../x_99_assignsubmission_file_\\évasion"
    pairs, _ = Worksheet(sheet_of(name=name)).match([result_of(name, 12)])
    with opened(feedback_zip(pairs, lambda r: b"")) as archive:
        (entry,) = archive.namelist()
    assert entry.count("/") == 1
    assert entry.split("_")[1] == "12"
    assert ".." not in entry.split("/")


def test_each_member_of_a_team_gets_the_feedback(tmp_path):
    students = classroom()
    leaders = in_groups(students)
    found = [result_of(leader.group.replace("_", " "), None, 7) for leader in leaders]
    remarks = write_all(tmp_path, Worksheet(worksheet(students)), found, WHEN)
    with zipfile.ZipFile(tmp_path / "moodle-retours.zip") as archive:
        numbers = {name.split("_")[1] for name in archive.namelist()}
    assert numbers == {str(student.number) for student in students}
    assert remarks[0].replace("\u00a0", " ") == "30 lignes remplies sur 32."


# --- Les noms, le commentaire -------------------------------------------------------------------


def test_names_come_whole_from_the_sheet_but_those_of_teams():
    students = classroom()
    sheet = Worksheet(worksheet(students))
    found = results_of(students)
    assert "Maël DAngelo" in {one.name for one in found}
    assert "Maël D'Angelo" in {one.name for one in with_full_names(found, sheet)}
    in_groups(students)
    assert with_full_names(found, Worksheet(worksheet(students))) == found


def test_the_comment_is_short_and_complete():
    outcome = Outcome(Verdict.REVIEW, "Il en manque un.", points=0.5)
    one = Result("zoe", "Zoé", "12", [Mark("01", "create", "Créer deux buckets", outcome, 1)])
    assert comment(one) == (
        "0,5 / 1 points.\n✗ Créer deux buckets : à revoir (0,5 / 1)\n"
        "Le détail est dans le fichier retour.html."
    )


def test_the_sheet_and_the_feedback_are_written_together(tmp_path):
    found = [result_of("Zoé", 12)]
    remarks = write_all(tmp_path, Worksheet(sheet_of()), found, WHEN)
    assert remarks[0].replace("\u00a0", " ") == "1 ligne remplie sur 1."
    assert rows((tmp_path / "moodle-notes.csv").read_bytes())[1][2] == "15,00"
    with opened((tmp_path / "moodle-retours.zip").read_bytes()) as archive:
        (name,) = archive.namelist()
        (page,) = (tmp_path / "retours").iterdir()
        assert archive.read(name) == page.read_bytes()


def test_a_copy_under_review_has_its_feedback_and_no_note(tmp_path):
    found = [replace(result_of("Zoé", 12), trouble="Illisible.", marks=[])]
    write_all(tmp_path, Worksheet(sheet_of()), found, WHEN)
    assert rows((tmp_path / "moodle-notes.csv").read_bytes())[1][2] != "15,00"
    with opened((tmp_path / "moodle-retours.zip").read_bytes()) as archive:
        (name,) = archive.namelist()
        assert "va regarder cette copie lui-même" in archive.read(name).decode()
