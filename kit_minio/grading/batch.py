"""Un lot corrigé de bout en bout : des copies d'un côté, des rapports de l'autre.

``grade`` ouvre le lot, dont les copies se réparent à mesure qu'elles se lisent ; les exécute et
les examine, chaque résultat écrit dès qu'il est connu ; y applique ce que l'enseignant a décidé ;
puis écrit les rapports.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path

from helpers.display import say
from helpers.errors import KitError
from helpers.french import count_of
from kit_minio import checks
from kit_minio.grading.grader import Grader
from kit_minio.grading.intake.copies import Batch, open_batch
from kit_minio.grading.model import Result
from kit_minio.grading.pace import Pace, shown
from kit_minio.grading.report.journal import journal_in, tell
from kit_minio.grading.report.worksheet import read_worksheet
from kit_minio.grading.reports import Graded, Reports
from kit_minio.grading.results import Results, folder_for, open_results
from kit_minio.grading.round import CopyGrader, Round
from kit_minio.grading.settings import Settings
from kit_minio.grading.teacher.decisions import Decisions
from kit_minio.grading.teacher.only import Only, read_only

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
            reports = Reports(out, batch, grader, sheet, decisions)
            graded = _execute_and_examine(batch, results, grader, asked, reports)
        return reports.whole(graded, results)


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


def _execute_and_examine(
    batch: Batch, results: Results, grader: CopyGrader, only: Only | None, reports: Reports
) -> Graded:
    """Corrige un lot ; ce qui échoue, et n'est pas la faute des copies, est essayé deux fois."""
    first = Round(results, grader, only)
    found: list[Result] = []
    pace = Pace()
    try:
        with shown(len(batch)) as show:
            for result in first.over(batch):
                found.append(result)
                remaining = len(batch) - first.reused - first.executed
                show(len(found), pace.left(first.executed, remaining))
                reports.so_far(found)
    except (KeyboardInterrupt, KitError):  # plus de serveur, ou de bac à sable
        reports.so_far(found, now=True)
        raise
    finally:
        say(f"Copies corrigées : {len(found)} sur {len(batch)}")
    failed = first.failed
    if failed:  # la machine peut avoir manqué de souffle
        tell(f"Second essai pour {count_of(len(failed), 'copie', 'copies')}.")
        second = Round(results, grader, Only(frozenset(first.failed), first.exercises))
        found = list(second.over(batch))
        failed = second.failed
    return Graded(found, first.reused, len(failed), first.again)


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
