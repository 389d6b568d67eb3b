"""Un lot réparti par dask : les mêmes octets qu'ici, et un ouvrier tué n'y change rien."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import psutil
import pytest
from click.testing import CliRunner
from minio import Minio

from helpers import connect
from helpers import server as servers
from helpers.errors import SettingsError
from helpers.files import ROOT
from kit_minio.cli import commands
from kit_minio.grading import scheduler
from kit_minio.grading.batch import grade
from kit_minio.grading.model import Copy, Result
from kit_minio.grading.scheduler import Cluster
from kit_minio.grading.settings import Settings
from kit_minio.suite.processes import processes_in
from tests.support.copies import notebook_of
from tests.support.unprivileged import as_user, user_folder

pytestmark = [
    pytest.mark.needs("bubblewrap"),
    pytest.mark.skipif(sys.platform != "linux", reason="le niveau 1 demande Linux"),
]
LocalCluster = pytest.importorskip("distributed").LocalCluster

SETTINGS = Settings(replay_seed=7)
CLUSTER = ROOT / "tests" / "support" / "small_cluster.py"


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tout ce que le planificateur et ses ouvriers ont écrit."""
    return tmp_path_factory.mktemp("dask") / "journal.txt"


@pytest.fixture(scope="module")
def address(journal: Path) -> Iterator[str]:
    """Un planificateur et deux ouvriers, sous un compte ordinaire, qui ne savent rien du kit d'ici.

    Ni réglages, ni dossier de données : le serveur S3 leur est donné avec le lot.
    """
    with user_folder() as folder, journal.open("w") as log:
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("KIT_", "MINIO_", "AWS_"))
        }
        cluster = subprocess.Popen(
            [*as_user(), sys.executable, str(CLUSTER), str(folder)],
            env=environment | {"HOME": str(folder), "KIT_DATA": str(folder)},
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        assert cluster.stdout and cluster.stdin
        try:
            yield cluster.stdout.readline().strip()
            cluster.stdin.close()
            cluster.wait(30)
        finally:
            for process in processes_in(folder):
                process.kill()
            cluster.kill()
            cluster.wait()
            cluster.stdout.close()


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("copies")
    written = {
        "alice": {},
        "bob": {"create": "archive"},
        "chloé": {"names": "reasons = {}", "clean_up": "if"},
        "david": {"ensure": "import os; os.abort()"},
        "émile": {name: "" for name in ("create", "clean_up", "names", "ensure")},
    }
    for name, code in written.items():
        (folder / f"{name}.ipynb").write_text(json.dumps(notebook_of("01", code)))
    return folder


def _files(out: Path) -> dict[str, bytes]:
    """Renvoie ce qui doit être pareil : les notes, les retours, les résultats sans les durées."""
    found = {path.name: path.read_bytes() for path in [out / "notes.csv", *out.glob("retours/*")]}
    for path in out.glob("resultats/*.json"):
        found[path.name] = re.sub(rb'"seconds": [\d.]+', b"", path.read_bytes())
    return found


class Deadly(Cluster):
    """Tue, au premier résultat, un ouvrier qui a des copies en cours."""

    killed: int | None = None

    def grade_all(self, copies: Iterable[Copy]) -> Iterator[Result]:
        for result in super().grade_all(copies):
            if Deadly.killed is None:
                busy = next(where for where, tasks in self.dask.processing().items() if tasks)
                Deadly.killed = self.dask.run(os.getpid, workers=[busy])[busy]
                os.kill(Deadly.killed, signal.SIGKILL)
            yield result


@pytest.fixture
def store() -> Minio:
    """Un client d'un seul serveur : pour un lot, ils se valent tous."""
    return connect(quiet=True)


@pytest.mark.slow
def test_a_killed_worker_loses_nothing_and_no_byte_changes(
    store: Minio, address: str, copies: Path, journal: Path, tmp_path: Path
) -> None:
    before = {bucket.name for bucket in store.list_buckets()}
    said: list[str] = []
    there, here = tmp_path / "là-bas", tmp_path / "ici"
    found = grade(
        str(copies),
        there,
        settings=SETTINGS,
        open_grader=lambda settings, say: Deadly(address, settings, said.append),
    )
    assert Deadly.killed and not psutil.pid_exists(Deadly.killed)
    assert said == [f"Planificateur {address} : 2\u00a0ouvriers, 2\u00a0copies à la fois."]
    assert [one.trouble for one in found] == [None] * 5
    assert {bucket.name for bucket in store.list_buckets()} == before

    grade(str(copies), here, settings=SETTINGS)
    assert _files(there) == _files(here)
    server = servers.ensure()
    for secret in (server.access_key, server.secret_key):
        assert secret not in journal.read_text()


@pytest.mark.slow
def test_a_scheduler_that_does_not_answer_is_a_sentence(
    client: Minio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler, "CONNECT_SECONDS", 1.0)
    (tmp_path / "copies").mkdir()
    (tmp_path / "copies" / "zoé.ipynb").write_text(json.dumps(notebook_of("01", {})))
    asked = ["grade", str(tmp_path / "copies"), "--out", str(tmp_path / "sortie")]
    done = CliRunner().invoke(commands, [*asked, "--scheduler", "tcp://127.0.0.1:9"])
    assert done.exit_code == 1
    assert "Le planificateur dask tcp://127.0.0.1:9 ne répond pas." in done.output
    assert "dask scheduler" in done.output
    with pytest.raises(SettingsError, match="ne répond pas"):
        Cluster("n'importe://quoi", SETTINGS)


def test_level_zero_is_refused_with_a_scheduler(tmp_path: Path) -> None:
    """Une copie y joindrait les ports de dask, dont les messages exécutent ce qu'ils disent."""
    (tmp_path / "copies").mkdir()
    (tmp_path / "copies" / "zoé.ipynb").write_text(json.dumps(notebook_of("01", {})))
    asked = ["grade", str(tmp_path / "copies"), "--out", str(tmp_path / "sortie")]
    options = ["--scheduler", "tcp://127.0.0.1:9", "--accept-no-isolation"]
    done = CliRunner().invoke(commands, [*asked, *options])
    assert done.exit_code == 1
    assert "Le niveau 0 ne va pas avec --scheduler" in done.output
    assert "→ Retirez --accept-no-isolation" in done.output


def test_a_scheduler_without_workers_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduler, "WORKERS_SECONDS", 0.5)
    with (
        LocalCluster(n_workers=0, processes=False, dashboard_address="127.0.0.1:0") as alone,
        pytest.raises(SettingsError, match="n'a plus d'ouvrier"),
    ):
        Cluster(alone.scheduler_address, SETTINGS)


def test_without_dask_the_sentence_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(SettingsError, match=r"pip install -e '\.\[scheduler\]'"):
        Cluster("tcp://127.0.0.1:9", SETTINGS)
