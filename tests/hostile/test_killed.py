"""Ce que quelqu'un d'autre tue pendant une correction : la copie n'en paie jamais le prix."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import psutil
import pytest
from minio import Minio

from kit_minio.grading.execute.kernel import Kernel
from kit_minio.grading.grader import Grader
from kit_minio.grading.judge.examine import Examiner
from kit_minio.grading.model import FAILED
from kit_minio.grading.settings import Settings
from tests.support.cells import zygotes
from tests.support.grading import copy_of, level_one, points_of

pytestmark = level_one
RIGHT = {"create": 1, "clean_up": 2, "names": 2, "ensure": 2}
# Un exercice juste, qui dure assez pour que l'on tue ce qui l'exécute.
SLOW = """
import time; time.sleep(3)  # ici
client.make_bucket(bucket_name=tp.bucket("archives"))
client.make_bucket(bucket_name=tp.bucket("factures"))
"""


def _kernel(kernel: Kernel) -> psutil.Process:
    return psutil.Process(kernel.process).children()[0]


def _enclosing(kernel: Kernel) -> psutil.Process:
    return next(p for p in zygotes() if p.name() == "bwrap" and p.ppid() == os.getpid())


def _zygote(kernel: Kernel) -> psutil.Process:
    around = {p.pid for p in zygotes() if p.name() == "bwrap"}
    return next(p for p in zygotes() if p.name() != "bwrap" and p.ppid() in around)


VICTIMS: dict[str, tuple[Callable[[Kernel], psutil.Process], int]] = {
    "kernel": (_kernel, signal.SIGKILL),
    "kernel, politely": (_kernel, signal.SIGTERM),
    "supervisor": (lambda kernel: psutil.Process(kernel.process), signal.SIGKILL),
    "zygote": (_zygote, signal.SIGKILL),
    "bubblewrap": (_enclosing, signal.SIGKILL),
}


@pytest.fixture
def grader(client: Minio) -> Iterator[Grader]:
    with Grader(Settings(replay_seed=None, workers=3)) as found:
        yield found


def _kill_during(
    monkeypatch: pytest.MonkeyPatch, victim: str, times: int, mark: str = "# ici"
) -> list[str]:
    """Tue, pendant les cellules ainsi marquées, ce qu'il faut ; renvoie ce qui l'a été."""
    find, number = VICTIMS[victim]
    killed: list[str] = []
    execute = Kernel.execute

    def kill(kernel: Kernel) -> None:
        time.sleep(0.3)
        while True:  # d'autres processus finissent pendant que l'on cherche
            with suppress(psutil.Error, StopIteration, IndexError):
                process = find(kernel)
                killed.append(process.name())
                process.send_signal(number)
                return

    def execute_and_kill(kernel: Kernel, code: str, deadline: float, **options: Any) -> Any:
        if mark in code and len(killed) < times:
            threading.Thread(target=kill, args=(kernel,)).start()
        return execute(kernel, code, deadline, **options)

    monkeypatch.setattr(Kernel, "execute", execute_and_kill)
    return killed


@pytest.mark.parametrize(
    "victim",
    [pytest.param(one, marks=[] if one == "kernel" else [pytest.mark.slow]) for one in VICTIMS],
)
def test_killed_once_the_copy_is_graded_again(
    grader: Grader, monkeypatch: pytest.MonkeyPatch, victim: str
) -> None:
    killed = _kill_during(monkeypatch, victim, 1)
    copies = [copy_of("a", create=SLOW), copy_of("b"), copy_of("c")]
    results = {result.copy_id: result for result in grader.grade_all(copies)}
    assert len(killed) == 1
    for result in results.values():
        assert points_of(result) == RIGHT
        assert result.remarks == []


@pytest.mark.parametrize("victim", ["kernel", pytest.param("bubblewrap", marks=pytest.mark.slow)])
def test_killed_each_time_a_human_is_asked(
    grader: Grader, monkeypatch: pytest.MonkeyPatch, victim: str
) -> None:
    killed = _kill_during(monkeypatch, victim, 9)
    result = grader.grade(copy_of("a", create=SLOW))
    assert len(killed) == 2
    assert result.trouble is not None
    assert result.trouble.startswith(f"{FAILED} Le noyau de la copie a été arrêté par autre chose")
    assert "manque peut-être de mémoire" in result.trouble
    assert (result.marks, bool(result.failure)) == ([], True)


@pytest.mark.slow
def test_killed_while_its_api_is_examined(grader: Grader, monkeypatch: pytest.MonkeyPatch) -> None:
    """L'API ne répond plus : elle n'est pas fausse pour autant."""
    killed = []
    examine = Examiner.examine

    def kill_and_examine(examiner: Examiner, exercise: Any, **options: Any) -> Any:
        if exercise.name == "presigned_get" and not killed:
            killed.append(psutil.Process(options["process"]).children()[0])
            killed[0].kill()
        return examine(examiner, exercise, **options)

    monkeypatch.setattr(Examiner, "examine", kill_and_examine)
    result = grader.grade(copy_of("a", "06"))
    assert len(killed) == 1
    assert points_of(result)["presigned_get"] > 0


@pytest.mark.slow
def test_it_is_graded_again_alone(grader: Grader, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ce qui manquait de mémoire à plusieurs suffit peut-être à une seule."""
    killed = _kill_during(monkeypatch, "kernel", 1)
    kernels, others = [], []
    start = grader.kernels.start

    def watched(*arguments: Any, **options: Any) -> Kernel:
        kernels.append(start(*arguments, **options))
        return kernels[-1]

    execute = Kernel.execute

    def counted(kernel: Kernel, code: str, deadline: float, **options: Any) -> Any:
        if "# ici" in code:
            others.append(sum(each.alive for each in kernels) - 1)
        return execute(kernel, code, deadline, **options)

    monkeypatch.setattr(grader.kernels, "start", watched)
    monkeypatch.setattr(Kernel, "execute", counted)
    copies = [
        copy_of("a", create=SLOW),
        *(copy_of(f"b{n}", create=SLOW[1:-1].replace("# ici", "")) for n in range(5)),
    ]
    results = {result.copy_id: result for result in grader.grade_all(copies)}
    assert len(killed) == 1
    assert points_of(results["a"]) == RIGHT
    assert (len(others), others[-1]) == (2, 0)
