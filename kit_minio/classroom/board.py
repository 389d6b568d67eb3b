"""Où en est la salle, d'après le store seul : une liste par leçon, puis ce qui a changé, et rien
d'autre.

Ce que ces objets contiennent vient des étudiants : tout y est borné, et rien n'en est cru sur
parole.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING, Any

from minio.error import MinioException
from urllib3.exceptions import HTTPError

from helpers.s3 import read_object
from kit_minio import checks
from kit_minio.checks.outcome import Verdict
from kit_minio.classroom.follow import MOST
from kit_minio.classroom.register import Register

if TYPE_CHECKING:
    from minio import Minio

EVERY = 0.8  # secondes entre deux lectures du store, au moins
STUCK_TRIES = 3  # vérifications manquées de suite
STUCK_SECONDS = 300  # sur le même exercice
_AT_ONCE = 8
_SILENT = (MinioException, HTTPError, OSError)  # un serveur qui se tait, ou s'arrête
_KNOWN = {verdict.value for verdict in Verdict}


@dataclass(frozen=True)
class Mark:
    """Où en est un étudiant dans un exercice.

    Attributes:
        verdict: le meilleur résultat.
        tries: les vérifications manquées de suite.
        since: quand la première de celles-ci a eu lieu, en secondes ; 0 s'il n'y en a pas.
    """

    verdict: str
    tries: int = 0
    since: float = 0


@dataclass
class Line:
    """Un étudiant, dans une leçon.

    Attributes:
        marks: par exercice, où il en est.
        last: sa dernière activité, en secondes, à l'heure du serveur.
    """

    marks: dict[str, Mark]
    last: float


@dataclass
class View:
    """Une leçon, telle que la salle la fait.

    Attributes:
        lines: par espace d'étudiant, sa ligne.
        version: un nombre qui change avec elle.
        trouble: ce qui empêche de la lire ; vide si rien.
    """

    lesson: str
    lines: dict[str, Line] = field(default_factory=dict)
    version: int = 0
    trouble: str = ""
    tags: dict[str, tuple[str, float]] = field(default_factory=dict)
    read_at: float = 0


class Board:
    """Le tableau d'une classe.

    Args:
        client: un client d'administrateur.
        register: la classe.
    """

    def __init__(self, client: Minio, register: Register) -> None:
        self.client = client
        self.register = register
        self._views: dict[str, View] = {}
        self._lessons: list[str] = []
        self._lock = Lock()
        self._pool = ThreadPoolExecutor(_AT_ONCE)

    def lessons(self) -> list[str]:
        """Renvoie les leçons que la salle a ouvertes."""
        with suppress(*_SILENT):
            found = self.client.list_objects(bucket_name=self.register.board)
            names = ((item.object_name or "").rstrip("/") for item in found)
            self._lessons = sorted(name for name in names if name in checks.MODULES)
        return self._lessons

    def current(self) -> str:
        """Renvoie la leçon où est passée la dernière activité ; la première, s'il n'y en a pas."""
        latest = {}
        for lesson in self.lessons():
            lines = self.view(lesson).lines.values()
            latest[lesson] = max((line.last for line in lines), default=0.0)
        return max(latest, key=lambda lesson: latest[lesson], default=next(iter(checks.MODULES)))

    def view(self, lesson: str) -> View:
        """Renvoie une leçon, relue si elle ne l'a pas été à l'instant."""
        with self._lock:
            view = self._views.setdefault(lesson, View(lesson))
            if time.monotonic() - view.read_at >= EVERY or not view.read_at:
                self._refresh(view)
                view.read_at = time.monotonic()
            return view

    def _refresh(self, view: View) -> None:
        """Relit ce qui a changé d'une leçon."""
        spaces = {student.space for student in self.register.active}
        try:
            changed = {}
            listed = self.client.list_objects(
                bucket_name=self.register.board, prefix=f"{view.lesson}/"
            )
            for item in listed:
                name = (item.object_name or "").rpartition("/")[2].removesuffix(".json")
                when = item.last_modified.timestamp() if item.last_modified else 0.0
                tag = (item.etag or "", when)
                if name in spaces and view.tags.get(name) != tag:
                    changed[name] = tag
            read = self._pool.map(lambda name: self._read(view.lesson, name), changed)
            for (name, tag), data in zip(changed.items(), read, strict=True):
                view.lines[name] = Line(marks_of(data, view.lesson, tag[1]), tag[1])
                view.tags[name] = tag
            trouble = ""
        except _SILENT as error:
            changed = {}
            trouble = f"Le serveur ne répond pas ({type(error).__name__}) : le tableau attend."
        if changed or trouble != view.trouble or not view.version:
            view.version += 1
        view.trouble = trouble

    def _read(self, lesson: str, space: str) -> bytes:
        key = f"{lesson}/{space}.json"
        return read_object(self.client, self.register.board, key, most=MOST)

    def shown(self, lesson: str) -> dict[str, Any]:
        """Renvoie ce que montre la page, en JSON."""
        view = self.view(lesson)
        exercises = checks.series(lesson).exercises
        students = []
        for rank, student in enumerate(self.register.active, 1):
            line = view.lines.get(student.space)
            marks = line.marks if line else {}
            students.append(
                {
                    "id": student.space,
                    "rank": rank,
                    "name": student.name,
                    "last": line.last if line else 0,
                    "marks": [_cell(marks.get(exercise.name)) for exercise in exercises],
                }
            )
        return {
            "title": self.register.title,
            "lesson": lesson,
            "version": view.version,
            "trouble": view.trouble,
            "stuck": {"tries": STUCK_TRIES, "seconds": STUCK_SECONDS},
            "exercises": [exercise.title for exercise in exercises],
            "students": students,
        }


def _cell(mark: Mark | None) -> dict[str, Any] | None:
    return {"verdict": mark.verdict, "tries": mark.tries, "since": mark.since} if mark else None


def marks_of(data: bytes, lesson: str, when: float) -> dict[str, Mark]:
    """Renvoie ce qu'un étudiant dit de lui ; rien de ce qui ne se comprend pas.

    Args:
        data: les octets de son objet.
        lesson: la leçon.
        when: quand le serveur l'a reçu, en secondes : l'heure de l'étudiant peut être fausse.
    """
    try:
        told = json.loads(data)["exercises"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return {}
    if not isinstance(told, Mapping):
        return {}
    names = {exercise.name for exercise in checks.series(lesson).exercises}
    found = {name: _mark(told[name], when) for name in names & told.keys()}
    return {name: mark for name, mark in found.items() if mark is not None}


def _mark(told: Any, when: float) -> Mark | None:
    verdict = told.get("verdict") if isinstance(told, Mapping) else None
    if not isinstance(verdict, str) or verdict not in _KNOWN:
        return None
    tries = told.get("tries")
    tries = min(max(tries, 0), 999) if isinstance(tries, int) else 0
    since = 0.0
    if tries:
        try:
            ends = [datetime.fromisoformat(told[name]).timestamp() for name in ("last", "since")]
            since = when - min(max(ends[0] - ends[1], 0), 86400)
        except (ValueError, LookupError, TypeError, OverflowError):
            since = when
    return Mark(verdict, tries, since)
