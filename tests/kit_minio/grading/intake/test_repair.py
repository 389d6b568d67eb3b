"""La remise en ordre d'une copie : ce qui vient du cours, ce qui vient de l'élève."""

import contextlib
import copy
import io
import json

import nbformat
import pytest

from kit_minio import checks as lessons
from kit_minio.authoring.exercises import EXERCISES, SOLUTIONS
from kit_minio.authoring.nbgrader import assignment
from kit_minio.authoring.notebooks import read
from kit_minio.grading.intake.copies import open_batch
from kit_minio.grading.intake.reading import read_cells
from kit_minio.grading.intake.repair import repair
from tests.support.classroom import answered, classroom, code_cell, source_of
from tests.support.copies import TASKS, by_exercise
from tests.support.moodle import moodle_zip

MASTERS = {path.stem.split("-")[0]: read(path) for path in sorted(EXERCISES.glob("*.ipynb"))}
MASTER = MASTERS["01"]


@pytest.fixture
def solved():
    """Une copie juste de la leçon 01, en JSON."""
    return answered("01", dict.fromkeys(TASKS, "solution"))[0]


def repaired(notebook):
    found, _ = read_cells(json.dumps(notebook).encode())
    return repair(MASTER, found)


def cell(notebook, text):
    """Renvoie la cellule de code qui contient ce texte."""
    return next(c for c in notebook["cells"] if c["cell_type"] == "code" and text in source_of(c))


def sources(result):
    return [c.source for c in result.notebook.cells if c.cell_type == "code"]


def grade(notebook, seed=1):
    """Exécute un notebook réparé dans ce processus, sans s'arrêter ; rend les points."""
    names = {"__name__": "__main__"}
    points = {}
    for code in (c for c in notebook.cells if c.cell_type == "code"):
        source = f"seed = {seed}" if "parameters" in code.metadata.get("tags", []) else code.source
        with contextlib.suppress(Exception), contextlib.redirect_stdout(io.StringIO()):
            exec(compile(source, "<copie>", "exec"), names)  # noqa: S102
        if code.metadata.kit.role == "check":
            outcome = names["tp"].tasks[code.metadata.kit.exercise].outcome
            points[code.metadata.kit.exercise] = outcome.points if outcome else 0
    return points


# --- Ce qui vient du cours ----------------------------------------------------------------------


@pytest.mark.parametrize("lesson", MASTERS)
def test_an_untouched_notebook_comes_back_as_it_is(lesson):
    master = MASTERS[lesson]
    found, _ = read_cells(nbformat.writes(master).encode())
    result = repair(master, found)
    assert result.remarks == []
    assert result.filled == 0
    assert [c.source for c in result.notebook.cells] == [c.source for c in master.cells]
    assert [c.id for c in result.notebook.cells] == [c.id for c in master.cells]
    assert result.notebook.metadata == master.metadata
    assert nbformat.validate(result.notebook) is None


@pytest.mark.parametrize("lesson", MASTERS)
def test_every_code_cell_has_a_role_and_its_exercise(lesson):
    series = lessons.series(lesson)
    found, _ = read_cells(nbformat.writes(MASTERS[lesson]).encode())
    groups = by_exercise(repair(MASTERS[lesson], found).notebook)
    assert [name for name in groups if name] == [task.name for task in series.exercises]
    for name, cells in groups.items():
        roles = [c.metadata.kit.role for c in cells]
        if name:
            assert roles[-1] == "check"
            assert roles.count("check") == 1
            assert "student" in roles
        else:
            assert set(roles) == {"setup", "given"}


def test_only_the_students_cells_come_from_the_copy(solved):
    solved["cells"][0]["source"] = "# Copie de rêve"
    cell(solved, "open_exercises(")["source"] = "from tricheur import tp"
    cell(solved, "tp.create.check(")["source"] = "print('réussi')"
    cell(solved, "noms.txt")["source"] = "names = ['photos']"
    result = repaired(solved)
    for original in MASTER.cells:
        kept = next(c for c in result.notebook.cells if c.id == original.id)
        if "# Votre code ici" in original.source:
            assert kept.source == source_of(next(c for c in solved["cells"] if c["id"] == kept.id))
        else:
            assert kept.source == original.source
    assert result.remarks == [
        "La cellule de préparation avait été modifiée ; celle d'origine a servi.",
        "Exercice 1 : la cellule de vérification avait été modifiée ; celle d'origine a servi.",
        "Exercice 3 : la cellule donnée avait été modifiée ; celle d'origine a servi.",
    ]


def test_metadata_tags_and_kernel_of_the_copy_are_dropped(solved):
    solved["metadata"] = {"kernelspec": {"name": "malice"}, "papermill": {"parameters": {}}}
    for c in solved["cells"]:
        c["metadata"] = {"tags": ["skip-execution", "raises-exception", "parameters"]}
    result = repaired(solved)
    assert result.notebook.metadata == MASTER.metadata
    tags = [tag for c in result.notebook.cells for tag in c.metadata.get("tags", [])]
    assert tags == ["parameters"]
    assert not any(c.get("outputs") for c in result.notebook.cells)
    assert result.remarks == []


