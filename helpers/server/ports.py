"""Les ports de cette machine : lesquels sont libres, et les réserver le temps d'un démarrage."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from helpers.errors import ServerError

FIRST_PORT = 9000


@contextmanager
def free_ports(candidates: Iterator[int], offsets: tuple[int, ...]) -> Iterator[int]:
    """Réserve le premier port P proposé tel que tous les P + offset soient libres.

    P + 9 reste pris pendant le démarrage : il écarte les autres kits qui démarrent au même instant
    sur cette machine.

    Raises:
        ServerError: aucun ne l'est.
    """
    for port in candidates:
        with socket.socket() as guard:
            try:
                guard.bind(("127.0.0.1", port + 9))
            except OSError:
                continue
            ports = [port + offset for offset in offsets]
            if all(is_free(p) and not _left_by_another(p) for p in ports):
                yield port
                return
    raise ServerError.of("server.ports")


def candidates(first: int) -> Iterator[int]:
    """Propose des ports de départ : ``first``, celui de la dernière fois, puis de dix en dix."""
    yield first
    yield from (port for port in range(FIRST_PORT, 20000, 10) if port != first)


def is_free(port: int) -> bool:
    """Dit si un serveur de cette machine peut prendre ce port, et y être joint."""
    endpoint = f"127.0.0.1:{port}"
    # macOS laisse prendre 127.0.0.1 quand un programme écoute sur toutes les adresses.
    if listening(endpoint, 0.2):
        return False
    with socket.socket() as probe:
        if os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen()
        except OSError:
            return False
        # Un moteur de conteneurs tué détourne encore les ports de ceux qu'il faisait tourner.
        return listening(endpoint, 0.2)


def listening(endpoint: str, seconds: float = 1.0) -> bool:
    """Dit si un programme accepte les connexions à cette adresse, ``hôte:port``."""
    host, port = endpoint.rsplit(":", 1)
    with suppress(OSError), socket.create_connection((host, int(port)), timeout=seconds):
        return True
    return False


def _left_by_another(port: int) -> bool:
    """Dit si un SeaweedFS tué, d'un autre compte, a laissé dans /tmp son socket pour ce port.

    SeaweedFS ne sait pas s'en passer, et seul ce compte peut l'effacer.
    """
    if os.name != "posix":
        return False
    left = Path("/tmp").glob(f"seaweedfs-*-grpc-{port}.sock")  # noqa: S108
    return any(path.stat().st_uid != os.getuid() for path in left)
