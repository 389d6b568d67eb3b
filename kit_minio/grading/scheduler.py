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
import io
import json
import logging
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from itertools import count, islice
from typing import TYPE_CHECKING, Any

import nbformat
from minio.error import S3Error
from urllib3.exceptions import HTTPError

from helpers import server as servers
from helpers.errors import KitError, ServerError, SettingsError
from helpers.french import count_of
from helpers.s3 import client_for
from kit_minio.grading.execute.credentials import erase_marked, new_name
from kit_minio.grading.execute.run import FAILED, UNEXPECTED, Grader, Settings, ready_server
from kit_minio.grading.model import Copy, Result
from kit_minio.grading.results import kit_version, result_from

if TYPE_CHECKING:
    from distributed import Client, Future
    from minio import Minio

    from helpers.server import Server
    from kit_minio.grading.execute.sandbox.isolation import Isolation

_CONNECT_SECONDS = 5.0
_WORKERS_SECONDS = 20.0  # laissées à un premier ouvrier, ou à un autre quand ils ont tous disparu
_LOOK_SECONDS = 2.0


@dataclass(frozen=True)
class Job:
    """Ce qu'un ouvrier doit savoir d'un lot ; ni son texte ni ses clés dask ne disent les secrets.

    Attributes:
        server: le serveur S3, avec les identifiants du correcteur.
        settings: les réglages de la correction.
        bucket: où sont les copies et les résultats.
        version: la version du kit, que l'ouvrier doit avoir.
    """

    server: Server = field(repr=False)
    settings: Settings = field(repr=False)
    bucket: str
    version: str


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
        self._client = _connected(address)
        try:
            self.server = ready_server(settings, say)
            self._store = client_for(self.server)
            name = f"{new_name(settings.mark)}-lot"
            self._store.make_bucket(bucket_name=name)
            self._job = Job(replace(self.server, pid=None), settings, name, kit_version())
            with self._watched():
                say(f"Planificateur {address} : {_extent(self._client.nthreads())}.")
                self.isolation: Isolation = self._look()
        except BaseException:
            self.close()
            raise

    def _look(self) -> Isolation:
        """Renvoie le niveau d'isolation d'un ouvrier ; les autres ont le même, ou refuseront."""
        first = self._submit(_isolation)
        self._finished({first: None})
        if first.status == "finished":
            return _answer(first.result())
        raise ServerError(
            f"Les ouvriers de {self.address} ne savent pas corriger "
            f"({type(first.exception()).__name__}).",
            "Installez le kit, dans la même version, là où sont le planificateur et les ouvriers.",
        )

    def _submit(self, function: Callable[..., Any], *arguments: Any) -> Future:
        # Une clé tirée au hasard : celle de dask viendrait du texte des arguments.
        key = f"{function.__name__.strip('_')}-{secrets.token_hex(8)}"
        return self._client.submit(function, self._job, *arguments, key=key, pure=False)

    def grade_all(self, copies: Iterable[Copy]) -> Iterator[Result]:
        """Corrige des copies, plusieurs à la fois ; donne chaque résultat dès qu'il est connu.

        Raises:
            KitError: le planificateur ou tous ses ouvriers ont disparu, ou l'un d'eux ne peut
                corriger ; les résultats déjà donnés valent toujours.
        """
        todo = iter(copies)
        pending: dict[Future, tuple[int, Copy]] = {}
        try:
            with self._watched():
                while True:
                    free = max(2, 2 * sum(self._client.nthreads().values())) - len(pending)
                    for copy in islice(todo, max(0, free)):
                        number = next(self._numbers)
                        _write(self._store, self._job.bucket, _copy_key(number), asdict(copy))
                        pending[self._submit(_grade, number)] = number, copy
                    if not pending:
                        return
                    for future in self._finished(pending):
                        yield self._result(future, *pending.pop(future))
        except BaseException:
            with suppress(Exception):
                self._client.cancel(list(pending), force=True)
            raise

    def _finished(self, pending: dict[Future, Any]) -> list[Future]:
        """Attend qu'une copie au moins soit finie."""
        from distributed import wait

        alone = None
        while True:
            with suppress(TimeoutError):
                return list(wait(list(pending), _LOOK_SECONDS, "FIRST_COMPLETED").done)
            if self._client.nthreads():
                alone = None
                continue
            alone = alone or time.monotonic()
            if time.monotonic() - alone > _WORKERS_SECONDS:
                raise _no_worker(self.address)

    def _result(self, future: Future, number: int, copy: Copy) -> Result:
        """Renvoie le résultat d'une copie, ou dit qu'un humain doit la voir."""
        if future.status == "finished":
            failure = _answer(future.result())
            if failure is None:
                return result_from(_read(self._store, self._job.bucket, _result_key(number)))
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
        if hasattr(self, "_job"):
            with suppress(Exception):
                self._client.run(_forget, self._job.bucket, on_error="ignore")
        with suppress(Exception):
            self._client.close(timeout=_CONNECT_SECONDS)
        if hasattr(self, "server"):
            with suppress(KitError, HTTPError, S3Error):
                erase_marked(self.server, client_for(self.server), self.settings.mark)

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
        client = distributed.Client(address, timeout=_CONNECT_SECONDS)
    except (OSError, ValueError) as error:
        raise SettingsError(
            f"Le planificateur dask {address} ne répond pas.",
            "Vérifiez l'adresse, de la forme tcp://machine:8786 ; « dask scheduler » en "
            "démarre un.",
        ) from error
    try:
        client.wait_for_workers(1, timeout=_WORKERS_SECONDS)
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


