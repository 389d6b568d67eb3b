"""Les deux bouts du TLS d'une classe : des octets pris d'un côté, rendus de l'autre, tels quels.

Rien n'est lu de ce qui passe : la signature S3 d'une requête porte sur l'hôte que le client a
appelé, et cet hôte n'est pas changé.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from html import escape

_PIECE = 2**17  # octets
_BROKEN = (OSError, ssl.SSLError, asyncio.IncompleteReadError)
Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def join_streams(one: Stream, other: Stream) -> None:
    """Fait passer les octets dans les deux sens, jusqu'à ce que l'un des deux côtés se ferme."""
    ways = [
        asyncio.create_task(_carry(one[0], other[1])),
        asyncio.create_task(_carry(other[0], one[1])),
    ]
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for writer in (one[1], other[1]):
            writer.close()  # ce qui attendait d'être envoyé l'est
        for writer in (one[1], other[1]):
            with suppress(*_BROKEN):
                await asyncio.wait_for(writer.wait_closed(), 30)
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(*_BROKEN):
        while data := await reader.read(_PIECE):
            writer.write(data)
            await writer.drain()


async def refuse(stream: Stream, code: str, message: str) -> None:
    """Répond à une requête qui ne peut pas aller plus loin, comme S3 le ferait.

    Args:
        stream: la connexion du client.
        code: le code de l'erreur.
        message: sa phrase.
    """
    reader, writer = stream
    with suppress(*_BROKEN, TimeoutError):
        await asyncio.wait_for(reader.read(_PIECE), 5)  # sinon, le client verrait une coupure
        body = f"<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>".encode()
        head = (
            "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/xml\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        writer.write(head.encode() + body)
        await writer.drain()
    writer.close()


def more_files() -> None:
    """Demande au système autant de connexions qu'il en admet : chacune prend deux descripteurs."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
