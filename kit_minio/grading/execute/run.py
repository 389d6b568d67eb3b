"""Exécuter une copie : papermill mène les cellules, et chaque preuve est prise aussitôt.

Une copie est exécutée avec la graine distribuée ; si un exercice réussi dépend de la graine, elle
l'est une seconde fois avec une autre, et une réponse recopiée se voit.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
import threading
import time
import traceback
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

import nbformat
from minio.error import S3Error
from urllib3.exceptions import HTTPError

from helpers import server as servers
from helpers.errors import KitError, ServerError
from helpers.exercises.model import Exercise, Outcome, Series, Verdict
from helpers.exercises.workbook import Workbook
from helpers.s3 import client_for
from kit_minio import checks as lessons
from kit_minio.grading.execute.credentials import (
    check_limits,
    erase_abandoned,
    erase_marked,
    new_mark,
    open_space,
)
from kit_minio.grading.execute.kernels import Kernel, Kernels, KernelStopped, Limits, TooLong
from kit_minio.grading.execute.sandbox.isolation import Isolation, find_isolation
from kit_minio.grading.judge.examine import Exam, Examiner, examiner_client, outcome_of, worse
from kit_minio.grading.model import Copy, Mark, Result

if TYPE_CHECKING:
    from minio import Minio

    from helpers.server import Server
    from kit_minio.grading.execute.relay import Line


@contextmanager
def _without(*names: str) -> Iterator[None]:
    """Fait comme si ces paquets n'étaient pas installés, le temps d'un import."""
    hidden = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


# Installés pour d'autres leçons, papermill les chargerait sans s'en servir : 60 Mio.
with _without("boto3", "pyarrow"):
    from papermill.engines import Engine, papermill_engines
    from papermill.parameterize import parameterize_notebook

_ATTEMPTS = 3  # exécutions d'une copie que le serveur a laissée tomber
_MAX_KERNELS = 5  # noyaux d'une même exécution
_PATIENCE_SECONDS = 10.0  # laissées à un serveur pour répondre de nouveau
_LOOK_SECONDS = 0.5  # entre deux regards sur une interruption
_MARGIN_SECONDS = 600  # dont les identifiants d'une copie dépassent sa durée
_MAX_FAILURE = 5000  # caractères gardés d'une trace, pour le journal

FAILED = "La correction elle-même a échoué."
AGAIN = "Relancez la même commande : cette copie sera reprise."
UNEXPECTED = f"La cause est dans journal.txt. {AGAIN}"


def _workers() -> int:
    return min(16, 3 * (os.cpu_count() or 1))  # une copie attend le serveur plus qu'elle ne calcule


@dataclass(frozen=True)
class Settings:
    """Les réglages d'une correction.

    Attributes:
        seed: la graine des données distribuées.
        replay_seed: celle de la seconde exécution, inconnue des élèves ; ``None`` n'en fait pas.
        limits: ce qu'une copie peut prendre.
        minimum_isolation: le niveau en dessous duquel rien n'est exécuté.
        accept_no_isolation: accepte le niveau 0, où une copie malveillante peut tout.
        level: n'emploie que ce niveau.
        workers: le nombre de copies corrigées en même temps.
        mark: le début du nom des espaces S3, à cette correction seule.
    """

    seed: int = 1
    replay_seed: int | None = field(default_factory=lambda: 2 + secrets.randbelow(10**9))
    limits: Limits = field(default_factory=Limits)
    minimum_isolation: int = 1
    accept_no_isolation: bool = False
    level: int | None = None
    workers: int = field(default_factory=_workers)
    mark: str = field(default_factory=new_mark)


def ready_server(settings: Settings, say: Callable[[str], None] = lambda sentence: None) -> Server:
    """Renvoie le serveur d'une correction, sans les espaces que d'autres y auraient laissés.

    Args:
        settings: les réglages.
        say: reçoit les phrases d'avancement du serveur.

    Raises:
        ServerError: aucun serveur, ou un serveur qui ne donne pas d'identifiants limités.
    """
    server = servers.ensure(say)
    client = client_for(server)
    erase_marked(server, client, settings.mark)
    longest = 2 * settings.limits.copy_seconds + _MARGIN_SECONDS
    erase_abandoned(server, client, older=longest)
    check_limits(server, client, mark=settings.mark)
    return server


class Grader:
    """Une correction en cours : un serveur, un niveau d'isolation, des noyaux tièdes.

    Args:
        settings: les réglages.
        say: reçoit les phrases d'avancement du serveur.
        server: un serveur déjà prêt, dont quelqu'un d'autre a la charge.

    Raises:
        IsolationError: le niveau d'isolation voulu n'est pas là.
        ServerError: aucun serveur, ou un serveur qui ne donne pas d'identifiants limités.
    """

    def __init__(
        self,
        settings: Settings,
        say: Callable[[str], None] = lambda sentence: None,
        *,
        server: Server | None = None,
    ) -> None:
        self.settings = settings
        self.in_charge = server is None
        self.server: Server = server or ready_server(settings, say)
        self.isolation: Isolation = find_isolation(
            minimum=settings.minimum_isolation,
            accept_no_isolation=settings.accept_no_isolation,
            only=settings.level,
        )
        self.kernels = Kernels(self.isolation, self.server)
        self._local = _OfThread()
        self._reviving = threading.Lock()
        self._stopping = threading.Event()

    def client(self) -> Minio:
        """Renvoie un client du correcteur, un par fil."""
        return self._clients()[0]

    def examiner_client(self) -> Minio:
        """Renvoie un client qui lit ce qu'une copie a déposé, un par fil."""
        return self._clients()[1]

    def _clients(self) -> tuple[Minio, Minio]:
        server = self.server
        if self._local.server is not server:
            self._local.server = server
            examiner = examiner_client(server)
            _watch(examiner, self.let_down)
            self._local.clients = client_for(server), examiner
        return self._local.clients

    def let_down(self) -> None:
        """Retient que le serveur n'a pas répondu comme il devait à la copie de ce fil."""
        self._local.let_down = True

    def grade(self, copy: Copy) -> Result:
        """Corrige une copie ; ne lève pas d'exception pour ce qu'elle contient.

        Si le serveur a fait défaut entre-temps, la copie est recommencée : ce n'est pas à elle d'en
        payer le prix.

        Raises:
            ServerError: il n'y a plus de serveur ; rien d'autre ne peut être corrigé.
        """
        for _ in range(_ATTEMPTS):
            server = self.server
            self._local.let_down = False
            result = grade_copy(copy, self)
            if self._stopping.is_set():
                return result
            if not self._local.let_down and self._is_same(server) and servers.is_ready(server):
                return result
            self._revive(server)
        trouble = f"{FAILED} {_ATTEMPTS} fois, le serveur S3 a fait défaut. {AGAIN}"
        return replace(result, marks=[], trouble=trouble, failure="le serveur S3 a fait défaut")

    def _is_same(self, server: Server) -> bool:
        """Dit si un serveur est encore celui qui sert, et non un autre qui a pris son port."""
        if server is not self.server:
            return False
        if not self.in_charge:
            return True
        found = servers.find()
        return found is not None and (found.endpoint, found.pid) == (server.endpoint, server.pid)

    def _revive(self, server: Server) -> None:
        """Attend un serveur qui ne répond plus ; relance celui du kit s'il le faut.

        Raises:
            ServerError: il n'y en a plus.
        """
        with self._reviving:
            deadline = time.monotonic() + _PATIENCE_SECONDS
            while time.monotonic() < deadline:
                if server is not self.server or self._stopping.is_set():
                    return
                same = self._is_same(server)
                if same and servers.is_ready(server):
                    return
                if server.pid is not None and not same:
                    break  # mort : rien à attendre
                self._stopping.wait(0.1)
            if not self.in_charge or server.way == "external":
                raise ServerError(
                    f"Le serveur S3 ne répond plus : {server.url}.",
                    "Remettez-le en marche, puis relancez la même commande : les copies déjà "
                    "corrigées le restent.",
                )
            if self._is_same(server):
                servers.stop()  # en marche, mais muet
            self.server = servers.ensure()
            self.kernels.follow(self.server)

    def grade_all(self, copies: Iterable[Copy]) -> Iterator[Result]:
        """Corrige des copies, plusieurs à la fois ; donne chaque résultat dès qu'il est connu.

        Raises:
            IsolationError: le bac à sable n'a pas démarré.
            ServerError: il n'y a plus de serveur.
        """
        todo = iter(copies)
        with ThreadPoolExecutor(self.settings.workers, "copie") as pool:
            pending: set[Future[Result]] = set()
            try:
                while True:
                    free = 2 * self.settings.workers - len(pending)
                    pending |= {pool.submit(self.grade, copy) for copy in islice(todo, free)}
                    if not pending:
                        return
                    self.kernels.wait()
                    # Un Ctrl-C qui survient juste avant une attente sans terme ne l'arrêterait pas.
                    done, pending = wait(pending, _LOOK_SECONDS, FIRST_COMPLETED)
                    for future in done:
                        yield future.result()
            except BaseException:
                for future in pending:
                    future.cancel()
                self.stop()  # sans quoi l'on attendrait la fin des copies en cours
                raise

    def stop(self) -> None:
        """Interrompt les copies en cours ; leurs résultats ne valent rien."""
        self._stopping.set()
        self.kernels.stop_running()

    def close(self) -> None:
        """Arrête tout ce que la correction a démarré, sauf le serveur."""
        self.kernels.close()
        if self.in_charge:
            # Ce qu'une copie interrompue, ou un serveur tombé, a laissé.
            with suppress(KitError, HTTPError, S3Error):
                erase_marked(self.server, client_for(self.server), self.settings.mark)

    def __enter__(self) -> Grader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _OfThread(threading.local):
    """Ce que chaque fil garde pour lui."""

    server: Server | None = None
    clients: tuple[Minio, Minio]
    let_down = False


