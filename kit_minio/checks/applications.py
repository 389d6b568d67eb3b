"""Une application mise en service dans ce processus, le temps d'une vérification."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kit_minio.answering.application import start


@contextmanager
def in_service(app: Any) -> Iterator[str]:
    """Met une application en service le temps d'un ``with``, sans un mot ; donne son adresse.

    Raises:
        AnswerError: ce n'est pas une application FastAPI, ou elle ne démarre pas.
    """
    logger = logging.getLogger("uvicorn.error")
    logger.disabled = True  # jusqu'à l'arrêt : des erreurs sont provoquées exprès
    listener = socket.create_server(("127.0.0.1", 0))
    api = None
    try:
        api = start(app, listener)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        if api is None:
            listener.close()
        else:
            api.stop()  # uvicorn ferme la socket, plus tard si une route retient sa boucle
        logger.disabled = False
