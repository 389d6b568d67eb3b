"""S3 pour seul réseau : le relais du correcteur entre un bac à sable et le serveur.

Le bac à sable ouvre une socket à l'écoute sur sa propre interface lo, au port du serveur, et la
donne au correcteur ; un fil du correcteur y accepte les connexions et les relaie vers le serveur,
et lui seul. L'adresse vue de l'élève est la vraie : les signatures restent justes.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_MAX_CONNECTIONS = 64  # par copie
_CHUNK = 256 * 1024
_ANSWER_SECONDS = 1.0  # qu'une pause laisse aux requêtes déjà parties pour recevoir leur réponse


class Relay:
    """Un fil qui relaie toutes les copies de ce processus.

    Args:
        host: l'hôte du serveur S3.
        port: son port.
        secure: vrai si l'on y parle HTTPS.
    """

    def __init__(self, host: str, port: int, *, secure: bool) -> None:
        self.target = (host, port)
        self.tls = ssl.create_default_context() if secure else None
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, name="relais", daemon=True)
        self._thread.start()

    def open(self, listener: socket.socket, budget: int) -> Uplink:
        """Commence à relayer ce qui arrive sur une socket.

        Args:
            listener: la socket à l'écoute, née dans le bac à sable.
            budget: ce que la copie peut envoyer en tout, en octets.
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

    def __init__(self, relay: Relay, listener: socket.socket, budget: int) -> None:
        self.refused = False  # le serveur n'a pas pris une connexion de la copie
        self._relay = relay
        self._listener = listener
        self._budget = budget
        self._links: set[asyncio.Task[None]] = set()
        self._unanswered: set[socket.socket] = set()  # dont une requête attend sa réponse
        self._free = asyncio.Semaphore(_MAX_CONNECTIONS)
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
            except OSError:
                return
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
        both = [
            asyncio.ensure_future(self._ask(inside, here[0], outside[1])),
            asyncio.ensure_future(self._answer(inside, outside[0], here[1])),
        ]
        try:
            await asyncio.gather(*both)
        finally:
            for task in both:
                task.cancel()
            for writer in (here[1], outside[1]):
                writer.transport.abort()
            self._unanswered.discard(inside)

    async def _ask(
        self, inside: socket.socket, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Mène au serveur ce que la copie envoie, sauf pendant une pause."""
        while data := await reader.read(_CHUNK):
            if not self._flowing.is_set():
                await self._flowing.wait()
            self._budget -= len(data)
            if self._budget < 0:
                raise ConnectionAbortedError("la copie a trop envoyé")
            self._unanswered.add(inside)
            await _pass(data, writer)
        _end(writer)

    async def _answer(
        self, inside: socket.socket, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Mène à la copie ce que le serveur répond."""
        while data := await reader.read(_CHUNK):
            self._unanswered.discard(inside)
            await _pass(data, writer)
        _end(writer)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Retient les requêtes de la copie le temps d'un ``with`` : le store ne bouge plus.

        Celles qui sont déjà parties ont d'abord une seconde pour recevoir leur réponse.
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


async def _pass(data: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(data)
    await writer.drain()


def _end(writer: asyncio.StreamWriter) -> None:
    with suppress(OSError, RuntimeError):
        writer.write_eof()
