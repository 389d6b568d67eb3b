"""Le tableau de notes, ``notes.csv``, pour un tableur français."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from helpers.french import number
from kit_minio.grading.intake.names import display_name
from kit_minio.grading.model import Result
from kit_minio.grading.report.statistics import (
    Success,
    is_judged,
    key_of,
    successes,
)


def marks_csv(results: Sequence[Result]) -> bytes:
    """Renvoie les notes : point-virgule, virgule décimale, UTF-8 (BOM).

    Une copie à revoir n'a pas de note. Aucune cellule n'est une formule.
    """
    exercises = successes(results, [])
    scale = results[0].scale if results else 20
    stream = io.StringIO()
    sheet = csv.writer(stream, delimiter=";", quoting=csv.QUOTE_ALL)
    sheet.writerow(map(_safe, _titles(exercises, scale)))
    sheet.writerows(map(_safe, _row(result, exercises)) for result in results)
    return stream.getvalue().encode("utf-8-sig")


def _titles(exercises: Sequence[Success], scale: float) -> list[str]:
    """Renvoie les titres des colonnes, dans l'ordre."""
    return [
        "Copie",
        "Nom",
        "Identifiant Moodle",
        "Points",
        "Points possibles",
        f"Note sur {number(scale)}",
        *(f"{one.number} {one.title} ({number(one.out_of)})" for one in exercises),
        "Corrigé par l'enseignant",
        "Retard",
        "À revoir par un humain",
        "Remarques",
        "Isolation",
    ]


def _row(result: Result, exercises: Sequence[Success]) -> list[str]:
    """Renvoie la ligne d'une copie, dans l'ordre des titres."""
    marks = {key_of(mark): mark for mark in result.marks}
    judged = is_judged(result)
    return [
        result.copy_id,
        result.name,
        result.moodle_id or "",
        number(result.points) if judged else "",
        number(result.out_of) if judged else "",
        number(result.note) if judged else "",
        *(number(marks[one.key].outcome.points) if one.key in marks else "" for one in exercises),
        ", ".join(_by_hand(result, exercises)),
        result.late,
        result.trouble or "",
        " ".join(result.remarks),
        f"niveau {result.isolation}",
    ]


def _by_hand(result: Result, exercises: Sequence[Success]) -> list[str]:
    """Renvoie ce que l'enseignant a corrigé lui-même : la copie, des exercices."""
    by_key = {one.key: one.number for one in exercises}
    marks = [by_key[key_of(mark)] for mark in result.marks if mark.teacher is not None]
    return [*(["copie"] if result.teacher is not None else []), *marks]


def _safe(text: str) -> str:
    """Renvoie une cellule qu'aucun tableur n'exécute, sans caractère qui trompe l'œil."""
    text = display_name(text, limit=2000)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "|", "%", "'")) else text
