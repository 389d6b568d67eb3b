"""Refait les images de la documentation, dans docs/ : « python -m tests.support.screenshots »."""

from __future__ import annotations

import random
import tempfile
import time
from itertools import product
from pathlib import Path
from unittest.mock import patch

from playwright.sync_api import Page

from helpers.serving import serve
from kit_minio import checks
from kit_minio.checks.outcome import Verdict
from kit_minio.classroom import screen
from kit_minio.classroom.board import Board, Line, Mark, View
from kit_minio.classroom.register import Register
from kit_minio.classroom.roster import Entry
from kit_minio.grading.report.pages import About
from tests.support.browser import (
    ROOT,
    browser_page,
    close_browser,
    errors,
    executed_lesson,
    run_all,
    show,
    wait_for_notebook,
)
from tests.support.results import TASKS, TITLE, mark, result, write_reports

DOCS = ROOT / "docs"
NAMES = [f"{last} {first}" for first, last in product(
    ("Ana", "Louis", "Maïa", "Théo", "Zoé"), ("Dupont", "Garcia", "Kowalczyk", "Nguyễn", "Traoré")
)]  # fmt: skip
# Un seul des deux buckets demandés : la carte dit lequel manque.
ANSWER = 'client.make_bucket(bucket_name=tp.bucket("archives"))'
WRITE = """code => { const cells = [...jupyterapp.shell.currentWidget.model.cells];
  cells.find(cell => cell.type === 'code' && cell.sharedModel.getSource().includes('Votre code'))
    .sharedModel.setSource(code) }"""


def main() -> None:
    """Exécute la première leçon comme le fait test_lab.py, puis fait les autres images."""
    with tempfile.TemporaryDirectory() as home, executed_lesson(Path(home)) as (_, page):
        if errors(page):
            raise SystemExit(f"La leçon a échoué : {errors(page)}")
        page.screenshot(path=DOCS / "lab.png")
        page.evaluate("() => { jupyterapp.commands.execute('kit-minio:accueil') }")
        page.locator("#kit-accueil .kit-primary", has_text="leçon 01").wait_for()
        page.screenshot(path=DOCS / "accueil.png")
        page.get_by_role("link", name="Exercices 01").click()
        wait_for_notebook(page)
        page.evaluate(WRITE, ANSWER)
        run_all(page)
        page.wait_for_function("() => !jupyterapp.shell.currentWidget.context.model.dirty")
        show(page, ".kit-card")
        page.screenshot(path=DOCS / "exercice.png")
    with browser_page("documentation") as page:
        shoot_report(page)
        shoot_board(page)
    close_browser()
    print("Les cinq images de docs/ sont à jour.")


def shoot_report(page: Page) -> None:
    """La page d'une classe de vingt-cinq copies."""
    drawn = random.Random(4)
    found = [
        result(name, rank, [
            mark(task, drawn.choices(list(Verdict), [7, 2, 1, 1])[0], seconds=3) for task in TASKS
        ], seconds=60 + rank)
        for rank, name in enumerate(NAMES)
    ]  # fmt: skip
    with tempfile.TemporaryDirectory() as out:
        write_reports(Path(out), found, About(TITLE))
        page.goto(Path(out, "index.html").as_uri())
        page.screenshot(path=DOCS / "rapport.png")


class Room(Board):
    """Un tableau sans serveur : la salle, au milieu de la leçon 01."""

    def lessons(self) -> list[str]:
        return ["01"]

    def current(self) -> str:
        return "01"

    def view(self, lesson: str) -> View:
        drawn, now, shown = random.Random(7), time.time(), View(lesson, version=1)
        kinds = (Mark("réussi"), Mark("à revoir", 4, now - 500), Mark("à revoir", 1, now), None)
        for student in self.register.active:
            names = [one.name for one in checks.series(lesson).exercises]
            drawn_marks = drawn.choices(kinds, [6, 1, 1, 3], k=len(names))
            marks = {name: one for name, one in zip(names, drawn_marks, strict=True) if one}
            shown.lines[student.space] = Line(marks, now)
        return shown


def shoot_board(page: Page) -> None:
    register = Register("", "Réseaux, groupe B")
    register.update(Entry(name, "") for name in NAMES)
    with (
        patch.multiple(screen, the_register=lambda: register, register_file=lambda: Path(__file__)),
        serve(screen.application(Room(None, register), "jeton")) as api,  # type: ignore[arg-type]
    ):
        page.goto(f"{api.url}/#jeton")
        page.locator("#rows tr").first.wait_for()
        page.screenshot(path=DOCS / "tableau.png")


if __name__ == "__main__":
    main()