# --- Ce que l'élève a défait --------------------------------------------------------------------


def test_deleted_cells_come_back_and_it_is_said(solved):
    doomed = [cell(solved, "tp.create.check("), cell(solved, "drafts ="), cell(solved, "noms.txt")]
    solved["cells"] = [c for c in solved["cells"] if c not in doomed]
    result = repaired(solved)
    assert result.remarks == [
        "Exercice 1 : la cellule de vérification manquait ; elle a été remise.",
        "Exercice 2 : la cellule à compléter manquait ; elle a été remise, sans réponse.",
        "Exercice 3 : la cellule donnée manquait ; elle a été remise.",
    ]
    assert [c.id for c in result.notebook.cells] == [c.id for c in MASTER.cells]


def test_moved_cells_take_back_their_place(solved):
    check = cell(solved, "tp.create.check(")
    solved["cells"].remove(check)
    solved["cells"].append(check)
    result = repaired(solved)
    assert result.remarks == [
        "Exercice 1 : la cellule de vérification avait changé de place ; elle l'a reprise."
    ]
    assert [c.id for c in result.notebook.cells] == [c.id for c in MASTER.cells]


def test_retyped_cells_become_code_again(solved):
    answer = cell(solved, "drafts =")
    answer["cell_type"] = "markdown"
    del answer["outputs"], answer["execution_count"]
    result = repaired(solved)
    assert source_of(answer) in sources(result)
    assert result.remarks == [
        "Exercice 2 : la cellule à compléter n'était plus du code ; c'est corrigé."
    ]


def test_duplicates_count_once_and_the_changed_one_wins(solved):
    index = solved["cells"].index(cell(solved, "drafts ="))
    blank = copy.deepcopy(solved["cells"][index])
    blank["source"] = next(c.source for c in MASTER.cells if c.id == blank["id"])
    solved["cells"].insert(index, blank)
    check = cell(solved, "tp.create.check(")
    solved["cells"].insert(5, check | {"id": "nouvelle"})
    result = repaired(solved)
    assert len(result.notebook.cells) == len(MASTER.cells)
    assert source_of(solved["cells"][index + 2]) in sources(result)
    assert result.filled == 4
    assert result.remarks == [
        "Exercice 1 : la cellule de vérification était en double ; une seule a servi.",
        "Exercice 2 : la cellule à compléter était en double ; une seule a servi.",
    ]


def test_a_second_version_of_a_cell_is_not_lost(solved):
    index = solved["cells"].index(cell(solved, "drafts ="))
    other = copy.deepcopy(solved["cells"][index]) | {"source": "print('autre essai')"}
    solved["cells"].insert(index + 1, other)
    found = sources(repaired(solved))
    position = found.index("print('autre essai')")
    assert found[position - 1].startswith("drafts =")
    assert found[position + 1] == "tp.clean_up.check()"


# --- Ce que l'élève a ajouté --------------------------------------------------------------------


def test_added_cells_stay_in_their_section_and_are_labelled(solved):
    index = solved["cells"].index(cell(solved, "drafts ="))
    solved["cells"].insert(index, code_cell("aide", "def helper():\n    return 1"))
    solved["cells"].insert(index + 2, code_cell("suite", "helper()"))
    solved["cells"].append(code_cell("fin", "print('fini')"))
    result = repaired(solved)
    section = by_exercise(result.notebook)["clean_up"]
    assert [c.metadata.kit.role for c in section] == ["extra", "student", "extra", "check"]
    assert section[0].source.startswith("def helper")
    assert result.notebook.cells[-1].source == "print('fini')"
    assert result.notebook.cells[-1].metadata.kit == {"role": "extra", "exercise": ""}
    assert result.remarks == []
    assert nbformat.validate(result.notebook) is None


def test_an_added_cell_belongs_to_its_exercise_even_without_the_check_that_follows(solved):
    check = cell(solved, "tp.create.check(")
    index = solved["cells"].index(check)
    solved["cells"][index] = code_cell("x", "print('encore')")
    section = by_exercise(repaired(solved).notebook)["create"]
    assert [c.metadata.kit.role for c in section] == ["student", "extra", "check"]


def test_added_markdown_and_routine_calls_are_left_out(solved):
    for number, source in enumerate(
        (
            "tp.create.hint()",
            "tp.create.check()",
            "tp",
            'tp = open_exercises("01", client, seed=seed)',
        )
    ):
        solved["cells"].insert(6, code_cell(f"x{number}", source))
    solved["cells"].insert(6, {"cell_type": "markdown", "metadata": {}, "source": "note"})
    result = repaired(solved)
    assert [c.id for c in result.notebook.cells] == [c.id for c in MASTER.cells]


