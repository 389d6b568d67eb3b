"""Mesure upload_many et download_many, à côté de boto3, d'obstore, de minio et de mc ou rclone.

    python benchmarks/transfers.py [tours]

Deux lots, 200 objets de 64 Kio puis 8 de 64 Mio, dans les deux sens. Les manières passent l'une
après l'autre à chaque tour, dans un ordre qui change ; chaque ligne donne la médiane, sur les
tours, de la durée du kit divisée par celle de la manière : au-dessus de 1, elle est plus rapide que
le kit. Le serveur est celui du kit. boto3, obstore, mc et rclone n'en font pas partie : sans eux,
leur ligne est laissée de côté. Tout ce qui est écrit est effacé.
"""

from __future__ import annotations

import asyncio
import io
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from urllib.parse import quote

from minio import Minio

from helpers import download_many, fresh_bucket, remove_bucket, upload_many
from helpers import server as servers
from helpers.errors import KitError
from helpers.s3 import client_for
from helpers.server import Server

ROUNDS = 5
AIM = 0.9  # du meilleur client Python, sur chaque lot et dans chaque sens
BATCHES = {"200 objets de 64 Kio": (200, 64 * 1024), "8 objets de 64 Mio": (8, 64 * 1024**2)}
KIT = "kit"


@dataclass(frozen=True)
class Way:
    """Une manière de transférer un dossier : ``send`` vers un bucket, ``receive`` depuis lui."""

    send: Callable[[str, Path], object]
    receive: Callable[[str, Path], object]
    python: bool = True


def ways(server: Server, client: Minio) -> Iterator[tuple[str, Way]]:
    """Donne les manières, avec leur nom ; annonce celles qui manquent."""
    yield (
        KIT,
        Way(
            lambda bucket, folder: complete(upload_many(client, bucket, folder)),
            lambda bucket, folder: complete(download_many(client, bucket, folder)),
        ),
    )
    yield "minio, 8 fils", minio_way(client)
    for name, build in (("obstore, 16 à la fois", obstore_way), ("boto3", boto3_way)):
        try:
            yield name, build(server, client)
        except ModuleNotFoundError as error:
            print(f"{error.name} n'est pas installé : sa ligne est laissée de côté.")
    for name, build in (("mc", mc_way), ("rclone", rclone_way)):
        if shutil.which(name):
            yield name, build(server)
            return
    print("Ni mc ni rclone ne sont sur le PATH : leur ligne est laissée de côté.")


def complete(report: object) -> None:
    assert not report.failed, report


def address(server: Server) -> str:
    return f"{'https' if server.secure else 'http'}://{server.endpoint}"


def in_threads(action: Callable[[str], object], names: list[str]) -> None:
    with ThreadPoolExecutor(max_workers=8) as pool:
        list(pool.map(action, names))


