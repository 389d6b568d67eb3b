"""Répondre à un exercice dans ce processus : comme dans un notebook, et comme à la correction."""

import ast
import asyncio
import contextlib
import io
import re
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
from kit_minio.grading.execute.credentials import erase, open_space
from kit_minio.grading.execute.run import environment_of, prepare
from kit_minio.grading.judge.examine import Examiner
from kit_minio.grading.judge.marks import with_errors
from kit_minio.grading.judge.store import ExaminerClient

_SECONDS = 60  # pour l'examen d'une API
_WRITES = re.compile(
    r"put|send|envoy|remove|copy|set_|make|delete|upload|write|fresh|compose|able|open\(|aws|mc "
)


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
        self._opened = dict(self.names)

    def forget(self):
        """Oublie ce que des réponses ont défini ; ne remet pas les données de départ."""
        self.names = dict(self._opened)
        self.errors = []

    def execute(self, source):
        """Exécute une cellule."""
        self.executed.append(source)
        with contextlib.redirect_stdout(io.StringIO()), pytest.MonkeyPatch.context() as patch:
            patch.setattr(history, "executed", lambda: list(self.executed))
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
    """De quoi répondre plusieurs fois à un exercice, chaque fois dans un notebook neuf.

    Args:
        series: les exercices de la leçon.
        task: l'exercice.
    """

    def __init__(self, series, task):
        self.series = series
        self.task = task
        self._kept = {}

    def answer(self, code=None, seed=1):
        """Répond à l'exercice, et renvoie l'issue.

        Les données de départ resservent à qui n'a fait que lire.
        """
        notebook = self._kept.pop(seed, None) or Notebook(self.series, seed)
        notebook.forget()
        with tidy(notebook.names["client"]):
            outcome = notebook.answer(self.task, code).outcome
        self._kept = {seed: notebook} if _only_reads(self.series, self.task, code) else {}
        return outcome


def _only_reads(series, task, code):
    """Dit si ni la solution d'un exercice ni une réponse n'écrivent sur le serveur."""
    cells = [cell.source for cell in solution(series.lesson)[task.name]]
    pieces = [code] if isinstance(code, str) else list(code or [])
    return task.answers and not _WRITES.search("\n".join([*cells, *pieces]))


class Copy:
    """L'espace d'une copie, avec ses clés, et de quoi l'examiner comme le fait la correction.

    Args:
        series: les exercices de la leçon.
        space: l'espace.
        server: le serveur, avec les clés du correcteur.
    """

    def __init__(self, series, space, server):
        self.series = series
        self.space = space
        self.name = f"{space.name}-exercice-{series.lesson}"
        self.client = ExaminerClient(server, lambda: None)
        self._kept = None  # la graine des données qui peuvent resservir

    def answer(self, task, code=None, seed=1):
        """Répond à un exercice avec les clés de la copie, et renvoie l'issue."""
        if self._kept != seed:
            erase(self.client, self.space.name)
            prepare(self.series, client_for(self.space.server), self.name, seed)
        self._kept = seed if _only_reads(self.series, task, code) else None
        with contextlib.suppress(S3Error):
            answer = f"{ANSWERS}/{task.name}.json"
            self.client.remove_object(bucket_name=self.name, object_name=answer)
        with (
            socket.create_server(("127.0.0.1", 0)) as api,
            pytest.MonkeyPatch.context() as patch,
        ):
            for name, value in environment_of(self.series, self.space, self.name).items():
                patch.setenv(name, value)
            patch.setenv("MINIO_ENDPOINT", self.space.server.url)
            patch.setenv("KIT_API_FD", str(api.fileno()))
            notebook = Notebook(self.series, seed)
            notebook.answer(task, code)
            examiner = Examiner(self.client, self.name, self.space.name, seed, seconds=_SECONDS)
            exam = examiner.examine(
                task,
                uplink=None,
                api=f"http://127.0.0.1:{api.getsockname()[1]}",
                attempted=history.attempted(notebook.executed, self.series.blanks()),
            )
        return with_errors(exam.outcome, [examiner.told(error) for error in notebook.errors])


@contextlib.contextmanager
def open_copies():
    """Donne, le temps d'un ``with``, de quoi faire la copie d'une série ; un espace sert à toutes.

    Les séries s'y suivent : chaque réponse vide l'espace avant de le préparer.
    """
    server = servers.ensure()
    with open_space(server, client_for(server)) as space:
        yield lambda series: Copy(series, space, server)
