"""Les exercices du cours : un module par leçon, qui définit ``SERIES``."""

from __future__ import annotations

from importlib import import_module

from helpers.checks import Series
from helpers.errors import SettingsError

MODULES = {
    "01": "buckets",
    "02": "objects",
    "03": "metadata",
    "04": "prefixes",
    "05": "presigned",
    "06": "api",
    "07": "access",
    "08": "versions",
    "09": "transfers",
    "10": "tables",
    "11": "command_line",
    "12": "tokens",
    "13": "camera",
    "14": "documents",
}


def series(lesson: str) -> Series:
    """Renvoie la série d'exercices d'une leçon.

    Args:
        lesson: le numéro de la leçon, ``"01"``.

    Raises:
        SettingsError: cette leçon n'a pas d'exercices.
    """
    if lesson not in MODULES:
        raise SettingsError(
            f"La leçon « {lesson} » n'a pas d'exercices.",
            f"Les leçons qui en ont : {', '.join(MODULES)}.",
        )
    return import_module(f"helpers.lessons.{MODULES[lesson]}").SERIES


def all_series() -> list[Series]:
    """Renvoie toutes les séries, dans l'ordre du cours."""
    return [series(lesson) for lesson in MODULES]
