"""Les retards : ce qu'ils ôtent à la note, d'après la feuille d'évaluation de Moodle."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from helpers.french import in_words, number, points_of
from kit_minio.grading.model import Result
from kit_minio.grading.teacher.scale import Late

_MONTHS = (
    ("janv", "jan", "ene"),
    ("févr", "fevr", "fév", "feb"),
    ("mars", "mar", "mär"),
    ("avr", "apr", "abr"),
    ("mai", "may"),
    ("juin", "jun"),
    ("juil", "jul"),
    ("août", "aout", "aug", "ago"),
    ("sept", "sep"),
    ("oct", "okt"),
    ("nov",),
    ("déc", "dec", "dic", "dez"),
)
_HOUR = r"\D+?(\d{1,2})[:h](\d{2})(?::\d{2})?\s*([ap]m)?"
_WORDED = re.compile(  # « 20 novembre 2026 », « 20 de noviembre de 2026 », « 20. November 2026 »
    rf"(?:\D+\s)?(\d{{1,2}})\.?\s+(?:de\s+)?([^\W\d]+)\.?\s+(?:de\s+)?(\d{{4}}){_HOUR}", flags=re.I
)
_NUMBERED = re.compile(rf"(\d{{1,2}})/(\d{{1,2}})/(\d{{4}}){_HOUR}", flags=re.I)


def moodle_date(text: str) -> datetime | None:
    """Renvoie la date que Moodle écrit, à l'heure de la feuille ; ``None`` si elle ne se lit pas.

    Args:
        text: ``vendredi 20 novembre 2026, 23:59`` ou ``Friday, 20 November 2026, 11:59 PM``.
    """
    if found := _WORDED.fullmatch(text.strip()):
        month = next(
            (rank for rank, names in enumerate(_MONTHS, 1) if found[2].lower().startswith(names)),
            0,
        )
    elif found := _NUMBERED.fullmatch(text.strip()):
        month = int(found[2])
    else:
        return None
    half = (found[6] or "").lower()
    hour = int(found[4]) % 12 + 12 * (half == "pm") if half else int(found[4])
    try:
        return datetime(int(found[3]), month, int(found[1]), hour, int(found[5]))
    except ValueError:
        return None


def with_penalties(
    results: Sequence[Result], late: Late, submitted: Mapping[str, str]
) -> tuple[list[Result], list[str]]:
    """Renvoie les résultats, retards ôtés, et ce qu'il faut en dire.

    Args:
        results: les résultats du lot.
        late: ce que coûte un retard.
        submitted: la date de remise écrite par Moodle, par identifiant de copie.
    """
    dates = {copy: moodle_date(text) for copy, text in submitted.items()}
    found = [_penalised(result, late, dates.get(result.copy_id)) for result in results]
    unknown = [result.name for result in results if not dates.get(result.copy_id)]
    late_by: dict[str, list[str]] = {}
    for result in found:
        if result.late:
            late_by.setdefault(result.late, []).append(result.name)
    remarks = [f"{', '.join(names)} : {told}" for told, names in late_by.items()]
    if unknown:
        remarks.append(f"Sans date de remise, et donc sans retard : {', '.join(unknown)}.")
    return found, remarks


def _penalised(result: Result, late: Late, date: datetime | None) -> Result:
    if date is None or date <= late.limit + late.grace:
        return result
    delay = date - late.limit
    days = math.ceil((delay - late.grace) / timedelta(days=1))
    penalty = min(days * late.per_day, late.most, result.scale)
    told = f"remise {in_words(delay)} après la limite, {points_of(penalty)} de moins sur "
    return replace(result, penalty=penalty, late=f"{told}{number(result.scale)}.")
