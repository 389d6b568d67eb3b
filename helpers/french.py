"""Les nombres, les tailles, les dates, les durées et les noms comptés, écrits en français."""

import math
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

_NB = "\N{NO-BREAK SPACE}"


def size(octets: int | None) -> str:
    """Renvoie une taille en français, en unités binaires : ``93,4 Kio``.

    Args:
        octets: la taille en octets ; ``None`` donne un tiret.
    """
    if octets is None:
        return "–"
    if octets < 1024:
        return f"{octets} o"
    value = float(octets)
    for unit in ("Kio", "Mio", "Gio", "Tio"):
        value /= 1024
        if round(value, 1) < 1024 or unit == "Tio":
            break
    return f"{value:.1f} {unit}".replace(".", ",")


def number(value: float) -> str:
    """Renvoie un nombre à deux décimales au plus, avec une virgule : ``5,5``."""
    rounded = Decimal(str(value)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    text = f"{rounded:f}".rstrip("0").rstrip(".")
    return text.replace(".", ",")


def moment(date: datetime | None) -> str:
    """Renvoie une date à l'heure de cette machine : ``20/11/2026 14:35``."""
    return f"{date.astimezone():%d/%m/%Y %H:%M}" if date else "–"


def duration(seconds: float) -> str:
    """Renvoie une durée : ``0,4 s``, ``12 s``, ``2 min 05 s``."""
    if seconds < 10:
        return f"{number(round(seconds, 1))}{_NB}s"
    minutes, rest = divmod(math.ceil(seconds), 60)
    return f"{minutes}{_NB}min{_NB}{rest:02}{_NB}s" if minutes else f"{rest}{_NB}s"


def count_of(number: int, one: str, many: str) -> str:
    """Renvoie un nombre et son nom, accordé : ``1 copie``, ``30 copies``."""
    return f"{number}{_NB}{many if number >= 2 else one}"


def points_of(points: float) -> str:
    """Renvoie un nombre de points, accordé : ``1 point``, ``5,5 points``."""
    return f"{number(points)} {'points' if points >= 2 else 'point'}"


def in_words(duration: timedelta) -> str:
    """Renvoie une durée en français, en deux unités au plus : ``1 h 30 min``.

    Args:
        duration: une durée, positive ; les fractions de seconde sont ignorées.
    """
    minutes, seconds = divmod(int(duration.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    units = (
        (days, "jours" if days > 1 else "jour"),
        (hours, "h"),
        (minutes, "min"),
        (seconds, "s"),
    )
    first = next((index for index, (count, _) in enumerate(units) if count), 3)
    kept = [f"{count} {unit}" for count, unit in units[first : first + 2] if count]
    return " ".join(kept) or "0 s"