def _watch(client: Minio, let_down: Callable[[], None]) -> None:
    """Appelle ``let_down`` quand une requête de ce client reste sans réponse, ou échoue en 5xx."""
    urlopen = client._http.urlopen

    def watched(*arguments: Any, **options: Any) -> Any:
        try:
            response = urlopen(*arguments, **options)
        except HTTPError:
            let_down()
            raise
        if response.status >= 500 and response.status != 501:  # 501 : une fonction qu'il n'a pas
            let_down()
        return response

    client._http.urlopen = watched  # type: ignore[method-assign]


def grade_copy(copy: Copy, grader: Grader) -> Result:
    """Exécute et examine une copie.

    Args:
        copy: la copie, aux notebooks réparés.
        grader: la correction en cours.
    """
    started = time.monotonic()
    result = Result(
        copy_id=copy.id,
        name=copy.name,
        moodle_id=copy.moodle_id,
        remarks=list(copy.remarks),
        trouble=copy.trouble,
        isolation=grader.isolation.level,
        server=grader.server.label,
        seed=grader.settings.replay_seed or grader.settings.seed,
    )
    for lesson, notebook in sorted(copy.notebooks.items()):
        try:
            marks, remarks = _grade_notebook(lessons.series(lesson), notebook, grader)
        except Exception as error:  # noqa: BLE001 - une copie n'arrête jamais le lot
            told = str(error) if isinstance(error, KitError) else UNEXPECTED
            result.trouble = f"{FAILED} {told}"
            result.failure = "".join(traceback.format_exception(error))[-_MAX_FAILURE:]
            continue
        result.marks += marks
        result.remarks += remarks
    result.seconds = round(time.monotonic() - started, 3)
    return result


