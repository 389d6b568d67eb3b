"""Les rapports d'un lot : pendant la correction, à son interruption, à sa fin.

Chaque fichier du dossier est de cette correction : ceux d'une correction précédente qui ne le
seraient plus sont retirés, et c'est dit.
"""

from __future__ import annotations

import platform
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from helpers.french import count_of
from kit_minio.grading.execute.sandbox.isolation import Isolation, level_sentence
from kit_minio.grading.intake.copies import Batch
from kit_minio.grading.model import Result
from kit_minio.grading.report.files import in_order, remove_stale, write_class, write_pages
from kit_minio.grading.report.journal import tell, tell_results
from kit_minio.grading.report.likeness import likeness
from kit_minio.grading.report.moodle import FILES, with_full_names, write_moodle
from kit_minio.grading.report.pages import About, batch_title
from kit_minio.grading.report.worksheet import Worksheet
from kit_minio.grading.results import Results
from kit_minio.grading.round import CopyGrader
from kit_minio.grading.teacher.decisions import Decisions

EVERY = 20.0  # secondes entre deux rapports provisoires


@dataclass(frozen=True)
class Graded:
    """Les résultats d'un lot, et ce qu'il faut en dire.

    Attributes:
        results: un résultat par copie.
        reused: le nombre de ceux d'une correction précédente, gardés.
        failed: le nombre de copies dont la correction elle-même a échoué.
        again: les copies qui avaient un résultat, et que cette correction a exécutées de nouveau.
    """

    results: Sequence[Result]
    reused: int = 0
    failed: int = 0
    again: Sequence[str] = ()


@dataclass
class Reports:
    """Les rapports d'un lot.

    Args:
        out: le dossier de la correction.
        batch: le lot.
        grader: la correction en cours.
        sheet: la feuille d'évaluation de Moodle, s'il y en a une.
        decisions: ce que l'enseignant a décidé.
    """

    out: Path
    batch: Batch
    grader: CopyGrader
    sheet: Worksheet | None
    decisions: Decisions
    _next: float = field(default_factory=lambda: time.monotonic() + EVERY)

    def so_far(self, results: Sequence[Result], *, now: bool = False) -> None:
        """Écrit, de temps en temps, ce que l'on sait déjà.

        Args:
            results: les résultats connus.
            now: écrit sans attendre : la correction s'interrompt.
        """
        started = time.monotonic()
        if not results or not (now or started >= self._next):
            return
        done = count_of(len(results), "copie corrigée", "copies corrigées")
        told = (
            f"{done} sur {len(self.batch)}, à {datetime.now():%H:%M:%S}. Les autres ne sont pas "
            "encore dans ces pages : relancez la même commande si la correction est arrêtée."
        )
        title = "Correction interrompue" if now else "Correction en cours"
        self._write(in_order(results), {title: [told]}, over=now)
        # Une grande classe n'y passe pas plus du vingtième de son temps.
        self._next = time.monotonic() + max(EVERY, 20 * (time.monotonic() - started))

    def whole(self, graded: Graded, results: Results) -> list[Result]:
        """Écrit les rapports du lot entier, les fichiers de Moodle, et le dit.

        Args:
            graded: les résultats du lot.
            results: ceux du dossier, d'où vient la date de la correction.
        """
        ordered = in_order(graded.results)
        found, about = self._write(
            ordered, {}, over=True, when=results.graded_on(), again=graded.again
        )
        if graded.reused:
            tell(f"Déjà corrigées, et gardées telles quelles : {graded.reused}.")
        tell_results(found, about.notes)
        if graded.failed:
            tell(
                "! La correction de certaines copies a elle-même échoué : relancez la même "
                "commande, et elles seules seront reprises."
            )
        tell(f"Résultats : {self.out / 'index.html'}, notes.csv et retours/ dans le même dossier.")
        return found

    def _write(
        self,
        results: Sequence[Result],
        notes: Mapping[str, Sequence[str]],
        *,
        over: bool,
        when: datetime | None = None,
        again: Sequence[str] = (),
    ) -> tuple[list[Result], About]:
        """Écrit les rapports.

        Args:
            results: les résultats connus.
            notes: ce qu'il faut en dire d'abord, par titre.
            over: retire ce qui n'est pas de cette correction, arrêtée ou finie.
            when: la date de la correction ; sans elle, rien n'est pour Moodle.
            again: les copies exécutées de nouveau.
        """
        found = with_full_names(results, self.sheet) if self.sheet else results
        found, decided = self.decisions.apply(found, self.batch.lessons, self.sheet, again)
        title = batch_title(self.batch.lessons)
        notes = {
            **notes,
            "Un Python plus récent que celui de la correction": _newer(found),
            "Comment le lot a été compris": self.batch.understood,
            "Fichiers laissés de côté": self.batch.remarks,
            **decided,
            "Copies qui se ressemblent : un indice, jamais une preuve": likeness(found),
        }
        write_pages(self.out, found, title)
        kept: list[str] = []
        if self.sheet and when:
            kept += FILES
            remarks = write_moodle(self.out, self.sheet, found, when)
            notes |= {"Feuille d'évaluation de Moodle": remarks}
        if over:
            notes |= {"Rapports d'une correction précédente": remove_stale(self.out, found, kept)}
        about = About(title, self._how(found), notes)
        write_class(self.out, found, about)
        return found, about

    def _how(self, results: Sequence[Result]) -> tuple[str, ...]:
        return (
            *_isolations(results, self.grader.isolation),
            self.grader.server.sentence,
            f"Graine de la seconde exécution : {self.grader.settings.replay_seed}.",
        )


def _newer(results: Sequence[Result]) -> list[str]:
    """Dit quelles copies viennent d'un Python plus récent : il peut avoir ce qui manque ici."""
    names = [f"{result.name} ({result.newer})" for result in results if result.newer]
    if not names:
        return []
    more = f" et {count_of(len(names) - 10, 'autre', 'autres')}" if names[10:] else ""
    return [
        f"La correction exécute avec Python {platform.python_version()} les notebooks de "
        f"{', '.join(names[:10])}{more}. Ce que cette version ne sait pas lire est à regarder par "
        "un humain."
    ]


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
