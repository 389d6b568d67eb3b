"""Le serveur qu'un étudiant administre, dans un notebook : un par leçon, tant que vit le noyau.

Un gardien le tient (``kit_minio.guardian``). Pendant une correction, c'est le correcteur qui le
démarre (``kit_minio.grading.execute.own``).
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace

from helpers import server as servers
from helpers.display import say
from helpers.server import Server
from helpers.topics.throwaway import guarded
from kit_minio.checks.model import Series

_running: dict[str, tuple[Server, ExitStack]] = {}


def running(series: Series) -> Server:
    """Renvoie le serveur d'une série, qu'il démarre s'il ne répond pas.

    Raises:
        ServerError: il ne démarre pas.
    """
    if series.lesson in _running:
        server, opened = _running[series.lesson]
        if servers.is_ready(replace(server, way="external")):  # ses ports internes sont au gardien
            return server
        stop(series.lesson)
    opened = ExitStack()
    server, _ = opened.enter_context(guarded(series.own_server, {}))
    _running[series.lesson] = server, opened
    say("Un serveur jetable est prêt : vous en êtes l'administrateur, jusqu'à l'arrêt du noyau.")
    return server


def stop(lesson: str) -> None:
    """Arrête le serveur d'une leçon, s'il y en a un, et efface ses données."""
    if lesson in _running:
        _, opened = _running.pop(lesson)
        opened.close()
