"""Ce qui serait corrigé, dit sans rien exécuter."""

import json
import platform

import pytest
from click.testing import CliRunner

from helpers.files import ROOT
from kit_minio import cli
from kit_minio.grading import results as grading
from kit_minio.grading.preview import preview
from tests.support.classroom import a_few, answered, classroom
from tests.support.copies import NOTEBOOK, TASKS
from tests.support.moodle import moodle_zip, worksheet
from tests.support.stand_in import run

TRIALS = ROOT / "tests" / "trials"


@pytest.fixture
def lot(tmp_path):
    """Écrit un lot de dossiers, à partir d'un dictionnaire de notebooks."""

    def write(files):
        for name, content in files.items():
            path = tmp_path / "lot" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(
                content if isinstance(content, bytes) else json.dumps(content).encode()
            )
        return str(tmp_path / "lot")

    return write


def solved(python="", **choices):
    notebook, _ = answered("01", dict.fromkeys(TASKS, "stub") | choices)
    notebook["metadata"]["language_info"] = {"name": "python", "version": python}
    return notebook


def cells_of(said):
    """Renvoie les cellules du tableau, par élève."""
    lines = [line for line in said.splitlines() if "  " in line.strip()]
    rule = next(at for at, line in enumerate(lines) if line.startswith("─"))
    starts = [0, *(at + 1 for at, sign in enumerate(lines[rule]) if sign == " ")]
    starts = [at for at in starts if lines[rule][at : at + 1] == "─"]
    ends = [*starts[1:], None]
    table = [[line[a:b].strip() for a, b in zip(starts, ends, strict=True)] for line in lines]
    return table[rule - 1], {row[0]: row[1:] for row in table[rule + 1 :]}


def test_a_class_is_said_with_its_rows_and_nothing_runs(tmp_path, capsys, kit_data, monkeypatch):
    students = classroom()
    (tmp_path / "lot.zip").write_bytes(moodle_zip(students))
    (tmp_path / "feuille.csv").write_bytes(worksheet(students))
    before = sorted(tmp_path.rglob("*"))
    copies = preview(str(tmp_path / "lot.zip"), worksheet=tmp_path / "feuille.csv")
    assert len(copies) == 30
    assert sorted(tmp_path.rglob("*")) == before
    assert not kit_data.exists()
    said = capsys.readouterr().out.replace("\u00a0", " ")
    assert said.startswith("30 copies. Leçons à corriger : 01.")
    headers, table = cells_of(said)
    assert headers[2:] == ["Leçon 01", "Notebooks", "Ligne", "Python", "À voir"]
    by_name = {student.name: student for student in students}
    assert table["Zoé Martin"][2] == "1"
    assert table["Omar Benali"][3] == str(by_name["Omar Benali"].number)
    blank = next(s for s in students if s.kind == "empty")
    assert f"{blank.name} : rien n'est complété (leçon 01)." in said
    broken = next(s for s in students if s.kind == "truncated")
    assert table[broken.name][-1] == "oui"
    assert f"  {broken.name} : « 01-buckets.ipynb » n'est pas lu" in said
    assert "29 lignes trouvées sur 32." in said
    assert "la note est verrouillée" in said


def test_several_attempts_and_missing_lessons_are_said(lot, capsys):
    second = answered("02", dict.fromkeys(_tasks("02"), "solution"))[0]
    source = lot(
        {
            "alice/01 v1.ipynb": solved(create="solution"),
            "alice/01 v2.ipynb": solved(create="solution", names="solution"),
            "alice/02-objets.ipynb": second,
            "bob/01.ipynb": solved(create="solution"),
        }
    )
    preview(source, lessons=("1", "2"))
    said = capsys.readouterr().out
    headers, table = cells_of(said)
    assert headers[2:5] == ["Leçon 01", "Leçon 02", "Notebooks"]
    assert table["alice"][1:4] == ["2/4", "5/5", "3"]
    assert table["bob"][1:4] == ["1/4", "–", "1"]
    assert "alice : 2 notebooks de la leçon 01, 01 v2.ipynb est retenu." in said
    assert "bob : aucun notebook (leçon 02)." in said


def _tasks(lesson):
    from kit_minio import checks

    return [task.name for task in checks.series(lesson).exercises]


def test_another_python_is_announced(lot, capsys):
    here = ".".join(platform.python_version_tuple()[:2])
    source = lot({"alice/x.ipynb": solved("3.98.1"), "bob/x.ipynb": solved(f"{here}.4")})
    preview(source)
    said = capsys.readouterr().out
    assert [row[-2] for row in cells_of(said)[1].values()] == ["3.98", here]
    assert f"{here} (1), 3.98 (1) ; ici, {here}. Un notebook peut employer" in said
    source = lot({"alice/x.ipynb": NOTEBOOK, "bob/x.ipynb": solved(f"{here}.1")})
    capsys.readouterr()
    preview(source)
    assert "Versions de Python" not in capsys.readouterr().out


def test_what_would_be_graded_again_is_said_with_its_reason(small_zip, tmp_path, monkeypatch):
    out = tmp_path / "sortie"
    run(small_zip, out)
    students = a_few()
    name, data = next(iter(students[5].files.items()))
    students[5].files[name] = data.replace(b"make_bucket", b"make_bucket ")
    small_zip.write_bytes(moodle_zip(students))
    next((out / "resultats").glob("zoe-*.json")).unlink()
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}

    def said():
        options = ["grade", str(small_zip), "--dry-run", "--out", str(out)]
        done = CliRunner().invoke(cli.commands, options)
        assert done.exit_code == 0, done.output
        return done.output.replace("\u00a0", " ")

    first = said()
    assert f"Correction précédente, dans {out} :" in first
    assert "  1 copie pas encore corrigée.\n" in first
    assert "  6 copies gardées telles quelles.\n" in first
    assert "  1 copie serait corrigée de nouveau : la copie a changé.\n" in first
    monkeypatch.setattr(grading, "version_of", lambda lessons: "une autre version")
    assert "  7 copies seraient corrigées de nouveau : les vérifications, leurs" in said()
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
    assert "Correction précédente" not in said_of_nothing(small_zip, tmp_path)


def said_of_nothing(source, folder):
    """Renvoie ce qui est dit d'un lot jamais corrigé."""
    options = ["grade", str(source), "--dry-run", "--out", str(folder / "neuf")]
    return CliRunner().invoke(cli.commands, options).output


def test_the_command_says_it_without_a_server(kit_data):
    source = str(TRIALS / "12-autres-collecteurs" / "par-groupe")
    done = CliRunner().invoke(cli.commands, ["grade", source, "--dry-run", "--lesson", "1"])
    assert done.exit_code == 0, done.output
    assert "Dossiers qui réunissent des étudiants : « TD1 », « TD2 »." in done.output
    assert sorted(cells_of(done.output)[1]) == [
        *("Alice Martin", "Bruno Le Gall", "Chloé Petit", "David Roy"),
    ]
    assert not kit_data.exists()


def test_a_lesson_without_exercises_is_an_error_here_too():
    source = str(TRIALS / "15-extensions" / "lot")
    done = CliRunner().invoke(cli.commands, ["grade", source, "--dry-run", "--lesson", "42"])
    assert done.exit_code == 1
    assert "« 42 » n'a pas d'exercices" in done.output
