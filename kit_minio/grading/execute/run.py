"""Exécuter un notebook dans un espace et un noyau neufs, et le faire examiner au passage."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from helpers.s3 import client_for
from helpers.spaces import make_space
from kit_minio.checks.model import Series
from kit_minio.grading.execute.cell import TooLong
from kit_minio.grading.execute.credentials import Space, open_space
from kit_minio.grading.execute.own import open_own
from kit_minio.grading.execute.pilot import Pilot
from kit_minio.grading.execute.transcript import Transcript
from kit_minio.grading.execute.watch import MARGIN_SECONDS

if TYPE_CHECKING:
    from minio import Minio

    from helpers.server import Server
    from kit_minio.grading.grader import Grader
    from kit_minio.grading.judge.examine import Exam

_OWNER = "copie"  # le KIT_ID d'un noyau, et la marque de son espace


@dataclass
class Run:
    """Une exécution d'un notebook.

    Attributes:
        exams: l'examen de chaque exercice dont la vérification a été atteinte.
        errors: les exceptions qui ont arrêté des cellules, par exercice.
        seconds: la durée des cellules, par exercice.
        late: ce qui a été interrompu, trop long, par exercice.
        stopped: pour chaque exercice où le noyau s'est arrêté, pourquoi.
        typed: les exercices où l'élève a écrit en entier un nom de bucket.
    """

    series: Series
    exams: dict[str, Exam] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    late: dict[str, TooLong] = field(default_factory=dict)
    stopped: dict[str, str] = field(default_factory=dict)
    typed: set[str] = field(default_factory=set)

    @property
    def slow(self) -> set[str]:
        """Les exercices interrompus, ou qui ont arrêté leur noyau."""
        return {*self.late, *self.stopped}


def run_notebook(
    series: Series,
    notebook: Any,
    grader: Grader,
    seed: int,
    *,
    until: str | None = None,
    skip: Collection[str] = (),
    beside: Mapping[str, str] | None = None,
    transcript: Transcript | None = None,
) -> Run:
    """Exécute un notebook réparé dans un espace et un noyau neufs, et l'examine au passage.

    Args:
        series: les exercices de ce notebook.
        notebook: le notebook, dont chaque cellule dit son rôle (``metadata.kit``).
        grader: la correction en cours.
        seed: la graine des données.
        until: le nom du dernier exercice utile.
        skip: les exercices à ne pas exécuter : ils ont déjà dépassé le temps une fois.
        beside: le texte des fichiers rendus avec lui, par chemin depuis son dossier.
        transcript: où garder ce que les cellules affichent.

    Raises:
        KitError: le serveur ou le bac à sable fait défaut.
    """
    limits, run, client = grader.settings.limits, Run(series), grader.client()
    with _space_for(series, grader) as space:
        own = space.server if series.own_server else None
        name = f"{space.name}-exercice-{series.lesson}"
        environment = environment_of(series, space, name)
        api = any(exercise.api for exercise in series.exercises)
        with Pilot(
            run,
            lambda: grader.kernels.start(
                environment, limits, budget=grader.budget, api=api, own=own
            ),
            grader.examiner(space, name, seed, own=own),
            limits,
            skip,
            transcript or Transcript(0),
        ) as pilot:
            locksmith = None if own else locksmith_of(grader.server, client)
            prepare(series, client_for(space.server), name, seed, locksmith)
            # Au notebook, toujours la graine distribuée : rien ne lui dit qu'il est rejoué.
            pilot.play(notebook, grader.settings.seed, until, beside)
    if pilot.refused:
        grader.watch.let_down()
    return run


def _space_for(series: Series, grader: Grader) -> AbstractContextManager[Space]:
    """Donne l'espace d'une copie : sur le serveur de la correction, ou sur un serveur à elle."""
    label = grader.settings.label
    if series.own_server:
        return open_own(series.own_server, grader.server, label=label)
    seconds = grader.settings.limits.copy_seconds + MARGIN_SECONDS
    return open_space(grader.server, grader.client(), label=label, seconds=seconds)


def prepare(series: Series, client: Minio, space: str, seed: int, locksmith: Minio | None) -> None:
    """Dépose les données de départ : le correcteur le fait, et sait donc ce qu'elles sont.

    Le client a les identifiants de la copie : les buckets sont à elle, comme dans le notebook.
    """
    make_space(client, space, owner=_OWNER)  # remove_bucket(), dans une copie, le reconnaît
    series.prepare(client, space, seed, locksmith)


def locksmith_of(server: Server, client: Minio) -> Minio | None:
    """Renvoie qui crée les buckets à verrous ; ``None`` : la copie elle-même.

    Une copie n'en a pas le droit sur MinIO (``credentials``), où un bucket n'a pas de propriétaire.

    Args:
        server: le serveur.
        client: un client du correcteur.
    """
    return None if server.way == "embedded" else client


def environment_of(series: Series, space: Space, name: str) -> dict[str, str]:
    """Renvoie ce que le noyau doit savoir de la copie et de son espace.

    Args:
        series: les exercices de la copie.
        space: son espace.
        name: le nom de l'espace de cette série.
    """
    server = space.server
    kinds = {
        exercise.name: "answer" if exercise.answers else "api" if exercise.api else ""
        for exercise in series.exercises
    }
    return {
        "KIT_SERVER": "external",
        "KIT_SPACE": space.name,
        "KIT_ID": _OWNER,
        "KIT_GRADING": json.dumps({series.lesson: {"space": name, "exercises": kinds}}),
        "MINIO_ACCESS_KEY": server.access_key,
        "MINIO_SECRET_KEY": server.secret_key,
        "MINIO_SESSION_TOKEN": server.session_token or "",
        "MINIO_REGION": server.region,
    }
