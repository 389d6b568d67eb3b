"""Le dossier de travail : rien n'y est perdu, et les notebooks du kit ne changent pas."""

import json
import os
import re
import shutil
import sys

import nbformat
import pytest
from nbformat.sign import NotebookNotary
from nbformat.v4 import new_code_cell, new_output

from helpers.errors import ContentError, SettingsError
from kit_minio.authoring import exercises
from kit_minio.authoring.exercises import references
from kit_minio.grading.intake.copies import open_batch
from kit_minio.home.copies import (
    HOME,
    copies,
    exercise_path,
    lesson_path,
    prepare,
    restart,
    work_folder,
)

LESSON, EXERCISE = "lecons/01-buckets.ipynb", "exercices/01-buckets-exercices.ipynb"


def content(folder):
    """Renvoie les octets de chaque fichier d'un dossier."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_work_folder_has_a_copy_of_each_notebook_and_nothing_else(small_course):
    before = content(small_course.root)
    assert prepare() == []
    shown = [p.relative_to(small_course.work).as_posix() for p in content(small_course.work)]
    assert sorted(path for path in shown if not path.startswith(".")) == [
        HOME,
        "docs/glossaire.md",
        EXERCISE,
        "lecons/00-demarrage.ipynb",
        LESSON,
    ]
    assert content(small_course.root) == before
    again = content(small_course.work)
    assert prepare() == []
    assert content(small_course.work) == again
    assert (lesson_path("01-buckets"), exercise_path("01-buckets")) == (LESSON, EXERCISE)


def test_links_lead_to_the_other_copies(small_course):
    prepare()
    assert small_course.sources(LESSON)[0].endswith(
        f"[Sommaire](../{HOME}) · [Exercices](../exercices/01-buckets-exercices.ipynb)"
    )
    assert "[Leçon](../lecons/01-buckets.ipynb)" in small_course.sources(EXERCISE)[0]
    assert "(lecons/00-demarrage.ipynb)" in small_course.sources(HOME)[0]


def test_every_link_of_the_real_course_leads_somewhere(tmp_path, monkeypatch):
    monkeypatch.setenv("KIT_DATA", str(tmp_path))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))
    prepare()
    lost = []
    for copy in copies().values():
        place = tmp_path / "travail" / copy.path
        for cell in nbformat.read(place, as_version=4).cells:
            if cell.cell_type == "markdown":
                lost += [
                    f"{copy.path} : {target}"
                    for target in links_of(cell.source)
                    if not (place.parent / target).exists()
                ]
    assert lost == []


def links_of(source):
    return re.findall(r"\]\((?!https?:|mailto:|#|data:)([^)#\s]+)", source)


def test_a_copy_says_its_kernel_and_is_signed(small_course, tmp_path):
    """JupyterLab n'a donc rien à y écrire quand on l'ouvre, ni de question à poser."""
    prepare()
    notebook = nbformat.read(small_course.work / LESSON, as_version=4)
    info = notebook.metadata.language_info
    assert (info.version, info.pygments_lexer) == (sys.version.split()[0], "ipython3")
    assert notebook.metadata.kernelspec.name == "python3"
    notary = NotebookNotary(data_dir=str(tmp_path / "jupyter"))
    assert notary.check_signature(notebook)
    notebook.cells[1].source = "autre"
    assert not notary.check_signature(notebook)
    notary.store.close()


def test_a_lesson_only_run_is_brought_up_to_date(small_course):
    prepare()
    place = small_course.work / LESSON
    notebook = nbformat.read(place, as_version=4)
    notebook.cells[1].execution_count = 3
    nbformat.write(notebook, place)
    small_course.lesson("01-buckets", "# 01 · Les buckets\n\nPlus clair.")
    assert not copies()[LESSON].behind
    assert prepare() == []
    assert "Plus clair." in small_course.sources(LESSON)[0]


def test_blank_lessons_have_nothing_to_read_and_those_of_the_student_stay(small_course):
    source = small_course.root / "notebooks/01-buckets.ipynb"
    lesson = nbformat.read(source, 4)
    run = new_output("stream", text="bonjour")
    lesson.cells.append(new_code_cell("print('bonjour')", outputs=[run], execution_count=1))
    nbformat.write(lesson, source)
    prepare()
    mine = small_course.work / "lecons/00-demarrage.ipynb"
    notebook = nbformat.read(mine, 4)
    notebook.cells[-1].source += " À moi."
    nbformat.write(notebook, mine)
    kept, exercise = mine.read_bytes(), (small_course.work / EXERCISE).read_bytes()
    assert outputs(small_course.work / LESSON)
    for _ in range(2):
        prepare(blank=True)
        assert not outputs(small_course.work / LESSON)
        assert mine.read_bytes() == kept
        assert (small_course.work / EXERCISE).read_bytes() == exercise
    prepare()
    assert not outputs(small_course.work / LESSON), "les résultats ne reviennent pas d'eux-mêmes"
    restart(LESSON)
    assert outputs(small_course.work / LESSON)


def outputs(path):
    """Renvoie les résultats qu'un notebook montre."""
    cells = nbformat.read(path, 4).cells
    return [out for cell in cells if cell.cell_type == "code" for out in cell.outputs]