def _grade_notebook(series: Series, notebook: Any, grader: Grader) -> tuple[list[Mark], list[str]]:
    """Renvoie les notes d'un notebook et ce qu'il faut en dire."""
    settings = grader.settings
    first = run_copy(series, notebook, grader, settings.seed)
    outcomes = dict(first.outcomes)
    remarks = first.remarks(series)
    seeded = [
        name for name, exam in first.exams.items() if exam.seeded and outcomes[name].points > 0
    ]
    if seeded and settings.replay_seed is not None:
        second = run_copy(
            series,
            notebook,
            grader,
            settings.replay_seed,
            until=seeded[-1],
            skip=first.slow.difference(seeded),
        )
        for name in seeded:
            outcomes[name] = worse(outcomes[name], second.outcomes[name])
    written = _written(notebook)
    marks = [
        _mark(series, exercise, outcomes[exercise.name], written, first.seconds)
        for exercise in series.exercises
    ]
    return marks, remarks


def _mark(
    series: Series,
    exercise: Exercise,
    outcome: Outcome,
    written: dict[str, str],
    seconds: dict[str, float],
) -> Mark:
    hint = ""
    if outcome.verdict is not Verdict.PASSED and exercise.hints:
        hint = exercise.hints[0 if outcome.verdict is Verdict.TODO else -1]
    return Mark(
        lesson=series.lesson,
        exercise=exercise.name,
        title=exercise.title,
        outcome=replace(outcome, points=min(outcome.points, exercise.points)),
        out_of=exercise.points,
        hint=hint,
        code=written.get(exercise.name, ""),
        seconds=round(seconds.get(exercise.name, 0.0), 3),
    )


