"""Ce que la page de la classe résume : la répartition des notes, la réussite de chaque exercice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median

from helpers.french import number
from kit_minio.checks.outcome import Verdict
from kit_minio.grading.model import Mark, Result

_BINS = 10  # deux points sur vingt
_ENOUGH = 4  # copies, pour dire un exercice trop difficile


@dataclass(frozen=True)
class Bin:
    """Une tranche de notes."""

    label: str
    count: int


@dataclass(frozen=True)
class Spread:
    """La répartition des notes, et la durée médiane d'une copie, en secondes."""

    scale: float
    median: float
    mean: float
    lowest: float
    highest: float
    seconds: float
    bins: tuple[Bin, ...]

    @classmethod
    def of(cls, judged: Sequence[Result]) -> Spread:
        """Renvoie la répartition des notes de copies notées, une au moins."""
        scale = judged[0].scale
        notes = [result.note for result in judged]
        counts = Counter(min(int(note * _BINS / scale), _BINS - 1) for note in notes)
        width = scale / _BINS
        return cls(
            scale=scale,
            median=median(notes),
            mean=fmean(notes),
            lowest=min(notes),
            highest=max(notes),
            seconds=median(result.seconds for result in judged),
            bins=tuple(
                Bin(f"{number(width * rank)}–{number(width * (rank + 1))}", counts[rank])
                for rank in range(_BINS)
            ),
        )

    @property
    def tallest(self) -> int:
        """Le nombre de copies de la plus grande tranche."""
        return max(bin.count for bin in self.bins)


@dataclass(frozen=True)
class Part:
    """Une partie d'une barre : les copies d'une même issue."""

    verdict: Verdict
    start: int
    count: int


@dataclass(frozen=True)
class Success:
    """La réussite d'un exercice par la classe.

    Attributes:
        key: la leçon et le nom de l'exercice.
        number: sa place, ``"01.2"``.
        counts: le nombre de copies par issue.
        mean: les points obtenus en moyenne.
        seconds: la durée médiane, en secondes.
    """

    key: tuple[str, str]
    number: str
    title: str
    out_of: float
    counts: Counter[Verdict]
    mean: float
    seconds: float

    @property
    def total(self) -> int:
        """Le nombre de copies notées."""
        return self.counts.total()

    @property
    def hard(self) -> bool:
        """Vrai si le quart des copies au plus, assez nombreuses, réussit l'exercice."""
        return self.total >= max(_ENOUGH, 4 * self.counts[Verdict.PASSED])

    @property
    def parts(self) -> list[Part]:
        """Les parties de la barre, de réussi à à faire."""
        parts, start = [], 0
        for verdict in Verdict:
            parts.append(Part(verdict, start, self.counts[verdict]))
            start += self.counts[verdict]
        return parts


def successes(results: Sequence[Result], judged: Sequence[Result]) -> list[Success]:
    """Renvoie la réussite de chaque exercice, dans l'ordre du cours.

    Args:
        results: les résultats du lot, d'où viennent les exercices.
        judged: ceux des copies notées, que l'on compte.
    """
    samples = {key_of(mark): mark for result in results for mark in result.marks}
    found, ranks = [], Counter[str]()
    # Chaque copie a ses exercices dans l'ordre ; le tri, stable, ne range que les leçons.
    for key, sample in sorted(samples.items(), key=lambda item: item[0][0]):
        ranks[sample.lesson] += 1
        marks = [mark for result in judged for mark in result.marks if key_of(mark) == key]
        found.append(
            Success(
                key=key,
                number=f"{sample.lesson}.{ranks[sample.lesson]}",
                title=sample.title,
                out_of=sample.out_of,
                counts=Counter(mark.outcome.verdict for mark in marks),
                mean=fmean(mark.outcome.points for mark in marks) if marks else 0,
                seconds=median(mark.seconds for mark in marks) if marks else 0,
            )
        )
    return found


def key_of(mark: Mark) -> tuple[str, str]:
    """Renvoie ce qui désigne un exercice dans tout le cours : sa leçon et son nom."""
    return mark.lesson, mark.exercise


def is_judged(result: Result) -> bool:
    """Dit si une copie a une note : elle ne demande personne, et elle vaut des points."""
    return not result.trouble and result.out_of > 0
