"""Ce que partagent les tests des serveurs : la voie, des interpréteurs, des objets."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

WAY = os.environ.get("KIT_SERVER", "embedded")
OFFSETS = {"native": (0, 1), "embedded": (0, 1, 2, 3, 4, 10000, 10001, 10002, 10003, 10004)}[WAY]
LABEL = {"native": "MinIO installé sur cette machine", "embedded": "SeaweedFS embarqué"}[WAY]
ENSURE = "from helpers import server; print(server.ensure().pid, flush=True); "
embedded_only = pytest.mark.skipif(WAY != "embedded", reason="vise le serveur embarqué")
posix_only = pytest.mark.skipif(os.name != "posix", reason="vise Linux et macOS")


def python(code: str, *arguments: str, **variables: str) -> subprocess.Popen[str]:
    """Lance ``code`` dans un interpréteur neuf ; ``input()`` y attend ``output``."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        env=os.environ | variables,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def hold(lock: Path) -> subprocess.Popen[str]:
    """Lance un programme qui tient ce verrou jusqu'à ce que ``output`` le libère."""
    code = "import filelock, sys\nwith filelock.FileLock(sys.argv[1]): print(flush=True); input()"
    holder = python(code, str(lock))
    assert holder.stdout is not None
    holder.stdout.readline()
    return holder


def output(process: subprocess.Popen[str]) -> str:
    """Attend la fin d'un interpréteur et renvoie ce qu'il affiche."""
    out, err = process.communicate("\n", timeout=180)
    assert process.returncode == 0, err
    return out.strip()


def put(client, bucket: str, key: str, data: bytes = b"bonjour") -> None:
    client.put_object(bucket_name=bucket, object_name=key, data=io.BytesIO(data), length=len(data))


def get(client, bucket: str, key: str) -> bytes:
    response = client.get_object(bucket_name=bucket, object_name=key)
    try:
        return response.read()
    finally:
        response.release_conn()


def last_time(kit_data: Path, port: int) -> None:
    """Fait comme si le kit avait démarré, puis perdu, son serveur sur ce port."""
    kit_data.mkdir(exist_ok=True)
    state = {"way": WAY, "endpoint": f"127.0.0.1:{port}", "access_key": "", "secret_key": ""}
    (kit_data / "state.json").write_text(json.dumps(state), encoding="utf-8")


def wait_until(condition, seconds: float = 5) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return bool(condition())
