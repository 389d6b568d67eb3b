"""Répondre à un exercice dans ce processus : comme dans un notebook, et comme à la correction."""

import ast
import asyncio
import contextlib
import io
import re
import secrets
import socket
from functools import cache

import pytest
from minio.error import S3Error

from helpers import server as servers
from helpers.s3 import client_for
from helpers.spaces import erase_bucket
from kit_minio.answering.submission import ANSWERS
from kit_minio.authoring.exercises import REGION, SOLUTIONS, sections
from kit_minio.authoring.notebooks import read
from kit_minio.checks import history
from kit_minio.checks.workbook import Workbook
from kit_minio.grading.execute.credentials import erase, open_space
from kit_minio.grading.execute.own import open_own
from kit_minio.grading.execute.run import environment_of, locksmith_of, prepare
from kit_minio.grading.judge.examine import Examiner
from kit_minio.grading.judge.marks import with_errors
from kit_minio.grading.judge.store import ExaminerClient
from tests.support.writes import Writes

_SECONDS = 60  # pour l'examen d'une API
_OF_A_COPY = re.compile(r"k[0-9a-f]{14}-")


@cache
def solution(lesson):
    """Renvoie les sections de la solution d'une leçon."""
    (path,) = SOLUTIONS.glob(f"{lesson}-*.ipynb")
    return sections(read(path))


