"""Ouvrir les exercices d'une leçon : ``tp = open_exercises("01", client)``.

Pendant une correction, la série enregistre et ne juge rien (``kit_minio.answering.submission``) ;
ailleurs, ce qui la vérifie est dans ``kit_minio.checks``. Ce module est seul à charger l'une ou
l'autre : un notebook n'a besoin de rien d'autre que ``helpers``.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from minio import Minio

    from kit_minio.answering.submission import Submission
    from kit_minio.checks.workbook import Workbook


def open_exercises(lesson: str, client: Minio, *, seed: int = 1) -> Workbook | Submission:
    """Ouvre les exercices d'une leçon : remet leurs données à neuf et garde l'avancement.

    Args:
        lesson: le numéro de la leçon, par exemple ``"01"``.
        client: le client de ``connect()``.
        seed: la graine des données ; une autre graine donne d'autres réponses.

    Raises:
        SettingsError: cette leçon n'a pas d'exercices.
        OwnershipError: des buckets de ces exercices ne viennent pas du kit.
    """
    opened: Workbook | Submission | None = None
    if "KIT_GRADING" in os.environ:
        submission = import_module("kit_minio.answering.submission")
        opened = submission.open_submission(lesson, client, seed)
    return opened or import_module("kit_minio.checks").open_series(lesson, client, seed)


def join(*card: str) -> None:
    """Rejoint une classe : le kit en prend l'adresse, les clés et l'espace.

    Args:
        card: ce que dit votre carte : ``join("192.168.1.10:9443/7K3M-9QWE-R2TX")``.

    Raises:
        KitError: personne ne répond, ou le code ou le certificat n'est pas de cette classe.
    """
    import_module("kit_minio.checks").join_class(card)


def home() -> object:
    """Renvoie l'accueil du cours : les leçons, votre avancement, et ce qu'il faut faire ensuite."""
    found: object = import_module("kit_minio.checks").open_home()
    return found


def panel(tp: Workbook) -> object:
    """Renvoie le tableau de bord d'une série : ce qui est réussi, ce qui reste, les points."""
    return tp.panel()
