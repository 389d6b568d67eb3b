"""Vérifier un exercice : ``Exercise``, ``Outcome``, et ce qui va de l'un à l'autre.

Une vérification regarde la vérité, jamais les variables de l'élève : l'état du serveur S3 (un
client), une réponse (une valeur JSON) ou une API (un ``httpx.Client``). La même fonction sert dans
le notebook et pour la correction ; seul le ``Context`` change.
"""

from __future__ import annotations

import io
import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from helpers.errors import explain

if TYPE_CHECKING:
    import httpx
    from minio import Minio

MAX_ANSWER = 65_536  # octets d'une réponse enregistrée
_MAX_DEPTH = 20  # niveaux d'imbrication d'une réponse
_UNCHANGED = "Votre code s'est exécuté, mais rien n'a changé de ce que demande l'exercice."


class Verdict(StrEnum):
    """Les quatre issues d'une vérification."""

    PASSED = "réussi"
    REVIEW = "à revoir"
    ERROR = "erreur"
    TODO = "à faire"


@dataclass(frozen=True)
class Outcome:
    """Le résultat d'une vérification.

    Attributes:
        verdict: l'issue.
        message: ce qui a été constaté, une phrase.
        found: ce qui a été trouvé, en texte.
        expected: ce qui était attendu, en texte.
        points: les points obtenus.
    """

    verdict: Verdict
    message: str
    found: str = ""
    expected: str = ""
    points: float = 0


class Review(Exception):
    """Le travail est à revoir.

    Args:
        message: ce qui ne va pas, une phrase.
        found: ce qui a été trouvé.
        expected: ce qui était attendu.
        points: les points acquis malgré tout.
    """

    def __init__(
        self, message: str, *, found: Any = "", expected: Any = "", points: float = 0
    ) -> None:
        super().__init__(message)
        self.message = message
        self.found = _text(found)
        self.expected = _text(expected)
        self.points = points


class Todo(Exception):
    """Rien n'a encore été tenté.

    Args:
        seen: ce qui a été constaté, une phrase, pour qui a pourtant exécuté du code.
    """

    def __init__(self, seen: str = "") -> None:
        super().__init__(seen)
        self.seen = seen


@dataclass
class Context:
    """Ce qu'une vérification a le droit de regarder.

    Attributes:
        client: un client S3 : celui de l'élève dans le notebook, celui du correcteur ailleurs.
        space: le préfixe des buckets de l'élève.
        seed: la graine des données de départ.
        name: le nom de l'exercice.
        answer: la réponse donnée, une valeur JSON ; ``...`` tant qu'il n'y en a pas.
        http: un client HTTP de l'API de l'élève, pour les exercices d'API.
        attempted: vrai si du code a été exécuté pour cet exercice : « à faire » serait faux.
    """

    client: Minio
    space: str
    seed: int
    name: str
    answer: Any = ...
    http: httpx.Client | None = None
    attempted: bool = False

    def bucket(self, name: str) -> str:
        """Renvoie le nom complet d'un bucket de l'élève."""
        return f"{self.space}-{name}"

    def random(self) -> random.Random:
        """Renvoie un générateur : mêmes nombres pour la même graine et le même exercice."""
        return random.Random(f"{self.seed}-{self.name}")  # noqa: S311 - des données d'exercice

    def keys(self, name: str) -> list[str]:
        """Renvoie les clés d'un bucket de l'élève, triées ; ``[]`` s'il n'existe pas."""
        bucket = self.bucket(name)
        if not self.client.bucket_exists(bucket_name=bucket):
            return []
        found = self.client.list_objects(bucket_name=bucket, recursive=True)
        return sorted(item.object_name or "" for item in found)

    def read(self, name: str, key: str) -> bytes:
        """Renvoie les octets d'un objet d'un bucket de l'élève."""
        response = self.client.get_object(bucket_name=self.bucket(name), object_name=key)
        try:
            return response.read()
        finally:
            response.close()
            response.release_conn()

    def put(self, name: str, key: str, data: bytes, **options: Any) -> None:
        """Dépose un objet dans un bucket de l'élève, que la préparation a créé."""
        self.client.put_object(
            bucket_name=self.bucket(name),
            object_name=key,
            data=io.BytesIO(data),
            length=len(data),
            **options,
        )

    def make_bucket(self, name: str) -> str:
        """Crée un bucket de l'élève et renvoie son nom complet."""
        self.client.make_bucket(bucket_name=self.bucket(name))
        return self.bucket(name)


