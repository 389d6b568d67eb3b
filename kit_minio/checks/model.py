"""Vérifier un exercice : ``Exercise``, ``Context``, et l'issue qui en sort.

Une vérification regarde la vérité, jamais les variables de l'élève : l'état du serveur S3 (un
client), une réponse (une valeur JSON) ou une API (un ``httpx.Client``). La même fonction sert dans
le notebook et pour la correction ; seul le ``Context`` change.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import EllipsisType
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError

import httpx
from minio.error import S3Error

from helpers.errors import explain
from helpers.s3 import read_object
from kit_minio.answering.answers import AnswerError, pack
from kit_minio.checks.applications import in_service
from kit_minio.checks.decoding import Run, run_apart
from kit_minio.checks.outcome import Outcome, Verdict
from kit_minio.checks.recorded import Answer, unpack

if TYPE_CHECKING:
    from minio import Minio

_UNCHANGED = "Votre code s'est exécuté, mais rien n'a changé de ce que demande l'exercice."


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
        answer: la réponse donnée, que ``evaluate`` réduit à une valeur JSON ; ``...`` tant qu'il
            n'y en a pas.
        http: un client HTTP de l'API de l'élève, pour les exercices d'API.
        process: le processus où tourne cette API ; ``None`` : celui-ci.
        apart: vrai si une grande bibliothèque ne doit pas être chargée dans ce processus
            (``making``).
        alone: vrai si les buckets hors de l'espace sont peut-être aussi à l'élève.
        run: lance, à part, un programme qui décode ce qu'un élève a fait.
        attempted: dit si du code a été exécuté pour cet exercice : « à faire » serait faux.
        made: la fin du nom des buckets que ``make_bucket`` a créés.
        locksmith: le client qui crée les buckets à verrous, là où ``client`` n'en a pas le droit.
        seeded: vrai si des données ont été tirées de la graine.
        silences: le nombre de réponses de l'API attendues en vain.
        described: les routes que l'API décrit, une fois demandées ; ``None`` si elle n'en décrit
            pas.
    """

    client: Minio
    space: str
    seed: int
    name: str
    answer: Any = ...
    http: httpx.Client | None = None
    process: int | None = None
    apart: bool = False
    alone: bool = True
    run: Run = run_apart
    attempted: Callable[[], bool] = lambda: False
    made: list[str] = field(default_factory=list)
    locksmith: Minio | None = None
    seeded: bool = False
    silences: int = 0
    described: set[str] | EllipsisType | None = ...

    def bucket(self, name: str) -> str:
        """Renvoie le nom complet d'un bucket de l'élève."""
        return f"{self.space}-{name}"

    def random(self) -> random.Random:
        """Renvoie un générateur : mêmes nombres pour la même graine et le même exercice."""
        self.seeded = True
        return random.Random(f"{self.seed}-{self.name}")  # noqa: S311 - des données d'exercice

    def keys(self, name: str) -> list[str]:
        """Renvoie les clés d'un bucket de l'élève, triées ; ``[]`` s'il n'existe pas."""
        found = self.client.list_objects(bucket_name=self.bucket(name), recursive=True)
        try:
            return sorted(item.object_name or "" for item in found)
        except S3Error as error:
            if error.code == "NoSuchBucket":
                return []
            raise

    def read(self, name: str, key: str) -> bytes:
        """Renvoie les octets d'un objet d'un bucket de l'élève, sans rien décompresser."""
        return read_object(self.client, self.bucket(name), key)

    def put(self, name: str, key: str, data: bytes, **options: Any) -> None:
        """Dépose un objet dans un bucket de l'élève, que la préparation a créé."""
        self.client.put_object(
            bucket_name=self.bucket(name),
            object_name=key,
            data=io.BytesIO(data),
            length=len(data),
            **options,
        )

    def make_bucket(self, name: str, *, locked: bool = False) -> str:
        """Crée un bucket de l'élève, qui peut recevoir des verrous, et renvoie son nom complet."""
        self.made.append(name)
        maker = (self.locksmith or self.client) if locked else self.client
        maker.make_bucket(bucket_name=self.bucket(name), object_lock=locked)
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
        own_server: la sorte, dans ``guardian.KINDS``, du serveur que l'élève y administre ;
            ``tp.own_server()`` le donne.
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
    own_server: str = ""


_CAUSES = {
    MemoryError: "Ce qui a été trouvé demande trop de mémoire.",
    ParseError: "Une clé, un tag ou un réglage contient un caractère que XML interdit : la réponse "
    "du serveur ne se lit pas.",
    RecursionError: "Ce qui a été trouvé est trop imbriqué.",
    UnicodeError: "Un texte trouvé n'est pas en UTF-8, ou contient un demi-caractère.",
}


