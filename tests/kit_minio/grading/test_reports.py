"""Les rapports d'un lot : pendant la correction, et ce qui reste d'une correction précédente."""

from contextlib import contextmanager

from kit_minio.grading.report.pages import student_page
from tests.support.classroom import classroom
from tests.support.moodle import moodle_zip, worksheet
from tests.support.stand_in import StandIn, run


def page_of(out):
    return (out / "index.html").read_text("utf-8").replace("\u00a0", " ")


def test_what_is_known_is_shown_while_it_runs(zipped, tmp_path, monkeypatch):
    out, pages = tmp_path / "sortie", []
    monkeypatch.setattr("kit_minio.grading.reports.EVERY", 0.0)

    class Watched(StandIn):
        def grade_all(self, copies):
            for copy in copies:
                if (out / "index.html").exists():
                    pages.append(page_of(out))
                yield self.grade(copy)

    @contextmanager
    def watched(settings, say):
        yield Watched(settings)

    run(zipped, out, open_grader=watched)

    assert any("1 copie corrigée sur 30" in page for page in pages)
    assert "Correction en cours" not in page_of(out)


def test_files_of_a_former_grading_are_removed_and_said(zipped, tmp_path, capsys):
    out, sheet = tmp_path / "sortie", tmp_path / "feuille.csv"
    students = classroom()
    sheet.write_bytes(worksheet(students))
    run(zipped, out, worksheet=sheet)
    before = {path.name for path in (out / "retours").iterdir()}
    assert (out / "moodle-notes.csv").exists()

    zipped.write_bytes(moodle_zip(students[1:]))
    capsys.readouterr()
    run(zipped, out)

    (gone,) = before - {path.name for path in (out / "retours").iterdir()}
    assert not (out / "moodle-notes.csv").exists()
    assert not (out / "moodle-retours.zip").exists()
    said = capsys.readouterr().out.replace("\u00a0", " ")
    for text in (said, page_of(out)):
        assert "Retirés : moodle-notes.csv et moodle-retours.zip." in text
        assert f"Retirées de retours/, sans copie : {gone}." in text


def test_a_page_is_made_once_for_the_student_the_teacher_and_moodle(zipped, tmp_path, monkeypatch):
    made, sheet = [], tmp_path / "feuille.csv"
    students = classroom()
    sheet.write_bytes(worksheet(students))
    monkeypatch.setattr(
        "kit_minio.grading.report.files.student_page",
        lambda result, title: made.append(result.copy_id) or student_page(result, title),
    )
    found = run(zipped, tmp_path / "sortie", worksheet=sheet)
    assert sorted(made) == sorted(one.copy_id for one in found)
