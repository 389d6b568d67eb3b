"""La mémoire que prend l'API d'un élève pendant une demande."""

from __future__ import annotations

import gc
import os
import threading
from types import TracebackType

import psutil

_LOOK_SECONDS = 0.01  # entre deux regards


class Peak:
    """Mesure, le temps d'un ``with``, ce qu'un processus et ses descendants prennent de plus.

    Une lecture d'un fichier projeté en mémoire (``mmap``) ne compte pas.

    Args:
        process: l'identifiant du processus ; ``None`` pour celui-ci.
    """

    def __init__(self, process: int | None) -> None:
        self._family = _family(process) if process else [psutil.Process(os.getpid())]
        gc.collect()  # ce qui attend d'être libéré le serait pendant la mesure
        self._lowest = self._now()
        self._rise = 0
        self._over = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="memoire", daemon=True)

    @property
    def megabytes(self) -> int:
        """La plus forte montée, en Mo."""
        return self._rise // 1_000_000

    def _now(self) -> int:
        total = 0
        for each in self._family:
            try:
                known = each.memory_info()
            except psutil.Error:
                continue  # fini entre-temps
            total += known.rss - getattr(known, "shared", 0)
        return total

    def _watch(self) -> None:
        while not self._over.wait(_LOOK_SECONDS):
            now = self._now()
            self._lowest = min(self._lowest, now)
            self._rise = max(self._rise, now - self._lowest)

    def __enter__(self) -> Peak:
        self._watcher.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._watcher.join()


def _family(process: int) -> list[psutil.Process]:
    """Renvoie un processus et ses descendants ; rien s'il n'est plus là."""
    try:
        found = psutil.Process(process)
        return [found, *found.children(recursive=True)]
    except psutil.Error:
        return []