def evaluate(exercise: Exercise, context: Context) -> Outcome:
    """Vérifie un exercice et renvoie le résultat ; ne lève jamais d'exception.

    Args:
        exercise: l'exercice.
        context: où regarder ; une API dont il n'a pas l'adresse est mise en service ici.
    """
    try:
        if exercise.api and context.http is None:
            return _evaluate_application(exercise, context)
        if exercise.answers:
            return _evaluate_answer(exercise, context)
        return _evaluate(exercise, context)
    except Exception as error:  # noqa: BLE001 - toute faute devient un résultat
        return stopped(error)


def stopped(error: Exception) -> Outcome:
    """Renvoie l'issue d'une vérification que cette erreur a arrêtée."""
    known = next((told for kind, told in _CAUSES.items() if isinstance(error, kind)), None)
    explanation = None if known else explain(error, code=False)
    cause = known or str(explanation or f"{type(error).__name__} : {error}")
    return Outcome(Verdict.ERROR, f"La vérification s'est arrêtée. {cause}"[:1000])


def _evaluate_application(exercise: Exercise, context: Context) -> Outcome:
    if context.answer is ... or context.answer is None:
        return to_do(context, "Aucune application n'a été donnée à check().")
    try:
        with (
            in_service(context.answer) as url,
            # Sans TLS : lire les certificats demanderait plus de temps que la vérification.
            httpx.Client(
                base_url=url,
                trust_env=False,
                follow_redirects=False,
                verify=False,  # noqa: S501
            ) as context.http,
        ):
            return evaluate(exercise, context)
    except AnswerError as error:
        return refusal(error)


def _evaluate_answer(exercise: Exercise, context: Context) -> Outcome:
    if context.answer is ...:
        return to_do(context, "La réponse est encore « ... ».")
    given = context.answer
    answer = given if isinstance(given, Answer) else unpack(pack(given))
    context.answer = answer.value
    if answer.value is None and answer.refusal is None:
        return to_do(
            context,
            "La réponse vaut None : c'est ce que donnent une fonction sans return et les méthodes "
            "qui ne renvoient rien.",
        )
    outcome = _evaluate(exercise, context)
    if answer.refusal is None:
        return outcome
    points = outcome.points if outcome.verdict is Verdict.REVIEW else 0
    return refusal(answer.refusal, points)


def refusal(error: AnswerError, points: float = 0) -> Outcome:
    """Renvoie l'issue d'une réponse, ou d'une application, qui ne peut pas être vérifiée."""
    return Outcome(Verdict.REVIEW, error.message, error.found, error.expected, points)


def _evaluate(exercise: Exercise, context: Context) -> Outcome:
    try:
        exercise.verify(context)
    except Todo as todo:
        return to_do(context, todo.seen)
    except Review as review:
        points = round(max(0, min(review.points, exercise.points)), 4)
        return Outcome(Verdict.REVIEW, review.message, review.found, review.expected, points)
    return Outcome(Verdict.PASSED, "C'est exact.", points=exercise.points)


def to_do(context: Context, seen: str) -> Outcome:
    """Renvoie l'issue d'un exercice où rien n'est fait ; elle dit ce qui est vu à qui a essayé."""
    if context.attempted():
        return Outcome(Verdict.REVIEW, seen or _UNCHANGED)
    return Outcome(Verdict.TODO, "Complétez la cellule au-dessus, exécutez-la, puis vérifiez.")


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
        solution: donne le code de la solution d'un exercice, d'après son nom, s'il est dans ce kit.
        blanks: donne les cellules du notebook distribué, s'il est dans ce kit.
    """

    lesson: str
    slug: str
    exercises: tuple[Exercise, ...]
    solution: Callable[[str], str | None] = lambda name: None
    blanks: Callable[[], tuple[str, ...]] = tuple

    @property
    def points(self) -> float:
        """Le total des points."""
        return sum(exercise.points for exercise in self.exercises)

    @property
    def own_server(self) -> str:
        """La sorte de serveur que l'élève administre dans cette série ; vide, s'il n'y en a pas."""
        return next((one.own_server for one in self.exercises if one.own_server), "")

    def prepare(self, client: Minio, space: str, seed: int, locksmith: Minio | None = None) -> None:
        """Dépose, pour le correcteur, les données de départ de tous les exercices."""
        for exercise in self.exercises:
            if exercise.prepare:
                name = exercise.name
                exercise.prepare(
                    Context(client, space, seed, name, apart=True, locksmith=locksmith)
                )

    def __getitem__(self, name: str) -> Exercise:
        return next(exercise for exercise in self.exercises if exercise.name == name)
