"""Un lot corrigé de bout en bout : des copies d'un côté, des rapports de l'autre.

``grade`` ouvre le lot, dont les copies se réparent à mesure qu'elles se lisent ; les exécute et
les examine, chaque résultat écrit dès qu'il est connu ; y applique ce que l'enseignant a décidé ;
puis écrit les rapports.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from helpers.display import say
from helpers.errors import KitError
from helpers.french import count_of
from helpers.progress import batch_bar
from helpers.server import Server
from kit_minio import checks
from kit_minio.grading.execute.sandbox.isolation import Isolation, level_sentence
from kit_minio.grading.grader import Grader
from kit_minio.grading.intake.copies import Batch, open_batch
from kit_minio.grading.model import Copy, Result
from kit_minio.grading.report.files import in_order, write_reports
from kit_minio.grading.report.journal import journal_in, note, tell, tell_results
from kit_minio.grading.report.moodle import with_full_names, write_moodle
from kit_minio.grading.report.pages import About, batch_title
from kit_minio.grading.report.worksheet import Worksheet, read_worksheet
from kit_minio.grading.results import Results, fingerprint_of, folder_for, open_results
from kit_minio.grading.settings import Settings
from kit_minio.grading.teacher.decisions import Decisions
from kit_minio.grading.teacher.naming import Key
from kit_minio.grading.teacher.only import UNTOUCHED, Only, merged, read_only


class CopyGrader(Protocol):
    """De quoi exécuter et examiner des copies : ici (``Grader``) ou ailleurs (``Cluster``)."""

    settings: Settings
    isolation: Isolation

    @property
    def server(self) -> Server:
        """Le serveur S3 des copies."""

    def grade_all(self, copies: Iterable[Copy]) -> Iterator[Result]:
        """Corrige des copies ; donne chaque résultat dès qu'il est connu."""


# Reçoit les réglages, et de quoi dire où il en est.
OpenGrader = Callable[[Settings, Callable[[str], None]], AbstractContextManager[CopyGrader]]


def grade(
    source: str,
    out: Path | None = None,
    *,
    settings: Settings,
    seed: int | None = None,
    lessons: tuple[str, ...] = (),
    worksheet: Path | None = None,
    scale: Path | None = None,
    only: Sequence[str] = (),
    restart: bool = False,
    open_grader: OpenGrader = Grader,
) -> list[Result]:
    """Corrige un lot, ou le reste d'un lot, et écrit ses rapports ; renvoie les résultats.

    Args:
        source: un zip de Moodle, un dossier de copies ou ``s3://bucket/préfixe``.
        out: le dossier des résultats ; par défaut ``correction-<nom du lot>``, ici.
        settings: les réglages de l'exécution.
        seed: la graine de la seconde exécution ; par défaut celle du lot, tirée au hasard.
        lessons: les leçons à corriger ; par défaut celles que contiennent les copies.
        worksheet: la feuille d'évaluation de Moodle, à remplir.
        scale: le barème de l'enseignant, gardé ensuite avec les résultats.
        only: les copies et les exercices à corriger de nouveau ; le reste est gardé tel quel.
        restart: oublie les résultats déjà écrits.
        open_grader: donne de quoi corriger des copies.

    Raises:
        KitError: une option, la source, la feuille, le dossier, l'isolation ou le serveur fait
            défaut ; ce qui est corrigé est gardé.
    """
    out = folder_for(source, out)
    sheet = read_worksheet(worksheet) if worksheet else None
    with (
        _interruptible(),
        open_batch(source, lessons or None) as batch,
        open_results(out) as results,
        journal_in(out),
    ):
        decisions = Decisions.read(out, scale)
        decisions.scale.exercises(batch.lessons)  # un exercice mal nommé se dit avant le travail
        asked = read_only(only, batch.submissions, batch.lessons)
        settings = _settle(settings, results, seed, restart=restart)
        with open_grader(settings, say) as grader:
            results.begin(settings.replay_seed, restart=restart)
            if not asked and (outdated := results.outdated()):
                tell(_outdated(outdated))
            tell(f"{_content(batch)} {grader.isolation.sentence} {grader.server.sentence}")
            graded = _execute_and_examine(batch, results, grader, asked)
            about = _about(batch, graded, grader)
        found = with_full_names(graded.results, sheet) if sheet else graded.results
        found, decided = decisions.apply(found, batch.lessons, sheet)
        about = replace(about, notes={**about.notes, **decided})
        return _report(out, replace(graded, results=found), about, sheet, results.graded_on())


@contextmanager
def _interruptible() -> Iterator[None]:
    """Fait de Ctrl-C une phrase.

    Raises:
        KitError: la correction est interrompue.
    """
    try:
        yield
    except KeyboardInterrupt:
        raise KitError(
            "La correction est interrompue.",
            "Les copies déjà corrigées le restent : la même commande reprend la suite.",
        ) from None


