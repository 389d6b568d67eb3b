"""Un passage sur un lot : ce qui vaut encore est repris, le reste est corrigé et écrit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from helpers.server import Server
from kit_minio.grading.execute.sandbox.isolation import Isolation
from kit_minio.grading.model import Copy, Result
from kit_minio.grading.report.journal import note
from kit_minio.grading.results import Results, fingerprint_of
from kit_minio.grading.settings import Settings
from kit_minio.grading.teacher.naming import Key
from kit_minio.grading.teacher.only import UNTOUCHED, Only, merged


class CopyGrader(Protocol):
    """De quoi exécuter et examiner des copies : ici (``Grader``) ou ailleurs (``Cluster``)."""

    settings: Settings
    isolation: Isolation

    @property
    def server(self) -> Server:
        """Le serveur S3 des copies."""

    def grade_all(self, copies: Iterable[Copy]) -> Iterator[Result]:
        """Corrige des copies ; donne chaque résultat dès qu'il est connu."""


@dataclass
class Round:
    """Un passage sur un lot : ce qui vaut encore est repris, le reste est corrigé et écrit.

    Args:
        results: les résultats déjà écrits.
        grader: de quoi corriger les autres copies.
        only: ce qui est seul à corriger ; ``None`` laisse les empreintes en décider.
    """

    results: Results
    grader: CopyGrader
    only: Only | None = None
    reused: int = 0
    executed: int = 0
    failed: list[str] = field(default_factory=list)
    again: list[str] = field(default_factory=list)
    _known: list[Result] = field(default_factory=list)
    _fingerprints: dict[str, str] = field(default_factory=dict)

    @property
    def exercises(self) -> frozenset[Key]:
        """Les seuls exercices à corriger ; aucun les désigne tous."""
        return self.only.exercises if self.only else frozenset()

    def over(self, copies: Iterable[Copy]) -> Iterator[Result]:
        """Donne le résultat de chaque copie, écrit dès qu'il est connu."""
        for result in self.grader.grade_all(self._to_grade(copies)):
            yield self._written(result)
            yield from self._taken_again()
        yield from self._taken_again()

    def _to_grade(self, copies: Iterable[Copy]) -> Iterator[Copy]:
        """Donne les copies dont aucun résultat ne vaut plus ; met les autres résultats de côté."""
        for copy in copies:
            fingerprint = fingerprint_of(copy, self.grader.settings.replay_seed)
            if known := self._still_good(copy, fingerprint):
                self._known.append(known)
                self.reused += 1
            else:
                self._fingerprints[copy.id] = fingerprint
                yield copy

    def _still_good(self, copy: Copy, fingerprint: str) -> Result | None:
        """Renvoie le résultat d'une copie qu'il ne faut pas corriger."""
        if self.only is None:
            floor = self.grader.settings.minimum_isolation
            return self.results.find(copy.id, fingerprint, floor=floor)
        if self.only.wants(copy):
            return None
        _, known = self.results.last(copy.id)
        return known or Result(copy.id, copy.name, copy.moodle_id, trouble=UNTOUCHED)

    def _taken_again(self) -> Iterator[Result]:
        while self._known:
            yield self._known.pop()

    def _written(self, result: Result) -> Result:
        """Écrit un résultat ; sans empreinte si la correction a échoué : elle sera reprise."""
        fingerprint = self._fingerprints[result.copy_id]
        before, known = self.results.last(result.copy_id)
        if known is not None:
            self.again.append(result.copy_id)
            if self.exercises:
                result, fingerprint = merged(result, known, self.exercises), before
        if result.failure:
            self.failed.append(result.copy_id)
            fingerprint = ""
        self.executed += 1
        result = self.results.write(result, fingerprint)
        note(result)
        return result