@dataclass(frozen=True)
class Exercise:
    """Un exercice.

    Attributes:
        name: son identifiant, en anglais : ``tp.<name>`` dans le notebook.
        title: son titre.
        points: sa valeur.
        hints: les indices, du plus léger au plus précis.
        verify: la vérification ; lève ``Review`` ou ``Todo``, ne renvoie rien si tout est bon.
        prepare: dépose les données de départ dans l'espace, vide, de l'élève.
        answers: vrai si ``check`` attend une réponse.
        api: vrai si ``check`` attend une application FastAPI.
        traps: ce que les données de toute graine contiennent : pour chaque piège, nommé en
            français, une fonction d'un contexte sans serveur, qui dit s'il y est.
        by_hand: vrai si une réponse trouvée à la main vaut : la correction ne rejoue pas
            l'exercice avec d'autres données.
        buckets: la fin du nom des buckets que l'élève crée, motifs de ``fnmatch`` ; avec ceux que
            ``prepare`` crée, ce sont ceux que ``reset()`` efface, et nul autre exercice n'en use.
    """

    name: str
    title: str
    points: float
    hints: tuple[str, ...]
    verify: Callable[[Context], None]
    prepare: Callable[[Context], None] | None = None
    answers: bool = False
    api: bool = False
    traps: Mapping[str, Callable[[Context], bool]] = field(default_factory=dict)
    by_hand: bool = False
    buckets: tuple[str, ...] = ()


def evaluate(exercise: Exercise, context: Context) -> Outcome:
    """Vérifie un exercice et renvoie le résultat ; ne lève jamais d'exception.

    Args:
        exercise: l'exercice.
        context: où regarder.
    """
    if exercise.answers and (context.answer is ... or context.answer is None):
        return _todo()
    try:
        if exercise.answers:
            context.answer = json.loads(encode(context.answer))
        exercise.verify(context)
    except Todo as todo:
        if context.attempted:
            return Outcome(Verdict.REVIEW, todo.seen or _UNCHANGED)
        return _todo()
    except Review as review:
        return Outcome(Verdict.REVIEW, review.message, review.found, review.expected, review.points)
    except Exception as error:  # noqa: BLE001 - toute faute devient un résultat
        explanation = explain(error)
        cause = str(explanation) if explanation else f"{type(error).__name__} : {error}"
        return Outcome(Verdict.ERROR, f"La vérification s'est arrêtée. {cause}"[:1000])
    return Outcome(Verdict.PASSED, "C'est exact.", points=exercise.points)


def _todo() -> Outcome:
    return Outcome(Verdict.TODO, "Complétez la cellule au-dessus, exécutez-la, puis vérifiez.")


class AnswerError(Review):
    """Une réponse n'est pas une valeur JSON acceptable."""


def encode(answer: Any) -> bytes:
    """Renvoie une réponse en JSON.

    Raises:
        AnswerError: ce n'est pas du JSON (``NaN``, objet Python), ou c'est trop grand ou trop
            profond (64 Kio et vingt niveaux au plus).
    """
    kinds = "un nombre, un texte, vrai ou faux, une liste ou un dictionnaire"
    try:
        text = json.dumps(answer, allow_nan=False, ensure_ascii=True)
    except (TypeError, ValueError, RecursionError, OverflowError):
        raise AnswerError(
            "La réponse n'est pas une valeur que l'on peut enregistrer.",
            found=type(answer).__name__,
            expected=kinds,
        ) from None
    if len(text) > MAX_ANSWER:
        raise AnswerError(
            "La réponse est trop longue.",
            found=f"{len(text)} octets",
            expected=f"{MAX_ANSWER} octets au plus",
        )
    if _depth(answer) > _MAX_DEPTH:
        raise AnswerError(
            "La réponse est trop imbriquée.", expected=f"{_MAX_DEPTH} niveaux au plus"
        )
    return text.encode("ascii")


def _depth(value: Any) -> int:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return 1 + max(map(_depth, value), default=0)
    return 0


def _text(value: Any) -> str:
    """Renvoie une valeur en texte court ; les textes sont donnés tels quels."""
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= 300 else f"{text[:300]}…"


@dataclass(frozen=True)
class Series:
    """Les exercices d'une leçon.

    Attributes:
        lesson: le numéro de la leçon, ``"01"``.
        slug: la fin du nom de ses notebooks, ``"buckets"``.
        exercises: les exercices, dans l'ordre.
    """

    lesson: str
    slug: str
    exercises: tuple[Exercise, ...]

    @property
    def points(self) -> float:
        """Le total des points."""
        return sum(exercise.points for exercise in self.exercises)

    def __getitem__(self, name: str) -> Exercise:
        return next(exercise for exercise in self.exercises if exercise.name == name)
