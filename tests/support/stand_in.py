"""Un correcteur de remplacement : il juge d'après le texte des copies, et n'exécute rien."""

import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from types import SimpleNamespace

from kit_minio import checks as lessons
from kit_minio.checks.outcome import Outcome, Verdict
from kit_minio.grading.batch import grade
from kit_minio.grading.model import Mark, Result
from kit_minio.grading.settings import Settings
from tests.support.copies import by_exercise

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


def run(source, out, before=lambda copy: None, **more):
    """Corrige un lot avec le correcteur de remplacement."""
    options = {"settings": SETTINGS, "open_grader": stand_in(before)} | more
    return grade(str(source), out, **options)