def test_the_copies_of_a_lesson_with_a_new_number_follow_it(small_course):
    small_course.lesson("02-objets", "# 02 · Les objets")
    prepare()
    mine = small_course.work / EXERCISE
    small_course.fill(mine, 'tp = open_exercises("01", client)\nà_moi = 1')
    os.utime(mine, (0, 0))
    for folder in ("notebooks", "solutions", "exercises"):
        former = small_course.root / folder / "01-buckets.ipynb"
        former.rename(former.with_name("03-buckets.ipynb"))
    prepare()
    new = exercise_path("03-buckets")
    assert small_course.sources(new)[1] == 'tp = open_exercises("03", client)\nà_moi = 1'
    assert copies()[new].touched.timestamp() == 0
    assert not mine.exists() and not (small_course.work / LESSON).exists()
    assert (small_course.work / lesson_path("03-buckets")).exists()
    before = content(small_course.work)
    assert prepare() == []
    assert content(small_course.work) == before


def test_a_lesson_that_the_student_changed_is_kept_and_said(small_course):
    prepare()
    assert copies()[LESSON].touched is None
    small_course.fill(small_course.work / LESSON, "à moi = 1")
    assert copies()[LESSON].touched is not None
    assert not copies()[LESSON].behind
    small_course.lesson("01-buckets", "# 01 · Les buckets\n\nPlus clair.")
    prepare()
    assert small_course.sources(LESSON)[1] == "à moi = 1"
    assert copies()[LESSON].behind
    kept = restart(LESSON)
    assert small_course.sources(f"lecons/{kept}")[1] == "à moi = 1"
    assert "Plus clair." in small_course.sources(LESSON)[0]
    assert not copies()[LESSON].behind


def test_exercises_are_refreshed_until_they_are_saved_and_never_after(small_course):
    prepare()
    small_course.solution("01-buckets", "Énoncé plus clair.")
    exercises.write_all()
    prepare()
    assert "Énoncé plus clair." in small_course.sources(EXERCISE)[0]
    notebook = nbformat.read(small_course.work / EXERCISE, as_version=4)
    notebook.cells[1].execution_count = 1  # exécuté, sans rien écrire : c'est déjà à l'étudiant
    nbformat.write(notebook, small_course.work / EXERCISE)
    mine = content(small_course.work / "exercices")
    small_course.solution("01-buckets", "Encore un autre.")
    exercises.write_all()
    prepare()
    assert content(small_course.work / "exercices") == mine
    assert copies()[EXERCISE].behind


def test_answers_written_in_the_kit_itself_are_found_said_and_copied(small_course):
    """Avant le dossier de travail, les étudiants remplissaient exercises/."""
    source = small_course.root / "exercises" / "01-buckets.ipynb"
    small_course.fill(source, "réponse = 42")
    before = source.read_bytes()
    (said,) = prepare()
    assert "exercises/01-buckets.ipynb" in said
    assert small_course.sources(EXERCISE)[1] == "réponse = 42"
    assert source.read_bytes() == before
    assert prepare() == []
    assert copies()[EXERCISE].recovered
    kept = restart(EXERCISE)
    assert "Votre code ici" in small_course.sources(EXERCISE)[1]
    assert small_course.sources(f"exercices/{kept}")[1] == "réponse = 42"
    assert not copies()[EXERCISE].recovered


