"""Le temps que le kit ajoute à minio-py et à son serveur, en rapports d'une même exécution.

    python benchmarks/startup.py

Chaque rapport est une médiane sur une médiane ; dépasser un but ne fait pas échouer.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import urllib3
from minio import Minio

from helpers import connect
from helpers import server as servers


def seconds(action: Callable[[], object]) -> float:
    """Renvoie la durée d'une action."""
    before = time.perf_counter()
    action()
    return time.perf_counter() - before


def report(title: str, pairs: list[tuple[float, float]], aim: float) -> None:
    """Affiche un rapport de médianes et son but."""
    ours, theirs = (statistics.median(times) for times in zip(*pairs, strict=True))
    line = (
        f"{title} : {ours / theirs:.2f} (but : {aim} au plus ; "
        f"{ours * 1000:.1f} ms contre {theirs * 1000:.1f} ms, {len(pairs)} mesures)"
    )
    print(line.replace(".", ","), flush=True)


def imports() -> tuple[float, float]:
    """Importe le kit, puis minio, chacun dans un interpréteur neuf."""
    return tuple(
        seconds(lambda code=code: subprocess.run([sys.executable, "-c", code], check=True))
        for code in ("import helpers", "import minio")
    )


def cold_start(folder: Path) -> tuple[float, float]:
    """Démarre le serveur par ``connect()``, puis le même programme sans le kit."""
    os.environ["KIT_DATA"] = str(folder / "kit")
    ours = seconds(lambda: connect(quiet=True))
    process = psutil.Process(servers.find().pid)
    command, environment = process.cmdline(), process.environ()
    servers.stop()
    for name in ("log", "run"):
        (folder / "nu" / name).mkdir(parents=True)
    port = next(word for word in command if word.startswith("-s3.port=")).partition("=")[2]

    def start() -> None:
        nonlocal bare
        bare = subprocess.Popen(
            command,
            cwd=folder / "nu",
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while not answers(f"http://127.0.0.1:{port}/healthz"):
            time.sleep(0.01)

    bare: subprocess.Popen[bytes]
    theirs = seconds(start)
    bare.kill()
    bare.wait()
    return ours, theirs


def answers(url: str) -> bool:
    """Dit si cette adresse répond 200."""
    try:
        return urllib3.request("GET", url, retries=False, timeout=1).status == 200
    except urllib3.exceptions.HTTPError:
        return False


def warm_connect() -> tuple[float, float]:
    """Se connecte au serveur qui tourne par le kit, puis sans lui avec un appel."""
    server = servers.find()

    def by_hand() -> None:
        client = Minio(
            endpoint=server.endpoint,
            access_key=server.access_key,
            secret_key=server.secret_key,
            secure=False,
            region=server.region,
        )
        client.list_buckets()

    return seconds(lambda: connect(quiet=True)), seconds(by_hand)


def main() -> None:
    """Affiche les trois rapports."""
    os.environ["KIT_SERVER"] = "embedded"
    report("import helpers / import minio", [imports() for _ in range(9)], 1.3)
    with tempfile.TemporaryDirectory() as name:
        folders = [Path(name) / str(number) for number in range(5)]
        pairs = [cold_start(folder) for folder in folders]
        report("premier connect() / serveur seul", pairs, 1.5)
        os.environ["KIT_DATA"] = str(folders[0] / "kit")
        try:
            connect(quiet=True)
            pairs = [warm_connect() for _ in range(31)]
            report("connect() suivant / Minio() et un appel", pairs, 1.2)
        finally:
            servers.stop()


if __name__ == "__main__":
    main()
