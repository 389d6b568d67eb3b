"""Des octets pris d'un côté, rendus de l'autre."""

from __future__ import annotations

import asyncio

from kit_minio.classroom.pump import join_streams, refuse


async def answered(handler, *requests: bytes) -> bytes:
    """Sert une connexion avec ce qu'on éprouve, y écrit, et renvoie tout ce qu'elle répond."""
    server = await asyncio.start_server(handler, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    for request in requests:
        writer.write(request)
    await writer.drain()
    data = await asyncio.wait_for(reader.read(), 20)
    writer.close()
    server.close()
    return data


def test_everything_passes_both_ways_until_the_far_side_closes():
    big = bytes(range(256)) * 20_000

    async def far(reader, writer):
        got = await reader.readexactly(len(big))
        writer.write(got[::-1])
        await writer.drain()
        writer.close()

    async def trial():
        behind = await asyncio.start_server(far, "127.0.0.1", 0)

        async def front(reader, writer):
            there = await asyncio.open_connection(*behind.sockets[0].getsockname())
            await join_streams((reader, writer), there)

        return await answered(front, big)

    assert asyncio.run(trial()) == big[::-1]


def test_a_refusal_is_the_answer_of_an_s3_server():
    async def front(reader, writer):
        await refuse((reader, writer), "ClasseInjoignable", "Le serveur <est> arrêté.")

    said = asyncio.run(answered(front, b"GET / HTTP/1.1\r\n\r\n"))
    assert said.startswith(b"HTTP/1.1 503 ")
    assert "<Message>Le serveur &lt;est&gt; arrêté.</Message>".encode() in said
