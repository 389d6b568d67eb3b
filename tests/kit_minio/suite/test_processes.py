"""Ce qui travaille dans un dossier jetable est trouvé, puis tué ; le reste, jamais."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kit_minio.suite.processes import kill_servers, processes_in

NAP = [sys.executable, "-c", "import time; time.sleep(600)"]


@pytest.fixture
def nap(tmp_path: Path) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    folders = ("dedans/profond", "dedans-voisin")
    naps = {}
    for name in folders:
        (tmp_path / name).mkdir(parents=True)
        naps[name] = subprocess.Popen(NAP, cwd=tmp_path / name)
    yield naps
    for process in naps.values():
        process.kill()
        process.wait()


def test_only_what_works_in_the_folder_is_killed(
    nap: dict[str, subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    inside = nap["dedans/profond"]
    assert [process.pid for process in processes_in(tmp_path / "dedans")] == [inside.pid]
    kill_servers(tmp_path / "dedans")
    assert processes_in(tmp_path / "dedans") == []
    assert nap["dedans-voisin"].poll() is None