def test_an_added_cell_with_code_and_a_check_is_kept(solved):
    code = "client.make_bucket(bucket_name=tp.bucket('x'))\ntp.create.check()"
    solved["cells"].insert(5, code_cell("melange", code))
    result = repaired(solved)
    section = by_exercise(result.notebook)["create"]
    assert code in [c.source for c in section]
    assert section[-1].metadata.kit.role == "check"


def test_code_written_in_a_given_or_check_cell_runs_before_it(solved):
    check, setup = cell(solved, "tp.names.check("), cell(solved, "open_exercises(")
    check["source"] = "reasons = {}\ntp.names.check(reasons)"
    setup["source"] = ["import json\n", *setup["source"]]
    found = sources(repaired(solved))
    assert found[found.index("tp.names.check(reasons)") - 1] == check["source"]
    assert found[1] == source_of(setup)
    assert found[2] == next(c.source for c in MASTER.cells if "open_exercises(" in c.source)


def test_an_answer_elsewhere_is_not_erased_by_the_cell_put_back(solved, client):
    answer = cell(solved, "reasons = ...")
    solved["cells"].remove(answer)
    given = cell(solved, "noms.txt")
    given["source"] = source_of(given) + "\n" + source_of(answer)
    assert grade(repaired(solved).notebook)["names"] == 2


def test_an_answer_in_a_new_cell_is_found(solved, client):
    answer = cell(solved, "reasons = ...")
    answer["id"] = "recollee"
    result = repaired(solved)
    assert result.remarks == []
    assert result.filled == 4
    assert grade(result.notebook)["names"] == 2


def test_all_answers_merged_into_one_cell_still_count(solved, client):
    answers = [c for c in solved["cells"] if c["cell_type"] == "code"][2:-1]
    text = "\n".join(source_of(c) for c in answers)
    solved["cells"] = [*solved["cells"][:3], {**answers[0], "source": text}]
    assert grade(repaired(solved).notebook) == {"create": 1, "clean_up": 2, "names": 2, "ensure": 2}


# --- Sans identifiants --------------------------------------------------------------------------


def test_a_copy_made_with_nbgrader_is_told_without_suspicion():
    solution = read(next(SOLUTIONS.glob("01-*.ipynb")))
    found = repaired(assignment(solution, lessons.series("01")))
    assert found.remarks == ["Cette copie vient de la version nbgrader du cours."]
    codes = [cell.source for cell in found.notebook.cells if cell.cell_type == "code"]
    assert not any("outcome.points" in code for code in codes)


@pytest.mark.parametrize("lesson", [key for key in MASTERS if key in ("01", "02", "03", "04")])
def test_cells_without_ids_are_recognised_by_text_and_place(lesson):
    tasks = [task.name for task in lessons.series(lesson).exercises]
    for choice in ("solution", "second", "stub"):
        notebook, _ = answered(lesson, dict.fromkeys(tasks, choice))
        by_id = repair(MASTERS[lesson], read_cells(json.dumps(notebook).encode())[0])
        for c in notebook["cells"]:
            del c["id"]
        without = repair(MASTERS[lesson], read_cells(json.dumps(notebook).encode())[0])
        assert [c.source for c in without.notebook.cells] == [
            c.source for c in by_id.notebook.cells
        ]
        assert without.filled == by_id.filled
        assert len(without.remarks) == 1
        assert "identifiants" in without.remarks[0]


def test_without_ids_the_check_that_follows_tells_the_cell(solved):
    answer = cell(solved, "drafts =")
    answer["source"] = "print('tout autre chose')"
    index = solved["cells"].index(answer)
    solved["cells"].insert(index, code_cell("x", "x = 1"))
    for c in solved["cells"]:
        del c["id"]
    result = repaired(solved)
    section = by_exercise(result.notebook)["clean_up"]
    assert [c.source for c in section] == [
        "x = 1",
        "print('tout autre chose')",
        "tp.clean_up.check()",
    ]


# --- Une classe ---------------------------------------------------------------------------------

PUT_RIGHT = {
    "nbformat 3",
    "deleted",
    "duplicated",
    "moved",
    "retyped",
    "colab",
    "extra cells",
    "early exception",
    "checks rewritten",
}


@pytest.mark.slow
def test_copies_put_right_are_worth_what_they_should(client, tmp_path):
    students = {str(s.number): s for s in classroom() if s.kind in PUT_RIGHT}
    assert len(students) == len(PUT_RIGHT)
    path = tmp_path / "classe.zip"
    path.write_bytes(moodle_zip(list(students.values())))
    with open_batch(str(path)) as batch:
        for handed in batch:
            student = students[handed.moodle_id]
            expected = {name: points for (_, name), points in student.marks.items()}
            assert grade(handed.notebooks["01"]) == expected, student.kind
