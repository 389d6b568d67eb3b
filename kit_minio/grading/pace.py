"""L'avancement d'un lot dans le terminal : combien de copies, et le temps qui reste, arrondi.

Les copies finissent par deux ou trois, et une copie reprise ne prend aucun temps : le temps qui
reste vient donc des dernières copies vraiment exécutées, et ne change que d'un cran visible.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

_RECENT = 12  # copies : assez pour lisser, assez peu pour suivre un changement d'allure
_FEWEST = 3  # copies, avant de promettre quoi que ce soit


class Pace:
    """L'allure d'une correction.

    Args:
        clock: donne l'heure, en secondes.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._ends = deque([clock()], maxlen=_RECENT + 1)
        self._seen = 0

    def left(self, executed: int, remaining: int) -> str:
        """Renvoie le temps qui reste, en mots ; rien tant que trop peu de copies le disent.

        Args:
            executed: les copies exécutées depuis le début.
            remaining: celles qui restent à exécuter.
        """
        now = self._clock()
        for _ in range(executed - self._seen):
            self._ends.append(now)
        self._seen = executed
        if executed < _FEWEST or not remaining:
            return ""
        each = (self._ends[-1] - self._ends[0]) / (len(self._ends) - 1)
        return f"reste {about(each * remaining)}"


def about(seconds: float) -> str:
    """Renvoie une durée comme on la dit : à la minute, puis à cinq, puis à dix minutes."""
    if seconds < 60:
        return "moins d'une minute"
    step = 1 if seconds < 600 else 5 if seconds < 3600 else 10
    minutes = round(seconds / 60 / step) * step
    if minutes < 60:
        return f"environ {minutes} min"
    return f"environ {minutes // 60} h" + (f" {minutes % 60:02}" if minutes % 60 else "")


@contextmanager
def shown(total: int) -> Iterator[Callable[[int, str], None]]:
    """Montre l'avancement dans un terminal, et rien dans un fichier ; donne de quoi le dire.

    Args:
        total: les copies du lot.
    """
    columns = (
        TextColumn("Copies corrigées"),
        BarColumn(),
        TextColumn("{task.completed} sur {task.total}"),
        TextColumn("{task.fields[left]}"),
    )
    console = Console(stderr=True)
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as progress:
        task = progress.add_task("", total=total, left="")
        yield lambda done, left: progress.update(task, completed=done, left=left)