def _copy_key(number: int) -> str:
    return f"copies/{number}.json"


def _result_key(number: int) -> str:
    return f"resultats/{number}.json"


def _write(client: Minio, bucket: str, key: str, value: dict[str, Any]) -> None:
    data = json.dumps(value).encode("ascii")
    client.put_object(
        bucket_name=bucket,
        object_name=key,
        data=io.BytesIO(data),
        length=len(data),
        content_type="application/json",
    )


def _read(client: Minio, bucket: str, key: str) -> dict[str, Any]:
    response = client.get_object(bucket_name=bucket, object_name=key)
    try:
        return json.loads(response.read())
    finally:
        response.close()
        response.release_conn()


# --- Dans un ouvrier ----------------------------------------------------------------------------

# Une exception du kit ne voyage pas dans un message de dask : une tâche la renvoie en deux phrases.
_Refusal = tuple[str, str]
_graders: dict[Job, Grader] = {}
_opening = threading.Lock()


def _answer(found: Any) -> Any:
    """Renvoie ce qu'une tâche a répondu.

    Raises:
        ServerError: l'ouvrier ne peut corriger ; il dit pourquoi.
    """
    if isinstance(found, tuple):
        raise ServerError(*found)
    return found


def _isolation(job: Job) -> Isolation | _Refusal:
    """Renvoie le niveau d'isolation d'un ouvrier."""
    try:
        return _grader(job).isolation
    except KitError as error:
        return _refusal(error)


def _grade(job: Job, number: int) -> str | _Refusal | None:
    """Corrige une copie du bucket et y dépose son résultat ; renvoie ce qui l'en a empêché."""
    try:
        grader = _grader(job)
        result = grader.grade(_copy(_read(grader.client(), job.bucket, _copy_key(number))))
        if _graders.get(job) is not grader:
            return "le lot est interrompu"  # rien à écrire dans un bucket que l'on efface
        _write(grader.client(), job.bucket, _result_key(number), asdict(result))
    except KitError as error:
        return _refusal(error)
    except (S3Error, HTTPError) as error:  # S3Error ne voyage pas non plus
        return type(error).__name__
    return None


def _copy(stored: dict[str, Any]) -> Copy:
    notebooks = {
        lesson: nbformat.from_dict(notebook) for lesson, notebook in stored["notebooks"].items()
    }
    return Copy(**stored | {"notebooks": notebooks})


def _refusal(error: KitError) -> _Refusal:
    from distributed import get_worker

    return f"Ouvrier {get_worker().address} : {error.fact}", error.remedy


def _grader(job: Job) -> Grader:
    """Renvoie la correction de ce lot dans cet ouvrier ; l'ouvre à la première copie."""
    with _opening:
        if job not in _graders:
            # Le même lot, repris après un arrêt brutal : ce qu'il avait ouvert ne sert plus.
            for other in [found for found in _graders if found.settings.mark == job.settings.mark]:
                _graders.pop(other).close()
            if job.version != kit_version():
                raise SettingsError(
                    "le kit installé là n'est pas celui qui corrige.",
                    "Installez la même version du kit sur toutes les machines.",
                )
            if not servers.is_ready(job.server):
                raise ServerError(
                    f"le serveur S3 n'y répond pas ({job.server.url}).",
                    "Corrigez avec un serveur que toutes les machines atteignent, donné par "
                    "MINIO_ENDPOINT.",
                )
            _graders[job] = Grader(job.settings, server=job.server)
        return _graders[job]


def _forget(bucket: str) -> None:
    """Arrête la correction d'un lot dans cet ouvrier."""
    with _opening:
        for job in [found for found in _graders if found.bucket == bucket]:
            grader = _graders.pop(job)
            grader.stop()
            grader.close()
