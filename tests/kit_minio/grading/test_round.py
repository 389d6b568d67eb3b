"""Un lot repris, une copie qui échoue : le correcteur de remplacement n'exécute rien."""

import html
import shutil
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from helpers.errors import ContentError, KitError, ServerError, SettingsError
from kit_minio.grading import results as grading
from kit_minio.grading.execute.sandbox.isolation import IsolationError
from kit_minio.grading.intake import copies as intake
from kit_minio.grading.settings import Settings
from kit_minio.grading.teacher.only import UNTOUCHED
from tests.support.classroom import a_few
from tests.support.moodle import moodle_zip, worksheet
from tests.support.results import same_bytes
from tests.support.stand_in import StandIn, run

STUDENTS = a_few()


# --- Reprendre ----------------------------------------------------------------------------------


def test_a_second_call_grades_nothing_again(small_zip, tmp_path, seen, capsys):
    out = tmp_path / "sortie"
    first = run(small_zip, out)
    before = same_bytes(out)
    capsys.readouterr()
    assert run(small_zip, out, seen.append) == first
    assert seen == []
    assert same_bytes(out) == before
    assert "gardées telles quelles : 8" in capsys.readouterr().out


def test_a_changed_copy_alone_is_graded_again(small_zip, tmp_path, seen):
    out = tmp_path / "sortie"
    run(small_zip, out)
    students = a_few()
    name, data = next(iter(students[5].files.items()))
    students[5].files[name] = data.replace(b"make_bucket", b"make_bucket ")
    assert students[5].files[name] != data
    small_zip.write_bytes(moodle_zip(students))
    run(small_zip, out, seen.append)
    assert [copy.moodle_id for copy in seen] == [str(students[5].number)]


def test_a_changed_check_is_said_before_the_first_copy(small_zip, tmp_path, monkeypatch, capsys):
    out = tmp_path / "sortie"
    run(small_zip, out)
    capsys.readouterr()
    monkeypatch.setattr(grading, "version_of", lambda lessons: "une autre version")
    said = []
    run(small_zip, out, lambda copy: said.append(capsys.readouterr().out))
    assert "8 copies déjà corrigées le seront de nouveau." in said[0].replace("\u00a0", " ")
    assert len(said) == 8


def test_the_seed_of_the_batch_stays_unless_another_is_asked(small_zip, tmp_path, seen):
    out = tmp_path / "sortie"
    assert run(small_zip, out)[0].seed == 5
    other = Settings(replay_seed=99, workers=2)  # tirée au hasard à chaque appel
    assert run(small_zip, out, seen.append, settings=other)[0].seed == 5
    assert seen == []
    assert run(small_zip, out, seen.append, seed=6)[0].seed == 6
    assert len(seen) == 8
    assert run(small_zip, out, settings=other)[0].seed == 6


def test_a_higher_isolation_is_not_satisfied_by_former_results(small_zip, tmp_path, seen):
    out = tmp_path / "sortie"
    run(small_zip, out)
    run(small_zip, out, seen.append, settings=Settings(workers=2, minimum_isolation=2))
    assert len(seen) == 8


def test_the_class_page_tells_the_isolation_of_each_copy_and_not_that_of_today(small_zip, tmp_path):
    out = tmp_path / "sortie"

    class Weaker(StandIn):
        def grade(self, copy):
            return replace(super().grade(copy), isolation=0)

    @contextmanager
    def weaker(settings, say):
        yield Weaker(settings)

    run(small_zip, out, settings=Settings(minimum_isolation=0, workers=2), open_grader=weaker)
    page = (out / "index.html").read_text("utf-8").replace("\u00a0", " ")
    assert "Isolation de niveau 0 : chaque copie est un processus à part" in page
    assert "essai" not in page.partition("Isolation")[2].partition("</li>")[0]

    students = a_few()
    name, data = next(iter(students[5].files.items()))
    students[5].files[name] = data.replace(b"make_bucket", b"make_bucket ")
    small_zip.write_bytes(moodle_zip(students))
    run(small_zip, out, settings=Settings(minimum_isolation=0, workers=2))
    page = (out / "index.html").read_text("utf-8").replace("\u00a0", " ")
    assert "protège des accidents seulement (7 copies)." in page
    assert "n&#39;atteint que son espace S3 (1 copie)." in page


def test_restart_starts_again_with_another_seed(small_zip, tmp_path, seen):
    out = tmp_path / "sortie"
    run(small_zip, out)
    found = run(
        small_zip, out, seen.append, restart=True, settings=Settings(replay_seed=8, workers=2)
    )
    assert len(seen) == 8
    assert found[0].seed == 8


def test_restart_without_a_grader_loses_nothing(small_zip, tmp_path):
    out = tmp_path / "sortie"
    run(small_zip, out)

    def no_isolation(settings, say):
        raise SettingsError("Pas d'isolation.", "Installez-la.")

    with pytest.raises(SettingsError, match="Pas d'isolation"):
        run(small_zip, out, restart=True, open_grader=no_isolation)
    assert len(list((out / "resultats").glob("*.json"))) == 8
    assert "Arrêt : Pas d'isolation" in (out / "journal.txt").read_text("utf-8")


