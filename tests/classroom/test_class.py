"""Une classe, du zip de Moodle aux notes, par la vraie commande, kill -9 compris."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.context import ForkProcess
from pathlib import Path
from typing import Any

import psutil
import pytest
from minio import Minio

from helpers import connect
from helpers import server as servers
from kit_minio import checks as lessons
from kit_minio.grading.batch import grade
from kit_minio.grading.execute import run
from kit_minio.grading.judge.examine import Examiner
from kit_minio.grading.report import files
from kit_minio.grading.results import Results
from kit_minio.grading.settings import Settings
from kit_minio.suite.processes import kill_servers
from tests.support.classroom import Student, a_few, answered, classroom
from tests.support.moodle import lines_of, moodle_zip, rows, split, worksheet
from tests.support.results import same_bytes
from tests.support.unprivileged import as_user, user_folder

pytestmark = [
    pytest.mark.needs("bubblewrap"),
    pytest.mark.skipif(sys.platform != "linux", reason="le niveau 1 demande Linux"),
]
TASKS = [exercise.name for exercise in lessons.series("01").exercises]
# Trois copies suffisent à une correction que l'on interrompt.
KINDS = ("honest", "truncated", "early exception")


def in_french(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".").replace(".", ",")


def left_on(client: Minio) -> list[str]:
    """Renvoie les buckets des copies qui restent sur le serveur."""
    names = [bucket.name for bucket in client.list_buckets()]
    return [name for name in names if re.match(r"k[0-9a-f]{14}-", name)]


# --- Trente copies, huit tous les jours ---------------------------------------------------------


@pytest.mark.parametrize(
    "people",
    [
        pytest.param(a_few, id="eight"),
        pytest.param(classroom, id="thirty", marks=[pytest.mark.slow, pytest.mark.both_servers]),
    ],
)
def test_a_class_gets_its_marks(
    client: Minio, tmp_path: Path, people: Callable[[], list[Student]]
) -> None:
    students, out = people(), tmp_path / "sortie"
    by_number = {str(student.number): student for student in students}
    source, sheet = tmp_path / "Cours-Devoir-12.zip", tmp_path / "feuille.csv"
    source.write_bytes(moodle_zip(students))
    sheet.write_bytes(worksheet(students))
    done = subprocess.run(
        [sys.executable, "-m", "kit_minio", "grade", source, "--worksheet", sheet, "--out", out],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=280,
        check=False,
    )
    said = done.stdout
    assert done.returncode == 0, said

    table = rows_of(out / "notes.csv")
    assert {row["Identifiant Moodle"] for row in table} == set(by_number)
    for row in table:
        assert row | expected(by_number[row["Identifiant Moodle"]]) == row
    pages = {path.stem for path in (out / "retours").iterdir()}
    assert pages == {row["Copie"] for row in table}

    broken = next(student for student in students if student.marks is None)
    assert f"À revoir par un humain : 1\u00a0copie.\n  {broken.name} : " in said
    summary = (out / "index.html").read_text("utf-8")
    assert summary.index("À revoir par un humain") < summary.index(broken.name)

    check_worksheet(sheet.read_bytes(), (out / "moodle-notes.csv").read_bytes(), by_number)
    with zipfile.ZipFile(out / "moodle-retours.zip") as archive:
        named = {name.split("_")[1] for name in archive.namelist()}
    # Même une copie à revoir a son retour ; une ligne que Moodle a verrouillée n'en a pas.
    assert named == {n for n, student in by_number.items() if not student.locked}
    assert left_on(client) == []


def rows_of(path: Path) -> list[dict[str, str]]:
    text = path.read_text("utf-8-sig")
    return list(csv.DictReader(text.splitlines(), delimiter=";"))


def expected(student: Student) -> dict[str, str]:
    """Renvoie les cellules attendues de la ligne d'un élève."""
    marks = student.marks or {}
    cells = {
        f"01.{number} {task.title} ({in_french(task.points)})": (
            in_french(marks["01", task.name]) if marks else ""
        )
        for number, task in enumerate(lessons.series("01").exercises, 1)
    }
    if student.points is None:
        return cells | {"Points": "", "Note sur 20": "", "Isolation": "niveau 1"}
    return cells | {
        "Points": in_french(student.points),
        "Points possibles": "7",
        "Note sur 20": in_french(student.points * 20 / 7),
        "À revoir par un humain": "",
        "Isolation": "niveau 1",
    }


def is_graded(student: Student) -> bool:
    return student.marks is not None and not student.locked


def check_worksheet(before: bytes, after: bytes, by_number: dict[str, Student]) -> None:
    """Vérifie que seuls la note, sa date et le commentaire des copies notées ont changé."""
    titles = rows(before)[0]
    changed = [titles.index("Note"), len(titles) - 2, len(titles) - 1]
    lines = zip(rows(before), rows(after), lines_of(before), lines_of(after), strict=False)
    assert len(lines_of(before)) == len(lines_of(after))
    for old, new, old_line, new_line in lines:
        student = by_number.get(re.sub(r"\D", "", old[0]))
        if student is None or not is_graded(student):
            assert old_line == new_line
            continue
        assert split(old_line, changed) == split(new_line, changed)
        assert new[changed[0]] == f"{(student.points or 0) * 20 / 7:.2f}".replace(".", ",")
        assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", new[changed[1]])
        assert new[changed[2]].startswith(f"<p>{in_french(student.points or 0)} / 7 points.<br>")


