"""Le temps de corriger une classe, en rapports d'une même exécution.

    python benchmarks/grading.py [--copies 30] [--lesson 01] [--rounds 1] [--many 500]

Toutes les manières exécutent les mêmes cellules sur le même serveur, l'une après l'autre, à chaque
tour : des rapports de médianes, pas des secondes. Le calcul (CPU) est sans celui du serveur ni, au
niveau 1, celui d'un bac à sable que l'on tue : il ne compare que les autres manières. Le plancher
les exécute sans noyau, dans des processus dédoublés d'un programme qui a déjà tout importé.
nbgrader, s'il est installé, corrige le cours que « exercises --nbgrader » écrit. Le niveau 0 ne
s'emploie jamais en tant que root : il est alors laissé de côté. La mémoire est celle du correcteur
seul.

Pour la croissance, la commande elle-même corrige deux lots de copies vides, de la lecture aux
rapports : ``--copies``, puis ``--many`` (0 s'en passe).
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import redirect_stdout
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import nbformat
import papermill

from helpers import server as servers
from helpers.s3 import client_for
from kit_minio import checks as lessons
from kit_minio.authoring import nbgrader
from kit_minio.authoring.exercises import EXERCISES
from kit_minio.grading.batch import grade as grade_batch
from kit_minio.grading.execute.credentials import erase_labelled, new_label, new_name
from kit_minio.grading.execute.limits import Limits
from kit_minio.grading.execute.sandbox.isolation import IsolationError
from kit_minio.grading.grader import Grader
from kit_minio.grading.model import Copy
from kit_minio.grading.settings import Settings
from tests.support.copies import notebook_of

# Sur une machine occupée, une copie juste ne doit pas s'arrêter au temps.
PATIENT = Limits(cell_seconds=600, copy_seconds=3600, exam_seconds=600)
LABEL = new_label()  # celle des espaces d'ici, à effacer
AIM_FIRST, AIM_FLOOR, AIM_LEVEL, AIM_MEMORY = 8, 2.5, 1.33, 150
ONE_BY_ONE = "papermill, une copie après l'autre"
POOL = "papermill, deux processus"
NBGRADER = "nbgrader autograde"
ZERO = "correction, niveau 0"
ONE = "correction, niveau 1"
TWICE = "correction, niveau 1, seconde exécution comprise"
FLOOR = "plancher : processus dédoublés, sans noyau"

# Corrige des notebooks ; renvoie les secondes passées à autre chose, s'il y en a.
Way = Callable[[list[Any]], float | None]


def run_papermill(notebook: Any) -> None:
    """Exécute un notebook comme le ferait un élève, dans un espace à lui."""
    os.environ["KIT_SPACE"] = new_name(LABEL)
    notebook = nbformat.from_dict(notebook)
    papermill.execute_notebook(
        notebook, None, {"seed": 1}, kernel_name="python3", progress_bar=False
    )


def run_plainly(notebook: Any) -> None:
    """Exécute les cellules d'un notebook dans ce processus, sans noyau."""
    os.environ["KIT_SPACE"] = new_name(LABEL)
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


def graded(lesson: str, level: int, *, replay: bool = False) -> Way:
    def grade(notebooks: list[Any]) -> None:
        settings = Settings(
            level=level,
            minimum_isolation=level,
            accept_no_isolation=level == 0,
            replay_seed=7 if replay else None,
            limits=PATIENT,
        )
        copies = [
            Copy(f"copie-{number}", str(number), notebooks={lesson: notebook})
            for number, notebook in enumerate(notebooks)
        ]
        with Grader(settings) as grader:
            for result in grader.grade_all(copies):
                assert result.trouble is None, result.trouble
                assert result.points == result.out_of

    return grade


def autograded(lesson: str, folder: Path) -> Way:
    def autograde(notebooks: list[Any]) -> float:
        started = time.perf_counter()
        api, name = nbgrader_course(lesson, Path(tempfile.mkdtemp(dir=folder)), len(notebooks))
        os.environ["KIT_SPACE"] = new_name(LABEL)
        warnings.simplefilter("ignore")  # ceux de nbgrader
        aside = time.perf_counter() - started
        done = api.autograde(name, "*")
        assert done["success"], done
        found = [row["score"] for row in api.get_submissions(name)]
        assert found == [lessons.series(lesson).points] * len(notebooks)
        return aside

    return autograde


def nbgrader_course(lesson: str, folder: Path, copies: int) -> tuple[Any, str]:
    """Prépare un cours nbgrader et des copies, toutes justes ; renvoie de quoi les corriger."""
    from nbgrader.apps import NbGraderAPI
    from traitlets.config import Config

    # nbgrader lance alembic, installé avec lui.
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    nbgrader.export(folder)
    api = NbGraderAPI(config=Config({"CourseDirectory": {"root": str(folder)}}))
    name = f"{lesson}-{lessons.series(lesson).slug}"
    assert api.generate_assignment(name)["success"]
    copy = nbformat.read(folder / "release" / name / f"{name}.ipynb", as_version=4)
    source = nbformat.read(folder / "source" / name / f"{name}.ipynb", as_version=4)
    for cell, solved in zip(copy.cells, source.cells, strict=True):
        cell.source = solved.source
    for number in range(copies):
        path = folder / "submitted" / f"eleve{number}" / name / f"{name}.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(copy, path)
    return api, name