def names_of(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def names_in(client: Minio, bucket: str) -> list[str]:
    return [item.object_name for item in client.list_objects(bucket_name=bucket, recursive=True)]


def minio_way(client: Minio) -> Way:
    """Renvoie la manière de la leçon : le client minio, huit fils."""

    def send(bucket: str, folder: Path) -> None:
        def put(name: str) -> None:
            client.fput_object(bucket_name=bucket, object_name=name, file_path=str(folder / name))

        in_threads(put, names_of(folder))

    def receive(bucket: str, folder: Path) -> None:
        def get(name: str) -> None:
            client.fget_object(bucket_name=bucket, object_name=name, file_path=str(folder / name))

        in_threads(get, names_in(client, bucket))

    return Way(send, receive)


def obstore_way(server: Server, client: Minio) -> Way:
    """Renvoie obstore tel que sa documentation le montre : asyncio, seize objets à la fois."""
    import obstore
    from obstore.store import S3Store

    def store(bucket: str) -> S3Store:
        return S3Store(
            bucket,
            endpoint=address(server),
            access_key_id=server.access_key,
            secret_access_key=server.secret_key,
            region=server.region,
            virtual_hosted_style_request=False,
            client_options={"allow_http": not server.secure},
            **({"session_token": server.session_token} if server.session_token else {}),
        )

    async def all_of(names: list[str], action: Callable) -> None:
        slots = asyncio.Semaphore(16)

        async def one(name: str) -> None:
            async with slots:
                await action(name)

        await asyncio.gather(*map(one, names))

    def send(bucket: str, folder: Path) -> None:
        there = store(bucket)

        async def put(name: str) -> None:
            await obstore.put_async(there, name, folder / name)

        asyncio.run(all_of(names_of(folder), put))

    def receive(bucket: str, folder: Path) -> None:
        there = store(bucket)

        async def get(name: str) -> None:
            response = await obstore.get_async(there, name)
            with (folder / name).open("wb") as file:
                async for block in response.stream(min_chunk_size=1024**2):
                    file.write(block)

        asyncio.run(all_of(names_in(client, bucket), get))

    return Way(send, receive)


def boto3_way(server: Server, client: Minio) -> Way:
    """Renvoie le gestionnaire de transferts de boto3, dix fils, huit fichiers à la fois."""
    import boto3
    from boto3.s3.transfer import S3Transfer
    from botocore.config import Config

    s3 = boto3.client(
        "s3",
        endpoint_url=address(server),
        aws_access_key_id=server.access_key,
        aws_secret_access_key=server.secret_key,
        aws_session_token=server.session_token,
        region_name=server.region,
        config=Config(max_pool_connections=32),
    )

    def send(bucket: str, folder: Path) -> None:
        with S3Transfer(s3) as transfer:
            in_threads(
                lambda name: transfer.upload_file(str(folder / name), bucket, name),
                names_of(folder),
            )

    def receive(bucket: str, folder: Path) -> None:
        with S3Transfer(s3) as transfer:
            in_threads(
                lambda name: transfer.download_file(bucket, name, str(folder / name)),
                names_in(client, bucket),
            )

    return Way(send, receive)


def mc_way(server: Server) -> Way:
    """Renvoie ``mc mirror`` ; les clés passent par l'environnement, jamais par la ligne."""
    user = f"{quote(server.access_key, safe='')}:{quote(server.secret_key, safe='')}"
    token = f":{quote(server.session_token, safe='')}" if server.session_token else ""
    there = address(server).replace("://", f"://{user}{token}@")

    def mirror(source: str, target: str) -> None:
        with TemporaryDirectory() as settings:
            subprocess.run(
                ["mc", "--quiet", "--config-dir", settings, "mirror", source, target],
                env=os.environ | {"MC_HOST_kit": there},
                stdout=subprocess.DEVNULL,
                check=True,
            )

    return Way(
        lambda bucket, folder: mirror(str(folder), f"kit/{bucket}"),
        lambda bucket, folder: mirror(f"kit/{bucket}", str(folder)),
        python=False,
    )


def rclone_way(server: Server) -> Way:
    """Renvoie ``rclone copy`` ; les clés passent par l'environnement, jamais par la ligne."""
    settings = {
        "TYPE": "s3",
        "PROVIDER": "Minio",
        "ENDPOINT": address(server),
        "ACCESS_KEY_ID": server.access_key,
        "SECRET_ACCESS_KEY": server.secret_key,
        "SESSION_TOKEN": server.session_token or "",
        "REGION": server.region,
    }
    environment = os.environ | {
        f"RCLONE_CONFIG_KIT_{name}": text for name, text in settings.items()
    }

    def copy(source: str, target: str) -> None:
        subprocess.run(
            ["rclone", "copy", "--config", os.devnull, source, target], env=environment, check=True
        )

    return Way(
        lambda bucket, folder: copy(str(folder), f"kit:{bucket}"),
        lambda bucket, folder: copy(f"kit:{bucket}", str(folder)),
        python=False,
    )


def duration(action: Callable[[str, Path], object], bucket: str, folder: Path) -> float:
    """Renvoie la durée d'un transfert, en secondes ; les phrases du kit vont à la poubelle."""
    with Path(os.devnull).open("w") as silence, redirect_stdout(silence):
        start = perf_counter()
        action(bucket, folder)
        return perf_counter() - start


def measure(client: Minio, found: dict[str, Way], source: Path, rounds: int) -> list[dict]:
    """Renvoie, pour les dépôts puis les téléchargements, les durées de chaque manière."""
    sent: dict[str, list[float]] = {name: [] for name in found}
    received: dict[str, list[float]] = {name: [] for name in found}
    sizes = {path.name: path.stat().st_size for path in source.iterdir()}
    names = list(found)
    for turn in range(rounds):
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            bucket = fresh_bucket(client, "mesure-transferts")
            # Le premier dépôt dans un bucket neuf est plus long : il n'est pas mesuré.
            client.put_object(
                bucket_name=bucket, object_name="essai", data=io.BytesIO(b"a"), length=1
            )
            client.remove_object(bucket_name=bucket, object_name="essai")
            sent[name].append(duration(found[name].send, bucket, source))
            with TemporaryDirectory() as folder:
                received[name].append(duration(found[name].receive, bucket, Path(folder)))
                arrived = {path.name: path.stat().st_size for path in Path(folder).iterdir()}
            assert arrived == sizes, f"{name} : il manque des objets, ou des octets"
            remove_bucket(client, bucket)
    return [sent, received]


def french(number: float) -> str:
    """Renvoie un nombre à deux décimales, avec une virgule."""
    return f"{number:.2f}".replace(".", ",")


def report(title: str, times: dict[str, list[float]], python: set[str]) -> None:
    """Affiche une ligne par manière, puis le kit face au meilleur des autres clients Python."""
    print(f"\n{title} (le kit : {french(median(times[KIT]))} s)")
    ratios = {
        name: [ours / theirs for ours, theirs in zip(times[KIT], times[name], strict=True)]
        for name in times
    }
    for name, values in ratios.items():
        print(
            f"  {name:22} {french(median(values)):>5}"
            f"  (de {french(min(values))} à {french(max(values))})"
        )
    best = max(python - {KIT}, key=lambda name: median(ratios[name]))
    ours = 1 / median(ratios[best])
    verdict = "atteint" if ours >= AIM else "non atteint"
    print(f"  → {french(ours)} de {best} ; visé : {french(AIM)} au moins, {verdict}")


def main(rounds: int) -> None:
    """Mesure, puis affiche un tableau par lot et par sens."""
    server = servers.ensure(print)
    print(server.sentence)
    client = client_for(server)
    found = dict(ways(server, client))
    python = {name for name, way in found.items() if way.python}
    print(f"Médianes de {rounds} tours ; au-dessus de 1, plus rapide que le kit.")
    for title, (count, size) in BATCHES.items():
        with TemporaryDirectory() as folder:
            for rank in range(count):
                Path(folder, f"objet-{rank:03}").write_bytes(os.urandom(size))
            try:
                sent, received = measure(client, found, Path(folder), rounds)
            finally:
                remove_bucket(client, fresh_bucket(client, "mesure-transferts"))
        report(f"{title}, dépôt", sent, python)
        report(f"{title}, téléchargement", received, python)


if __name__ == "__main__":
    try:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
    except KitError as error:
        sys.exit(f"✗ {error}")
