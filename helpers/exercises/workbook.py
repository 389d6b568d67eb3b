"""La série d'exercices d'un notebook : ``tp.create.check()``, ``hint()``, ``solution()``.

L'espace de l'élève, sur le serveur, garde tout : les données de départ dans ses buckets, et dans le
bucket qui porte le nom de l'espace les réponses (``reponses/``) et l'avancement (``progres/``).
"""

from __future__ import annotations

import io
import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import asdict
from importlib import import_module
from typing import TYPE_CHECKING, Any

from minio.error import S3Error
from urllib3.exceptions import HTTPError

from helpers.display import Card, Table, show
from helpers.exercises.model import (
    MAX_ANSWER,
    AnswerError,
    Context,
    Exercise,
    Outcome,
    Series,
    Verdict,
    encode,
    evaluate,
)
from helpers.exercises.submission import ANSWERS, HandedIn, handed_in
from helpers.french import number
from helpers.spaces import fresh_space, full_name

if TYPE_CHECKING:
    from minio import Minio

PROGRESS = "progres"


def open_exercises(lesson: str, client: Minio, *, seed: int = 1) -> Workbook | HandedIn:
    """Ouvre les exercices d'une leçon : remet leurs données à neuf et garde l'avancement.

    Args:
        lesson: le numéro de la leçon, par exemple ``"01"``.
        client: le client de ``connect()``.
        seed: la graine des données ; une autre graine donne d'autres réponses.

    Raises:
        SettingsError: cette leçon n'a pas d'exercices.
    """
    if rendered := handed_in(lesson, client, seed):
        return rendered  # pendant la correction, les vérifications ne sont pas ici
    # La seule porte vers l'atelier : les vérifications de la leçon, là où elles sont installées.
    series = import_module("kit_minio.checks").series(lesson)
    name = f"exercice-{series.lesson}"
    progress = _read_progress(client, full_name(name), series)
    workbook = Workbook(series, client, fresh_space(client, name), seed)
    # En parallèle : un serveur distant fait attendre chaque requête.
    with ThreadPoolExecutor() as pool:
        list(pool.map(workbook.prepare, series.exercises))
    for done, outcome in progress.items():
        workbook.record(f"{PROGRESS}/{done}.json", json.dumps(asdict(outcome)).encode())
    return workbook


class Workbook:
    """Une série d'exercices en cours ; chaque exercice en est un attribut.

    Args:
        series: les exercices.
        client: le client de l'élève.
        space: le préfixe des buckets de l'élève.
        seed: la graine des données de départ.
    """

    def __init__(self, series: Series, client: Minio, space: str, seed: int) -> None:
        self.series = series
        self.client = client
        self.space = space
        self.seed = seed
        self.tasks = {exercise.name: Task(exercise, self) for exercise in series.exercises}

    def __getattr__(self, name: str) -> Task:
        try:
            return self.__dict__["tasks"][name]
        except KeyError:
            known = ", ".join(self.__dict__.get("tasks", {}))
            raise AttributeError(f"Exercice inconnu : {name}. Ceux d'ici : {known}.") from None

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.tasks]

    def bucket(self, name: str) -> str:
        """Renvoie le nom complet d'un bucket de cette série."""
        return f"{self.space}-{name}"

    def context(self, exercise: Exercise, answer: Any = ...) -> Context:
        """Renvoie le contexte de vérification d'un exercice, vu de l'élève."""
        return Context(self.client, self.space, self.seed, exercise.name, answer)

    def prepare(self, exercise: Exercise) -> None:
        """Dépose les données de départ d'un exercice."""
        if exercise.prepare:
            exercise.prepare(self.context(exercise))

    def record(self, key: str, data: bytes) -> None:
        """Enregistre un document JSON dans le bucket de l'espace."""
        self.client.put_object(
            bucket_name=self.space,
            object_name=key,
            data=io.BytesIO(data),
            length=len(data),
            content_type="application/json",
        )

    def progress(self) -> dict[str, Outcome]:
        """Renvoie le dernier résultat de chaque exercice vérifié, lu sur le serveur."""
        return _read_progress(self.client, self.space, self.series)

    def table(self) -> Table:
        """Renvoie le tableau d'avancement."""
        done = self.progress()
        rows = []
        for exercise in self.series.exercises:
            outcome = done.get(exercise.name)
            rows.append(
                [
                    exercise.title,
                    outcome.verdict.value if outcome else Verdict.TODO.value,
                    f"{number(outcome.points if outcome else 0)} / {number(exercise.points)}",
                ]
            )
        return Table(["Exercice", "État", "Points"], rows, right=frozenset({"Points"}))

    def __repr__(self) -> str:
        return repr(self.table())

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()


