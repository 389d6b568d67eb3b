"""Un serveur S3 jetable, de la même sorte que celui du kit, qui croit un fournisseur d'identité.

Un serveur S3 apprend à son démarrage à qui il fait confiance : celui du kit, déjà en marche, n'est
pas touché. Le serveur jetable est tenu par un processus gardien (ce module, lancé comme programme),
qui l'arrête et efface ses données dès que le notebook le demande, ou meurt. ``encrypted`` fait de
même un serveur qui parle TLS, et ``inside`` un MinIO à quatre disques.
"""

import base64
import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from string import Template
from typing import Any

from helpers import server as servers
from helpers.errors import KitError, ServerError
from helpers.files import ROOT
from helpers.server import Server
from helpers.topics.oidc import OidcProvider
from helpers.topics.tenants import MinioUsers

Start = Callable[[dict[str, Any], ExitStack], Server]


@contextmanager
def trusting_server(provider: OidcProvider, policy: dict[str, Any]) -> Iterator[Server]:
    """Donne, le temps d'un ``with``, un serveur vide qui croit ce fournisseur d'identité.

    Avec Docker ou un serveur existant, c'est le serveur embarqué qui en tient lieu. ``policy`` est
    ce que permet le rôle du fournisseur ; ``${jwt:preferred_username}`` y vaut le nom du compte.
    Sans durée demandée, une session vit ``provider.seconds`` secondes.

    Raises:
        ServerError: le serveur ne démarre pas.
    """
    asked = ("issuer", "audience", "role", "seconds")
    order = {name: getattr(provider, name) for name in asked} | {"policy": policy}
    with guarded("helpers.topics.throwaway", order) as (server, _):
        yield server


@contextmanager
def guarded(program: str, order: dict[str, Any], way: str = "") -> Iterator[tuple[Server, Path]]:
    """Donne, le temps d'un ``with``, le serveur que démarre un gardien, et le dossier de celui-ci.

    Args:
        program: le module du gardien, qui appelle ``keep``.
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
        [sys.executable, "-m", program],
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
        guardian.wait()
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


def keep(minio: Start, seaweedfs: Start) -> None:
    """Démarre le serveur que décrit l'entrée standard, et le garde jusqu'à ce qu'elle se ferme.

    Args:
        minio: démarre un MinIO, et confie à l'``ExitStack`` de quoi l'arrêter.
        seaweedfs: de même, le serveur embarqué.
    """
    order = json.loads(sys.stdin.readline())
    start = minio if os.environ["KIT_SERVER"] == "native" else seaweedfs
    try:
        with ExitStack() as opened:
            print(json.dumps(asdict(start(order, opened))), flush=True)
            sys.stdin.read()
    except KitError as error:
        print(json.dumps({"fact": error.fact, "remedy": error.remedy}), flush=True)
    finally:
        with suppress(KitError):
            servers.stop()
        shutil.rmtree(servers.data_folder(), ignore_errors=True)


def _start_minio(order: dict[str, Any], _: ExitStack) -> Server:
    """MinIO : une politique du nom du rôle, puis le fournisseur, qu'il lit en redémarrant."""
    admin = MinioUsers(servers.ensure()).admin
    admin.policy_add(policy_name=order["role"], policy=order["policy"])
    settings = {
        "config_url": f"{order['issuer']}/.well-known/openid-configuration",
        "client_id": order["audience"],
        "client_secret": "sans-objet",  # exigé, et inutile : la console ne sert pas
    }
    admin.config_set(key="identity_openid", config=settings)
    servers.stop()
    return servers.ensure()


def _start_seaweedfs(order: dict[str, Any], _: ExitStack) -> Server:
    """SeaweedFS : le fournisseur, le rôle et sa politique, dans un fichier lu au démarrage."""
    template = Path(__file__).with_name("throwaway.json.in").read_text(encoding="utf-8")
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    settings = Template(template).substitute(
        order, signing_key=key, policy=json.dumps(order["policy"])
    )
    folder = servers.data_folder() / "embedded"
    folder.mkdir(parents=True)
    (folder / "iam.json").write_text(settings, encoding="utf-8")
    # SeaweedFS lit dans ce fichier les options que sa ligne de commande ne donne pas.
    (folder / "mini.options").write_text("s3.iam.config=iam.json\n", encoding="utf-8")
    return servers.ensure()


if __name__ == "__main__":
    keep(_start_minio, _start_seaweedfs)
