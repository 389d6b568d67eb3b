"""S3 pour seul réseau : le relais du correcteur entre un bac à sable et le serveur.

Le bac à sable ouvre une socket à l'écoute sur sa propre interface lo, au port du serveur, et la
donne au correcteur ; un fil du correcteur y accepte les connexions et les relaie vers le serveur,
et lui seul. L'adresse vue de l'élève est la vraie : les signatures restent justes.
"""

from __future__ import annotations

import asyncio
import errno
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from kit_minio.grading.execute.administration import check_form, expect_s3, kind_of
from kit_minio.grading.execute.budget import Budget, Refused, copied, source_of
from kit_minio.grading.execute.exchange import Exchange, refusal
from kit_minio.grading.execute.limits import MAX_CONNECTIONS

_CHUNK = 256 * 1024
_ANSWER_SECONDS = 5.0  # qu'une pause laisse aux requêtes déjà parties pour recevoir leur réponse
_LINGER_SECONDS = 5.0  # laissées à une copie pour lire un refus
_NO_FILES_SECONDS = 0.05  # avant d'accepter de nouveau, quand les descripteurs manquent
_FOR_A_WHILE = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM, errno.ECONNABORTED)


class Relay:
    """Un fil qui relaie toutes les copies de ce processus.

    Args:
        host: l'hôte du serveur S3.
        port: son port.
        secure: vrai si l'on y parle HTTPS.
        size_of: renvoie la taille d'un objet que le serveur recopierait, ou ``None`` si elle ne se
            sait pas.
        connections: celles qu'une copie peut ouvrir à la fois.
        administered: vrai si la copie a les clés d'administrateur de ce serveur : seules passent
            alors les demandes que ``administration`` connaît.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        secure: bool,
        size_of: Callable[[str], int | None] = lambda source: None,
        connections: int = MAX_CONNECTIONS,
        administered: bool = False,
    ) -> None:
        self.administered = administered
        self.target = (host, port)
        self.tls = ssl.create_default_context() if secure else None
        self.size_of = size_of
        self.connections = connections
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, name="relais", daemon=True)
        self._thread.start()

    def open(self, listener: socket.socket, budget: Budget) -> Uplink:
        """Commence à relayer ce qui arrive sur une socket.

        Args:
            listener: la socket à l'écoute, née dans le bac à sable.
            budget: ce que la copie peut encore envoyer.
        """
        uplink = Uplink(self, listener, budget)
        asyncio.run_coroutine_threadsafe(uplink.start(), self.loop).result(10)
        return uplink

    def close(self) -> None:
        """Arrête le fil."""
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(5)
        self.loop.close()


class Uplink:
    """Le passage d'une copie vers S3 ; ``relay.open()`` en crée un."""

    def __init__(self, relay: Relay, listener: socket.socket, budget: Budget) -> None:
        self.refused = False  # le serveur n'a pas pris une connexion de la copie
        self._relay = relay
        self._listener = listener
        self._budget = budget
        self._links: set[asyncio.Task[None]] = set()
        self._unanswered: set[Exchange] = set()  # des requêtes parties, qui changent le store
        self._free = asyncio.Semaphore(relay.connections)
        self._copying = asyncio.Lock()
        self._flowing = asyncio.Event()
        self._accepting: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Se met à l'écoute (dans le fil du relais)."""
        self._listener.setblocking(False)
        self._flowing.set()
        self._accepting = asyncio.ensure_future(self._accept())

    async def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._free.acquire()
            try:
                inside, _ = await loop.sock_accept(self._listener)
            except OSError as error:
                if error.errno not in _FOR_A_WHILE:
                    return
                self._free.release()
                await asyncio.sleep(_NO_FILES_SECONDS)
                continue
            task = asyncio.ensure_future(self._link(inside))
            self._links.add(task)
            task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._links.discard(task)
        self._free.release()
        if not task.cancelled():
            task.exception()  # une connexion rompue n'intéresse personne

    async def _link(self, inside: socket.socket) -> None:
        relay = self._relay
        try:
            outside = await asyncio.open_connection(*relay.target, ssl=relay.tls, limit=_CHUNK)
        except OSError:
            self.refused = True
            inside.close()
            return
        here = await asyncio.open_connection(sock=inside, limit=_CHUNK)
        current: list[Exchange] = []  # au plus une : une requête attend la réponse d'avant
        both = [
            asyncio.ensure_future(self._ask(current, here[0], outside[1])),
            asyncio.ensure_future(self._answer(current, outside[0], here[1])),
        ]
        try:
            await asyncio.gather(*both)
        except Refused as refused:
            outside[1].transport.abort()
            await _refuse(refused, *here)
        finally:
            for task in both:
                task.cancel()
            for writer in (here[1], outside[1]):
                writer.transport.abort()
            self._unanswered.difference_update(current)

    async def _ask(
        self,
        current: list[Exchange],
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        """Mène au serveur, une à une, les requêtes de la copie, sauf pendant une pause."""
        rest = b""
        while True:
            exchange, begun = Exchange(), b""
            while not (rest and exchange.begin(rest)):
                begun += rest
                rest = await reader.read(_CHUNK)
                if not rest:
                    _end(writer)
                    return
            begun += rest
            await self._admit(exchange)
            current[:] = [exchange]
            rest = exchange.go_on()
            if exchange.body is not None:  # un formulaire n'est envoyé qu'une fois lu
                while not exchange.asked:
                    if not (data := await reader.read(_CHUNK)):
                        raise ConnectionAbortedError("la copie a coupé sa requête")
                    rest = exchange.go_on(data)
                    begun += data
                check_form(exchange.body)
            await self._send(exchange, begun, rest, writer)
            while not exchange.asked:
                if not (data := await reader.read(_CHUNK)):
                    raise ConnectionAbortedError("la copie a coupé sa requête")
                rest = exchange.go_on(data)
                await self._send(exchange, data, rest, writer)
            await exchange.answered.wait()

    async def _admit(self, exchange: Exchange) -> None:
        """Compte ce que coûtera une requête avant qu'elle parte.

        Raises:
            Refused: elle n'a pas à partir.
        """
        headers = exchange.headers
        self._budget.check(exchange.method, exchange.target, headers)
        if self._relay.administered:
            kind = kind_of(exchange.method, exchange.target, headers)
            if kind != "s3":
                self._budget.administer()
            if kind == "form":
                exchange.body = b""
        else:
            expect_s3(exchange.target)
        if source := source_of(headers):
            loop = asyncio.get_running_loop()
            async with self._copying:
                size = await loop.run_in_executor(None, self._relay.size_of, source)
                # Un objet n'est jamais plus gros que tout ce que la copie a envoyé.
                self._budget.spend(copied(headers, self._budget.sent if size is None else size))

    async def _send(
        self, exchange: Exchange, data: bytes, rest: bytes, writer: asyncio.StreamWriter
    ) -> None:
        """Envoie des octets, sauf ceux qui ne sont plus de cette requête."""
        await self._flowing.wait()
        data = data[: len(data) - len(rest)]
        self._budget.spend(len(data))
        if exchange.asked and exchange.changes:
            self._unanswered.add(exchange)
        await _pass(data, writer)

    async def _answer(
        self,
        current: list[Exchange],
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        """Mène à la copie ce que le serveur répond."""
        while data := await reader.read(_CHUNK):
            for exchange in current:
                exchange.see(data)
                if exchange.answered.is_set():
                    self._unanswered.discard(exchange)
            await _pass(data, writer)
        for exchange in current:
            exchange.see(b"")
        _end(writer)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Retient les requêtes de la copie le temps d'un ``with`` : le store ne bouge plus.

        Celles qui sont déjà parties, et le changent, ont d'abord le temps de recevoir leur réponse.
        """
        loop = self._relay.loop
        asyncio.run_coroutine_threadsafe(self._hold(), loop).result(10)
        try:
            yield
        finally:
            loop.call_soon_threadsafe(self._flowing.set)

    async def _hold(self) -> None:
        self._flowing.clear()
        deadline = time.monotonic() + _ANSWER_SECONDS
        while self._unanswered and time.monotonic() < deadline:
            await asyncio.sleep(0.002)

    def close(self) -> None:
        """Ferme le passage et ses connexions."""
        with suppress(RuntimeError, TimeoutError):
            asyncio.run_coroutine_threadsafe(self._close(), self._relay.loop).result(5)

    async def _close(self) -> None:
        tasks = [task for task in (self._accepting, *self._links) if task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._listener.close()


async def _refuse(
    refused: Refused, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Répond à la copie qu'une requête n'est pas partie ; lit le reste, pour qu'elle l'entende."""
    await _pass(refusal(refused.code, str(refused)), writer)
    _end(writer)
    with suppress(TimeoutError):
        async with asyncio.timeout(_LINGER_SECONDS):
            while await reader.read(_CHUNK):
                pass


async def _pass(data: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(data)
    await writer.drain()


def _end(writer: asyncio.StreamWriter) -> None:
    with suppress(OSError, RuntimeError):
        writer.write_eof()
