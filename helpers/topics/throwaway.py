"""Un serveur S3 jetable, de la même sorte que celui du kit, qui croit un fournisseur d'identité.

Celui du kit, déjà en marche, n'est pas touché. Le serveur jetable a un gardien
(``kit_minio.guardian``), qui l'arrête et efface ses données dès que le notebook le demande, ou
meurt. ``encrypted`` fait de même un serveur qui parle TLS, et ``inside`` un MinIO à quatre disques.
"""

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers import server as servers
from helpers.errors import ServerError
from helpers.files import ROOT
from helpers.server import Server

if TYPE_CHECKING:  # avec lui viendrait FastAPI, qu'un gardien et un correcteur n'ont pas à charger
    from helpers.topics.oidc import OidcProvider


@contextmanager
def trusting_server(provider: "OidcProvider", policy: dict[str, Any]) -> Iterator[Server]:
    """Donne, le temps d'un ``with``, un serveur vide qui croit ce fournisseur d'identité.

    Avec Docker ou un serveur existant, c'est le serveur embarqué qui en tient lieu. ``policy`` est
    ce que permet le rôle du fournisseur ; ``${jwt:preferred_username}`` y vaut le nom du compte.
    Sans durée demandée, une session vit ``provider.seconds`` secondes.

    Raises:
        ServerError: le serveur ne démarre pas.
    """
    with guarded("trusting", provider.terms() | {"policy": policy}) as (server, _):
        yield server


@contextmanager
def guarded(kind: str, order: dict[str, Any], way: str = "") -> Iterator[tuple[Server, Path]]:
    """Donne, le temps d'un ``with``, le serveur que démarre un gardien, et le dossier de celui-ci.

    Args:
        kind: la sorte de serveur, pour ``kit_minio.guardian``.
        order: ce qu'il doit démarrer.
        way: ``native`` ou ``embedded`` ; par défaut, la sorte du serveur du kit.

    Raises:
        ServerError: le serveur ne démarre pas.
    """
    way = way or ("native" if servers.ensure().way == "native" else "embedded")
    folder = servers.data_folder() / f"jetable-{secrets.token_hex(4)}"
    ours = {"KIT_DATA": str(folder), "KIT_SERVER": way}
    prefixes = ("MINIO_", "AWS_", "KIT_")
    inherited = {name: os.environ[name] for name in os.environ if not name.startswith(prefixes)}
    guardian = subprocess.Popen(
        [sys.executable, "-m", "kit_minio.guardian", kind],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**inherited, **ours, "PYTHONUTF8": "1"},
        cwd=ROOT,
        encoding="utf-8",
        start_new_session=True,  # un Ctrl-C dans le terminal n'est pas pour lui
    )
    assert guardian.stdin and guardian.stdout  # noqa: S101 - demandés au-dessus
    try:
        with suppress(BrokenPipeError):
            print(json.dumps(order), file=guardian.stdin, flush=True)
        yield parse_answer(guardian.stdout.readline()), folder
    finally:
        with suppress(BrokenPipeError):
            guardian.stdin.close()
        if guardian.wait():  # tué, il laisse son serveur
            subprocess.run([sys.executable, "-m", "kit_minio.leftovers"], cwd=ROOT, check=False)
        guardian.stdout.close()


def parse_answer(line: str) -> Server:
    """Renvoie le serveur que le gardien annonce, en JSON.

    Raises:
        ServerError: il n'a pas démarré ; le gardien dit pourquoi, et le remède.
    """
    try:
        found = json.loads(line)
        if "fact" in found:
            raise ServerError(**found)
        return Server(**found)
    except (ValueError, TypeError):
        raise ServerError.of("throwaway.silent") from None
