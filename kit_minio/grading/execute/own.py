"""Le serveur qu'une copie administre : un serveur jetable par exécution, hors du bac à sable.

Un gardien le tient (``kit_minio.guardian``) : il l'arrête et efface ses données à la fin, que la
correction le demande ou meure. La copie en a les clés d'administrateur, et n'y arrive que par un
relais qui compte ses octets et choisit ce qu'elle demande (``administration``).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from kit_minio.grading.execute.credentials import Space, new_name

if TYPE_CHECKING:
    from helpers.server import Server


@contextmanager
def open_own(kind: str, server: Server, *, label: str = "") -> Iterator[Space]:
    """Donne, le temps d'un ``with``, un espace dont le serveur est à la copie.

    Args:
        kind: la sorte de ce serveur, dans ``guardian.KINDS``.
        server: le serveur de la correction, qui en dit le logiciel : avec Docker ou un serveur
            existant, c'est le serveur embarqué.
        label: l'étiquette de la correction.

    Raises:
        ServerError: il ne démarre pas.
    """
    # Ici seulement : il charge de quoi signer des jetons, 20 Mio dont peu de leçons ont besoin.
    from helpers.topics.throwaway import guarded

    way = "native" if server.way == "native" else "embedded"
    with guarded(kind, {}, way) as (own, _):
        yield Space(new_name(label), replace(own, way="external", pid=None, console=None))
