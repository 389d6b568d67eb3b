"""Les exercices du cours et leurs vérifications : un module ou un dossier par leçon.

Entre un ``Context`` : le store, la réponse ou l'API d'un étudiant ; une vérification en sort sans
rien dire si tout est juste, et lève ``Review`` ou ``Todo`` sinon. Chaque leçon définit ``SERIES`` ;
``series`` la donne à la correction, et ``open_series`` l'ouvre dans un notebook.

À lire dans cet ordre : ``model`` (ce qu'est un exercice, et comment il se vérifie) et ``outcome``
(l'issue), ``lesson_01_buckets`` (un exemple), ``expectations`` et ``answers`` (les attentes
courantes et leurs textes), ``steps`` (les points), ``comparison`` et ``differences`` (ce qui
diffère), ``preparation`` et ``making`` (les données de départ) ; ce qui sert aux API et aux URL :
``applications``, ``exchanges``, ``routes``, ``signed_urls``, ``store_requests``, ``novelty``,
``policy_engine`` ; puis, dans un notebook, ``workbook`` (la série ouverte), ``history`` (ce que
l'élève a exécuté), ``progress`` (ce qui lui est acquis), ``freshness`` (une carte dit qu'elle ne
vaut plus), ``sections`` (où relire la leçon), ``feedback`` et ``buttons`` (les boutons d'un
exercice), ``panel`` (le tableau de bord).
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache, partial
from importlib import import_module
from typing import TYPE_CHECKING

from helpers.display import say
from helpers.errors import SettingsError
from kit_minio.checks.model import Series

if TYPE_CHECKING:
    from minio import Minio

    from kit_minio.checks.workbook import Workbook
    from kit_minio.home.shown import Home

MODULES = {
    "01": "lesson_01_buckets",
    "02": "lesson_02_objects",
    "03": "lesson_03_metadata",
    "04": "lesson_04_prefixes",
    "05": "lesson_05_presigned",
    "06": "lesson_06_api",
    "07": "lesson_07_receiving",
    "08": "lesson_08_access",
    "09": "lesson_09_versions",
    "10": "lesson_10_lifecycle",
    "11": "lesson_11_integrity",
    "12": "lesson_12_transfers",
    "13": "lesson_13_tables",
    "14": "lesson_14_command_line",
    "15": "lesson_15_tokens",
    "16": "lesson_16_federation",
    "17": "lesson_17_encryption",
    "18": "lesson_18_inside",
    "19": "lesson_19_camera",
    "20": "lesson_20_documents",
}


@cache
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
    found: Series = import_module(f"kit_minio.checks.{MODULES[lesson]}").SERIES
    return replace(found, solution=partial(_solution, found), blanks=cache(partial(_blanks, found)))


def open_series(lesson: str, client: Minio, seed: int) -> Workbook:
    """Ouvre la série d'une leçon pour l'élève : ``open_exercises`` l'appelle, et nul autre."""
    from kit_minio.checks.workbook import opened

    return opened(series(lesson), client, seed)


def open_home() -> Home:
    """Renvoie l'accueil : ``home()`` l'appelle dans un notebook."""
    from kit_minio.home.shown import opened

    return opened(all_series())


def join_class(card: tuple[str, ...]) -> None:
    """Rejoint une classe : ``join`` l'appelle dans un notebook."""
    from kit_minio.classroom.joining import join

    join(card, say)


def _solution(series: Series, name: str) -> str | None:
    from kit_minio.authoring.exercises import solution_of

    return solution_of(series, name)


def _blanks(series: Series) -> tuple[str, ...]:
    from kit_minio.authoring.exercises import blanks_of

    return blanks_of(series)


def all_series() -> list[Series]:
    """Renvoie toutes les séries, dans l'ordre du cours."""
    return [series(lesson) for lesson in MODULES]