def _written(notebook: Any) -> dict[str, str]:
    """Renvoie ce que l'élève a écrit, par exercice."""
    found: dict[str, list[str]] = {}
    for cell in notebook.cells:
        kit = cell.metadata.get("kit", {})
        if cell.cell_type == "code" and kit.get("role") in ("student", "extra"):
            found.setdefault(kit.get("exercise", ""), []).append(cell.source)
    return {name: "\n\n".join(sources) for name, sources in found.items()}


# --- Une exécution ------------------------------------------------------------------------------


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

    @cached_property
    def outcomes(self) -> dict[str, Outcome]:
        """L'issue de chaque exercice de la série."""
        return {exercise.name: self._outcome(exercise.name) for exercise in self.series.exercises}

    def _outcome(self, name: str) -> Outcome:
        if name in self.exams:
            return outcome_of(self.exams[name].outcome, self.errors.get(name, []))
        if why := self.stopped.get(name):
            return Outcome(
                Verdict.ERROR, f"L'exécution s'est arrêtée pendant cet exercice : {why}."
            )
        if why := next(reversed(self.stopped.values()), None):
            return Outcome(Verdict.ERROR, f"L'exécution s'est arrêtée avant cet exercice : {why}.")
        return Outcome(Verdict.TODO, "Cet exercice n'est pas dans la copie.")

    def remarks(self, series: Series) -> list[str]:
        """Renvoie ce qu'il faut dire de cette exécution."""
        titles = {exercise.name: exercise.title for exercise in series.exercises}
        found = [
            f"Hors des exercices, une cellule s'est arrêtée. {text}"
            for text in dict.fromkeys(self.errors.get("", []))
        ]
        found += [
            f"L'exercice « {titles[name]} » est réussi, mais {error.text}."
            for name, error in self.late.items()
            if name in titles and self.outcomes[name].verdict is Verdict.PASSED
        ]
        return found + [
            f"L'exécution s'est arrêtée à l'exercice « {titles[where]} » : {why}. "
            "Ce qui précède garde ses points ; la suite a été exécutée dans un noyau neuf."
            if where in titles
            else f"L'exécution s'est arrêtée hors des exercices : {why}."
            for where, why in self.stopped.items()
        ]


