"""Corrige une copie de la leçon 01 à chaque niveau demandé : ``grade_one.py 1 1-un-par-copie 2``.

Écrit une ligne par niveau : ce que la copie a vu autour d'elle, puis ses points.
"""

from __future__ import annotations

import sys

from kit_minio import checks as lessons
from kit_minio.grading import grader as module
from kit_minio.grading.execute.run import run_notebook
from kit_minio.grading.execute.sandbox.isolation import Isolation
from kit_minio.grading.grader import Grader
from kit_minio.grading.judge.marks import outcomes_of
from kit_minio.grading.settings import Settings
from tests.support.hostile_class import LIMITS, notebook_of

LOOK = """
import os, socket
processes = [name for name in os.listdir("/proc") if name.isdigit()]
hidden = not any(os.path.exists(path) for path in ("/root/.ssh", "/home", "/opt/kit/tests"))
try:
    socket.create_connection(("127.0.0.1", 22), timeout=0.2)
    hidden = False
except OSError:
    pass
hidden = hidden and os.listdir("/opt/kit/kit_minio") == ["grading"]
for folder in ("/", "/etc", "/dev", "/opt/kit", "/opt/kit/kit_minio"):
    try:
        open(os.path.join(folder, "trace"), "w").close()
        hidden = False
    except OSError:
        pass
client.make_bucket(bucket_name=tp.bucket("archives"))
client.make_bucket(bucket_name=tp.bucket("factures"))
raise RuntimeError(f"{'isolé' if hidden else 'ouvert'}, "
                   f"{'noyau seul' if len(processes) <= 4 else 'entouré'}")
"""


def main() -> None:
    find = module.find_isolation
    series = lessons.series("01")
    for asked in sys.argv[1:]:
        level = int(asked[0])
        alone = asked.endswith("un-par-copie")
        module.find_isolation = (lambda **_: Isolation(1, False)) if alone else find
        settings = Settings(level=level, minimum_isolation=level, limits=LIMITS)
        with Grader(settings) as grader:
            done = run_notebook(series, notebook_of("01", {"create": LOOK}), grader, 1)
        said = done.errors["create"][0].partition(" : ")[2]
        points = sum(outcome.points for outcome in outcomes_of(done).values())
        print(f"{asked} {said}, {points:g} sur {series.points:g}", flush=True)


if __name__ == "__main__":
    main()
