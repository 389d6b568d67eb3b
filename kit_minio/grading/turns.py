"""Les tours des copies : ensemble d'ordinaire, une seule quand rien d'autre ne doit la gêner."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    """Qui passe : plusieurs copies à la fois, ou une seule.

    Attributes:
        wanted: le nombre de copies qui veulent être seules, celle qui l'est comprise.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._running = 0
        self.wanted = 0

    @contextmanager
    def together(self) -> Iterator[None]:
        """Donne un tour, en même temps que d'autres, dès que personne ne veut être seul."""
        with self._changed:
            self._changed.wait_for(lambda: not self.wanted)
            self._running += 1
        try:
            yield
        finally:
            self._leave()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Donne un tour dès que tous les autres sont finis ; aucun ne commence avant la fin."""
        with self._changed:
            self.wanted += 1
            self._changed.wait_for(lambda: not self._running)
            self._running += 1
        try:
            yield
        finally:
            with self._changed:
                self.wanted -= 1
            self._leave()

    def _leave(self) -> None:
        with self._changed:
            self._running -= 1
            self._changed.notify_all()