def run_copy(
    series: Series,
    notebook: Any,
    grader: Grader,
    seed: int,
    *,
    until: str | None = None,
    skip: Collection[str] = (),
) -> Run:
    """Exécute un notebook réparé dans un espace et un noyau neufs, et l'examine au passage.

    Args:
        series: les exercices de ce notebook.
        notebook: le notebook, dont chaque cellule dit son rôle (``metadata.kit``).
        grader: la correction en cours.
        seed: la graine des données.
        until: le nom du dernier exercice utile.
        skip: les exercices à ne pas exécuter : ils ont déjà dépassé le temps une fois.

    Raises:
        KitError: le serveur ou le bac à sable fait défaut.
    """
    limits = grader.settings.limits
    run = Run(series)
    with ExitStack() as stack:
        space = stack.enter_context(
            open_space(
                grader.server,
                grader.client(),
                mark=grader.settings.mark,
                seconds=limits.copy_seconds + _MARGIN_SECONDS,
            )
        )
        name = f"{space.name}-exercice-{series.lesson}"
        environment = _environment(space.server, space.name, name, series)
        api = any(exercise.api for exercise in series.exercises)
        pilot = stack.enter_context(
            Pilot(
                run,
                lambda: grader.kernels.start(environment, limits, api=api),
                Examiner(
                    grader.examiner_client(), name, space.name, seed, seconds=limits.exam_seconds
                ),
                limits,
                skip,
            )
        )
        _prepare(series, client_for(space.server), name, seed)
        # papermill.execute_notebook() écrirait deux fois, sans fin utile, le notebook en JSON.
        todo = parameterize_notebook(
            _to_execute(notebook, until),
            {"seed": seed},
            kernel_name="python3",
            language="python",
        )
        papermill_engines.execute_notebook_with_engine(
            "kit", todo, "python3", progress_bar=False, pilot=pilot
        )
    if any(line.refused for line in pilot.lines):
        grader.let_down()
    return run


def _to_execute(notebook: Any, until: str | None) -> Any:
    """Renvoie les cellules de code, jusqu'à la vérification du dernier exercice utile.

    Le reste ne change aucune note.
    """
    found = nbformat.from_dict(notebook)
    kits = [cell.metadata.get("kit", {}) for cell in found.cells]
    checks = [
        rank
        for rank, kit in enumerate(kits)
        if kit.get("role") == "check" and until in (None, kit["exercise"])
    ]
    end = checks[-1] + 1 if checks else len(found.cells)
    found.cells = [cell for cell in found.cells[:end] if cell.cell_type == "code"]
    for noted in (found, *found.cells):  # ce que papermill ajoute à un notebook qu'il lit lui-même
        noted.metadata.setdefault("papermill", nbformat.NotebookNode())
    for cell in found.cells:
        cell.metadata.setdefault("tags", [])
    return found


def _prepare(series: Series, client: Minio, space: str, seed: int) -> None:
    """Dépose les données de départ : le correcteur le fait, et sait donc ce qu'elles sont.

    Le client a les identifiants de la copie : les buckets sont à elle, comme dans le notebook.
    """
    client.make_bucket(bucket_name=space)
    workbook = Workbook(series, client, space, seed)
    for exercise in series.exercises:
        workbook.prepare(exercise)


def _environment(server: Server, space: str, name: str, series: Series) -> dict[str, str]:
    """Renvoie ce que le noyau doit savoir de la copie et de son espace."""
    kinds = {
        exercise.name: "answer" if exercise.answers else "api" if exercise.api else ""
        for exercise in series.exercises
    }
    return {
        "KIT_SERVER": "external",
        "KIT_SPACE": space,
        "KIT_ID": "copie",
        "KIT_GRADING": json.dumps({series.lesson: {"space": name, "exercises": kinds}}),
        "MINIO_ACCESS_KEY": server.access_key,
        "MINIO_SECRET_KEY": server.secret_key,
        "MINIO_SESSION_TOKEN": server.session_token or "",
        "MINIO_REGION": server.region,
    }