# --- Les options de la commande -----------------------------------------------------------------


@pytest.mark.slow
def test_the_options_of_the_command_count() -> None:
    with user_folder() as folder:
        (folder / "copies").mkdir()
        notebook, _ = answered("01", dict.fromkeys(TASKS, "second"))
        (folder / "copies" / "zoé.ipynb").write_text(json.dumps(notebook))
        environment = os.environ | {"KIT_SERVER": "embedded", "KIT_DATA": str(folder)}
        page, feedback = folder / "sortie" / "index.html", folder / "sortie/retours/zoe.html"

        def run(*options: str, path: str) -> subprocess.CompletedProcess[str]:
            command = ["env", f"PATH={path}", sys.executable, "-m", "kit_minio", "grade", "copies"]
            return subprocess.run(
                [*as_user(), *command, "--out", "sortie", *options],
                **{"cwd": folder, "env": environment, "timeout": 120, "check": False},
                **{"capture_output": True, "encoding": "utf-8"},
            )

        try:
            bare = str(Path(sys.executable).parent)  # ni bubblewrap ni podman
            refused = run("--min-isolation", "1", path=bare)
            assert refused.returncode == 1
            assert "ne peuvent pas être isolées au niveau 1" in refused.stderr
            assert not page.exists()

            done = run("--accept-no-isolation", "--seed", "5", "--workers", "1", path=bare)
            assert done.returncode == 0, done.stderr
            assert "Isolation de niveau 0" in page.read_text("utf-8")
            assert "seconde exécution\u00a0: 5." in page.read_text("utf-8")
            before = feedback.read_bytes()

            again = ("--restart", "--yes", "--min-isolation", "1", "--seed", "6")
            done = run(*again, "--workers", "2", path=os.environ["PATH"])
            assert done.returncode == 0, done.stderr
            assert "Isolation de niveau 1" in page.read_text("utf-8")
            assert "seconde exécution\u00a0: 6." in page.read_text("utf-8")
            assert feedback.read_bytes() == before
        finally:
            kill_servers(folder)


# --- kill -9 ------------------------------------------------------------------------------------


def _before(owner: Any, name: str) -> Callable[[Callable[[], None]], None]:
    """Renvoie de quoi faire une action juste avant une fonction publique."""

    def hook(act: Callable[[], None]) -> None:
        function = getattr(owner, name)

        def act_first(*arguments: Any, **options: Any) -> Any:
            act()
            return function(*arguments, **options)

        setattr(owner, name, act_first)

    return hook


def _after(owner: Any, name: str) -> Callable[[Callable[[], None]], None]:
    """Renvoie de quoi faire une action juste après une fonction publique."""

    def hook(act: Callable[[], None]) -> None:
        function = getattr(owner, name)

        def act_last(*arguments: Any, **options: Any) -> Any:
            found = function(*arguments, **options)
            act()
            return found

        setattr(owner, name, act_last)

    return hook


# Ce qu'une correction est en train de faire quand elle est tuée.
MOMENTS = {
    "rien n'est commencé": _after(Results, "begin"),
    "une copie a son espace, pas ses données": _before(run, "prepare"),
    "un exercice s'examine": _before(Examiner, "examine"),
    "un résultat est connu, pas écrit": _before(Results, "write"),
    "un résultat est écrit, pas les autres": _after(Results, "write"),
    "les rapports s'écrivent": _before(files, "class_page"),
}


def start(source: Path, out: Path, when: Callable[..., None] | None = None) -> ForkProcess:
    """Lance une correction dans un double de ce processus, qui a déjà tout importé.

    Args:
        source: les copies.
        out: le dossier des résultats.
        when: le moment où elle se fige, si elle le doit.
    """

    def run_it() -> None:
        if when is not None:
            when(lambda: os.kill(os.getpid(), signal.SIGSTOP))
        grade(str(source), out, settings=Settings(replay_seed=7, workers=3), seed=7)

    grading = get_context("fork").Process(target=run_it)
    grading.start()
    return grading


@pytest.mark.slow
def test_killed_at_any_moment_it_gives_the_marks_of_an_undisturbed_run(tmp_path: Path) -> None:
    chosen = {student.kind: student for student in reversed(classroom()) if student.kind in KINDS}
    source = tmp_path / "lot.zip"
    source.write_bytes(moodle_zip(list(chosen.values())))
    whole, out = tmp_path / "d'une traite", tmp_path / "tuée"
    servers.ensure()
    finish(start(source, whole))
    for moment, when in MOMENTS.items():
        grading = start(source, out, when)
        assert kill_when_still(grading), f"{moment} : elle a fini d'elle-même"
    finish(start(source, out))
    assert same_bytes(out) == same_bytes(whole)
    assert left_on(connect(quiet=True)) == []


def finish(grading: ForkProcess) -> None:
    """Attend la fin d'une correction."""
    grading.join(280)
    assert grading.exitcode == 0


def kill_when_still(grading: ForkProcess) -> bool:
    """Tue une correction dès qu'elle se fige ; ce qu'elle a démarré doit mourir avec elle.

    Renvoie faux si elle a fini d'elle-même.
    """
    process = psutil.Process(grading.pid)
    while process.status() != psutil.STATUS_STOPPED:
        if not grading.is_alive():
            return False
        time.sleep(0.02)
    family = process.children(recursive=True)
    grading.kill()
    grading.join()
    _, alive = psutil.wait_procs(family, timeout=120)
    assert alive == [], "des processus ont survécu au correcteur"
    return True
