"""La série d'exercices d'un notebook : ``tp.create.check()``, ``hint()``, ``reset()``…

Deux endroits sur le serveur. Le bucket de la série, ``exercice-01``, garde les réponses
(``reponses/``) et l'avancement (``progres/``) : une ouverture ne l'efface jamais. L'espace de cette
ouverture, ``exercice-01-3f2a``, a les buckets de l'élève : son nom change à chaque fois, et un nom
recopié de l'écran se voit avant la correction.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from difflib import get_close_matches
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Any

from minio.error import S3Error
from urllib3.exceptions import HTTPError

from helpers.components import Card, Table, is_watched
from helpers.display import say, show
from helpers.errors import SettingsError, explain
from helpers.french import count_of, moment, number, points_of
from helpers.s3 import client_for, read_object, write_json
from helpers.server.lock import only_one
from helpers.server.settings import data_folder, private_folder
from helpers.spaces import cleared_space, erase_bucket, full_name
from kit_minio.answering.answers import ABSENT, pack
from kit_minio.answering.submission import ANSWERS, no_such
from kit_minio.checks import own_server
from kit_minio.checks.freshness import Freshness
from kit_minio.checks.history import History
from kit_minio.checks.model import Context, Exercise, Series, evaluate
from kit_minio.checks.outcome import Outcome, Verdict
from kit_minio.checks.progress import Earned, keep_best, progress_table, read_progress
from kit_minio.checks.sections import section_link
from kit_minio.classroom.feedback import feedback
from kit_minio.classroom.follow import Follow
from kit_minio.classroom.hand_in import Watch, hand_in

if TYPE_CHECKING:
    from minio import Minio

    from helpers.server import Server
    from kit_minio.checks.panel import Panel

_OPENED = "ouverture.json"
_LONGEST_OPENING = 120  # secondes
_REPLAYED = "À la correction, votre code est rejoué avec d'autres données."
_ELSEWHERE = (
    "Cette série a été rouverte depuis, ici ou dans un autre notebook : les données de cette "
    "ouverture n'y sont plus. Réexécutez la cellule open_exercises(…)."
)


def opened(series: Series, client: Minio, seed: int) -> Workbook:
    """Ouvre une série : remet ses données à neuf et garde l'avancement.

    Raises:
        OwnershipError: des buckets de ces exercices ne viennent pas du kit.
    """
    name = f"exercice-{series.lesson}"
    with _alone(full_name(name)):
        home = cleared_space(client, name)
        workbook = Workbook(series, client, home, f"{home}-{secrets.token_hex(2)}", seed)
        workbook.watch.start()
        workbook.follow.open(workbook.progress())
        workbook.record(_OPENED, json.dumps({"space": workbook.space}).encode())
        # En parallèle : un serveur distant fait attendre chaque requête.
        with ThreadPoolExecutor() as pool:
            list(pool.map(Task.prepare, workbook.tasks.values()))
    return workbook


_NO_SERVER = Outcome(
    Verdict.TODO, "Exécutez d'abord la cellule où tp.own_server() démarre le serveur."
)


@contextmanager
def _alone(home: str) -> Iterator[None]:
    """N'ouvre une série qu'une fois à la fois sur cette machine : la seconde efface la première."""
    try:
        folder = private_folder(data_folder())
    except SettingsError:  # un serveur distant, et un kit que l'on ne peut que lire
        yield
        return
    lock = folder / f"{home}.verrou"
    with only_one(lock, "ouvre ces exercices", seconds=_LONGEST_OPENING, say=say):
        yield


class Workbook:
    """Une série d'exercices en cours ; chaque exercice en est un attribut.

    Args:
        series: les exercices.
        client: le client de l'élève.
        home: le bucket qui garde les réponses et l'avancement.
        space: le préfixe des buckets de l'élève.
        seed: la graine des données de départ.
    """

    def __init__(self, series: Series, client: Minio, home: str, space: str, seed: int) -> None:
        self.series = series
        self.client = client
        self.home = home
        self.space = space
        self.seed = seed
        self.own: tuple[Server, Minio] | None = None  # ce que own_server() a donné
        self.tasks = {exercise.name: Task(exercise, self) for exercise in series.exercises}
        self.history = History(series.blanks)
        self.fresh = Freshness() if is_watched() else None
        self.watchers: list[Callable[[], None]] = []  # à appeler quand l'avancement change
        self.watch = Watch()
        self.follow = Follow(series.lesson)

    def __getattr__(self, name: str) -> Task:
        tasks: dict[str, Task] = self.__dict__.get("tasks", {})
        if name not in tasks:
            raise no_such(name, tasks, "L'exercice")
        return tasks[name]

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.tasks]

    def bucket(self, name: str) -> str:
        """Renvoie le nom complet d'un bucket de cette série ; dit si un nom semble mal écrit."""
        known = [made for task in self.tasks.values() for made in task.made]
        near = get_close_matches(name, known, n=1, cutoff=0.8)
        if near and name not in known and not any(task.owns(name) for task in self.tasks.values()):
            say(f'tp.bucket("{name}") : aucun exercice n\'a ce bucket. Vouliez-vous "{near[0]}" ?')
        return f"{self.space}-{name}"

    def own_server(self) -> Server:
        """Renvoie le serveur jetable dont l'élève est l'administrateur ; le démarre au besoin.

        Raises:
            SettingsError: aucun exercice n'en demande.
            ServerError: il ne démarre pas.
        """
        if not self.series.own_server:
            raise SettingsError(
                "Aucun exercice de cette série n'a de serveur à lui.",
                "Employez le client de connect().",
            )
        server = own_server.running(self.series)
        if self.own is None or self.own[0] != server:
            self.own = server, client_for(server)
            for bucket in self.own[1].list_buckets():
                if bucket.name.startswith(f"{self.home}-"):  # d'une ouverture d'avant
                    erase_bucket(self.own[1], bucket.name)
            for task in self.tasks.values():
                if task.exercise.own_server:
                    task.prepare()
        return server

    def record(self, key: str, data: bytes) -> None:
        """Enregistre un document JSON dans le bucket de la série."""
        write_json(self.client, self.home, key, data)

    def progress(self) -> dict[str, Outcome]:
        """Renvoie le meilleur résultat de chaque exercice vérifié, lu sur le serveur."""
        found = read_progress(self.client, self.home, self.tasks)
        return {name: earned.outcome for name, earned in found.items()}

    def changed(self) -> None:
        """Dit à ce qui montre l'avancement qu'il a changé."""
        for watcher in self.watchers:
            watcher()

    def is_current(self) -> bool:
        """Dit si cette ouverture est la dernière : une autre en a effacé les données."""
        try:
            opened = json.loads(read_object(self.client, self.home, _OPENED))
            return bool(opened["space"] == self.space)
        except (S3Error, HTTPError, ValueError, LookupError, TypeError):
            return True  # rien ne dit le contraire

    def hand_in(self, path: str | Path | None = None) -> None:
        """Remet ce notebook à la classe, tel qu'il est enregistré, et montre le reçu.

        Args:
            path: son fichier ; par défaut, celui qui est ouvert.
        """
        show(self.handed_in(path))

    def handed_in(self, path: str | Path | None = None) -> Card:
        """Remet ce notebook à la classe, et renvoie le reçu."""
        return hand_in(f"{self.series.lesson}-{self.series.slug}.ipynb", self.watch, path)

    def feedback(self) -> None:
        """Montre le dernier retour de la correction, rendu par l'enseignant."""
        show(feedback(self.series.lesson))

    def panel(self) -> Panel:
        """Renvoie le tableau de bord : l'avancement, et de quoi recommencer un exercice."""
        from kit_minio.checks.panel import Panel  # ipywidgets ne sert qu'à lui

        return Panel(self)

    def table(self) -> Table:
        """Renvoie le tableau d'avancement."""
        return progress_table(self.series.exercises, self.progress())

    def _shown(self) -> Card | Table:
        """Renvoie le tableau, ou ce qu'il faut faire si le serveur ne répond pas."""
        try:
            return self.table()
        except HTTPError as error:
            if told := explain(error):
                return Card("erreur", told.fact, notes=[f"→ {told.remedy}"])
            raise

    def __repr__(self) -> str:
        return repr(self._shown())

    def _repr_html_(self) -> str:
        return self._shown()._repr_html_()


