"""Corrige une copie de la leçon 01 à chaque niveau demandé : ``grade_one.py 1 1-un-par-copie 2``.

« 0-ordinaire » est le niveau 0 hors de Linux. Écrit une ligne par niveau : ce que la copie a vu
autour d'elle, puis ses points. Elle ne doit voir aucun fichier dont le nom commence par « indice ».
"""

from __future__ import annotations

import sys

from kit_minio import checks as lessons
from kit_minio.grading import grader as module
from kit_minio.grading.execute.limits import Limits
from kit_minio.grading.execute.run import run_notebook
from kit_minio.grading.execute.sandbox.isolation import Isolation
from kit_minio.grading.grader import Grader
from kit_minio.grading.judge.marks import outcomes_of
from kit_minio.grading.settings import Settings
from tests.support.copies import notebook_of

LOOK = """
import os, socket
processes = [name for name in os.listdir("/proc") if name.isdigit()]
seen = [path for path in ("/root/.ssh", "/home", "/opt/kit/tests") if os.path.exists(path)]
for folder, folders, files in os.walk("/"):
    skipped = ("/usr", "/proc", "/sys")
    folders[:] = [name for name in folders if os.path.join(folder, name) not in skipped]
    seen += [os.path.join(folder, name) for name in folders + files if name.startswith("indice")]
try:
    socket.create_connection(("127.0.0.1", 22), timeout=0.2)
    seen.append("un port")
except OSError:
    pass
for folder in ("/", "/etc", "/dev", "/opt/kit", "/opt/kit/kit_minio"):
    try:
        open(os.path.join(folder, "trace"), "w").close()
        seen.append(folder)
    except OSError:
        pass
client.make_bucket(bucket_name=tp.bucket("archives"))
client.make_bucket(bucket_name=tp.bucket("factures"))
raise RuntimeError(f"{f'ouvert : {seen}' if seen else 'isolé'}, "
                   f"{'noyau seul' if len(processes) <= 4 else 'entouré'}")
"""
CHOSEN = {"1-un-par-copie": Isolation(1, False), "0-ordinaire": Isolation(0, False, forks=False)}


def main() -> None:
    find = module.find_isolation
    series = lessons.series("01")
    for asked in sys.argv[1:]:
        level, chosen = int(asked[0]), CHOSEN.get(asked)
        module.find_isolation = (lambda found=chosen, **_: found) if chosen else find
        settings = Settings(
            level=level,
            minimum_isolation=level,
            accept_no_isolation=level == 0,
            limits=Limits(cell_seconds=30),
        )
        with Grader(settings) as grader:
            done = run_notebook(series, notebook_of("01", {"create": LOOK}), grader, 1)
        said = done.errors["create"][0].partition(" : ")[2]
        points = sum(outcome.points for outcome in outcomes_of(done).values())
        print(f"{asked} {said}, {points:g} sur {series.points:g}", flush=True)


if __name__ == "__main__":
    main()
