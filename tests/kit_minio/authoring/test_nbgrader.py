"""Le cours au format de nbgrader, jugé par nbgrader lui-même."""

import os
import sys
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner

from helpers.errors import SettingsError
from kit_minio import checks as lessons
from kit_minio.authoring import exercises
from kit_minio.authoring import nbgrader as course
from kit_minio.authoring.notebooks import read
from kit_minio.cli import commands

LESSON, CREATE = "01-buckets", "698aa2a6"


def run(*options):
    return CliRunner().invoke(commands, ["exercises", *map(str, options)])


def files(folder):
    """Renvoie les octets de tous les fichiers d'un dossier."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def folder(tmp_path):
    """Un dossier de cours, à écrire."""
    return tmp_path / "Réseaux et stockage"


# --- Jugé par nbgrader --------------------------------------------------------------------------


def test_nbgrader_finds_every_notebook_valid(folder):
    validator = pytest.importorskip("nbgrader.nbgraderformat").MetadataValidator()
    course.export(folder)
    for series in lessons.all_series():
        name = f"{series.lesson}-{series.slug}"
        notebook = nbformat.read(folder / "source" / name / f"{name}.ipynb", as_version=4)
        nbformat.validate(notebook)
        validator.validate_nb(notebook)
        kinds = {"answer": [], "check": [], "given": []}
        for cell in notebook.cells:
            if cell.cell_type == "code":
                about = cell.metadata.nbgrader
                kind = "check" if about.grade else "answer" if about.solution else "given"
                kinds[kind].append(about)
                assert about.locked is (kind != "answer")
                assert ("### BEGIN SOLUTION" in cell.source) is (kind == "answer")
        points = {about.grade_id: about.points for about in kinds["check"]}
        assert points == {task.name: task.points for task in series.exercises}
        assert len(kinds["answer"]) >= len(points)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Object of type")  # de nbgrader, et sans suite
def test_nbgrader_grades_a_solution_in_full_half_an_answer_in_part_and_a_stub_zero(
    folder, monkeypatch
):
    apps = pytest.importorskip("nbgrader.apps")
    api = pytest.importorskip("nbgrader.api")
    traitlets = pytest.importorskip("traitlets.config")
    course.export(folder)
    settings = traitlets.Config()
    loader = traitlets.PyFileConfigLoader(course.CONFIG, path=str(folder))
    settings.merge(loader.load_config())
    settings.CourseDirectory.root = str(folder)
    monkeypatch.setenv("KIT_SPACE", f"nbgrader-{os.getpid()}")
    # nbgrader lance alembic, installé avec lui.
    here = Path(sys.executable).parent
    monkeypatch.setenv("PATH", f"{here}{os.pathsep}{os.environ['PATH']}")
    nbgrader = apps.NbGraderAPI(config=settings)
    assert nbgrader.generate_assignment(LESSON)["success"]

    released = folder / "release" / LESSON / f"{LESSON}.ipynb"
    given = nbformat.read(released, as_version=4)
    ours = read(exercises.EXERCISES / f"{LESSON}.ipynb")
    for cell, exercise in zip(given.cells, ours.cells, strict=True):
        assert cell.source.partition("\ntp.")[0] == exercise.source

    solved = {cell.id: cell.source for cell in read(exercises.SOLUTIONS / f"{LESSON}.ipynb").cells}
    half = 'client.make_bucket(bucket_name=tp.bucket("archives"))'
    students = {"tout": solved, "moitié": {CREATE: half}}
    for student, answers in students.items():
        copy = nbformat.from_dict(given)
        for cell in copy.cells:
            if cell.cell_type == "code" and cell.metadata.nbgrader.solution:
                cell.source = answers.get(cell.id, cell.source)
        path = folder / "submitted" / student / LESSON / f"{LESSON}.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(copy, path)
        assert nbgrader.autograde(LESSON, student)["success"], student
    with api.Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as book:
        found = {
            student: {
                grade.name: grade.score
                for grade in book.find_submission(LESSON, student).notebooks[0].grades
            }
            for student in students
        }
    full = {task.name: task.points for task in lessons.series("01").exercises}
    assert found == {"tout": full, "moitié": dict.fromkeys(full, 0) | {"create": 0.5}}


# --- Le dossier ---------------------------------------------------------------------------------


def test_the_command_writes_the_course_and_says_what_a_teacher_must_know(folder):
    done = run("--nbgrader", folder)
    assert done.exit_code == 0, done.output
    names = [f"source/{path.stem}/{path.name}" for path in exercises.solutions()]
    assert sorted(files(folder)) == [course.CONFIG, *names]
    assert all(str(folder / name) in done.output for name in names)
    assert "Installez le kit là où nbgrader corrige" in done.output
    again = run("--nbgrader", folder)
    assert again.exit_code == 0
    assert again.output == "Rien à écrire : ce dossier a déjà tout le cours.\n"


def test_a_course_in_place_keeps_its_files(folder):
    (folder / "source" / "00-accueil").mkdir(parents=True)
    (folder / "source" / "00-accueil" / "a.ipynb").write_text("{}")
    (folder / course.CONFIG).write_text("# le mien\n")
    (folder / "gradebook.db").write_bytes(b"notes")
    before = files(folder)
    course.export(folder)
    after = files(folder)
    assert before.items() <= after.items()
    assert len(after) == len(before) + len(exercises.solutions())


def test_a_notebook_changed_since_is_named_and_nothing_is_written(folder):
    course.export(folder)
    (folder / "source" / LESSON / f"{LESSON}.ipynb").write_text("{}")
    (folder / "source" / "02-objets" / "02-objets.ipynb").unlink()
    before = files(folder)
    done = run("--nbgrader", folder)
    assert done.exit_code == 1
    assert f"{LESSON}.ipynb, avec un autre contenu" in done.output
    assert "02-objets.ipynb" not in done.output
    assert files(folder) == before


def test_a_full_disk_leaves_nothing(folder, monkeypatch):
    # Un disque plein au troisième fichier : le produire vraiment demanderait d'en monter un.
    written = []
    write = course.Path.write_bytes

    def full(path, data):
        written.append(path)
        if len(written) == 3:
            raise OSError(28, "No space left on device")
        return write(path, data)

    monkeypatch.setattr(course.Path, "write_bytes", full)
    with pytest.raises(SettingsError, match="ne peut pas recevoir le cours"):
        course.export(folder)
    assert list(folder.parent.iterdir()) == []


def test_options_that_contradict_each_other_are_refused(folder):
    done = run("--nbgrader", folder, "--check")
    assert done.exit_code == 2
    assert "ne vont pas ensemble" in done.output
    assert not folder.exists()
