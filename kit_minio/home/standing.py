"""Où en est l'étudiant : l'avancement que garde le serveur S3, et la leçon à reprendre."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from helpers.spaces import full_name
from kit_minio.checks.outcome import Verdict
from kit_minio.checks.progress import read_progress
from kit_minio.home.copies import Copy, exercise_path, lesson_path

if TYPE_CHECKING:
    from minio import Minio

    from kit_minio.checks.model import Series
    from kit_minio.home.course import Lesson


@dataclass(frozen=True)
class Standing:
    """L'avancement dans une série d'exercices.

    Attributes:
        passed: le nombre d'exercices réussis.
        exercises: leur nombre.
        earned: les points acquis.
        points: ceux de la série.
        last: la dernière vérification gardée.
    """

    passed: int
    exercises: int
    earned: float
    points: float
    last: datetime | None = None

    @property
    def complete(self) -> bool:
        """Vrai si tout est réussi."""
        return self.passed == self.exercises


@dataclass(frozen=True)
class Next:
    """Ce que propose l'accueil.

    Attributes:
        label: le texte du bouton.
        path: le notebook à ouvrir, dans le dossier de travail.
    """

    label: str
    path: str


def standings(client: Minio, series: Iterable[Series]) -> dict[str, Standing]:
    """Renvoie l'avancement par leçon, lu sur le serveur.

    Args:
        client: le client de l'étudiant.
        series: les séries d'exercices du cours.

    Raises:
        S3Error: le serveur refuse la lecture.
    """
    known = {bucket.name for bucket in client.list_buckets()}

    def of(one: Series) -> Standing:
        home = full_name(f"exercice-{one.lesson}")
        names = [exercise.name for exercise in one.exercises]
        earned = read_progress(client, home, names).values() if home in known else ()
        return Standing(
            passed=sum(each.outcome.verdict is Verdict.PASSED for each in earned),
            exercises=len(names),
            earned=sum(each.outcome.points for each in earned),
            points=sum(exercise.points for exercise in one.exercises),
            last=max((each.on.astimezone() for each in earned if each.on), default=None),
        )

    with ThreadPoolExecutor() as pool:
        found = {one.lesson: pool.submit(of, one) for one in series}
    return {lesson: future.result() for lesson, future in found.items()}


def what_next(
    lessons: Sequence[Lesson], known: Mapping[str, Standing], copies: Mapping[str, Copy]
) -> Next | None:
    """Renvoie la leçon à commencer ou à reprendre ; ``None`` s'il n'y a plus rien à faire.

    C'est la dernière où quelque chose a été enregistré ou vérifié, ou la première qui reste après
    elle, si elle est finie.

    Args:
        lessons: le cours, dans l'ordre.
        known: l'avancement de chaque leçon, là où on le connaît.
        copies: les copies de travail, par chemin.
    """
    when = {lesson.number: _last_seen(lesson, known, copies) for lesson in lessons}
    begun = [lesson for lesson in lessons if when[lesson.number]]
    if not begun:
        return Next("Commencer", lesson_path(lessons[0].name)) if lessons else None
    latest = max(begun, key=lambda lesson: when[lesson.number] or _LONG_AGO)
    at = lessons.index(latest)
    # Celles qui la suivent, puis celles que l'on a laissées en route, puis celles jamais ouvertes.
    for lesson in (*lessons[at:], *begun, *lessons[:at]):
        if not _is_done(lesson, known, when[lesson.number]):
            verb = "Reprendre" if when[lesson.number] else "Commencer"
            path = _where(lesson, copies)
            return Next(f"{verb} la leçon {lesson.number}", path)
    return None


_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def _last_seen(
    lesson: Lesson, known: Mapping[str, Standing], copies: Mapping[str, Copy]
) -> datetime | None:
    """Renvoie la dernière trace de l'étudiant dans une leçon ; ``None`` s'il n'y en a pas."""
    moments = [copies[path].touched for path in _paths(lesson) if path in copies]
    if standing := known.get(lesson.number):
        moments.append(standing.last)
    return max(filter(None, moments), default=None)


def _is_done(lesson: Lesson, known: Mapping[str, Standing], seen: datetime | None) -> bool:
    """Dit si une leçon est finie : ses exercices réussis ou, si elle n'en a pas, ouverte."""
    standing = known.get(lesson.number)
    return standing.complete if standing else seen is not None and not lesson.has_exercises


def _where(lesson: Lesson, copies: Mapping[str, Copy]) -> str:
    """Renvoie celui de ses deux notebooks que l'étudiant a enregistré en dernier."""
    touched = [copies[path] for path in _paths(lesson) if path in copies and copies[path].touched]
    last = max(touched, key=lambda copy: copy.touched or _LONG_AGO, default=None)
    return last.path if last else lesson_path(lesson.name)


def _paths(lesson: Lesson) -> tuple[str, str]:
    return lesson_path(lesson.name), exercise_path(lesson.name)
