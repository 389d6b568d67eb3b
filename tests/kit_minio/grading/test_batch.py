"""Un lot de bout en bout, avec un correcteur de remplacement : il juge d'après le texte des copies.

Les vraies exécutions ont leurs propres tests ; ici, seul compte ce qui les entoure.
"""

import json
import random
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace

import pytest

from helpers.errors import ContentError, KitError, SettingsError
from helpers.exercises.model import Outcome, Verdict
from kit_minio import checks as lessons
from kit_minio.grading.batch import grade
from kit_minio.grading.intake import copies as intake
from kit_minio.grading.model import Mark, Result
from kit_minio.grading.settings import Settings
from tests.support.classroom import classroom
from tests.support.copies import by_exercise
from tests.support.moodle import in_groups, moodle_zip, worksheet

STUDENTS = classroom()
SETTINGS = Settings(replay_seed=5, workers=2)


class StandIn:
    """Un correcteur qui n'exécute rien : un exercice complété est réussi.

    Args:
        settings: les réglages.
        before: reçoit chaque copie avant qu'elle ne soit jugée.
    """

    def __init__(self, settings, before=lambda copy: None):
        self.settings = settings
        self.before = before
        self.isolation = SimpleNamespace(level=1, sentence="Isolation de niveau 1 : essai.")
        self.server = SimpleNamespace(label="essai", sentence="Serveur S3 : essai.")

    def grade(self, copy):
        started = time.monotonic()
        self.before(copy)
        marks = [
            self.mark(copy, lesson, task)
            for lesson in copy.notebooks
            for task in lessons.series(lesson).exercises
        ]
        seconds = time.monotonic() - started
        return Result(
            *(copy.id, copy.name, copy.moodle_id, marks, copy.remarks, copy.trouble),
            isolation=1,
            seed=self.settings.replay_seed,
            seconds=seconds,
        )

    def mark(self, copy, lesson, task):
        cells = by_exercise(copy.notebooks[lesson])[task.name]
        code = "\n".join(cell.source for cell in cells if cell.metadata.kit.role == "student")
        done = "# Votre code ici" not in code
        verdict = Verdict.PASSED if done else Verdict.TODO
        found = f"graine {self.settings.replay_seed}"
        outcome = Outcome(verdict, "", found, points=task.points if done else 0)
        return Mark(lesson, task.name, task.title, outcome, task.points, code=code)

    def grade_all(self, copies):
        with ThreadPoolExecutor(self.settings.workers) as pool:
            for future in as_completed([pool.submit(self.grade, copy) for copy in copies]):
                yield future.result()


def stand_in(before=lambda copy: None):
    """Renvoie de quoi ouvrir un correcteur de remplacement."""

    @contextmanager
    def open_grader(settings, say):
        yield StandIn(settings, before)

    return open_grader


@pytest.fixture
def zipped(tmp_path):
    path = tmp_path / "Cours-Devoir-12.zip"
    path.write_bytes(moodle_zip(STUDENTS))
    return path


@pytest.fixture
def seen():
    """Les copies que le correcteur a jugées."""
    return []


def run(source, out, before=lambda copy: None, **more):
    options = {"settings": SETTINGS, "open_grader": stand_in(before)} | more
    return grade(str(source), out, **options)


def files(out):
    """Renvoie ce qui doit être pareil d'une correction à l'autre : les notes et les retours."""
    paths = [out / "notes.csv", *(out / "retours").iterdir()]
    return {path.name: path.read_bytes() for path in paths}


# --- Tout ce qu'un lot donne --------------------------------------------------------------------


