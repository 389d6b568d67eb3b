"""Des examens aux notes : l'issue de chaque exercice, ses points, un indice, le code rendu."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kit_minio.checks.model import Exercise, Series
from kit_minio.checks.outcome import Outcome, Verdict
from kit_minio.grading.intake.names import without_accents
from kit_minio.grading.model import Mark

if TYPE_CHECKING:
    from kit_minio.grading.execute.run import Run

Outcomes = dict[str, Outcome]  # par nom d'exercice
# told.py, pilot.py, et exchanges.py pour une API
_LATE = re.compile(
    r"Temps dépassé|a dépassé \d+ s|pas de réponse en \d|La réponse ne finit pas|n'en finit pas"
    r"|(?:images|fichiers Parquet) ne sont pas lisibles"  # leur lecture aussi a une heure
)
_ABOUT = 2  # mots communs à partir desquels un indice parle de la faute


def outcomes_of(run: Run) -> Outcomes:
    """Renvoie l'issue de chaque exercice de la série, après une exécution."""
    return {exercise.name: _outcome(run, exercise.name) for exercise in run.series.exercises}


def _outcome(run: Run, name: str) -> Outcome:
    if name in run.exams:
        return with_errors(run.exams[name].outcome, run.errors.get(name, []))
    if why := run.stopped.get(name):
        return Outcome(Verdict.ERROR, f"L'exécution s'est arrêtée pendant cet exercice : {why}.")
    if why := next(reversed(run.stopped.values()), None):
        return Outcome(Verdict.ERROR, f"L'exécution s'est arrêtée avant cet exercice : {why}.")
    return Outcome(Verdict.TODO, "Cet exercice n'est pas dans la copie.")


def with_errors(exam: Outcome, errors: Sequence[str]) -> Outcome:
    """Complète l'issue d'un exercice par l'exception qui a arrêté le code de l'élève."""
    if exam.verdict is Verdict.TODO and errors:
        return Outcome(Verdict.ERROR, "Votre code s'est arrêté avant la fin.", errors[0])
    if exam.verdict is Verdict.REVIEW and errors:
        return replace(exam, message=f"{exam.message}\nVotre code s'est arrêté. {errors[0]}")
    return exam


def worse(first: Outcome, second: Outcome) -> Outcome:
    """Renvoie la moins bonne des deux issues d'un exercice, la seconde avec d'autres données."""
    if second.points >= first.points:
        return first
    return Outcome(
        Verdict.REVIEW,
        "Le résultat ne suit pas les données : avec d'autres données de départ, "
        f"il n'est plus juste. {second.message}",
        second.found,
        second.expected,
        second.points,
    )


def marks_of(
    series: Series, notebook: Any, outcomes: Outcomes, seconds: dict[str, float]
) -> list[Mark]:
    """Renvoie la note de chaque exercice d'un notebook.

    Args:
        series: ses exercices.
        notebook: le notebook réparé, d'où vient le code montré.
        outcomes: l'issue de chaque exercice.
        seconds: la durée de ses cellules.
    """
    written = _written(notebook)
    return [
        Mark(
            lesson=series.lesson,
            exercise=exercise.name,
            title=exercise.title,
            outcome=_capped(outcomes[exercise.name], exercise),
            out_of=exercise.points,
            hint=_hint(outcomes[exercise.name], exercise),
            code=written.get(exercise.name, ""),
            seconds=round(seconds.get(exercise.name, 0.0), 3),
        )
        for exercise in series.exercises
    ]


def out_of_time(marks: Sequence[Mark]) -> bool:
    """Dit si un exercice n'est pas réussi faute de temps : une cellule, une API, un examen."""
    return any(
        mark.outcome.verdict is not Verdict.PASSED
        and _LATE.search(f"{mark.outcome.message}\n{mark.outcome.found}")
        for mark in marks
    )


def _capped(outcome: Outcome, exercise: Exercise) -> Outcome:
    return replace(outcome, points=min(outcome.points, exercise.points))


def _hint(outcome: Outcome, exercise: Exercise) -> str:
    """Renvoie le premier indice à qui n'a rien fait ; à qui s'est trompé, celui de sa faute.

    C'est l'indice qui a le plus de mots de ce qui a été constaté ; si aucun n'en parle, il n'y en a
    pas : le dernier, qui donne presque la solution, ne dirait rien de la faute.
    """
    if outcome.verdict is Verdict.PASSED or not exercise.hints:
        return ""
    if outcome.verdict is Verdict.TODO:
        return exercise.hints[0]
    said = _words(f"{outcome.message} {outcome.expected}")
    common = [len(said & _words(hint)) for hint in exercise.hints]
    most = max(common)
    return exercise.hints[common.index(most)] if most >= _ABOUT else ""


def _words(text: str) -> set[str]:
    """Renvoie le début des mots qui comptent : « supprimez » et « supprimé » sont le même."""
    return {word[:6] for word in re.findall(r"[a-z_]{4,}", without_accents(text))}


def _written(notebook: Any) -> dict[str, str]:
    """Renvoie ce que l'élève a écrit, par exercice."""
    found: dict[str, list[str]] = {}
    for cell in notebook.cells:
        kit = cell.metadata.get("kit", {})
        if cell.cell_type == "code" and kit.get("role") in ("student", "extra"):
            found.setdefault(kit.get("exercise", ""), []).append(cell.source)
    return {name: "\n\n".join(sources) for name, sources in found.items()}
