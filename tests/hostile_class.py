"""Corrige les copies hostiles et écrit le résultat en JSON : ``hostile_class.py NIVEAU [noms…]``.

Chaque fichier de ``tests/hostile/`` dit ce que la copie met dans les cellules à compléter
(``CELLS``), les points attendus (``POINTS``), parfois une phrase attendue (``SAYS``, ``REMARK``) et
les niveaux où la copie doit être arrêtée (``LEVELS``). Les autres exercices ont leur solution.
"""

from __future__ import annotations

import importlib.util
import io
import json
import re
import resource
import socket
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import psutil

from helpers import connect
from helpers.checks import Context
from helpers.exercises import EXERCISES, SOLUTIONS, sections
from helpers.grading.kernels import Limits
from helpers.grading.model import Copy
from helpers.grading.reading import Cell
from helpers.grading.repair import STUB, repair
from helpers.grading.run import Grader, Settings
from helpers.lessons.api import _album, _first_level
from helpers.lessons.buckets import names_to_judge
from helpers.notebooks import read

HOSTILE = Path(__file__).parent / "hostile"
_MARKS = re.compile(r"^[ \t]*### (BEGIN|END) SOLUTION[ \t]*\n?", flags=re.M)
_MEGA = 1024 * 1024
LIMITS = Limits(cell_seconds=4, copy_seconds=60, exam_seconds=3, memory=1200 * _MEGA)


def scenario(path: Path) -> ModuleType:
    """Renvoie une copie hostile, avec ses valeurs par défaut."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    for name, default in (("LESSON", "01"), ("LEVELS", (0, 1, 2)), ("SAYS", {}), ("REMARK", "")):
        setattr(module, name, default)
    module.REPLAY = False
    spec.loader.exec_module(module)
    return module


def scenarios(level: int) -> dict[str, ModuleType]:
    """Renvoie les copies qu'un niveau doit arrêter, par nom."""
    found = {path.stem: scenario(path) for path in sorted(HOSTILE.glob("[0-9]*.py"))}
    return {name: module for name, module in found.items() if level in module.LEVELS}


def notebook_of(lesson: str, written: dict[str, str], module: Any = None) -> Any:
    """Renvoie un notebook réparé : le code donné par exercice, et la solution ailleurs."""
    master = read(next(EXERCISES.glob(f"{lesson}-*.ipynb")))
    solution = read(next(SOLUTIONS.glob(f"{lesson}-*.ipynb")))
    solved = {cell.id: _MARKS.sub("", cell.source) for cell in solution.cells}
    owner = {cell.id: name for name, cells in sections(master).items() for cell in cells}
    cells = []
    for cell in master.cells:
        source = solved[cell.id]
        if STUB in cell.source and owner[cell.id] in written:
            source = cell.source.replace(STUB, written[owner[cell.id]].strip("\n"))
        cells.append(Cell(cell.id, cell.cell_type, source))
    if hasattr(module, "change_cells"):
        cells = module.change_cells(cells)
    notebook = repair(master, cells).notebook
    if hasattr(module, "change"):
        module.change(notebook)
    return notebook


def _listed(name: str) -> str:
    """Renvoie ce qu'une API répond d'un album de la leçon 06, à plat puis en profondeur."""
    album = _album(Context(None, "", 1, name))  # type: ignore[arg-type]
    lists = (_first_level(album), album)
    return repr([[{"key": key, "size": size} for key, size in one.items()] for one in lists])


def main() -> None:
    level, *names = sys.argv[1:]
    chosen = scenarios(int(level))
    if names:
        chosen = {name: chosen[name] for name in names}
    client = connect(quiet=True)
    if not client.bucket_exists(bucket_name="voisin-de-copie"):
        client.make_bucket(bucket_name="voisin-de-copie")
    client.put_object(
        bucket_name="voisin-de-copie", object_name="note", data=io.BytesIO(b"x"), length=1
    )
    canary = socket.create_server(("127.0.0.1", 0))
    judged = names_to_judge(Context(client, "", 1, "names"))
    words = {
        "CANARY": str(canary.getsockname()[1]),
        "NEIGHBOUR": "voisin-de-copie",
        "JUDGED": repr(judged),
        "PHOTOS": _listed("listing"),
        "ALBUM": _listed("recursive"),
    }
    copies = []
    # Les plus longues d'abord : les autres passent pendant qu'elles attendent.
    for name, module in sorted(chosen.items(), key=lambda item: item[1].LESSON != "06"):
        written = module.CELLS
        for word, value in words.items():
            written = {key: code.replace(word, value) for key, code in written.items()}
        notebook = notebook_of(module.LESSON, written, module)
        copies.append(Copy(name, name, notebooks={module.LESSON: notebook}))
    report: dict[str, Any] = {"copies": {}}
    lowest = int(level) == 0
    for replay in (False, True):
        settings = Settings(
            replay_seed=7 if replay else None,
            limits=LIMITS,
            level=int(level),
            minimum_isolation=int(level),
            accept_no_isolation=lowest,
            workers=4,
        )
        batch = [copy for copy in copies if chosen[copy.id].REPLAY is replay]
        if not batch:
            continue
        with Grader(settings) as grader:
            if not replay:
                report["before"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            for result in grader.grade_all(batch):
                report["copies"][result.copy_id] = {
                    "points": {mark.exercise: mark.outcome.points for mark in result.marks},
                    "says": {
                        mark.exercise: f"{mark.outcome.verdict} | {mark.outcome.message} | "
                        f"{mark.outcome.found}"
                        for mark in result.marks
                    },
                    "remarks": result.remarks,
                    "trouble": result.trouble,
                    "seconds": result.seconds,
                }
    report["after"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    canary.settimeout(0.2)
    try:
        canary.accept()
        report["canary"] = True
    except TimeoutError:
        report["canary"] = False
    time.sleep(0.2)
    report["left"] = [
        process.info["pid"]
        for process in psutil.process_iter(["pid", "cmdline"])
        if process.info["cmdline"] and process.info["cmdline"][-1:] == ["98765"]
    ]
    report["buckets"] = [
        bucket.name for bucket in client.list_buckets() if re.match(r"k[0-9a-f]{14}-", bucket.name)
    ]
    print(json.dumps(report, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