def test_a_class_gets_its_marks_feedback_and_moodle_files(zipped, tmp_path, capsys):
    sheet = tmp_path / "feuille.csv"
    sheet.write_bytes(worksheet(STUDENTS))
    out = tmp_path / "sortie"
    found = run(zipped, out, worksheet=sheet)
    assert len(found) == 30
    names = sorted(path.name for path in out.iterdir())
    assert names == [
        *(".verrou", "index.html", "journal.txt", "moodle-notes.csv", "moodle-retours.zip"),
        *("notes.csv", "resultats", "retours"),
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
    assert len(pages) == 28  # ni la copie illisible, ni celle dont la note est verrouillée
    for one in found:
        if one.moodle_id in pages:
            assert pages[one.moodle_id] == (out / "retours" / f"{one.copy_id}.html").read_bytes()


def test_names_come_whole_from_the_worksheet(zipped, tmp_path):
    sheet = tmp_path / "feuille.csv"
    sheet.write_bytes(worksheet(STUDENTS))
    without = {one.name for one in run(zipped, tmp_path / "sans")}
    with_sheet = {one.name for one in run(zipped, tmp_path / "avec", worksheet=sheet)}
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
        assert len(archive.namelist()) == 28


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


def test_neither_order_nor_workers_change_a_byte(zipped, tmp_path):
    found = []
    for workers in (1, 3, 16):
        rng = random.Random(workers)
        out = tmp_path / f"avec {workers}"
        run(
            zipped,
            out,
            lambda copy, rng=rng: time.sleep(rng.random() / 100),
            settings=Settings(replay_seed=5, workers=workers),
        )
        found.append(files(out))
    assert found[0] == found[1] == found[2]


# --- Reprendre ----------------------------------------------------------------------------------


def test_a_second_call_grades_nothing_again(zipped, tmp_path, seen, capsys):
    out = tmp_path / "sortie"
    first = run(zipped, out)
    before = files(out)
    capsys.readouterr()
    assert run(zipped, out, seen.append) == first
    assert seen == []
    assert files(out) == before
    assert "gardées telles quelles : 30" in capsys.readouterr().out


def test_a_changed_copy_alone_is_graded_again(zipped, tmp_path, seen):
    out = tmp_path / "sortie"
    run(zipped, out)
    students = classroom()
    name, data = next(iter(students[5].files.items()))
    students[5].files[name] = data.replace(b"make_bucket", b"make_bucket ")
    assert students[5].files[name] != data
    zipped.write_bytes(moodle_zip(students))
    run(zipped, out, seen.append)
    assert [copy.moodle_id for copy in seen] == [str(students[5].number)]


def test_the_seed_of_the_batch_stays_unless_another_is_asked(zipped, tmp_path, seen):
    out = tmp_path / "sortie"
    assert run(zipped, out)[0].seed == 5
    other = Settings(replay_seed=99, workers=2)  # tirée au hasard à chaque appel
    assert run(zipped, out, seen.append, settings=other)[0].seed == 5
    assert seen == []
    assert run(zipped, out, seen.append, seed=6)[0].seed == 6
    assert len(seen) == 30
    assert run(zipped, out, settings=other)[0].seed == 6


def test_a_higher_isolation_is_not_satisfied_by_former_results(zipped, tmp_path, seen):
    out = tmp_path / "sortie"
    run(zipped, out)
    run(zipped, out, seen.append, settings=Settings(workers=2, minimum_isolation=2))
    assert len(seen) == 30


def test_the_class_page_tells_the_isolation_of_each_copy_and_not_that_of_today(zipped, tmp_path):
    out = tmp_path / "sortie"

    class Weaker(StandIn):
        def grade(self, copy):
            return replace(super().grade(copy), isolation=0)

    @contextmanager
    def weaker(settings, say):
        yield Weaker(settings)

    run(zipped, out, settings=Settings(minimum_isolation=0, workers=2), open_grader=weaker)
    page = (out / "index.html").read_text("utf-8").replace("\u00a0", " ")
    assert "Isolation de niveau 0 : chaque copie est un processus à part" in page
    assert "essai" not in page.partition("Isolation")[2].partition("</li>")[0]

    students = classroom()
    name, data = next(iter(students[5].files.items()))
    students[5].files[name] = data.replace(b"make_bucket", b"make_bucket ")
    zipped.write_bytes(moodle_zip(students))
    run(zipped, out, settings=Settings(minimum_isolation=0, workers=2))
    page = (out / "index.html").read_text("utf-8").replace("\u00a0", " ")
    assert "protège des accidents seulement (29 copies)." in page
    assert "n&#39;atteint que son espace S3 (1 copie)." in page


def test_restart_starts_again_with_another_seed(zipped, tmp_path, seen):
    out = tmp_path / "sortie"
    run(zipped, out)
    found = run(zipped, out, seen.append, restart=True, settings=Settings(replay_seed=8, workers=2))
    assert len(seen) == 30
    assert found[0].seed == 8


def test_restart_without_a_grader_loses_nothing(zipped, tmp_path):
    out = tmp_path / "sortie"
    run(zipped, out)

    def no_isolation(settings, say):
        raise SettingsError("Pas d'isolation.", "Installez-la.")

    with pytest.raises(SettingsError, match="Pas d'isolation"):
        run(zipped, out, restart=True, open_grader=no_isolation)
    assert len(list((out / "resultats").glob("*.json"))) == 30
    assert "Arrêt : Pas d'isolation" in (out / "journal.txt").read_text("utf-8")


def test_ctrl_c_keeps_what_is_done_and_says_how_to_go_on(zipped, tmp_path, seen):
    out = tmp_path / "sortie"

    class Interrupted(StandIn):
        def grade_all(self, copies):
            for number, copy in enumerate(copies):
                if number == 12:
                    raise KeyboardInterrupt
                yield self.grade(copy)

    @contextmanager
    def open_grader(settings, say):
        yield Interrupted(settings)

    with pytest.raises(KitError, match="la même commande reprend"):
        run(zipped, out, open_grader=open_grader)
    run(zipped, out, seen.append)
    assert len(seen) == 18


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


def test_a_failure_of_the_grading_itself_is_tried_again(zipped, tmp_path, seen, capsys):
    open_grader, victim = failing(1, seen)
    found = run(zipped, tmp_path / "sortie", open_grader=open_grader)
    assert seen.count(victim) == 2
    assert len(seen) == 31
    assert sum(bool(one.trouble) for one in found) == 1  # la copie illisible
    said = capsys.readouterr().out
    assert "Second essai pour 1\u00a0copie." in said
    assert "relancez" not in said


def test_a_lasting_failure_is_said_and_tried_at_the_next_call(zipped, tmp_path, seen, capsys):
    open_grader, victim = failing(2, seen)
    out = tmp_path / "sortie"
    found = run(zipped, out, open_grader=open_grader)
    assert sum(bool(one.trouble) for one in found) == 2
    assert "relancez la même commande" in capsys.readouterr().out
    seen.clear()
    run(zipped, out, open_grader=open_grader)
    assert seen == [victim]


def test_a_copy_whose_reading_fails_does_not_stop_the_batch(zipped, tmp_path, monkeypatch):
    read = intake.read_cells
    # Sans identifiants de cellules, une copie est lue deux fois : pour sa leçon, pour elle-même.
    student = next(student for student in STUDENTS if student.kind == "no ids")

    def fail_on_one(data):
        if data == next(iter(student.files.values())):
            raise ZeroDivisionError
        return read(data)

    monkeypatch.setattr(intake, "read_cells", fail_on_one)
    found = {one.moodle_id: one for one in run(zipped, tmp_path / "sortie")}
    assert len(found) == 30
    victim = found[str(student.number)]
    assert victim.trouble == "La lecture de cette copie a échoué ; le journal en dit la cause."
    assert "ZeroDivisionError" in (tmp_path / "sortie" / "journal.txt").read_text("utf-8")
    assert sum(bool(one.trouble) for one in found.values()) == 2  # avec la copie illisible


# --- Ce qui est refusé avant de commencer -------------------------------------------------------


def test_a_wrong_worksheet_stops_before_anything_is_written(zipped, tmp_path, seen):
    out = tmp_path / "sortie"
    wrong = tmp_path / "liste.csv"
    wrong.write_text("nom;prénom\n")
    with pytest.raises(ContentError, match="feuille d'évaluation"):
        run(zipped, out, seen.append, worksheet=wrong)
    with pytest.raises(SettingsError, match=r"ne se lit pas \(introuvable\)"):
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


def test_the_grader_opens_with_the_seed_of_the_batch(zipped, tmp_path):
    opened = []

    @contextmanager
    def open_grader(settings, say):
        opened.append(settings.replay_seed)
        yield StandIn(settings)

    run(zipped, tmp_path / "sortie", open_grader=open_grader, seed=77)
    assert opened == [77]
