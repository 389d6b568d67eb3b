"""L'avancement d'une série, gardé sur le serveur : le meilleur résultat de chaque exercice."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from minio.error import S3Error

from helpers.components import Table
from helpers.french import number
from helpers.s3 import read_object, write_json
from kit_minio.answering.answers import MAX_ANSWER
from kit_minio.checks.outcome import Outcome, Verdict

if TYPE_CHECKING:
    from minio import Minio

    from kit_minio.checks.model import Exercise

PROGRESS = "progres"
_RANKS = (Verdict.TODO, Verdict.ERROR, Verdict.REVIEW, Verdict.PASSED)


@dataclass(frozen=True)
class Earned:
    """Un résultat acquis.

    Attributes:
        outcome: le résultat.
        on: sa date, ``None`` si elle n'a pas été gardée.
    """

    outcome: Outcome
    on: datetime | None

    def beats(self, outcome: Outcome) -> bool:
        """Dit si ce résultat vaut mieux qu'un autre, et que celui-ci ne doit pas le remplacer."""
        return _worth(self.outcome) > _worth(outcome)


def _worth(outcome: Outcome) -> tuple[float, int]:
    return outcome.points, _RANKS.index(outcome.verdict)


def read_progress(client: Minio, bucket: str, names: Iterable[str]) -> dict[str, Earned]:
    """Renvoie le meilleur résultat de chaque exercice ; l'absent et l'illisible sont à refaire."""
    found = {name: _read(client, bucket, name) for name in names}
    return {name: earned for name, earned in found.items() if earned is not None}


def _read(client: Minio, bucket: str, name: str) -> Earned | None:
    try:
        data = read_object(client, bucket, _key(name), most=MAX_ANSWER)
    except S3Error as error:
        if error.code in ("NoSuchKey", "NoSuchBucket"):
            return None
        raise
    try:
        stored = json.loads(data)
        date = stored.pop("date", None)
        outcome = Outcome(**stored | {"verdict": Verdict(stored["verdict"])})
        return Earned(outcome, datetime.fromisoformat(date) if date else None)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def keep_best(client: Minio, bucket: str, name: str, outcome: Outcome) -> Earned:
    """Garde un résultat s'il n'est pas moins bon que celui d'avant ; renvoie le meilleur."""
    before = _read(client, bucket, name)
    if before is not None and before.beats(outcome):
        return before
    now = datetime.now(UTC).replace(microsecond=0)
    data = json.dumps(asdict(outcome) | {"date": now.isoformat()}).encode()
    write_json(client, bucket, _key(name), data)
    return Earned(outcome, now)


def _key(name: str) -> str:
    return f"{PROGRESS}/{name}.json"


def progress_table(exercises: Iterable[Exercise], done: Mapping[str, Outcome]) -> Table:
    """Renvoie le tableau d'avancement d'une série.

    Args:
        exercises: ses exercices.
        done: le résultat de ceux qui en ont un.
    """
    rows = []
    for exercise in exercises:
        outcome = done.get(exercise.name)
        verdict = outcome.verdict if outcome else Verdict.TODO
        points = f"{number(outcome.points if outcome else 0)} / {number(exercise.points)}"
        rows.append([exercise.title, verdict.value, points])
    return Table(["Exercice", "État", "Points"], rows, right=frozenset({"Points"}))