class Pilot:
    """Mène les cellules d'un notebook, et fait examiner chaque exercice dès sa vérification.

    Un noyau qui s'arrête ne coûte que l'exercice en cours : un autre prend la suite.

    Args:
        run: où noter ce qui se passe.
        start: démarre un noyau.
        examiner: examine un exercice.
        limits: ce que la copie peut prendre.
        skip: les exercices à ne pas exécuter.
    """

    def __init__(
        self,
        run: Run,
        start: Callable[[], Kernel],
        examiner: Examiner,
        limits: Limits,
        skip: Collection[str],
    ) -> None:
        self.run = run
        self.start = start
        self.lines: list[Line] = []  # celles de tous ses noyaux vers S3
        self.kernel = self._new_kernel()
        self.examiner = examiner
        self.limits = limits
        self.skip = skip
        self.deadline = time.monotonic() + limits.copy_seconds
        self.setup: list[str] = []
        self.finished = False

    def execute(self, cell: Any) -> None:
        """Exécute une cellule de code ; examine l'exercice si c'est sa vérification."""
        kit = cell.metadata.get("kit", {})
        name = kit.get("exercise", "")
        if name in self.run.stopped or name in self.skip:
            return
        started = time.monotonic()
        try:
            self._execute(cell.source, name)
            if kit.get("role") == "check":
                self.run.exams[name] = self.examiner.examine(
                    self.run.series[name], api=self.kernel.api, line=self.kernel.line
                )
            elif kit.get("role") != "student" and not name:
                self.setup.append(cell.source)
        except KernelStopped as stopped:
            self.run.stopped[name] = str(stopped)
            self._carry_on(name)
        spent = time.monotonic() - started
        self.run.seconds[name] = self.run.seconds.get(name, 0.0) + spent

    def _execute(self, source: str, name: str) -> None:
        now = time.monotonic()
        if now > self.deadline:
            self.kernel.stop()
            raise KernelStopped(f"la copie a dépassé {self.limits.copy_seconds:g} secondes")
        error = self.kernel.execute(source, min(now + self.limits.cell_seconds, self.deadline))
        if isinstance(error, TooLong):
            self.run.late[name] = error
        if error is not None:
            self.run.errors.setdefault(name, []).append(self.examiner.told(str(error)))

    def _new_kernel(self) -> Kernel:
        kernel = self.start()
        if kernel.line is not None:
            self.lines.append(kernel.line)
        return kernel

    def _carry_on(self, name: str) -> None:
        """Démarre un noyau neuf pour la suite, sauf si elle n'a plus de sens."""
        self.finished = (
            not name or len(self.run.stopped) > _MAX_KERNELS or time.monotonic() > self.deadline
        )
        if self.finished:
            return
        self.kernel.stop()
        self.kernel = self._new_kernel()
        try:
            for source in self.setup:
                self._execute(source, "")
        except KernelStopped as stopped:
            self.run.stopped[""] = str(stopped)
            self.finished = True

    def __enter__(self) -> Pilot:
        return self

    def __exit__(self, *_: object) -> None:
        self.kernel.stop()


class KitEngine(Engine):
    """Le moteur de papermill qui mène les cellules dans un noyau de la correction."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: Any, kernel_name: str, *, pilot: Pilot, **_: Any
    ) -> None:
        """Exécute les cellules de code ; les étiquettes de la copie ne changent rien."""
        for index, cell in enumerate(nb_man.nb.cells):
            if cell.cell_type == "code" and cell.source.strip() and not pilot.finished:
                nb_man.cell_start(cell, index)
                pilot.execute(cell)
                nb_man.cell_complete(cell, index)


papermill_engines.register("kit", KitEngine)
