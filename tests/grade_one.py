"""Corrige une copie juste de la leçon 01 à chaque niveau demandé : ``grade_one.py 1 2``.

Écrit une ligne par niveau. La copie regarde ce qu'elle voit avant de répondre.
"""

from __future__ import annotations

import sys

from hostile_class import LIMITS, notebook_of

from helpers.grading import run
from helpers.grading.isolation import Isolation
from helpers.grading.model import Copy
from helpers.grading.run import Grader, Settings

LOOK = """
import os, socket
processes = [name for name in os.listdir("/proc") if name.isdigit()]
hidden = not any(os.path.exists(path) for path in ("/root/.ssh", "/home", "/opt/kit/tests"))
try:
    socket.create_connection(("127.0.0.1", 22), timeout=0.2)
    hidden = False
except OSError:
    pass
hidden = hidden and not os.listdir("/opt/kit/helpers/lessons")
client.make_bucket(bucket_name=tp.bucket("archives"))
client.make_bucket(bucket_name=tp.bucket("factures"))
raise RuntimeError(f"{'isolé' if hidden else 'ouvert'}, "
                   f"{'noyau seul' if len(processes) <= 4 else 'entouré'}")
"""


def main() -> None:
    for asked in sys.argv[1:]:
        level = int(asked[0])
        if asked.endswith("un-par-copie"):
            run.find_isolation = lambda **_: Isolation(1, False)
        settings = Settings(level=level, minimum_isolation=level, replay_seed=None, limits=LIMITS)
        with Grader(settings) as grader:
            notebook = notebook_of("01", {"create": LOOK})
            heard = []
            pilot = run.Pilot._execute

            def listen(self: run.Pilot, source: str, name: str, pilot: object = pilot) -> None:
                pilot(self, source, name)  # type: ignore[operator]
                heard.extend(self.run.errors.get("create", [])[:1])

            run.Pilot._execute = listen  # type: ignore[method-assign]
            result = grader.grade(Copy("une", "Une", notebooks={"01": notebook}))
            run.Pilot._execute = pilot  # type: ignore[method-assign]
        said = heard[0].partition(" : ")[2] if heard else "rien"
        print(f"{asked} {said}, {result.points:g} sur {result.out_of:g}", flush=True)


if __name__ == "__main__":
    main()
