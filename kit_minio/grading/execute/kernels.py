"""De quoi démarrer un noyau par copie : un bac à sable, commun ou non, et le relais vers S3."""

from __future__ import annotations

import itertools
import shutil
import threading
import weakref
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

from minio.error import S3Error
from urllib3.exceptions import HTTPError

from helpers.errors import KitError
from helpers.s3 import client_for
from kit_minio.checks.decoding import run_apart
from kit_minio.grading.execute.budget import Budget
from kit_minio.grading.execute.environment import kernel_environment
from kit_minio.grading.execute.forked import Forked
from kit_minio.grading.execute.group import parent_group
from kit_minio.grading.execute.kernel import Body, Kernel
from kit_minio.grading.execute.limits import MAX_CONNECTIONS, Limits
from kit_minio.grading.execute.plain import Plain
from kit_minio.grading.execute.reader import Reader
from kit_minio.grading.execute.relay import Relay
from kit_minio.grading.execute.sandbox.isolation import Isolation
from kit_minio.grading.execute.sandbox.sandbox import Sandbox
from kit_minio.grading.execute.sandbox.view import HOME
from kit_minio.grading.execute.shared import SharedSandbox
from kit_minio.grading.execute.workplace import Workplace

if TYPE_CHECKING:
    from minio import Minio

    from helpers.server import Server


