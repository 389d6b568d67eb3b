"""Ce que la salle voit d'un étudiant : un petit objet par leçon, récrit à chaque vérification.

Il est dans le bucket du suivi, sous le nom de la leçon. Un second objet, l'avis, dit qu'il vient de
changer : l'heure du serveur ouvre son nom, et une liste qui part des derniers avis dit alors à
l'enseignant ce qui a changé, quel que soit le nombre d'étudiants. Rien de cela ne vaut de points :
l'étudiant pourrait l'écrire lui-même.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from minio.error import S3Error
from urllib3.exceptions import HTTPError

from helpers import server as servers
from helpers.errors import KitError
from helpers.s3 import client_for
from kit_minio.checks.outcome import Outcome, Verdict
from kit_minio.classroom.joining import joined

if TYPE_CHECKING:
    from minio import Minio
    from minio.helpers import ObjectWriteResult

NOTICES = "avis/"
MOST = 16 * 2**10  # octets lus d'un de ces objets


@dataclass
class State:
    """Où en est un étudiant dans un exercice.

    Attributes:
        verdict: le meilleur résultat.
        tries: le nombre de vérifications manquées depuis la dernière réussite.
        since: quand la première de celles-ci a eu lieu, ISO ; vide s'il n'y en a pas.
        last: la dernière vérification, ISO.
    """

    verdict: str = Verdict.TODO.value
    tries: int = 0
    since: str = ""
    last: str = ""


@dataclass
class Follow:
    """Le suivi d'une série, hors d'une classe sans effet.

    Args:
        lesson: le numéro de la leçon.
        states: par exercice, où en est l'étudiant.
    """

    lesson: str
    states: dict[str, State] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._pool: ThreadPoolExecutor | None = None

    def open(self, earned: Mapping[str, Outcome]) -> None:
        """Dit à la salle que la série est ouverte, et ce qui y est acquis."""
        for name, outcome in earned.items():
            self.states[name] = State(outcome.verdict.value)
        self._send()

    def record(self, name: str, outcome: Outcome, best: Outcome | None) -> None:
        """Dit à la salle le résultat d'une vérification.

        Args:
            name: le nom de l'exercice.
            outcome: le résultat.
            best: le meilleur, s'il est connu.
        """
        now = datetime.now(UTC).replace(microsecond=0).isoformat()
        state = self.states.setdefault(name, State())
        state.verdict, state.last = (best or outcome).verdict.value, now
        if outcome.verdict is Verdict.PASSED:
            state.tries, state.since = 0, ""
        elif outcome.verdict is not Verdict.TODO:
            state.tries, state.since = state.tries + 1, state.since or now
        self._send()

    def _send(self) -> None:
        """Envoie, sans faire attendre : si le serveur se tait, la vérification l'a déjà dit."""
        known = joined()
        if known is None:
            return
        states = {name: asdict(state) for name, state in self.states.items()}
        data = json.dumps({"exercises": states}).encode()
        self._pool = self._pool or ThreadPoolExecutor(1, thread_name_prefix="suivi")
        self._pool.submit(_put, dict(known), self.lesson, data)


def publish(client: Minio, board: str, lesson: str, space: str, data: bytes) -> None:
    """Dépose où en est un étudiant dans une leçon, puis l'avis de ce changement.

    Args:
        client: un client à ses clés.
        board: le bucket du suivi.
        lesson: le numéro de la leçon.
        space: son espace.
        data: son état, en JSON.
    """
    written = put(client, board, f"{lesson}/{space}.json", data)
    # L'heure du serveur : celle de l'étudiant peut être fausse.
    now = parsedate_to_datetime(written.http_headers["Date"]).timestamp()
    put(client, board, notice(now, lesson, space), data)


def notice(when: float, lesson: str = "", space: str = "") -> str:
    """Renvoie le nom de l'avis d'un changement ; sans étudiant, celui d'où partirait une liste."""
    return f"{NOTICES}{int(when):010}-{lesson}-{space}"


def put(client: Minio, bucket: str, key: str, data: bytes) -> ObjectWriteResult:
    """Dépose de petits octets, et renvoie la réponse du serveur."""
    return client.put_object(
        bucket_name=bucket, object_name=key, data=io.BytesIO(data), length=len(data)
    )


def _put(known: dict[str, Any], lesson: str, data: bytes) -> None:
    with suppress(S3Error, HTTPError, KitError, ValueError):
        server = servers.find()
        if server is not None:
            client, space = client_for(server), known["KIT_SPACE"]
            publish(client, known["KIT_CLASS_BOARD"], lesson, space, data)