class Task:
    """Un exercice dans une série en cours."""

    def __init__(self, exercise: Exercise, workbook: Workbook) -> None:
        self.exercise = exercise
        self.outcome: Outcome | None = None
        self._workbook = workbook
        self._start = self._context()  # celui de la préparation
        self._attempted = False
        self.hints_given = 0

    def __getattr__(self, name: str) -> Any:
        known = [name for name in dir(type(self)) if not name.startswith("_")]
        raise no_such(name, known, f"Sur tp.{self.__dict__['exercise'].name},")

    @property
    def _waits(self) -> bool:
        """Vrai tant que le serveur de l'exercice n'est pas démarré."""
        return bool(self.exercise.own_server) and self._workbook.own is None

    @property
    def _client(self) -> Minio:
        tp = self._workbook
        return tp.own[1] if self.exercise.own_server and tp.own else tp.client

    def _context(self, answer: Any = ...) -> Context:
        tp = self._workbook
        return Context(self._client, tp.space, tp.seed, self.exercise.name, answer)

    def prepare(self) -> None:
        """Dépose les données de départ de l'exercice, si son serveur est là."""
        self._start = self._context()
        if self.exercise.prepare and not self._waits:
            self.exercise.prepare(self._start)

    @property
    def made(self) -> list[str]:
        """La fin du nom des buckets que sa préparation a créés."""
        return self._start.made

    def owns(self, name: str) -> bool:
        """Dit si un bucket, d'après la fin de son nom, est à cet exercice et non à un autre."""
        return name in self.made or any(fnmatch(name, motif) for motif in self.exercise.buckets)

    def check(self, answer: Any = ABSENT) -> None:
        """Vérifie l'exercice et montre le résultat ; n'interrompt jamais le notebook.

        Args:
            answer: la réponse, ou l'application FastAPI pour les exercices d'API.
        """
        self._workbook.history.advance()
        context = self._context(answer)
        context.attempted = self._has_tried
        outcome = _NO_SERVER if self._waits else evaluate(self.exercise, context)
        self.outcome = outcome
        earned = self._keep(context, outcome)
        best = earned.outcome if earned else None
        self._workbook.follow.record(self.exercise.name, outcome, best)
        notes = list(self._notes(context, outcome, earned))
        self._show(outcome, notes)
        self._workbook.changed()

    def _show(self, outcome: Outcome, notes: Sequence[str]) -> None:
        """Montre la carte ; avec ses boutons, si quelqu'un est là pour les presser."""
        exercise, fresh = self.exercise, self._workbook.fresh
        passed = outcome.verdict is Verdict.PASSED
        points = f"{number(outcome.points)} / {points_of(exercise.points)}"
        told = "" if passed else f" tp.{exercise.name}.hint() donne un indice."
        card = Card(
            outcome.verdict.value,
            exercise.title,
            (outcome.message,),
            points if fresh else f"{points}.{told}",
            found=outcome.found,
            expected=outcome.expected,
            notes=notes,
            link=() if passed else section_link(self._workbook.series.lesson, exercise.name),
        )
        if fresh is None:
            show(card)
            return
        fresh.show(exercise.name, card)
        if not passed:
            from kit_minio.checks.feedback import Actions  # ipywidgets ne sert qu'à qui regarde

            show(Actions(self))

    def _has_tried(self) -> bool:
        """Dit si du code a été exécuté pour cet exercice depuis l'ouverture."""
        self._attempted = self._attempted or self._workbook.history.attempted()
        return self._attempted

    def _keep(self, context: Context, outcome: Outcome) -> Earned | None:
        """Enregistre la réponse et l'avancement ; un serveur muet est déjà dit par le résultat."""
        name = self.exercise.name
        with suppress(S3Error, HTTPError):
            # Après la vérification, context.answer est ce qui a pu en être gardé.
            if self.exercise.answers and context.answer is not ... and context.answer is not None:
                self._workbook.record(f"{ANSWERS}/{name}.json", pack(context.answer))
            return keep_best(self._workbook.client, self._workbook.home, name, outcome)
        return None

    def _notes(self, context: Context, outcome: Outcome, earned: Earned | None) -> Iterator[str]:
        """Donne ce que la carte ajoute au résultat."""
        if outcome.verdict is Verdict.PASSED:
            if (context.seeded or self._start.seeded) and not self.exercise.by_hand:
                yield _REPLAYED
            return
        if fault := self._workbook.history.syntax_fault():
            yield f"Une cellule est mal écrite, et n'a donc pas été exécutée ({fault})."
        if not self._workbook.is_current():
            yield _ELSEWHERE
        if earned is not None and earned.beats(outcome):
            points = f"{number(earned.outcome.points)} / {points_of(self.exercise.points)}"
            when = f" le {moment(earned.on)}" if earned.on else ""
            yield f"Acquis{when}, et gardé : {earned.outcome.verdict.value}, {points}."

    def reset(self) -> None:
        """Remet les données de départ de cet exercice seul ; les autres, et l'acquis, restent."""
        show(self.renewed())

    def renewed(self) -> Card:
        """Remet ses données de départ, et renvoie la carte qui le dit."""
        self.restore()
        done = "Ses données de départ sont remises ; les autres exercices n'ont pas changé."
        return Card("prêt", self.exercise.title, (done,))

    def restore(self) -> None:
        """Remet les données de départ de cet exercice, sans rien montrer."""
        tp = self._workbook
        for bucket in self._client.list_buckets():
            name = bucket.name.removeprefix(tp.bucket(""))
            if name != bucket.name and self.owns(name):
                erase_bucket(self._client, bucket.name)
        self.prepare()
        self.outcome = None
        if tp.fresh:
            tp.fresh.expire(self.exercise.name, "ses données de départ ont été remises depuis")
        tp.changed()

    def hint(self) -> None:
        """Montre un indice de plus à chaque appel."""
        show(self.next_hint())

    def next_hint(self) -> Card:
        """Donne un indice de plus, et renvoie la carte de tous ceux qui l'ont été."""
        hints = self.exercise.hints
        self.hints_given = min(self.hints_given + 1, len(hints))
        lines = [f"{number}. {text}" for number, text in enumerate(hints[: self.hints_given], 1)]
        last = self.hints_given == len(hints)
        after = f"C'était le dernier : tp.{self.exercise.name}.solution() montre la solution."
        more = f"Indice {self.hints_given} sur {len(hints)}." if not last else after
        return Card("indice", self.exercise.title, tuple(lines), more)

    def solution(self) -> None:
        """Montre la solution, après une réussite ou après le dernier indice."""
        show(self.given_solution())

    @property
    def may_see_solution(self) -> bool:
        """Vrai après une réussite, ou après le dernier indice."""
        passed = self.outcome is not None and self.outcome.verdict is Verdict.PASSED
        return passed or self.hints_given >= len(self.exercise.hints)

    def given_solution(self) -> Card:
        """Renvoie la carte de la solution, ou celle qui dit pourquoi elle attend."""
        if not self.may_see_solution:
            told = count_of(len(self.exercise.hints) - self.hints_given, "indice", "indices")
            message = f"Il reste {told} à lire avant elle : tp.{self.exercise.name}.hint()"
            return Card("solution", self.exercise.title, (message,))
        code = self._workbook.series.solution(self.exercise.name)
        missing = "La solution n'est pas dans ce kit : demandez-la à votre enseignant."
        return Card("solution", self.exercise.title, () if code else (missing,), code=code or "")
