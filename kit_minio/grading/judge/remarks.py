"""Ce qu'il faut dire d'une exécution, hors des notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit_minio.checks.outcome import Verdict
from kit_minio.grading.execute.sandbox.inside.request import BLOCKS

if TYPE_CHECKING:
    from kit_minio.grading.execute.run import Run
    from kit_minio.grading.judge.marks import Outcomes


def remarks_on(run: Run, outcomes: Outcomes) -> list[str]:
    """Renvoie les remarques que mérite une exécution.

    Args:
        run: l'exécution.
        outcomes: l'issue de chacun de ses exercices.
    """
    titles = {exercise.name: exercise.title for exercise in run.series.exercises}
    outside = [
        f"Hors des exercices, une cellule s'est arrêtée. {text}"
        for text in dict.fromkeys(run.errors.get("", []))
    ]
    slow = [
        f"L'exercice « {titles[name]} » est réussi, mais {error.text}."
        for name, error in run.late.items()
        if name in titles and outcomes[name].verdict is Verdict.PASSED
    ]
    blocking = [
        f"L'exercice « {titles[name]} » est réussi, mais {error}"
        for name, errors in run.errors.items()
        for error in dict.fromkeys(errors)
        if name in titles and BLOCKS in error and outcomes[name].verdict is Verdict.PASSED
    ]
    stopped = [
        f"L'exécution s'est arrêtée à l'exercice « {titles[where]} » : {why}. "
        "Ce qui précède garde ses points ; la suite a été exécutée dans un noyau neuf."
        if where in titles
        else f"L'exécution s'est arrêtée hors des exercices : {why}."
        for where, why in run.stopped.items()
    ]
    typed = [
        f"L'exercice « {title} » écrit en entier le nom d'un bucket, qui change à chaque "
        "ouverture : la correction y a mis le sien. Demandez-le à tp.bucket(…)."
        for name, title in titles.items()
        if name in run.typed
    ]
    return outside + slow + blocking + stopped + typed
