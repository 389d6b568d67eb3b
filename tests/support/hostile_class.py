"""Corrige les copies hostiles et écrit le résultat en JSON.

``python -m tests.support.hostile_class NIVEAU [noms…]`` les prend toutes, ou celles nommées.

Chaque fichier de ``tests/hostile/`` dit ce que la copie met dans les cellules à compléter
(``CELLS``), les points attendus (``POINTS``), parfois une phrase attendue (``SAYS``, ``REMARK``, ou
``REMARKS`` par niveau) et les niveaux où la copie doit être arrêtée (``LEVELS``). Les autres
exercices ont leur solution. ``REPLAY`` la fait rejouer, et ``SECONDS`` borne ses cellules.
``HEAVY`` la corrige à part : sa leçon fait charger au correcteur des bibliothèques entières.

D'autres disent ce qui est remis, fichier par fichier (``copies``), et ce que chaque élève doit
obtenir (``EXPECTED`` : des points, ou ``None`` si un humain doit regarder, et une phrase) ;
parfois, ce que disent la page de la classe (``BATCH``) et le tableau de notes (``CSV``).
``hostile_zip`` en fait un lot.
"""

from __future__ import annotations

import importlib.util
import io
import json
import os
import re
import socket
import sys
import time
import zipfile
from collections import defaultdict
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import nbformat
import psutil

from helpers import connect
from helpers import server as servers
from kit_minio.checks.lesson_06_api.readings import album, first_level
from kit_minio.checks.model import Context
from kit_minio.grading import grader as correcting
from kit_minio.grading.execute.limits import Limits
from kit_minio.grading.grader import Grader
from kit_minio.grading.model import Copy
from kit_minio.grading.settings import Settings
from tests.support.copies import notebook_of

HOSTILE = Path(__file__).parents[1] / "hostile"
MARKER = "exécuté"
_MEGA = 1024 * 1024
# De quoi finir sur une machine lente et chargée ; les copies qui ne finissent pas ont les leurs.
LIMITS = Limits(
    cell_seconds=60, copy_seconds=150, exam_seconds=60, memory=800 * _MEGA, upload=256 * _MEGA
)


def scenario(path: Path) -> ModuleType:
    """Renvoie une copie hostile, avec ses valeurs par défaut."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    defaults: dict[str, Any] = {
        **{"LESSON": "01", "LEVELS": (0, 1, 2), "SAYS": {}, "REMARK": "", "REMARKS": {}},
        **{"REPLAY": False, "SECONDS": LIMITS.cell_seconds, "CELLS": None, "EXPECTED": {}},
        "HEAVY": False,
        **{"BATCH": "", "CSV": ""},
    }
    vars(module).update(defaults)
    spec.loader.exec_module(module)
    return module


@cache
def _all() -> dict[str, ModuleType]:
    return {path.stem: scenario(path) for path in sorted(HOSTILE.glob("[0-9]*.py"))}


def scenarios(level: int) -> dict[str, ModuleType]:
    """Renvoie les copies qu'un niveau doit arrêter, par nom."""
    return {
        name: module
        for name, module in _all().items()
        if module.CELLS is not None and level in module.LEVELS
    }


def hostile_files() -> dict[str, ModuleType]:
    """Renvoie les lots de fichiers hostiles, par nom."""
    return {name: module for name, module in _all().items() if module.EXPECTED}


def hostile_zip(path: Path, marker: Path) -> None:
    """Écrit un zip de Moodle de tous les fichiers hostiles.

    Args:
        path: le zip.
        marker: le fichier qu'ils créeraient, si l'un d'eux était exécuté.
    """
    notebook = nbformat.writes(notebook_of("01", {})).encode()
    folders: dict[str, Any] = {}
    for module in hostile_files().values():
        folders |= module.copies(notebook)
    with zipfile.ZipFile(path, "w") as archive:
        for number, (folder, files) in enumerate(folders.items(), 100):
            for entry, data in files.items():
                data = data.encode() if isinstance(data, str) else data
                info = entry if isinstance(entry, zipfile.ZipInfo) else zipfile.ZipInfo(entry)
                info.filename = f"{folder}_{number}_assignsubmission_file/{info.filename}"
                archive.writestr(info, data.replace(b"MARKER", str(marker).encode()))


def _peak() -> int:
    """Renvoie la mémoire que ce processus a occupée au plus (RSS), en Mio."""
    return int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]) // 1024


def _listed(name: str) -> str:
    """Renvoie ce qu'une API répond d'un album de la leçon 06, à plat puis en profondeur."""
    drawn = album(Context(None, "", 1, name))  # type: ignore[arg-type]
    lists = (first_level(drawn), drawn)
    return repr([[{"key": key, "size": size} for key, size in one.items()] for one in lists])


def main() -> None:
    level, names = int(sys.argv[1]), sys.argv[2:]
    chosen = scenarios(level)
    if names:
        chosen = {name: chosen[name] for name in names}
    client = connect(quiet=True)
    if not client.bucket_exists(bucket_name="voisin-de-copie"):
        client.make_bucket(bucket_name="voisin-de-copie")
    client.put_object(
        bucket_name="voisin-de-copie", object_name="note", data=io.BytesIO(b"x"), length=1
    )
    canary = socket.create_server(("127.0.0.1", 0))
    nap = f"98765.{os.getpid()}"  # celle de ces copies, et d'aucune autre correction
    words = {
        "CANARY": str(canary.getsockname()[1]),
        "MARKER": str(servers.data_folder() / MARKER),
        "NAP": nap,
        "NEIGHBOUR": "voisin-de-copie",
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
    groups = defaultdict(list)
    for copy in copies:
        groups[chosen[copy.id].REPLAY, chosen[copy.id].SECONDS].append(copy)
    correcting.slowed_down = lambda: False  # d'autres essais occupent cette machine
    for (replay, seconds), batch in groups.items():
        settings = Settings(
            replay_seed=7 if replay else None,
            limits=replace(LIMITS, cell_seconds=seconds),
            level=level,
            minimum_isolation=level,
            accept_no_isolation=level == 0,
            workers=4,
        )
        with Grader(settings) as grader:
            report.setdefault("before", _peak())
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
    report["after"] = _peak()
    report["marker"] = (servers.data_folder() / MARKER).exists()
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
        if process.info["cmdline"] and process.info["cmdline"][-1:] == [nap]
    ]
    report["buckets"] = [
        bucket.name for bucket in client.list_buckets() if re.match(r"k[0-9a-f]{14}-", bucket.name)
    ]
    print(json.dumps(report, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
