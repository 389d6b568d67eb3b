"""Une machine sans assez de mémoire : les copies justes le restent, ou une personne les verra."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import nbformat
import pytest
from minio import Minio

from kit_minio.grading.execute.group import Group, parent_group
from kit_minio.grading.execute.limits import MEBI
from tests.support.copies import notebook_of
from tests.support.grading import level_one

pytestmark = [
    *level_one,
    pytest.mark.slow,
    pytest.mark.skipif(parent_group() is None, reason="aucun groupe (cgroup) ne se crée ici"),
]
COPIES = 12
HEAVY = """
import time
held = bytearray(b"x" * (1 << 20)) * 300
time.sleep(2)
client.make_bucket(bucket_name=tp.bucket("archives"))
client.make_bucket(bucket_name=tp.bucket("factures"))
del held
"""


@pytest.fixture
def narrow() -> Iterator[Group]:
    """Un groupe de 900 Mio."""
    folder = parent_group()
    assert folder is not None
    group = Group(folder, 900 * MEBI)
    yield group
    for made in group.path.glob("kit-*"):
        with suppress(OSError):
            made.rmdir()
    group.clear()


@pytest.mark.parametrize("options", [["--workers", "6"], []], ids=["six at once", "by memory"])
def test_twelve_heavy_copies_lose_nothing(
    client: Minio, narrow: Group, tmp_path: Path, options: list[str]
) -> None:
    """Six copies de 300 Mio dans 900 : Linux en tue ; chacune est reprise, seule."""
    for number in range(COPIES):
        folder = tmp_path / "copies" / f"élève {number}"
        folder.mkdir(parents=True)
        notebook = nbformat.writes(notebook_of("01", {"create": HEAVY}))
        (folder / "01-buckets.ipynb").write_text(notebook)
    killed = -_killed()
    command = [sys.executable, "-m", "kit_minio", "grade", "copies", "--out", "sortie", *options]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(Path.cwd())},
        preexec_fn=lambda: narrow.take(0),
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    said = done.stdout + done.stderr
    stored = [
        json.loads(path.read_bytes()) for path in (tmp_path / "sortie/resultats").glob("*.json")
    ]
    results = [each["result"] for each in stored]
    assert len(results) == COPIES, said
    right = [r for r in results if sum(mark["outcome"]["points"] for mark in r["marks"]) == 7]
    asked = [each for each in stored if each["result"]["trouble"]]
    killed += _killed()
    print(f"{len(right)} justes, {len(asked)} pour une personne ; {killed} processus tués")
    assert len(right) + len(asked) == COPIES, said
    assert all(each["fingerprint"] == "" for each in asked)
    assert done.returncode == (1 if asked else 0), said
    assert "de lui-même" not in said + (tmp_path / "sortie/journal.txt").read_text()
    if options:
        assert killed  # sans quoi rien n'a été éprouvé
    else:
        assert not asked


def _killed() -> int:
    """Renvoie le nombre de processus que Linux a tués, faute de mémoire."""
    lines = Path("/proc/vmstat").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("oom_kill "))
