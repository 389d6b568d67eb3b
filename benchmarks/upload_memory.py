"""Mesure la mémoire que prend un envoi de 100 Mo par la route d'envoi de la solution 06.

    python benchmarks/upload_memory.py

L'API tourne dans un uvicorn à elle, devant le serveur S3 du kit. La mémoire est celle que le
système donne à ce processus (RSS), relevée toutes les 5 ms ; chaque ligne donne le plus haut relevé
au-dessus de celui d'avant l'envoi, dans un processus neuf à chaque fois. Dépasser le but ne fait
pas échouer.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import BinaryIO

import httpx
import psutil
from fastapi import FastAPI, UploadFile

from helpers import connect, fresh_bucket, remove_bucket
from kit_minio.authoring.exercises import solution_of
from kit_minio.checks import series

ROUNDS = 3
SIZE = 100  # Mo
AIM = 60  # Mo
BUCKET = "mesure-envoi"

# Ce que la leçon déconseille, pour comparer.
_READ_WHOLE = """
import io


@app1.post("/documents", status_code=201)
async def upload(file: UploadFile):
    data = await file.read()
    client.put_object(
        bucket_name=tp.bucket("depots"),
        object_name="tout",
        data=io.BytesIO(data),
        length=len(data),
    )
"""
WAYS = ("route de la solution", "fichier lu en entier")


def build(way: str, bucket: str) -> FastAPI:
    """Renvoie l'application qui porte la route à mesurer."""
    names = {
        "FastAPI": FastAPI,
        "UploadFile": UploadFile,
        "app1": FastAPI(),
        "client": connect(quiet=True),
        "tp": SimpleNamespace(bucket=lambda name: bucket),
    }
    code = solution_of(series("06"), "upload") if way == WAYS[0] else _READ_WHOLE
    exec(code or "", names)  # noqa: S102 - notre propre notebook
    return names["app1"]


def serve(way: str, bucket: str) -> None:
    """Sert l'application dans ce processus, et dit son port sur une ligne."""
    import socket

    import uvicorn

    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    config = uvicorn.Config(build(way, bucket), log_level="error", access_log=False)
    uvicorn.Server(config).run([listener])


@contextmanager
def own_process(way: str, bucket: str) -> Iterator[tuple[psutil.Process, str]]:
    """Sert l'application dans un processus neuf ; donne celui-ci et l'adresse."""
    command = [sys.executable, __file__, way, bucket]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        try:
            assert child.stdout is not None
            url = f"http://127.0.0.1:{child.stdout.readline().strip()}"
            # La prise écoute déjà : la réponse n'arrive qu'une fois l'application prête.
            httpx.get(f"{url}/openapi.json", timeout=60)
            yield psutil.Process(child.pid), url
        finally:
            child.terminate()


def growth(process: psutil.Process, url: str, film: BinaryIO) -> float:
    """Envoie le fichier et renvoie, en Mo, le plus haut relevé au-dessus du premier."""
    start = process.memory_info().rss
    readings = [start]
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.005):
            readings.append(process.memory_info().rss)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        film.seek(0)
        answer = httpx.post(f"{url}/documents", files={"file": ("film.mp4", film)}, timeout=300)
        answer.raise_for_status()
    finally:
        done.set()
        watcher.join()
    return (max(readings) - start) / 1e6


def main() -> None:
    """Mesure les deux routes et affiche leurs maximums."""
    client = connect()
    bucket = fresh_bucket(client, BUCKET)
    try:
        with tempfile.TemporaryFile() as film:
            film.truncate(SIZE * 1_000_000)
            for way in WAYS:
                peaks = []
                for _ in range(ROUNDS):
                    with own_process(way, bucket) as (process, url):
                        before = time.perf_counter()
                        peaks.append(growth(process, url, film))
                        duration = time.perf_counter() - before
                aim = f"but : moins de {AIM} Mo ; " if way == WAYS[0] else ""
                print(
                    f"{way} : {max(peaks):.0f} Mo de plus au maximum pour {SIZE} Mo reçus "
                    f"({aim}{len(peaks)} mesures, la dernière en {duration:.1f} s)",
                    flush=True,
                )
    finally:
        remove_bucket(client, bucket)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        serve(*sys.argv[1:])
    else:
        main()