def test_only_one_student_is_graded_again(small_zip, tmp_path, seen):
    out = tmp_path / "sortie"
    run(small_zip, out)
    before = same_bytes(out)
    other = STUDENTS[5]

    run(small_zip, out, seen.append, only=[str(other.number)])

    assert [copy.moodle_id for copy in seen] == [str(other.number)]
    assert same_bytes(out) == before


def test_only_one_exercise_changes(small_zip, tmp_path, seen):
    out = tmp_path / "sortie"
    first = {result.copy_id: result for result in run(small_zip, out)}

    class Severe(StandIn):
        def grade(self, copy):
            result = super().grade(copy)
            marks = [replace(m, outcome=replace(m.outcome, points=0)) for m in result.marks]
            return replace(result, marks=marks)

    @contextmanager
    def severe(settings, say):
        yield Severe(settings, seen.append)

    again = run(small_zip, out, only=["01.2"], open_grader=severe)

    assert len(seen) == 8
    for result in again:
        points = [mark.outcome.points for mark in result.marks]
        known = [mark.outcome.points for mark in first[result.copy_id].marks]
        assert points == known[:1] + [0] * bool(known[1:]) + known[2:]


def test_a_copy_that_was_never_graded_is_not_a_zero(small_zip, tmp_path, seen):
    found = run(small_zip, tmp_path / "sortie", seen.append, only=[str(STUDENTS[5].number)])

    assert len(seen) == 1
    assert len([result for result in found if result.trouble == UNTOUCHED]) == 7
    assert len(list((tmp_path / "sortie" / "resultats").glob("*.json"))) == 1


def test_points_given_by_hand_survive_a_rerun_and_a_restart(small_zip, tmp_path):
    out = tmp_path / "sortie"
    known = {result.moodle_id: result.copy_id for result in run(small_zip, out)}
    chosen = str(STUDENTS[5].number)
    (out / "corrections.csv").write_text(
        f"Copie;Exercice;Points;Commentaire\n{chosen};;0,5;Vu ensemble.\n", encoding="utf-8"
    )
    for options in ({}, {"restart": True}, {"only": [chosen]}):
        found = {result.moodle_id: result for result in run(small_zip, out, **options)}

        assert (found[chosen].points, found[chosen].teacher) == (0.5, "Vu ensemble.")
        page = (out / "retours" / f"{known[chosen]}.html").read_text("utf-8")
        assert "corrigée par l'enseignant" in page
        assert "Vu ensemble." in page
        assert "corrigée par l'enseignant" in (out / "index.html").read_text("utf-8")
        assert '"copie"' in (out / "notes.csv").read_text("utf-8-sig")


def another_copy(monkeypatch, zipped, out):
    students = a_few()
    name, data = next(iter(students[5].files.items()))
    students[5].files[name] = data.replace(b"make_bucket", b"make_bucket ")
    zipped.write_bytes(moodle_zip(students))
    return out


def another_check(monkeypatch, zipped, out):
    monkeypatch.setattr(grading, "version_of", lambda lessons: "une autre version")
    return out


def another_machine(monkeypatch, zipped, out):
    return Path(shutil.copytree(out, out.with_name("ailleurs")))


def another_folder(monkeypatch, zipped, out):
    """L'enseignant n'emporte que ses corrections."""
    new = out.with_name("neuf")
    new.mkdir()
    shutil.copy(out / "corrections.csv", new)
    return new


@pytest.mark.parametrize(
    ("change", "graded", "again"),
    [
        (another_copy, 1, True),
        (another_check, 8, True),
        (another_machine, 0, False),
        (another_folder, 8, False),
    ],
)
def test_points_given_by_hand_survive_and_go_everywhere(
    change, graded, again, small_zip, tmp_path, monkeypatch, seen
):
    out, sheet = tmp_path / "sortie", tmp_path / "feuille.csv"
    sheet.write_bytes(worksheet(STUDENTS))
    run(small_zip, out, worksheet=sheet)
    chosen = str(STUDENTS[5].number)
    text = f"Copie;Exercice;Points;Commentaire\n{chosen};01.2;1,5;Vu ensemble.\n"
    (out / "corrections.csv").write_text(text, encoding="utf-8")
    out = change(monkeypatch, small_zip, out)

    found = run(small_zip, out, seen.append, worksheet=sheet)

    assert len(seen) == graded
    copy = next(result for result in found if result.moodle_id == chosen)
    assert copy.marks[1].outcome.points == 1.5
    page = (out / "retours" / f"{copy.copy_id}.html").read_text("utf-8")
    assert "Corrigé par l'enseignant.</strong> Vu ensemble." in page
    index = (out / "index.html").read_text("utf-8")
    assert "corrigé par l'enseignant" in index
    assert ("Relisez ces corrections si la copie a changé." in index) is again
    (row,) = (
        line
        for line in (out / "notes.csv").read_text("utf-8-sig").splitlines()
        if line.startswith(f'"{copy.copy_id}"')
    )
    assert '"01.2"' in row
    said = ", corrigé par l'enseignant : Vu ensemble."
    assert said in html.unescape((out / "moodle-notes.csv").read_text("utf-8-sig"))


