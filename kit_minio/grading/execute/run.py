"""Exécuter un notebook dans un espace et un noyau neufs, et le faire examiner au passage."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from helpers.s3 import client_for
from helpers.spaces import make_space
from kit_minio.checks.model import Series
from kit_minio.grading.execute.cell import TooLong
from kit_minio.grading.execute.credentials import Space, open_space
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
    """

    series: Series
    exams: dict[str, Exam] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    late: dict[str, TooLong] = field(default_factory=dict)
    stopped: dict[str, str] = field(default_factory=dict)

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
    limits, run = grader.settings.limits, Run(series)
    with open_space(
        grader.server,
        grader.client(),
        label=grader.settings.label,
        seconds=limits.copy_seconds + MARGIN_SECONDS,
    ) as space:
        name = f"{space.name}-exercice-{series.lesson}"
        environment = environment_of(series, space, name)
        api = any(exercise.api for exercise in series.exercises)
        with Pilot(
            run,
            lambda: grader.kernels.start(environment, limits, budget=grader.budget, api=api),
            grader.examiner(space, name, seed),
            limits,
            skip,
            transcript or Transcript(0),
        ) as pilot:
            prepare(series, client_of_data(grader.server, space), name, seed)
            # Au notebook, toujours la graine distribuée : rien ne lui dit qu'il est rejoué.
            pilot.play(notebook, grader.settings.seed, until, beside)
    if pilot.refused:
        grader.watch.let_down()
    return run


def prepare(series: Series, client: Minio, space: str, seed: int) -> None:
    """Dépose les données de départ : le correcteur le fait, et sait donc ce qu'elles sont."""
    make_space(client, space, owner=_OWNER)  # remove_bucket(), dans une copie, le reconnaît
    series.prepare(client, space, seed)


def client_of_data(server: Server, space: Space) -> Minio:
    """Renvoie le client qui dépose les données de départ d'une copie.

    Sur le serveur embarqué, il a les identifiants de la copie : les buckets sont à elle, comme dans
    le notebook. Un bucket de MinIO n'a pas de propriétaire, et une copie n'y a pas le droit d'en
    créer un qui accepte les verrous : ce sont alors ceux du correcteur.

    Args:
        server: le serveur, avec les identifiants du correcteur.
        space: l'espace de la copie.
    """
    return client_for(space.server if server.way == "embedded" else server)


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
