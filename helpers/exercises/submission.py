"""La série d'exercices pendant la correction : elle enregistre les réponses, et ne juge rien.

Le correcteur a déposé les données de départ ; il juge ensuite lui-même, d'après le store. Rien de
ce que ce module affiche, ou renvoie, ne compte.
"""

from __future__ import annotations

import io
import json
import os
import socket
from typing import TYPE_CHECKING, Any

from helpers.display import Card, show
from helpers.exercises.model import encode

if TYPE_CHECKING:
    from minio import Minio

    from helpers.serving import ServedApi

ANSWERS = "reponses"


class HandedIn:
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
        self.space = description["space"]
        self.tasks = {
            name: HandedInTask(name, kind, self) for name, kind in description["exercises"].items()
        }

    def __getattr__(self, name: str) -> HandedInTask:
        try:
            return self.__dict__["tasks"][name]
        except KeyError:
            raise AttributeError(f"Exercice inconnu : {name}.") from None

    def bucket(self, name: str) -> str:
        """Renvoie le nom complet d'un bucket de cette série."""
        return f"{self.space}-{name}"

    def __repr__(self) -> str:
        return f"Série rendue : {', '.join(self.tasks)}"


class HandedInTask:
    """Un exercice rendu.

    Args:
        name: son nom.
        kind: ``answer``, ``api``, ou un texte vide si seul le store compte.
        series: la série.
    """

    def __init__(self, name: str, kind: str, series: HandedIn) -> None:
        self.name = name
        self.kind = kind
        self.outcome = None
        self._series = series

    def check(self, answer: Any = ...) -> None:
        """Enregistre la réponse, ou met l'API en service ; le correcteur fait le reste.

        Raises:
            AnswerError: la réponse n'est pas du JSON, ou elle est trop grande.
        """
        if answer is not ... and answer is not None:
            if self.kind == "answer":
                self._record(encode(answer))
            elif self.kind == "api":
                _serve(answer)
                self._record(b'"en service"')
        show(Card("rendu", self.name, ("La vérification est faite par la correction.",)))

    def _record(self, data: bytes) -> None:
        self._series.client.put_object(
            bucket_name=self._series.space,
            object_name=f"{ANSWERS}/{self.name}.json",
            data=io.BytesIO(data),
            length=len(data),
            content_type="application/json",
        )

    def hint(self) -> None:
        """Ne montre rien pendant la correction."""

    def solution(self) -> None:
        """Ne montre rien pendant la correction."""


def handed_in(lesson: str, client: Minio, seed: int) -> HandedIn | None:
    """Renvoie la série rendue pendant une correction, ``None`` en dehors."""
    description = json.loads(os.environ.get("KIT_GRADING", "{}"))
    return HandedIn(client, seed, description[lesson]) if lesson in description else None


_served: ServedApi | None = None


def _serve(app: Any) -> None:
    """Met une application en service sur la prise que le correcteur attend."""
    global _served
    from fastapi import FastAPI

    from helpers.serving import ServedApi

    if not isinstance(app, FastAPI):
        raise TypeError(f"check() attend une application FastAPI, et a reçu {type(app).__name__}.")

    if _served is not None:
        _served.stop()
    listener = _listener()
    app.middleware_stack = None  # sans quoi les gestionnaires d'exceptions récents manqueraient
    _served = ServedApi("api", None, 0)
    _served.start(app, listener)


def _listener() -> socket.socket:
    """Renvoie la prise que le correcteur a ouverte, ou celle du port qu'il a choisi."""
    if fd := os.environ.get("KIT_API_FD"):
        return socket.socket(fileno=os.dup(int(fd)))
    return socket.create_server(("127.0.0.1", int(os.environ["KIT_API_PORT"])))
