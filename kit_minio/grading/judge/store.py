"""Lire ce qu'une copie a déposé, sans qu'un objet énorme ou une liste sans fin y noie personne."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from minio import Minio
from minio.datatypes import Object
from minio.error import MinioException
from urllib3.exceptions import HTTPError

from kit_minio.checks.model import Review
from kit_minio.grading.execute.watch import WatchedPool

if TYPE_CHECKING:
    from urllib3.response import BaseHTTPResponse

    from helpers.server import Server

MAX_READ = 20 * 1024 * 1024  # octets d'un objet lu d'un coup ; le plus gros demandé en a 15 Mio
MAX_LISTED = 20_000  # objets d'un bucket
LARGE = 2 * 1024 * 1024  # octets d'un objet que l'on ne lit pas à plusieurs
MUCH = 8 * 1024 * 1024  # octets de tous les objets d'un examen, de même
_PATIENCE = 30.0  # secondes ; ensuite, mieux vaut un correcteur plus gros qu'une copie lésée
_reading_large = threading.Lock()


class ExaminerClient(Minio):
    """Un client du correcteur, borné, qui dit quand le serveur fait défaut.

    Args:
        server: le serveur, avec les identifiants du correcteur.
        let_down: appelée si une requête reste sans réponse, ou échoue en 5xx.
    """

    def __init__(self, server: Server, let_down: Callable[[], None]) -> None:
        self.let_down = let_down
        self._large = False  # cet examen garde de gros objets, et il est le seul
        self._read = 0  # octets qu'il a lus
        self._faults: list[int] | None = None  # retenues, au lieu d'être annoncées
        self._pool = _Pool(self._fault)
        super().__init__(
            endpoint=server.endpoint,
            access_key=server.access_key,
            secret_key=server.secret_key,
            session_token=server.session_token,
            secure=server.secure,
            region=server.region,
            http_client=self._pool,
        )

    @contextmanager
    def examining(self, seconds: float) -> Iterator[None]:
        """Borne ce que fait un examen, le temps d'un ``with``.

        Il finit : au bout de ce temps, toute requête est refusée. Et un seul à la fois lit de gros
        objets, et les garde : huit copies en feraient un correcteur énorme.
        """
        self._pool.deadline = time.monotonic() + seconds
        self._read = 0
        try:
            yield
        finally:
            self._pool.deadline = math.inf
            if self._large:
                self._large = False
                _reading_large.release()

    def _take_turn(self) -> None:
        """Attend que nul autre examen ne garde de gros objets ; ce temps n'est pas compté."""
        if not self._large and self._pool.deadline < math.inf:
            started = time.monotonic()
            self._large = _reading_large.acquire(timeout=_PATIENCE)
            self._pool.deadline += time.monotonic() - started

    @contextmanager
    def withholding(self) -> Iterator[list[int]]:
        """Retient, le temps d'un ``with``, les fautes du serveur au lieu de les annoncer."""
        self._faults = []
        try:
            yield self._faults
        finally:
            self._faults = None

    def _fault(self) -> None:
        if self._faults is None:
            self.let_down()
        else:
            self._faults.append(1)

    def sound(self) -> bool:
        """Dit si le serveur répond à une demande où les copies ne sont pour rien."""
        with self.withholding() as faults:
            try:
                self.list_buckets()
            except (HTTPError, MinioException):
                return False
        return not faults

    def get_object(self, *args: Any, **options: Any) -> BaseHTTPResponse:
        """Renvoie un objet, comme minio, tel qu'il est rangé : rien n'y est décompressé.

        Raises:
            Review: à la lecture, s'il est trop gros.
        """
        response = super().get_object(*args, **options)
        # Cette étiquette est de la copie : un Mio dit « gzip » en vaudrait mille, et urllib3 refuse
        # de lire ce qui en porte trop.
        response.headers.pop("Content-Encoding", None)
        response.decode_content = False
        size = int(response.headers.get("content-length") or 0)
        if size > MAX_READ:
            response.read = _refuse_size  # type: ignore[method-assign]
        self._read += size
        if LARGE < size <= MAX_READ or self._read > MUCH:
            self._take_turn()
        return response

    def list_objects(self, *args: Any, **options: Any) -> Iterator[Object]:
        """Donne les objets d'un bucket, comme minio.

        Raises:
            Review: il y en a trop.
        """
        return _at_most(super().list_objects(*args, **options), MAX_LISTED)


class _Pool(WatchedPool):
    """Des connexions qui cessent toutes à la même heure."""

    deadline = math.inf

    def urlopen(  # type: ignore[override]
        self, method: str, url: str, redirect: bool = True, **options: object
    ) -> BaseHTTPResponse:
        if time.monotonic() > self.deadline:
            raise Review(
                "L'examen de cet exercice n'en finit pas : il y a trop à lire dans vos buckets."
            )
        return super().urlopen(method, url, redirect, **options)


def _refuse_size(*_: object, **__: object) -> bytes:
    raise Review("Un objet est bien trop gros.", expected=f"{MAX_READ >> 20} Mio au plus")


def _at_most(items: Iterable[Object], limit: int) -> Iterator[Object]:
    for count, item in enumerate(items):
        if count >= limit:
            raise Review("Un bucket contient trop d'objets.", expected=f"{limit} au plus")
        yield item
