"""Une copie, de ses notebooks à son résultat : exécuter, examiner, rejouer, noter.

Elle est exécutée avec la graine distribuée ; si un exercice réussi dépend de la graine, elle l'est
une seconde fois avec une autre, et une réponse recopiée se voit.
"""

from __future__ import annotations

import time
import traceback
from typing import TYPE_CHECKING, Any

from helpers.errors import KitError
from kit_minio import checks
from kit_minio.checks.model import Series
from kit_minio.grading.execute.run import Run, run_notebook
from kit_minio.grading.judge.marks import Outcomes, marks_of, outcomes_of, worse
from kit_minio.grading.judge.remarks import remarks_on
from kit_minio.grading.model import FAILED, UNEXPECTED, Copy, Mark, Result

if TYPE_CHECKING:
    from kit_minio.grading.grader import Grader

_MAX_FAILURE = 5000  # caractères gardés d'une trace, pour le journal


def grade_copy(copy: Copy, grader: Grader) -> Result:
    """Exécute et examine une copie.

    Args:
        copy: la copie, aux notebooks réparés.
        grader: la correction en cours.
    """
    started = time.monotonic()
    result = Result(
        copy_id=copy.id,
        name=copy.name,
        moodle_id=copy.moodle_id,
        remarks=list(copy.remarks),
        trouble=copy.trouble,
        isolation=grader.isolation.level,
        server=grader.server.label,
        seed=grader.settings.replay_seed or grader.settings.seed,
    )
    for lesson, notebook in sorted(copy.notebooks.items()):
        try:
            marks, remarks = _grade_notebook(checks.series(lesson), notebook, grader)
        except Exception as error:  # noqa: BLE001 - une copie n'arrête jamais le lot
            told = str(error) if isinstance(error, KitError) else UNEXPECTED
            result.trouble = f"{FAILED} {told}"
            result.failure = "".join(traceback.format_exception(error))[-_MAX_FAILURE:]
            continue
        result.marks += marks
        result.remarks += remarks
    result.seconds = round(time.monotonic() - started, 3)
    return result


def _grade_notebook(series: Series, notebook: Any, grader: Grader) -> tuple[list[Mark], list[str]]:
    """Renvoie les notes d'un notebook et ce qu'il faut en dire."""
    run = run_notebook(series, notebook, grader, grader.settings.seed)
    outcomes = outcomes_of(run)
    remarks = remarks_on(run, outcomes)
    outcomes |= _replayed(run, outcomes, notebook, grader)
    return marks_of(series, notebook, outcomes, run.seconds), remarks


def _replayed(first: Run, outcomes: Outcomes, notebook: Any, grader: Grader) -> Outcomes:
    """Renvoie l'issue, avec d'autres données, des exercices qui en dépendent et ont des points."""
    names = [
        name for name, exam in first.exams.items() if exam.seeded and outcomes[name].points > 0
    ]
    seed = grader.settings.replay_seed
    if not names or seed is None:
        return {}
    second = run_notebook(
        first.series,
        notebook,
        grader,
        seed,
        until=names[-1],
        skip=first.slow.difference(names),
    )
    replayed = outcomes_of(second)
    return {name: worse(outcomes[name], replayed[name]) for name in names}
