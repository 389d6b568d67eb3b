"""Un lien lent entre un client et un serveur : un relais TCP au débit limité."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_CHUNK = 64 * 1024  # octets


@contextmanager
def slow_link(endpoint: str, rate: int) -> Iterator[str]:
    """Relaie un serveur le temps d'un ``with`` et donne l'adresse du relais, ``hôte:port``.

    Args:
        endpoint: ``hôte:port`` du serveur.
        rate: le débit des envois vers le serveur, en octets par seconde.
    """
    host, port = endpoint.split(":")

    async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, pause: float):
        with suppress(OSError):
            while data := await reader.read(_CHUNK):
                writer.write(data)
                await writer.drain()
                await asyncio.sleep(pause * len(data))
        writer.close()

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
        there = await asyncio.open_connection(host, port)
        await asyncio.gather(copy(reader, there[1], 1 / rate), copy(there[0], writer, 0))

    # Dans un autre fil : playwright occupe déjà celui-ci avec sa boucle.
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    # Un tampon court : sans cela, plusieurs mégaoctets seraient déjà partis.
    started = asyncio.start_server(relay, "127.0.0.1", 0, limit=_CHUNK)
    server = asyncio.run_coroutine_threadsafe(started, loop).result()
    try:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        for task in asyncio.all_tasks(loop):
            loop.call_soon_threadsafe(task.cancel)
        loop.call_soon_threadsafe(server.close)
        asyncio.run_coroutine_threadsafe(asyncio.sleep(0.01), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