def whole_batch(lesson: str, folder: Path) -> Way:
    """Renvoie de quoi corriger un lot comme le fait la commande."""

    def grade(notebooks: list[Any]) -> None:
        copies, out = folder / f"{len(notebooks)} copies", folder / f"sortie {len(notebooks)}"
        copies.mkdir()
        for number, notebook in enumerate(notebooks):
            nbformat.write(notebook, copies / f"eleve-{number}.ipynb")
        with redirect_stdout(None):
            found = grade_batch(str(copies), out, settings=Settings(level=1), lessons=(lesson,))
        assert [result.trouble for result in found] == [None] * len(notebooks)

    return grade


class Cost(NamedTuple):
    """Ce que coûte une manière : sa durée et son calcul, en secondes ; sa mémoire, en Mio."""

    seconds: float
    cpu: float
    memory: int


def in_a_process(way: Way, notebooks: list[Any]) -> Cost | None:
    """Renvoie ce que coûte une manière ; ``None`` si elle n'est pas possible ici."""
    reader, writer = multiprocessing.Pipe()

    def measure() -> None:
        started = time.perf_counter()
        try:
            aside = way(notebooks) or 0
        except IsolationError:
            writer.send(None)
            return
        seconds = time.perf_counter() - started - aside
        spent = [resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        cpu = sum(one.ru_utime + one.ru_stime for one in spent)
        writer.send(Cost(seconds, cpu, spent[0].ru_maxrss // 1024))

    process = multiprocessing.get_context("fork").Process(target=measure)
    process.start()
    process.join()
    return reader.recv() if reader.poll() else Cost(float("nan"), float("nan"), 0)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--copies", type=int, default=30)
    options.add_argument("--lesson", default="01")
    options.add_argument("--rounds", type=int, default=1)
    options.add_argument("--many", type=int, default=500)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="kit-", ignore_cleanup_errors=True) as folder:
        compare(chosen.lesson, chosen.copies, chosen.rounds, Path(folder))
        if chosen.many:
            grow(chosen.lesson, chosen.copies, chosen.many, Path(folder))


def compare(lesson: str, copies: int, rounds: int, folder: Path) -> None:
    """Compare les manières de corriger une classe."""
    server = servers.ensure()
    notebook = notebook_of(lesson, {})
    notebooks = [notebook] * copies
    ways = {
        FLOOR: floor,
        ZERO: graded(lesson, 0),
        ONE: graded(lesson, 1),
        TWICE: graded(lesson, 1, replay=True),
        POOL: pool,
        ONE_BY_ONE: one_by_one,
    }
    if find_spec("nbgrader"):
        ways[NBGRADER] = autograded(lesson, folder)
    else:
        print("nbgrader n'est pas installé : laissé de côté.")
    print(f"{copies} copies de la leçon {lesson}. {server.sentence}")
    costs: dict[str, list[Cost]] = {}
    for _ in range(rounds):
        for name, way in [*ways.items()]:
            found = in_a_process(way, notebooks)
            erase_labelled(server, client_for(server), LABEL)
            if found is None:
                print(f"{name} : laissé de côté, pas possible ici.")
                del ways[name]
                continue
            costs.setdefault(name, []).append(found)
    medians = {name: Cost(*map(statistics.median, zip(*costs[name], strict=True))) for name in ways}
    first, floor_ = medians[ONE_BY_ONE], medians[FLOOR]
    print(f"{'':50} {'plus vite':>10} {'plancher':>9} {'CPU':>10} {'plancher':>9} {'Mio':>5}")
    for name, cost in reversed(medians.items()):
        ratios = (
            f"{first.seconds / cost.seconds:9.1f}× {cost.seconds / floor_.seconds:8.1f}× "
            f"{first.cpu / cost.cpu:9.1f}× {cost.cpu / floor_.cpu:8.1f}×"
        )
        print(f"{name:50} {ratios} {cost.memory:5.0f}")
    if ZERO in medians:
        print(f"Buts : niveau 0, {AIM_FIRST} fois plus vite et {AIM_FLOOR} fois le plancher ;")
        level = medians[ONE].seconds / medians[ZERO].seconds
        print(f"niveau 1 sur niveau 0 : {level:.2f} (but : {AIM_LEVEL}).")


def grow(lesson: str, few: int, many: int, folder: Path) -> None:
    """Compare le coût d'une copie et la mémoire dans un petit lot et dans un grand."""
    notebook = nbformat.read(next(EXERCISES.glob(f"{lesson}-*.ipynb")), as_version=4)
    grade = whole_batch(lesson, folder)
    found = [in_a_process(grade, [notebook] * copies) for copies in (few, many)]
    if None in found:
        print("Croissance : laissée de côté, le niveau 1 n'est pas possible ici.")
        return
    small, large = found
    more = large.seconds / many / (small.seconds / few)
    print(f"De {few} à {many} copies, par la commande, au niveau 1 :")
    print(f"le coût d'une copie est multiplié par {more:.2f} (but : 1) ;")
    print(f"la mémoire va de {small.memory} à {large.memory} Mio (but : moins de {AIM_MEMORY}).")


if __name__ == "__main__":
    main()
