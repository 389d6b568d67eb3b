"""Où en est la salle, d'après le store seul : une liste par leçon, puis les derniers avis de
changement, et rien d'autre. Toutes les demi-minutes, la liste entière : un avis a pu se perdre.

Ce que ces objets contiennent vient des étudiants : tout y est borné, et rien n'en est cru sur
parole.
"""

from __future__ import annotations

import json
import re
import time
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice, takewhile
from threading import Lock
from typing import TYPE_CHECKING, Any

from minio.deleteobjects import DeleteObject
from minio.error import MinioException, S3Error
from urllib3.exceptions import HTTPError

from helpers.s3 import read_object
from kit_minio import checks
from kit_minio.checks.outcome import Verdict
from kit_minio.classroom.follow import MOST, NOTICES, notice
from kit_minio.classroom.register import Register

if TYPE_CHECKING:
    from minio import Minio

EVERY = 0.4  # secondes entre deux lectures du store, au moins
WHOLE = 30.0  # secondes entre deux listes entières d'une leçon
_LATE = 10  # secondes qu'un avis peut mettre à paraître après l'heure qu'il porte
_ALL = 1000  # avis supprimés d'un coup
_NOTICE = re.compile(rf"{NOTICES}(\d{{10}})-(\d\d)-(\w+)", re.ASCII)
_OLD = 60  # secondes au bout desquelles un avis ne sert plus
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
    tags: dict[str, str] = field(default_factory=dict)
    listed_at: float = 0


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
        self._followed_at = 0.0
        self._latest = 0.0  # la plus récente des heures que le serveur a données
        self._seen: dict[str, str] = {}  # les derniers avis, et leur ETag
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
            now, before, trouble = time.monotonic(), view.version, ""
            try:
                if now - view.listed_at >= WHOLE or not view.listed_at:
                    self._list(view)
                    view.listed_at = time.monotonic()
                    self._pool.submit(self._clean)
                if now - self._followed_at >= EVERY or not self._followed_at:
                    self._follow()
                    self._followed_at = time.monotonic()
            except _SILENT as error:
                view.listed_at = 0  # à son retour, tout est relu
                trouble = f"Le serveur ne répond pas ({type(error).__name__}) : le tableau attend."
            if view.version == before and (trouble != view.trouble or not before):
                view.version += 1
            view.trouble = trouble
            return view

    def _list(self, view: View) -> None:
        """Relit ce qui a changé d'une leçon, d'après sa liste entière."""
        found = {}
        for name, tag, when in self._objects(f"{view.lesson}/"):
            found[name.rpartition("/")[2].removesuffix(".json")] = tag, when
        self._update(view, found)

    def _clean(self) -> None:
        """Supprime les avis qui ne servent plus."""
        old = notice(self._latest - _OLD)
        with suppress(*_SILENT):
            names = islice((name for name, _, _ in self._objects(NOTICES)), _ALL)
            self._remove(takewhile(lambda name: name < old, names))

    def _remove(self, names: Iterable[str]) -> None:
        gone = [DeleteObject(name) for name in names]
        if gone:
            bucket = self.register.board
            deque(self.client.remove_objects(bucket_name=bucket, delete_object_list=gone), 0)

    def _follow(self) -> None:
        """Relit, dans toutes les leçons, ce que disent les derniers avis."""
        last = notice(self._latest - _LATE) if self._latest else ""
        seen, strange = {}, []
        changed = defaultdict[str, dict[str, tuple[str, float]]](dict)
        for name, tag, when in self._objects(NOTICES, last):
            told = _NOTICE.fullmatch(name)
            # Daté de plus tard, il serait relu à chaque fois.
            if told is None or int(told[1]) > when + _OLD:
                strange.append(name)
                continue
            seen[name] = tag
            if told[2] in checks.MODULES and self._seen.get(name) != tag:
                changed[told[2]][told[3]] = tag, when
        self._remove(strange)
        for lesson, found in changed.items():
            self._update(self._views.setdefault(lesson, View(lesson)), found)
        self._seen = seen

    def _objects(self, prefix: str, after: str = "") -> Iterator[tuple[str, str, float]]:
        """Donne le nom, l'ETag et l'heure, en secondes, des objets d'un préfixe."""
        for item in self.client.list_objects(
            bucket_name=self.register.board, prefix=prefix, recursive=True, start_after=after
        ):
            when = item.last_modified.timestamp() if item.last_modified else 0.0
            self._latest = max(self._latest, when)
            yield item.object_name or "", item.etag or "", when

    def _update(self, view: View, found: Mapping[str, tuple[str, float]]) -> None:
        """Relit les étudiants d'une leçon dont l'ETag n'est pas celui que l'on a lu."""
        spaces = {student.space for student in self.register.active}
        changed = {
            name: each
            for name, each in found.items()
            if name in spaces and view.tags.get(name) != each[0]
        }
        read = self._pool.map(lambda name: self._read(view.lesson, name), changed)
        for (name, (tag, when)), data in zip(changed.items(), read, strict=True):
            view.lines[name] = Line(marks_of(data, view.lesson, when), when)
            view.tags[name] = tag
        view.version += bool(changed)

    def _read(self, lesson: str, space: str) -> bytes:
        key = f"{lesson}/{space}.json"
        try:
            return read_object(self.client, self.register.board, key, most=MOST)
        except S3Error as error:
            if error.code != "NoSuchKey":  # un avis, et rien : un étudiant peut l'écrire
                raise
            return b""

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
