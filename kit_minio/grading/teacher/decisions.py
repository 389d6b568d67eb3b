"""Toutes les décisions de l'enseignant, lues avant la correction et appliquées après elle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kit_minio.grading.model import Result
from kit_minio.grading.report.worksheet import Worksheet
from kit_minio.grading.teacher import corrections as by_hand
from kit_minio.grading.teacher.corrections import Correction, read_corrections
from kit_minio.grading.teacher.late import with_penalties
from kit_minio.grading.teacher.scale import FILE, Scale, keep_scale, scale_for

Notes = Mapping[str, Sequence[str]]  # des remarques, par titre


@dataclass(frozen=True)
class Decisions:
    """Le barème de l'enseignant et ses corrections à la main.

    Attributes:
        scale: le barème.
        corrections: les lignes de ``corrections.csv``.
    """

    scale: Scale
    corrections: Sequence[Correction]

    @classmethod
    def read(cls, out: Path, scale: Path | None) -> Decisions:
        """Lit ce que garde le dossier des résultats, et y garde le barème donné.

        Args:
            out: le dossier de la correction.
            scale: le fichier donné à ``--scale``.

        Raises:
            ContentError: l'un des fichiers n'a pas de sens.
            SettingsError: l'un d'eux ne se lit pas, ou ne s'écrit pas.
        """
        found = cls(scale_for(scale, out), read_corrections(out))
        keep_scale(scale, out)
        return found

    def apply(
        self,
        results: Sequence[Result],
        lessons: Sequence[str],
        sheet: Worksheet | None,
        again: Sequence[str] = (),
    ) -> tuple[list[Result], Notes]:
        """Renvoie les résultats aux points de l'enseignant, et ce qu'il faut en dire.

        Args:
            results: les résultats de la correction.
            lessons: les leçons du lot.
            sheet: la feuille d'évaluation, d'où viennent les dates de remise.
            again: les copies qui avaient un résultat, exécutées de nouveau.

        Raises:
            ContentError: le barème désigne un exercice qui n'existe pas.
        """
        found = self._scale(sheet).apply(results, lessons)
        found, unused = by_hand.apply(found, self.corrections, self.scale, lessons)
        found, late = self._late(found, sheet)
        touched = [result for result in found if _touched(result)]
        corrected = [result.name for result in touched]
        told = [f"Copies corrigées à la main : {', '.join(corrected)}."] if corrected else []
        if changed := [result.name for result in touched if result.copy_id in again]:
            told.append(
                f"Exécutées de nouveau, et vos corrections y restent : {', '.join(changed)}. "
                "Relisez ces corrections si la copie a changé."
            )
        return found, {"Corrections à la main": [*told, *unused], "Retards": late}

    def _scale(self, sheet: Worksheet | None) -> Scale:
        """Renvoie le barème ; sans lui, la note est sur la note maximale de la feuille."""
        maxima = {row.maximum for row in sheet.rows if row.maximum} if sheet else set()
        if self.scale.out_of is None and len(maxima) == 1:
            return replace(self.scale, out_of=float(maxima.pop()))
        return self.scale

    def _late(
        self, results: list[Result], sheet: Worksheet | None
    ) -> tuple[list[Result], list[str]]:
        if not self.scale.late:
            return results, []
        if not sheet:
            return results, [f"{FILE} compte les retards, mais --worksheet n'est pas donné."]
        return with_penalties(results, self.scale.late, sheet.dates(results))


def _touched(result: Result) -> bool:
    return result.teacher is not None or any(mark.teacher is not None for mark in result.marks)
