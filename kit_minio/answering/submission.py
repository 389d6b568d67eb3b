"""La série d'exercices pendant la correction : elle enregistre les réponses, et ne juge rien.

Le correcteur a déposé les données de départ ; il juge ensuite lui-même, d'après le store. Rien de
ce que ce module affiche, ou renvoie, ne compte.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterable
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from helpers.components import Card
from helpers.connection import current_server
from helpers.display import show
from helpers.s3 import write_json
from kit_minio.answering.answers import ABSENT, AnswerError, pack, refused

if TYPE_CHECKING:
    from minio import Minio

    from helpers.server import Server
    from helpers.serving import ServedApi

ANSWERS = "reponses"


class Submission:
    """Une série rendue ; chaque exercice en est un attribut, comme dans le notebook.

    Args:
        client: le client de l'élève.
        seed: la graine des données de départ.
        description: l'espace, et pour chaque exercice s'il attend une réponse ou une API ; la
            correction la donne par la variable ``KIT_GRADING``.
    """

    def __init__(self, client: Minio, seed: int, description: dict[str, Any]) -> None:
        self.client = client
        self.seed = seed
        self.space: str = description["space"]
        self.tasks = {
            name: SubmittedTask(name, kind, self) for name, kind in description["exercises"].items()
        }

    def __getattr__(self, name: str) -> SubmittedTask:
        tasks: dict[str, SubmittedTask] = self.__dict__.get("tasks", {})
        if name not in tasks:
            raise no_such(name, tasks, "L'exercice")
        return tasks[name]

    def bucket(self, name: str) -> str:
        """Renvoie le nom complet d'un bucket de cette série."""
        return f"{self.space}-{name}"

    def own_server(self) -> Server:
        """Renvoie le serveur que l'élève administre : la correction n'en donne pas d'autre."""
        return current_server()

    def hand_in(self, *_: Any) -> None:
        """Ne remet rien pendant la correction."""

    feedback = hand_in

    def __repr__(self) -> str:
        return f"Série rendue : {', '.join(self.tasks)}"


class SubmittedTask:
    """Un exercice rendu, d'une sorte : ``answer``, ``api``, ou ``""`` si seul le store compte."""

    def __init__(self, name: str, kind: str, series: Submission) -> None:
        self.name = name
        self.kind = kind
        self.outcome = None
        self._series = series

    def check(self, answer: Any = ABSENT) -> None:
        """Enregistre la réponse, ou met l'API en service ; le correcteur fait le reste."""
        if self.kind == "answer" and answer is not ...:
            self._record(pack(answer))
        if self.kind == "api" and answer is not ... and answer is not None:
            self._record(_put_in_service(answer))
        show(Card("rendu", self.name, ("La vérification est faite par la correction.",)))

    def _record(self, data: bytes) -> None:
        key = f"{ANSWERS}/{self.name}.json"
        write_json(self._series.client, self._series.space, key, data)

    def hint(self) -> None:
        """Ne montre rien pendant la correction."""

    def solution(self) -> None:
        """Ne montre rien pendant la correction."""

    def reset(self) -> None:
        """Ne remet rien pendant la correction : les données y sont neuves."""


def no_such(name: str, known: Iterable[str], what: str) -> AttributeError:
    """Renvoie l'erreur d'un attribut qui n'existe pas, avec le nom connu le plus proche."""
    names = list(known)
    near = get_close_matches(name, names, n=1)
    advice = f"vouliez-vous « {near[0]} » ?" if near else f"existent : {', '.join(names)}."
    return AttributeError(f"{what} « {name} » n'existe pas ; {advice}")


def open_submission(lesson: str, client: Minio, seed: int) -> Submission | None:
    """Renvoie la série rendue pendant une correction, ``None`` en dehors."""
    description = json.loads(os.environ.get("KIT_GRADING", "{}"))
    return Submission(client, seed, description[lesson]) if lesson in description else None


_served: ServedApi | None = None


def _put_in_service(app: Any) -> bytes:
    """Met une application en service sur la socket que le correcteur attend ; dit si c'est fait."""
    global _served
    from kit_minio.answering.application import start

    if _served is not None:
        _served.stop()
        _served = None
    try:
        _served = start(app, _listener())
    except AnswerError as error:
        return refused(error)
    return pack("en service")


def _listener() -> socket.socket:
    """Renvoie la socket que le correcteur a ouverte, ou celle du port qu'il a choisi."""
    if fd := os.environ.get("KIT_API_FD"):
        return socket.socket(fileno=os.dup(int(fd)))
    return socket.create_server(("127.0.0.1", int(os.environ["KIT_API_PORT"])))
