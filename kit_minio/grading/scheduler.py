"""Un lot réparti sur plusieurs machines : dask répartit, le store S3 transporte.

    correcteur ── numéros des copies ──> planificateur dask ──> ouvriers
         └──── copies, résultats ────> bucket du lot <────────────┘

Les messages de dask ne portent que des clés et de quoi joindre le serveur S3. Un ouvrier n'a besoin
que du kit, dans la même version, et de l'adresse du planificateur ; il isole chaque copie comme le
fait une correction locale, et s'il disparaît, un autre reprend ses copies. Les identifiants du
correcteur passent par le planificateur : il faut un réseau sûr, ou une adresse ``tls://``.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import logging
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from itertools import count, islice
from typing import TYPE_CHECKING, Any

from minio.error import S3Error
from urllib3.exceptions import HTTPError

from helpers.errors import KitError, ServerError, SettingsError
from helpers.french import count_of
from helpers.s3 import client_for
from kit_minio.grading import worker
from kit_minio.grading.execute.credentials import erase_labelled, new_name
from kit_minio.grading.execute.watch import ready_server
from kit_minio.grading.model import FAILED, UNEXPECTED, Copy, Result
from kit_minio.grading.results import result_from

if TYPE_CHECKING:
    from distributed import Client, Future

    from kit_minio.grading.execute.sandbox.isolation import Isolation
    from kit_minio.grading.settings import Settings
from kit_minio.grading.version import version_of

CONNECT_SECONDS = 5.0
WORKERS_SECONDS = 20.0  # laissées à un premier ouvrier, ou à un autre quand ils ont tous disparu
_LOOK_SECONDS = 2.0


class Cluster:
    """Une correction en cours sur les ouvriers d'un planificateur dask.

    Args:
        address: l'adresse du planificateur, par exemple ``tcp://machine:8786``.
        settings: les réglages ; le nombre de copies à la fois est celui des fils des ouvriers.
        say: reçoit les phrases d'avancement.

    Raises:
        SettingsError: le niveau 0 est accepté, dask manque, le planificateur ne répond pas, ou il
            n'a pas d'ouvrier.
        KitError: les ouvriers n'ont ni le serveur, ni le niveau d'isolation, ni le kit voulus.
    """

    def __init__(
        self,
        address: str,
        settings: Settings,
        say: Callable[[str], None] = lambda sentence: None,
    ) -> None:
        if settings.accept_no_isolation:
            raise SettingsError(
                "Le niveau 0 ne va pas avec --scheduler : une copie y joindrait les ouvriers, qui "
                "exécutent tout ce qu'on leur envoie.",
                "Retirez --accept-no-isolation, et installez bubblewrap là où sont les ouvriers.",
            )
        self.settings = settings
        self.address = address
        self._numbers = count(1)
        self.dask = _connected(address)
        try:
            self.server, self._claim = ready_server(settings, say)
            self._store = client_for(self.server)
            name = f"{new_name(settings.label)}-lot"
            self._store.make_bucket(bucket_name=name)
            self.job = worker.Job(replace(self.server, pid=None), settings, name, version_of(()))
            with self._watched():
                say(f"Planificateur {address} : {_extent(self.dask.nthreads())}.")
                self.isolation: Isolation = self._look()
        except BaseException:
            self.close()
            raise

    def _look(self) -> Isolation:
        """Renvoie le niveau d'isolation d'un ouvrier ; les autres ont le même, ou refuseront."""
        first = self._submit(worker.isolation_of)
        self._finished({first: None})
        if first.status == "finished":
            found: Isolation = _answer(first.result())
            return found
        raise ServerError(
            f"Les ouvriers de {self.address} ne savent pas corriger "
            f"({type(first.exception()).__name__}).",
            "Installez le kit, dans la même version, là où sont le planificateur et les ouvriers.",
        )

    def _submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        # Une clé tirée au hasard : celle de dask viendrait du texte des arguments.
        key = f"{function.__name__.strip('_')}-{secrets.token_hex(8)}"
        return self.dask.submit(function, self.job, *arguments, key=key, pure=False)

    def grade_all(self, copies: Iterable[Copy]) -> Iterator[Result]:
        """Corrige des copies, plusieurs à la fois ; donne chaque résultat dès qu'il est connu.

        Raises:
            KitError: le planificateur ou tous ses ouvriers ont disparu, ou l'un d'eux ne peut
                corriger ; les résultats déjà donnés valent toujours.
        """
        todo = iter(copies)
        pending: dict[Future[Any], tuple[int, Copy]] = {}
        try:
            with self._watched():
                while True:
                    free = max(2, 2 * sum(self.dask.nthreads().values())) - len(pending)
                    for copy in islice(todo, max(0, free)):
                        number = next(self._numbers)
                        worker.put_json(
                            self._store, self.job.bucket, worker.copy_key(number), asdict(copy)
                        )
                        pending[self._submit(worker.grade, number)] = number, copy
                    if not pending:
                        return
                    for future in self._finished(pending):
                        yield self._result(future, *pending.pop(future))
        except BaseException:
            with suppress(Exception):
                self.dask.cancel(list(pending), force=True)
            raise

    def _finished(self, pending: dict[Future[Any], Any]) -> list[Future[Any]]:
        """Attend qu'une copie au moins soit finie."""
        from distributed import wait

        alone = None
        while True:
            with suppress(TimeoutError):
                return list(wait(list(pending), _LOOK_SECONDS, "FIRST_COMPLETED").done)
            if self.dask.nthreads():
                alone = None
                continue
            alone = alone or time.monotonic()
            if time.monotonic() - alone > WORKERS_SECONDS:
                raise _no_worker(self.address)

    def _result(self, future: Future[Any], number: int, copy: Copy) -> Result:
        """Renvoie le résultat d'une copie, ou dit qu'un humain doit la voir."""
        if future.status == "finished":
            failure = _answer(future.result())
            if failure is None:
                return result_from(
                    worker.get_json(self._store, self.job.bucket, worker.result_key(number))
                )
        else:  # la copie a arrêté, l'un après l'autre, plusieurs ouvriers
            failure = type(future.exception()).__name__
        return Result(
            *(copy.id, copy.name, copy.moodle_id),
            trouble=f"{FAILED} {UNEXPECTED}",
            failure=failure,
            isolation=self.isolation.level,
            server=self.server.label,
            seed=self.settings.replay_seed or self.settings.seed,
        )

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Fait une phrase de la perte du planificateur."""
        lost = (OSError, asyncio.CancelledError, concurrent.futures.CancelledError)
        try:
            yield
        except lost as error:
            raise SettingsError(
                f"Le planificateur {self.address} ne répond plus ({type(error).__name__}).",
                "Remettez-le en marche, puis relancez la même commande : les copies déjà corrigées "
                "le restent.",
            ) from error

    def close(self) -> None:
        """Arrête ce que le lot a démarré dans les ouvriers, et efface ce qu'il a déposé."""
        if hasattr(self, "job"):
            with suppress(Exception):
                self.dask.run(worker.forget, self.job.bucket, on_error="ignore")
        with suppress(Exception):
            self.dask.close(timeout=CONNECT_SECONDS)
        if hasattr(self, "server"):
            with suppress(KitError, HTTPError, S3Error):
                erase_labelled(self.server, client_for(self.server), self.settings.label)
                self._claim.release()

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _connected(address: str) -> Client:
    """Renvoie un client du planificateur, qui a au moins un ouvrier."""
    try:
        import distributed
    except ImportError as error:
        raise SettingsError(
            "--scheduler demande dask, qui n'est pas installé ici.",
            "Installez-le : python -m pip install -e '.[scheduler]' ; et de même sur les machines "
            "qui corrigeront.",
        ) from error
    for name in ("distributed", *logging.root.manager.loggerDict):
        if name.partition(".")[0] == "distributed":
            logging.getLogger(name).setLevel(logging.CRITICAL)  # nos phrases suffisent
    try:
        client = distributed.Client(address, timeout=CONNECT_SECONDS)
    except (OSError, ValueError) as error:
        raise SettingsError(
            f"Le planificateur dask {address} ne répond pas.",
            "Vérifiez l'adresse, de la forme tcp://machine:8786 ; « dask scheduler » en "
            "démarre un.",
        ) from error
    try:
        client.wait_for_workers(1, timeout=WORKERS_SECONDS)
    except TimeoutError as error:
        client.close()
        raise _no_worker(address) from error
    return client


def _no_worker(address: str) -> SettingsError:
    return SettingsError(
        f"Le planificateur {address} n'a plus d'ouvrier.",
        f"Démarrez-en, « dask worker {address} », puis relancez la même commande : les copies "
        "déjà corrigées le restent.",
    )


def _extent(threads: Mapping[str, int]) -> str:
    workers = count_of(len(threads), "ouvrier", "ouvriers")
    return f"{workers}, {count_of(sum(threads.values()), 'copie', 'copies')} à la fois"


def _answer(found: Any) -> Any:
    """Renvoie ce qu'une tâche a répondu.

    Raises:
        ServerError: l'ouvrier ne peut corriger ; il dit pourquoi.
    """
    if isinstance(found, tuple):
        raise ServerError(*found)
    return found
