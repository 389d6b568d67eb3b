"""Se connecter : quel serveur est là, et un client pour lui."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers import server as servers
from helpers.display import say
from helpers.s3 import client_for

if TYPE_CHECKING:
    from minio import Minio


def connect(*, quiet: bool = False) -> Minio:
    """Renvoie un client prêt à l'emploi ; démarre un serveur là où aucun ne tourne.

    Args:
        quiet: n'annonce pas le serveur trouvé.

    Raises:
        SettingsError: une variable manque ou ne se comprend pas.
        ServerError: aucun serveur ne répond et aucun ne peut démarrer.
    """
    server = servers.ensure(say)
    if not quiet:
        say(server.sentence)
    return client_for(server)