def test_an_unreadable_correction_stops_before_the_work(small_zip, tmp_path, seen):
    out = tmp_path / "sortie"
    run(small_zip, out)
    (out / "corrections.csv").write_text("Copie;Exercice;Points\nzoe;01.1;deux", encoding="utf-8")

    with pytest.raises(ContentError, match="ligne 2 : « deux »"):
        run(small_zip, out, seen.append, restart=True)
    assert seen == []


@pytest.mark.parametrize(
    ("stop", "told"),
    [
        (KeyboardInterrupt(), "la même commande reprend"),
        (ServerError("Le serveur a disparu.", "Relancez."), "Le serveur a disparu"),
        (IsolationError("Le bac à sable est mort.", "Relancez."), "Le bac à sable est mort"),
    ],
)
def test_a_stop_keeps_what_is_done_and_says_how_to_go_on(small_zip, tmp_path, seen, stop, told):
    out, sheet = tmp_path / "sortie", tmp_path / "feuille.csv"
    sheet.write_bytes(worksheet(STUDENTS))
    run(small_zip, out, worksheet=sheet)
    assert (out / "moodle-notes.csv").exists()

    class Interrupted(StandIn):
        def grade_all(self, copies):
            for number, copy in enumerate(copies):
                if number == 3:
                    raise stop
                yield self.grade(copy)

    @contextmanager
    def open_grader(settings, say):
        yield Interrupted(settings)

    with pytest.raises(KitError, match=told):
        run(small_zip, out, worksheet=sheet, restart=True, open_grader=open_grader)
    page = (out / "index.html").read_text("utf-8").replace("\u00a0", " ")
    assert "Correction interrompue" in page
    assert "3 copies corrigées sur 8" in page
    assert "Retirés : moodle-notes.csv et moodle-retours.zip." in page
    assert not (out / "moodle-notes.csv").exists()
    assert len(list((out / "retours").glob("*.html"))) == 3
    run(small_zip, out, seen.append)
    assert len(seen) == 5


# --- Une copie n'arrête pas le lot --------------------------------------------------------------


def failing(times, seen):
    """Renvoie un correcteur dont la correction échoue, ``times`` fois, sur une copie."""
    left = [times]
    victim = str(STUDENTS[0].number)

    class Failing(StandIn):
        def grade(self, copy):
            seen.append(copy.moodle_id)
            result = super().grade(copy)
            if copy.moodle_id == victim and left[0]:
                left[0] -= 1
                result.trouble, result.marks = "La correction elle-même a échoué.", []
                result.failure = "ZeroDivisionError"
            return result

    @contextmanager
    def open_grader(settings, say):
        yield Failing(settings)

    return open_grader, victim


def test_a_failure_of_the_grading_itself_is_tried_again(small_zip, tmp_path, seen, capsys):
    open_grader, victim = failing(1, seen)
    found = run(small_zip, tmp_path / "sortie", open_grader=open_grader)
    assert seen.count(victim) == 2
    assert len(seen) == 9
    assert sum(bool(one.trouble) for one in found) == 1  # la copie illisible
    said = capsys.readouterr().out
    assert "Second essai pour 1\u00a0copie." in said
    assert "relancez" not in said


def test_a_lasting_failure_is_said_and_tried_at_the_next_call(small_zip, tmp_path, seen, capsys):
    open_grader, victim = failing(2, seen)
    out = tmp_path / "sortie"
    found = run(small_zip, out, open_grader=open_grader)
    assert sum(bool(one.trouble) for one in found) == 2
    assert "relancez la même commande" in capsys.readouterr().out
    seen.clear()
    run(small_zip, out, open_grader=open_grader)
    assert seen == [victim]


def test_a_copy_whose_reading_fails_does_not_stop_the_batch(small_zip, tmp_path, monkeypatch):
    read = intake.read_notebook
    # Sans identifiants de cellules, une copie est lue deux fois : pour sa leçon, pour elle-même.
    student = next(student for student in STUDENTS if student.kind == "no ids")

    def fail_on_one(data):
        if data == next(iter(student.files.values())):
            raise ZeroDivisionError
        return read(data)

    monkeypatch.setattr(intake, "read_notebook", fail_on_one)
    found = {one.moodle_id: one for one in run(small_zip, tmp_path / "sortie")}
    assert len(found) == 8
    victim = found[str(student.number)]
    assert victim.trouble == "La lecture de cette copie a échoué ; le journal en dit la cause."
    assert "ZeroDivisionError" in (tmp_path / "sortie" / "journal.txt").read_text("utf-8")
    assert sum(bool(one.trouble) for one in found.values()) == 2  # avec la copie illisible


def test_the_grader_opens_with_the_seed_of_the_batch(small_zip, tmp_path):
    opened = []

    @contextmanager
    def open_grader(settings, say):
        opened.append(settings.replay_seed)
        yield StandIn(settings)

    run(small_zip, tmp_path / "sortie", open_grader=open_grader, seed=77)
    assert opened == [77]
