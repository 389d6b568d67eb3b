"""Mesure l'écriture de 900 petits objets : boucle et fils de la leçon 04, obstore, boto3.

    python benchmarks/bulk.py

Le serveur est celui du kit. Les manières passent l'une après l'autre à chaque tour, dans un ordre
qui change ; chaque ligne donne la médiane, sur les tours, de la durée de la boucle divisée par la
sienne. obstore et boto3 ne font pas partie du kit : sans eux, leur ligne est laissée de côté.
"""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from time import perf_counter

from minio import Minio

from helpers import server as servers
from helpers.errors import KitError
from helpers.s3 import client_for
from helpers.server import Server
from helpers.spaces import fresh_bucket, remove_bucket

ROUNDS = 5
AIM = 1.5  # les fils de la leçon, par rapport à la boucle
DATA = b"x" * 1024
KEYS = [f"path_{i:02}/objet-{j:02}" for i in range(1, 31) for j in range(1, 31)]

LOOP, LESSON = "minio, boucle", "minio, 8 fils"
Way = Callable[[list[str]], object]


def ways(server: Server, client: Minio, bucket: str) -> Iterator[tuple[str, Way]]:
    """Donne les manières d'écrire des clés, avec leur nom ; annonce celles qui manquent."""

    def put(key: str) -> None:
        client.put_object(
            bucket_name=bucket,
            object_name=key,
            data=io.BytesIO(DATA),
            length=len(DATA),
            content_type="text/plain",
        )

    def loop(keys: list[str]) -> None:
        for key in keys:
            put(key)

    yield LOOP, loop
    yield "minio, 4 fils", lambda keys: in_threads(put, keys, 4)
    yield LESSON, lambda keys: in_threads(put, keys, 8)
    for name, build in (("obstore, 16 à la fois", obstore_way), ("boto3, 8 fils", boto3_way)):
        try:
            yield name, build(server, bucket)
        except ModuleNotFoundError as error:
            print(f"{error.name} n'est pas installé : sa ligne est laissée de côté.")


def in_threads(put: Callable[[str], object], keys: list[str], threads: int) -> None:
    """Écrit les clés avec plusieurs fils, comme le montre la leçon."""
    with ThreadPoolExecutor(max_workers=threads) as pool:
        list(pool.map(put, keys))


def obstore_way(server: Server, bucket: str) -> Way:
    """Renvoie l'écriture par obstore : Rust et asyncio, seize envois à la fois."""
    import obstore
    from obstore.store import S3Store

    store = S3Store(
        bucket,
        endpoint=f"{'https' if server.secure else 'http'}://{server.endpoint}",
        access_key_id=server.access_key,
        secret_access_key=server.secret_key,
        region=server.region,
        virtual_hosted_style_request=False,
        client_options={"allow_http": not server.secure},
        **({"session_token": server.session_token} if server.session_token else {}),
    )

    async def put_all(keys: list[str]) -> None:
        slots = asyncio.Semaphore(16)

        async def put(key: str) -> None:
            async with slots:
                await obstore.put_async(store, key, DATA)

        await asyncio.gather(*map(put, keys))

    return lambda keys: asyncio.run(put_all(keys))


def boto3_way(server: Server, bucket: str) -> Way:
    """Renvoie l'écriture par boto3, avec huit fils."""
    import boto3
    from botocore.config import Config

    s3 = boto3.client(
        "s3",
        endpoint_url=f"{'https' if server.secure else 'http'}://{server.endpoint}",
        aws_access_key_id=server.access_key,
        aws_secret_access_key=server.secret_key,
        aws_session_token=server.session_token,
        region_name=server.region,
        config=Config(max_pool_connections=16),
    )
    return lambda keys: in_threads(
        lambda key: s3.put_object(Bucket=bucket, Key=key, Body=DATA), keys, 8
    )


def duration(way: Way, keys: list[str]) -> float:
    """Renvoie la durée, en secondes, de l'écriture des clés."""
    start = perf_counter()
    way(keys)
    return perf_counter() - start


def measure(client: Minio, bucket: str, found: dict[str, Way]) -> dict[str, list[float]]:
    """Renvoie, pour chaque manière, la durée de la boucle divisée par la sienne, tour par tour."""
    for way in found.values():
        way(["essai"])  # première connexion, première écriture dans le bucket
    ratios: dict[str, list[float]] = {name: [] for name in found}
    names = list(found)
    for turn in range(ROUNDS):
        fresh_bucket(client, "mesure-debit")
        times = {
            name: duration(found[name], [f"{names.index(name)}/{key}" for key in KEYS])
            for name in names[turn % len(names) :] + names[: turn % len(names)]
        }
        written = sum(1 for _ in client.list_objects(bucket_name=bucket, recursive=True))
        assert written == len(names) * len(KEYS), f"{written} objets écrits"
        for name in names:
            ratios[name].append(times[LOOP] / times[name])
    return ratios


def french(number: float) -> str:
    """Renvoie un nombre à une décimale, avec une virgule."""
    return f"{number:.1f}".replace(".", ",")


def main() -> None:
    """Mesure, puis affiche une ligne par manière."""
    server = servers.ensure(print)
    print(server.sentence)
    client = client_for(server)
    bucket = fresh_bucket(client, "mesure-debit")
    try:
        ratios = measure(client, bucket, dict(ways(server, client, bucket)))
    finally:
        remove_bucket(client, bucket)
    print(f"{len(KEYS)} objets de 1 Kio, médiane de {ROUNDS} tours : combien de fois plus vite")
    for name, values in ratios.items():
        line = f"{name:22} {french(median(values)):>4}"
        line += f"  (de {french(min(values))} à {french(max(values))})"
        if name == LESSON:
            verdict = "atteint" if median(values) >= AIM else "non atteint"
            line += f"  visé : {french(AIM)} au moins, {verdict}"
        print(line)


if __name__ == "__main__":
    try:
        main()
    except KitError as error:
        sys.exit(f"✗ {error}")