def _settle(settings: Settings, results: Results, seed: int | None, *, restart: bool) -> Settings:
    """Renvoie les réglages, à l'étiquette de ce lot, avec la graine demandée ou celle d'avant."""
    if seed is None and not restart:
        seed = results.seed
    if seed is None:
        seed = settings.replay_seed
    return replace(settings, replay_seed=seed, label=results.label)


# --- Exécuter et examiner -----------------------------------------------------------------------


@dataclass(frozen=True)
class Graded:
    """Les résultats d'un lot, dans l'ordre, et ce qu'il faut en dire.

    Attributes:
        results: un résultat par copie.
        reused: le nombre de ceux d'une correction précédente, gardés.
        failed: le nombre de copies dont la correction elle-même a échoué.
    """

    results: Sequence[Result]
    reused: int
    failed: int


def _execute_and_examine(
    batch: Batch, results: Results, grader: CopyGrader, only: Only | None
) -> Graded:
    """Corrige un lot ; ce qui échoue, et n'est pas la faute des copies, est essayé deux fois."""
    first = Round(results, grader, only)
    found = list(batch_bar(first.over(batch), "Copies corrigées", total=len(batch)))
    failed = first.failed
    if failed:  # la machine peut avoir manqué de souffle
        tell(f"Second essai pour {count_of(len(failed), 'copie', 'copies')}.")
        second = Round(results, grader, Only(frozenset(first.failed), first.exercises))
        found = list(second.over(batch))
        failed = second.failed
    return Graded(in_order(found), first.reused, len(failed))


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
    failed: list[str] = field(default_factory=list)
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
        if self.exercises:
            before, known = self.results.last(result.copy_id)
            if known is not None:
                result, fingerprint = merged(result, known, self.exercises), before
        if result.failure:
            self.failed.append(result.copy_id)
            fingerprint = ""
        result = self.results.write(result, fingerprint)
        note(result)
        return result


# --- Rapporter ----------------------------------------------------------------------------------


def _content(batch: Batch) -> str:
    """Renvoie ce que contient un lot : combien de copies, quelles leçons."""
    copies = count_of(len(batch), "copie", "copies")
    if not batch.lessons:
        return f"{copies}, aucune leçon reconnue."
    tasks = sum(len(checks.series(lesson).exercises) for lesson in batch.lessons)
    plural = "s" if len(batch.lessons) > 1 else ""
    return (
        f"{copies}, leçon{plural} {', '.join(batch.lessons)} "
        f"({count_of(tasks, 'exercice', 'exercices')})."
    )


def _outdated(count: int) -> str:
    """Dit combien de copies seront corrigées de nouveau, et pourquoi."""
    copies = count_of(count, "copie déjà corrigée le sera", "copies déjà corrigées le seront")
    return (
        f"Les vérifications, leurs données ou la correction ont changé : {copies} de nouveau. Ce "
        "que vous avez corrigé à la main reste."
    )


def _about(batch: Batch, graded: Graded, grader: CopyGrader) -> About:
    """Renvoie ce que les rapports disent du lot."""
    how = (
        *_isolations(graded.results, grader.isolation),
        grader.server.sentence,
        f"Graine de la seconde exécution : {grader.settings.replay_seed}.",
    )
    notes = {
        "Comment le lot a été compris": batch.understood,
        "Fichiers laissés de côté": batch.remarks,
    }
    return About(batch_title(batch.lessons), how, notes)


def _isolations(results: Sequence[Result], now: Isolation) -> list[str]:
    """Dit à quel niveau les copies ont été exécutées, aujourd'hui, avant ou sur une autre machine.

    Args:
        results: les résultats de toutes les copies.
        now: l'isolation de cette correction.
    """
    counts = Counter(result.isolation for result in results)
    if set(counts) <= {now.level}:
        return [now.sentence]
    return [
        level_sentence(level, count_of(counts[level], "copie", "copies"))
        for level in sorted(counts)
    ]


def _report(
    out: Path, graded: Graded, about: About, sheet: Worksheet | None, when: datetime
) -> list[Result]:
    """Écrit les rapports, les fichiers de Moodle si sa feuille est donnée, et le dit."""
    found = list(graded.results)
    if sheet:
        remarks = write_moodle(out, sheet, found, about.title, when)
        about = replace(about, notes={**about.notes, "Feuille d'évaluation de Moodle": remarks})
    write_reports(out, found, about)
    if graded.reused:
        tell(f"Déjà corrigées, et gardées telles quelles : {graded.reused}.")
    tell_results(found, about.notes)
    if graded.failed:
        tell(
            "! La correction de certaines copies a elle-même échoué : relancez la même commande, "
            "et elles seules seront reprises."
        )
    tell(f"Résultats : {out / 'index.html'}, notes.csv et retours/ dans le même dossier.")
    return found