class Notebook:
    """Un notebook ouvert à une leçon.

    Args:
        series: les exercices de la leçon.
        seed: la graine.
    """

    def __init__(self, series, seed=1):
        self.series = series
        self.names = {"__name__": "__main__"}
        self.executed = []  # comme les retient IPython
        self.errors = []
        for cell in solution(series.lesson)[""]:
            given = "parameters" in cell.metadata.get("tags", [])
            self.execute(f"seed = {seed}" if given else cell.source)
        self._opened = dict(self.names), list(self.executed)

    def forget(self):
        """Oublie ce que des réponses ont défini ; ne remet pas les données de départ."""
        names, executed = self._opened
        self.names.clear()  # le même dictionnaire : des fonctions y lisent « tp »
        self.names |= names
        self.executed = list(executed)
        self.errors = []

    def reopen(self, space, seed):
        """Oublie les réponses, et suit la série dans un autre espace, ou le même.

        Ce que les cellules d'ouverture ont défini sert encore : seul ``tp`` dépend de l'espace.
        """
        before = self.names["tp"]
        self.forget()
        with self._history():
            tp = Workbook(self.series, before.client, before.home, space, seed)
        if space == before.space:
            for name, task in tp.tasks.items():
                task.made.extend(before.tasks[name].made)  # ce que reset() remettrait
        self.names |= {"tp": tp, "seed": seed}
        return tp

    @contextlib.contextmanager
    def _history(self):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(history, "executed", lambda: list(self.executed))
            yield

    def execute(self, source):
        """Exécute une cellule."""
        self.executed.append(source)
        with contextlib.redirect_stdout(io.StringIO()), self._history():
            code = compile(source, "<exercice>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
            waiting = eval(code, self.names)  # noqa: S307 - une cellule peut contenir « await »
            if waiting is not None:
                asyncio.run(waiting)

    def answer(self, task, code=None):
        """Exécute la section d'un exercice, où ``code`` remplace la solution ; renvoie ``tp.x``.

        Une cellule de l'élève qui lève une exception n'empêche pas d'exécuter les suivantes.
        """
        pieces = [code] if isinstance(code, str) else list(code or [])
        *cells, check = solution(self.series.lesson)[task.name]
        for cell in cells:
            source = cell.source
            if pieces and REGION.search(source):
                source = _filled(source, pieces.pop(0))
            try:
                self.execute(source)
            except Exception as error:
                if code is None:
                    raise
                self.errors.append(f"{type(error).__name__} : {error}")
        assert not pieces, "plus de morceaux que de régions à remplacer"
        self.execute(check.source)
        return self.names["tp"].tasks[task.name]


def _filled(source, piece):
    return REGION.sub(lambda region: re.sub("^", region["indent"], piece, flags=re.M), source)


@contextlib.contextmanager
def tidy(client):
    """Supprime les buckets créés dans ce ``with`` hors de l'espace des exercices."""
    before = {bucket.name for bucket in client.list_buckets()}
    yield
    for name in {bucket.name for bucket in client.list_buckets()} - before:
        if not name.startswith("exercice-"):
            erase_bucket(client, name)


class Desk:
    """De quoi répondre plusieurs fois à un exercice, chaque fois comme dans un notebook neuf.

    La série n'est ouverte qu'une fois. Ses données de départ resservent si personne n'y a écrit ;
    sinon, elles sont déposées dans un autre espace.

    Args:
        series: les exercices de la leçon, dont celui-là seul est préparé.
        task: l'exercice.
    """

    def __init__(self, series, task):
        self.series = series
        self.task = task
        self._notebook = None
        self._prepared = None  # la graine, l'espace et ses buckets, s'ils peuvent resservir

    def open(self, seed=1):
        """Renvoie un notebook où rien n'est fait."""
        if self._notebook is None:
            with Writes() as writes:
                self._notebook = Notebook(self.series, seed)
            self._client = self._notebook.names["client"]
            self._prepared = seed, self._notebook.names["tp"].space, writes.buckets
            self._before = {bucket.name for bucket in self._client.list_buckets()}
        elif self._prepared and self._prepared[0] == seed:
            self._notebook.reopen(self._prepared[1], seed)
        else:
            home = self._notebook.names["tp"].home
            with Writes() as writes:
                tp = self._notebook.reopen(f"{home}-{secrets.token_hex(2)}", seed)
                tp.tasks[self.task.name].prepare()
            self._prepared = seed, tp.space, writes.buckets
            self._before |= writes.buckets
        return self._notebook

    def answer(self, code=None, seed=1):
        """Répond à l'exercice, et renvoie l'issue."""
        return self.answers(code, seed=seed)[0]

    def answers(self, *codes, seed=1):
        """Répond à l'exercice, plusieurs fois de suite sans rouvrir, et renvoie les issues."""
        notebook = self.open(seed)
        with Writes(_text(self.series, self.task, *codes)) as writes:
            outcomes = [notebook.answer(self.task, code).outcome for code in codes]
        self._tidy(writes)
        return outcomes

    def _tidy(self, writes):
        """Supprime les buckets qu'une réponse a créés ; ceux de l'espace aussi, s'il a changé."""
        _, space, buckets = self._prepared
        home = self._notebook.names["tp"].home
        if writes.hidden or writes.buckets & (buckets - {home}):
            self._prepared = None
        elif writes.buckets <= {home}:
            return
        names = {bucket.name for bucket in self._client.list_buckets()}
        if home not in names:
            self._notebook = None
        for name in names:
            again = self._prepared is None and name.startswith(f"{space}-")
            if again or (name not in self._before and not _OF_A_COPY.match(name)):
                erase_bucket(self._client, name)


def _text(series, task, *codes):
    """Renvoie tout le code que ces réponses à un exercice peuvent exécuter."""
    pieces = [cell.source for cell in solution(series.lesson)[task.name]]
    for code in codes:
        pieces += [code] if isinstance(code, str) else code or []
    return "\n".join(pieces)


class Copy:
    """L'espace d'une copie, avec ses clés, et de quoi l'examiner comme le fait la correction.

    Args:
        series: les exercices de la leçon.
        space: l'espace.
        server: le serveur, avec les clés du correcteur ; celui de l'espace, s'il est à la copie.
    """

    def __init__(self, series, space, server):
        self.series = series
        self.space = space
        self.name = f"{space.name}-exercice-{series.lesson}"
        self.client = ExaminerClient(server, lambda: None)
        self._owner = client_for(space.server)
        own = server is space.server
        self._locksmith = None if own else locksmith_of(server, client_for(server))
        self._notebooks = {}  # par graine
        self._prepared = None  # la graine et les buckets des données qui peuvent resservir

    def _prepare(self, seed):
        if self._prepared and self._prepared[0] == seed:
            return
        erase(self.client, self.space.name)
        with Writes() as writes:
            prepare(self.series, self._owner, self.name, seed, self._locksmith)
        self._prepared = seed, writes.buckets

    def _notebook(self, seed):
        if seed not in self._notebooks:
            self._notebooks[seed] = Notebook(self.series, seed)
        self._notebooks[seed].forget()
        return self._notebooks[seed]

    def answer(self, task, code=None, seed=1):
        """Répond à un exercice avec les clés de la copie, et renvoie l'issue."""
        self._prepare(seed)
        with (
            socket.create_server(("127.0.0.1", 0)) as api,
            pytest.MonkeyPatch.context() as patch,
            Writes(_text(self.series, task, code)) as writes,
        ):
            for name, value in environment_of(self.series, self.space, self.name).items():
                patch.setenv(name, value)
            patch.setenv("MINIO_ENDPOINT", self.space.server.url)
            patch.setenv("KIT_API_FD", str(api.fileno()))
            notebook = self._notebook(seed)
            notebook.answer(task, code)
            examiner = Examiner(self.client, self.name, self.space.name, seed, seconds=_SECONDS)
            exam = examiner.examine(
                task,
                uplink=None,
                api=f"http://127.0.0.1:{api.getsockname()[1]}",
                attempted=history.attempted(notebook.executed, self.series.blanks()),
            )
        self._tidy(task, writes)
        return with_errors(exam.outcome, [examiner.told(error) for error in notebook.errors])

    def _tidy(self, task, writes):
        """Supprime ce qu'une réponse a laissé, si les données de départ peuvent resservir."""
        _, buckets = self._prepared
        if writes.hidden or writes.buckets & (buckets - {self.name}):
            self._prepared = None  # l'espace sera vidé d'abord
            return
        if self.name in writes.buckets:
            with contextlib.suppress(S3Error):
                answer = f"{ANSWERS}/{task.name}.json"
                self.client.remove_object(bucket_name=self.name, object_name=answer)
        if writes.buckets <= buckets:
            return
        names = {bucket.name for bucket in self.client.list_buckets()}
        if self.name not in names:
            self._prepared = None
        for name in names - buckets:
            if name.startswith(f"{self.space.name}-"):
                erase_bucket(self.client, name)


@contextlib.contextmanager
def open_copies():
    """Donne, le temps d'un ``with``, de quoi faire la copie d'une série ; un espace sert à toutes.

    Les séries s'y suivent : chaque réponse vide l'espace avant de le préparer.
    """
    server = servers.ensure()
    with contextlib.ExitStack() as opened:
        spaces = {"": opened.enter_context(open_space(server, client_for(server)))}

        def copy_of(series):
            kind = series.own_server
            if kind not in spaces:
                spaces[kind] = opened.enter_context(open_own(kind, server))
            space = spaces[kind]
            return Copy(series, space, space.server if kind else server)

        yield copy_of