def test_answers_written_in_the_kit_do_not_replace_those_of_the_copy(small_course):
    prepare()
    small_course.fill(small_course.work / EXERCISE, "réponse = 1")
    small_course.fill(small_course.root / "exercises" / "01-buckets.ipynb", "réponse = 2")
    prepare()
    assert small_course.sources(EXERCISE)[1] == "réponse = 1"


def test_without_its_memory_the_folder_loses_nothing(small_course):
    prepare()
    small_course.fill(small_course.work / EXERCISE, "réponse = 1")
    (small_course.work / ".copies.json").write_text("abîmé", encoding="utf-8")
    prepare()
    assert small_course.sources(EXERCISE)[1] == "réponse = 1"
    assert not copies()[LESSON].behind


def test_two_restarts_in_a_row_keep_both_copies(small_course):
    prepare()
    kept = [restart(LESSON) for _ in range(3)]
    assert len({*kept}) == 3
    assert all((small_course.work / "lecons" / name).exists() for name in kept)


@pytest.mark.parametrize(
    "path",
    [
        "../kit/notebooks/01-buckets.ipynb",
        "/etc/passwd",
        HOME,
        "lecons/absent.ipynb",
        "",
        ".copies.json",
    ],
)
def test_only_a_copy_of_the_course_is_restarted(small_course, path):
    prepare()
    before = content(small_course.work) | content(small_course.root)
    with pytest.raises(ContentError):
        restart(path)
    assert content(small_course.work) | content(small_course.root) == before


def test_a_broken_notebook_of_the_kit_does_not_hide_the_others(small_course):
    (small_course.root / "exercises" / "01-buckets.ipynb").write_text("{", encoding="utf-8")
    (said,) = prepare()
    assert "n'est pas un notebook lisible" in said
    assert set(copies()) == {"lecons/00-demarrage.ipynb", LESSON}


def test_a_folder_that_cannot_be_made_is_said(small_course):
    small_course.work.parent.mkdir()
    small_course.work.write_text("un fichier a pris sa place", encoding="utf-8")
    with pytest.raises(SettingsError):
        prepare()


def test_the_work_folder_is_beside_the_settings(tmp_path, monkeypatch):
    monkeypatch.setenv("KIT_DATA", str(tmp_path))
    assert work_folder() == tmp_path.resolve() / "travail"
    monkeypatch.delenv("KIT_DATA")
    assert work_folder().name == "travail"
    assert (work_folder().parent / "kit.py").exists()


@pytest.mark.parametrize("whole", [False, True])
def test_a_copy_handed_in_is_graded_like_the_notebook_of_the_kit(tmp_path, monkeypatch, whole):
    """Le nom et les liens d'une copie ne gênent pas la correction ; le dossier entier non plus."""
    monkeypatch.setenv("KIT_DATA", str(tmp_path))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))
    prepare()
    place = tmp_path / "travail" / EXERCISE
    notebook = nbformat.read(place, as_version=4)
    stub = next(cell for cell in notebook.cells if "# Votre code ici" in cell.source)
    stub.source = "réponse = 42"
    nbformat.write(notebook, place)
    for student in ("alice", "bob"):
        if whole:
            shutil.copytree(tmp_path / "travail", tmp_path / "lot" / student / "travail")
        else:
            (tmp_path / "lot" / student).mkdir(parents=True)
            shutil.copy(place, tmp_path / "lot" / student)
    with open_batch(str(tmp_path / "lot"), None) as batch:
        found = list(batch)
        assert list(batch.lessons) == ["01"]
    assert sorted(copy.name for copy in found) == ["alice", "bob"]
    for copy in found:
        assert not copy.trouble
        cells = copy.notebooks["01"].cells
        assert "réponse = 42" in [cell.source for cell in cells]
        assert [cell.id for cell in cells] == [cell.id for cell in references()["01"].cells]
        assert json.dumps(copy.remarks) == "[]" or whole


def test_a_work_folder_given_as_it_is_comes_from_one_student(tmp_path, monkeypatch):
    monkeypatch.setenv("KIT_DATA", str(tmp_path))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))
    prepare()
    with open_batch(str(tmp_path / "travail"), ["01"]) as batch:
        assert [copy.name for copy in batch] == ["travail"]
