"""Le temps de corriger une classe, en rapports d'une même exécution.

    python benchmarks/grading.py [--copies 30] [--lesson 01]

Toutes les manières exécutent les mêmes notebooks sur le même serveur, l'une après l'autre, chacune
une fois : des rapports, pas des secondes. Le plancher exécute les mêmes cellules sans noyau, dans
des processus dédoublés d'un programme qui a déjà tout importé. Le niveau 0 ne s'emploie jamais en
tant que root : il est alors laissé de côté. La mémoire est celle du correcteur seul.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

import nbformat
import papermill
from hostile_class import notebook_of

from helpers import server as servers
from helpers.client import client_for
from helpers.grading.credentials import erase, new_name
from helpers.grading.isolation import IsolationError
from helpers.grading.model import Copy
from helpers.grading.run import Grader, Settings

AIM_FIRST, AIM_FLOOR, AIM_LEVEL = 8, 2.5, 1.33
ONE_BY_ONE = "papermill, une copie après l'autre"
POOL = "papermill, deux processus"
ZERO = "correction, niveau 0"
ONE = "correction, niveau 1"
TWICE = "correction, niveau 1, seconde exécution comprise"
FLOOR = "plancher : processus dédoublés, sans noyau"


def run_papermill(notebook: Any) -> None:
    """Exécute un notebook comme le ferait un élève, dans un espace à lui."""
    os.environ["KIT_SPACE"] = new_name()
    notebook = nbformat.from_dict(notebook)
    papermill.execute_notebook(
        notebook, None, {"seed": 1}, kernel_name="python3", progress_bar=False
    )


def run_plainly(notebook: Any) -> None:
    """Exécute les cellules d'un notebook dans ce processus, sans noyau."""
    os.environ["KIT_SPACE"] = new_name()
    names: dict[str, Any] = {"seed": 1}
    with open(os.devnull, "w") as sink:  # noqa: PTH123
        sys.stdout = sink
        for cell in notebook.cells:
            if cell.cell_type == "code":
                exec(compile(cell.source, "cellule", "exec"), names)  # noqa: S102
    os._exit(0)


def one_by_one(notebooks: list[Any]) -> None:
    for notebook in notebooks:
        run_papermill(notebook)


def pool(notebooks: list[Any]) -> None:
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as workers:
        list(workers.map(run_papermill, notebooks))


def floor(notebooks: list[Any]) -> None:
    import fastapi  # noqa: F401
    import requests  # noqa: F401

    import helpers  # noqa: F401

    fork = multiprocessing.get_context("fork")
    todo = [fork.Process(target=run_plainly, args=(notebook,)) for notebook in notebooks]
    running: list[Any] = []
    while todo or running:
        running = [process for process in running if process.is_alive()]
        while todo and len(running) < 2:
            running.append(todo.pop())
            running[-1].start()
        time.sleep(0.002)


def graded(level: int, *, replay: bool = False) -> Callable[[list[Any]], None]:
    def grade(notebooks: list[Any]) -> None:
        settings = Settings(
            level=level,
            minimum_isolation=level,
            accept_no_isolation=level == 0,
            replay_seed=7 if replay else None,
        )
        copies = [
            Copy(f"copie-{number}", str(number), notebooks={"01": notebook})
            for number, notebook in enumerate(notebooks)
        ]
        with Grader(settings) as grader:
            for result in grader.grade_all(copies):
                assert result.trouble is None, result.trouble
                assert result.points == result.out_of

    return grade


def in_a_process(way: Callable[[list[Any]], None], notebooks: list[Any]) -> tuple[float, int]:
    """Renvoie la durée d'une manière, en secondes, et la mémoire de son processus, en Mio."""
    reader, writer = multiprocessing.Pipe()

    def measure() -> None:
        started = time.perf_counter()
        try:
            way(notebooks)
        except IsolationError:
            writer.send(None)
            return
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        writer.send((time.perf_counter() - started, memory))

    process = multiprocessing.get_context("fork").Process(target=measure)
    process.start()
    process.join()
    return reader.recv() if reader.poll() else (float("nan"), 0)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--copies", type=int, default=30)
    options.add_argument("--lesson", default="01")
    chosen = options.parse_args()
    server = servers.ensure()
    notebook = notebook_of(chosen.lesson, {})
    notebooks = [notebook] * chosen.copies
    ways = {
        FLOOR: floor,
        ZERO: graded(0),
        ONE: graded(1),
        TWICE: graded(1, replay=True),
        POOL: pool,
        ONE_BY_ONE: one_by_one,
    }
    print(f"{chosen.copies} copies de la leçon {chosen.lesson}. {server.sentence}")
    seconds: dict[str, float] = {}
    memories: dict[str, int] = {}
    for name, way in ways.items():
        found = in_a_process(way, notebooks)
        if found is None:
            print(f"{name} : laissé de côté, pas possible ici.")
            continue
        seconds[name], memories[name] = found
        erase(client_for(server), "k")
    print(f"{'':50} {'plus vite':>10} {'plancher':>9} {'Mio':>5}")
    for name in reversed(seconds):
        faster = seconds[ONE_BY_ONE] / seconds[name]
        slower = seconds[name] / seconds[FLOOR]
        print(f"{name:50} {faster:9.1f}× {slower:8.1f}× {memories[name]:5}")
    if ZERO in seconds:
        print(f"Buts : niveau 0, {AIM_FIRST} fois plus vite et {AIM_FLOOR} fois le plancher ;")
        level = seconds[ONE] / seconds[ZERO]
        print(f"niveau 1 sur niveau 0 : {level:.2f} (but : {AIM_LEVEL}).")


if __name__ == "__main__":
    main()