class Task:
    """Un exercice dans une série en cours.

    Args:
        exercise: l'exercice.
        workbook: la série.
    """

    def __init__(self, exercise: Exercise, workbook: Workbook) -> None:
        self.exercise = exercise
        self.outcome: Outcome | None = None
        self._workbook = workbook
        self._hints_given = 0

    def check(self, answer: Any = ...) -> None:
        """Vérifie l'exercice et montre le résultat ; n'interrompt jamais le notebook.

        Args:
            answer: la réponse, ou l'application FastAPI pour les exercices d'API.
        """
        context = self._workbook.context(self.exercise, answer)
        if self.exercise.api:
            self.outcome = _evaluate_app(self.exercise, context, answer)
        else:
            self.outcome = evaluate(self.exercise, context)
        self._record(answer)
        show(_card(self.exercise, self.outcome))

    def _record(self, answer: Any) -> None:
        """Enregistre la réponse et l'avancement ; un serveur muet est déjà dit par le résultat."""
        name, outcome = self.exercise.name, self.outcome
        assert outcome is not None  # noqa: S101 - posé par check()
        with suppress(S3Error, HTTPError):
            if self.exercise.answers and outcome.verdict is not Verdict.TODO:
                with suppress(AnswerError):
                    self._workbook.record(f"{ANSWERS}/{name}.json", encode(answer))
            self._workbook.record(f"{PROGRESS}/{name}.json", json.dumps(asdict(outcome)).encode())

    def hint(self) -> None:
        """Montre un indice de plus à chaque appel."""
        hints = self.exercise.hints
        self._hints_given = min(self._hints_given + 1, len(hints))
        lines = [f"{number}. {text}" for number, text in enumerate(hints[: self._hints_given], 1)]
        last = self._hints_given == len(hints)
        after = f"C'était le dernier : tp.{self.exercise.name}.solution() montre la solution."
        more = f"Indice {self._hints_given} sur {len(hints)}." if not last else after
        show(Card("indice", self.exercise.title, tuple(lines), more))

    def solution(self) -> None:
        """Montre la solution, après une réussite ou après le dernier indice."""
        passed = self.outcome is not None and self.outcome.verdict is Verdict.PASSED
        if not passed and self._hints_given < len(self.exercise.hints):
            left = len(self.exercise.hints) - self._hints_given
            message = (
                f"Il reste {left} indice{'s' if left > 1 else ''} : tp.{self.exercise.name}.hint()"
            )
            show(Card("à faire", self.exercise.title, (message,)))
            return
        from kit_minio.authoring.exercises import solution_of

        code = solution_of(self._workbook.series, self.exercise.name)
        missing = "La solution n'est pas dans ce kit : demandez-la à votre enseignant."
        show(Card("solution", self.exercise.title, () if code else (missing,), code=code or ""))


def _evaluate_app(exercise: Exercise, context: Context, app: Any) -> Outcome:
    """Vérifie une application FastAPI par de vraies requêtes, dans ce processus."""
    from fastapi import FastAPI
    from fastapi.testclient import TestClient

    if app is ... or app is None:
        return Outcome(Verdict.TODO, "Complétez la cellule au-dessus, exécutez-la, puis vérifiez.")
    if not isinstance(app, FastAPI):
        return Outcome(
            Verdict.ERROR, "check() attend votre application.", type(app).__name__, "FastAPI"
        )
    # Une exception de la route devient une réponse 500, comme sur un vrai serveur.
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as http:
        context.http = http
        return evaluate(exercise, context)


def _card(exercise: Exercise, outcome: Outcome) -> Card:
    details = []
    if outcome.found:
        details.append(f"Trouvé : {outcome.found}")
    if outcome.expected:
        details.append(f"Attendu : {outcome.expected}")
    plural = "s" if exercise.points > 1 else ""
    points = f"{number(outcome.points)} / {number(exercise.points)} point{plural}"
    hint = f"tp.{exercise.name}.hint() donne un indice."
    footer = points if outcome.verdict is Verdict.PASSED else f"{points}. {hint}"
    return Card(outcome.verdict.value, exercise.title, (outcome.message, *details), footer)


def _read_progress(client: Minio, space: str, series: Series) -> dict[str, Outcome]:
    """Renvoie l'avancement enregistré ; ce qui est absent ou illisible est à refaire."""
    found = {}
    for exercise in series.exercises:
        try:
            response = client.get_object(
                bucket_name=space, object_name=f"{PROGRESS}/{exercise.name}.json"
            )
        except S3Error as error:
            if error.code in ("NoSuchKey", "NoSuchBucket"):
                continue
            raise
        with closing(response), suppress(ValueError, TypeError, KeyError):
            stored = json.loads(response.read(MAX_ANSWER))
            found[exercise.name] = Outcome(**stored | {"verdict": Verdict(stored["verdict"])})
    return found