class Kernels:
    """De quoi démarrer un noyau par copie, isolé, et tiède là où un zygote se dédouble.

    Args:
        isolation: le niveau trouvé.
        server: le serveur S3, que le relais joint pour les copies.
        connections: celles que chaque copie peut y ouvrir à la fois.
    """

    def __init__(
        self, isolation: Isolation, server: Server, *, connections: int = MAX_CONNECTIONS
    ) -> None:
        self._host, port = _place(server)
        self._isolation = isolation
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()  # jamais tenu pendant une attente
        self._stopping = False
        self._running: weakref.WeakSet[Body | Sandbox | Reader] = weakref.WeakSet()
        self._folder = Workplace("noyaux")
        # Un conteneur a déjà le sien.
        self._groups = parent_group() if isolation.level < 2 else None
        self.relay = (
            Relay(
                *(self._host, port),
                secure=server.secure,
                size_of=lambda source: _size_of(self._client, source),
                connections=connections,
            )
            if isolation.level
            else None
        )
        self.follow(server)
        self._shared = SharedSandbox(isolation, self._host) if isolation.shared else None

    def follow(self, server: Server) -> None:
        """Mène les copies à ce serveur, où qu'il soit : relancé, il a pu changer de port."""
        host, self._port = _place(server)
        self._client = client_for(server)
        # Le relais parle HTTPS au serveur ; dans le bac à sable, rien ne sort de la machine.
        self.url = server.url if self.relay is None else f"http://{host}:{self._port}"
        if self.relay is not None:
            self.relay.target = (host, self._port)

    def wait(self) -> None:
        """Attend que le bac à sable commun soit prêt.

        Raises:
            IsolationError: il n'a pas démarré.
        """
        if self._shared is not None:
            self._shared.get()

    def start(
        self,
        environment: dict[str, str],
        limits: Limits,
        *,
        budget: Budget | None = None,
        api: bool = False,
        own: Server | None = None,
    ) -> Kernel:
        """Démarre un noyau.

        Args:
            environment: ce que le noyau doit savoir de la copie ; rien d'autre n'y entre, que ce
                qui est commun à toutes.
            limits: ce qu'il peut prendre.
            budget: ce que la copie peut encore envoyer à S3 ; par défaut, tout.
            api: vrai si la copie en écrit une.
            own: le serveur que la copie administre, le seul alors qu'elle joint.

        Raises:
            IsolationError: le bac à sable ne répond plus.
            KitError: la correction s'arrête.
        """
        with ExitStack() as after:
            folder = self._new_folder(after)
            home = HOME if self._isolation.level else str(folder / "eleve")
            relay, port, url = self.relay, self._port, self.url
            if own is not None:
                relay, (_, port), url = self._relay_to(own, after), _place(own), own.url
            environment = kernel_environment(home) | {"MINIO_ENDPOINT": url} | environment
            body: Body
            if self._isolation.level == 0 and not self._isolation.forks:
                body = Plain(folder, environment, limits)
            else:
                sandbox = self._sandbox(after)
                body = Forked(
                    *(sandbox, folder, environment, limits, relay, port),
                    budget=budget,
                    groups=self._groups,
                    api=api,
                )
            after.callback(body.stop)
            self._retain(body)
            return Kernel(body, after.pop_all())

    def _relay_to(self, own: Server, after: ExitStack) -> Relay | None:
        """Renvoie le relais d'une seule copie vers le serveur qu'elle administre."""
        if self.relay is None:
            return None
        relay = Relay(
            *_place(own),
            secure=own.secure,
            size_of=partial(_size_of, client_for(own)),
            connections=self.relay.connections,
            administered=True,
        )
        after.callback(relay.close)
        return relay

    def run_script(self, script: str, data: bytes) -> bytes:
        """Exécute un programme du kit, qui lit ce qu'une copie a fait, isolé comme elle.

        Raises:
            NotRead: il ne finit pas, dépasse un plafond, ou s'arrête.
            IsolationError: le bac à sable ne répond plus.
            KitError: la correction s'arrête.
        """
        if not (self._isolation.level or self._isolation.forks):
            return run_apart(script, data)
        with ExitStack() as after:
            folder = self._new_folder(after)
            home = HOME if self._isolation.level else str(folder)
            reader = Reader(self._sandbox(after), home, script)
            after.callback(reader.stop)
            self._retain(reader)
            return reader.read(data)

    def _new_folder(self, after: ExitStack) -> Path:
        folder = self._folder.path / str(next(self._numbers))
        folder.mkdir()
        after.callback(shutil.rmtree, folder, ignore_errors=True)
        return folder

    def _sandbox(self, after: ExitStack) -> Sandbox:
        """Renvoie le bac à sable commun, ou un neuf, qui s'arrête avec la copie."""
        if self._shared is not None:
            return self._shared.get()
        sandbox = after.enter_context(Sandbox(self._isolation, host=self._host))
        self._retain(sandbox)
        sandbox.wait()
        return sandbox

    def _retain(self, started: Body | Sandbox | Reader) -> None:
        """Retient ce que ``stop_running()`` devra tuer.

        Raises:
            KitError: la correction s'arrête.
        """
        with self._lock:
            self._running.add(started)
            if self._stopping:
                raise KitError(
                    "La correction s'arrête.", "Relancez la même commande : elle reprendra."
                )

    def stop_running(self) -> None:
        """Tue les noyaux en marche, sans attendre, et n'en démarre plus."""
        with self._lock:
            self._stopping = True
            running = list(self._running)
        if self._shared is not None:
            self._shared.stop()
        for started in running:
            started.kill()

    def close(self) -> None:
        """Arrête tout."""
        if self._shared is not None:
            self._shared.close()
        if self.relay is not None:
            self.relay.close()
        self._folder.clear()

    def __enter__(self) -> Kernels:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _place(server: Server) -> tuple[str, int]:
    """Renvoie l'hôte et le port d'un serveur."""
    parts = urlsplit(server.url)
    return parts.hostname or "", parts.port or (443 if server.secure else 80)


def _size_of(client: Minio, source: str) -> int | None:
    """Renvoie la taille d'un objet, tel que le nomme un en-tête de S3 : 0 s'il n'existe pas."""
    parts = urlsplit(source)
    bucket, _, key = unquote(parts.path).lstrip("/").partition("/")
    version = parse_qs(parts.query).get("versionId", [None])[0]
    try:
        found = client.stat_object(bucket_name=bucket, object_name=key, version_id=version)
    except S3Error as error:
        return 0 if error.code in ("NoSuchKey", "NoSuchBucket", "NoSuchVersion") else None
    except (ValueError, HTTPError):
        return None
    return found.size
