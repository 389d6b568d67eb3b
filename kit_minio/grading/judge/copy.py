"""Une copie, de ses notebooks à son résultat : exécuter, examiner, rejouer, noter.

Elle est exécutée avec la graine distribuée ; si un exercice réussi dépend de la graine, elle l'est
une seconde fois avec une autre, et une réponse recopiée se voit.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from helpers.errors import KitError
from kit_minio import checks
from kit_minio.grading.execute.run import Run, run_notebook
from kit_minio.grading.execute.transcript import Transcript
from kit_minio.grading.judge.doubts import doubts_on, is_newer
from kit_minio.grading.judge.marks import Outcomes, marks_of, outcomes_of, worse
from kit_minio.grading.judge.remarks import remarks_on
from kit_minio.grading.model import FAILED, UNEXPECTED, Copy, Result

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
    transcript = Transcript()
    for lesson in sorted(copy.notebooks):
        try:
            _grade_notebook(copy, lesson, grader, result, transcript)
        except Exception as error:  # noqa: BLE001 - une copie n'arrête jamais le lot
            told = str(error) if isinstance(error, KitError) else UNEXPECTED
            result.trouble = f"{FAILED} {told}"
            result.failure = "".join(traceback.format_exception(error))[-_MAX_FAILURE:]
    result.executed = transcript.notebook()
    result.seconds = round(time.monotonic() - started, 3)
    return result


def _grade_notebook(
    copy: Copy, lesson: str, grader: Grader, result: Result, transcript: Transcript
) -> None:
    """Ajoute à un résultat les notes d'un notebook et ce qu'il faut en dire."""
    series, notebook = checks.series(lesson), copy.notebooks[lesson]
    beside = copy.beside.get(lesson, {})
    run = run_notebook(
        series, notebook, grader, grader.settings.seed, beside=beside, transcript=transcript
    )
    outcomes = outcomes_of(run)
    remarks = remarks_on(run, outcomes)
    python = copy.kept[lesson].python if lesson in copy.kept else ""
    if is_newer(python):
        result.newer = python
    doubts = [result.trouble or "", *doubts_on(run, outcomes, python)]
    outcomes |= _replayed(run, outcomes, notebook, grader, beside)
    result.marks += marks_of(series, notebook, outcomes, run.seconds)
    result.remarks += remarks
    result.trouble = " ".join(filter(None, doubts)) or None


def _replayed(
    first: Run, outcomes: Outcomes, notebook: Any, grader: Grader, beside: Mapping[str, str]
) -> Outcomes:
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
        beside=beside,
    )
    replayed = outcomes_of(second)
    return {name: worse(outcomes[name], replayed[name]) for name in names}
