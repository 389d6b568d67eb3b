"""Se connecter : quel serveur est là, et un client pour lui."""

import os
from pathlib import Path

from minio import Minio
from minio.error import S3Error

from helpers import server as servers
from helpers.display import say
from helpers.errors import ServerError
from helpers.files import ROOT
from helpers.s3 import client_for
from helpers.server import Server, docker
from helpers.server.addresses import unreachable, with_tunnel


def connect(*, quiet: bool = False, users: bool = False, tokens: bool = False) -> Minio:
    """Renvoie un client prêt à l'emploi ; démarre un serveur là où aucun ne tourne.

    Args:
        quiet: n'annonce pas le serveur trouvé.
        users: il faut pouvoir créer des utilisateurs ; si les clés d'un serveur existant, ou d'une
            classe, ne le peuvent pas, ce noyau emploie désormais le serveur embarqué.
        tokens: de même, mais pour des jetons temporaires.

    Raises:
        SettingsError: une variable manque ou ne se comprend pas.
        ServerError: aucun serveur ne répond et aucun ne peut démarrer.
    """
    server = servers.ensure(say)
    if (users or tokens) and not _makes(server, users=users):
        what = "d'utilisateurs" if users else "de jetons temporaires"
        say(f"Vos clés ne créent pas {what} sur {server.endpoint} : ce notebook emploie")
        say("le serveur embarqué du kit, jusqu'au redémarrage du noyau.")
        os.environ.update(KIT_SERVER="embedded", KIT_OUT_OF_CLASS="1")
        server = servers.ensure(say)
    if not quiet:
        say(server.sentence)
        if sentence := unreachable(server.url):
            say(sentence)
        kits = (at for at in (Path.cwd() / "x").parents if (at / "helpers/connection.py").exists())
        if not (other := next(kits, ROOT)).samefile(ROOT):
            say(f"« helpers » vient de {ROOT}, et non de {other}, où est ce notebook.")
    return client_for(server)


def _makes(server: Server, *, users: bool) -> bool:
    """Dit si ces clés créent des utilisateurs, sinon des jetons ; celles du kit le peuvent."""
    if server.way != "external":
        return True
    from helpers.topics.iam import call_sts
    from helpers.topics.tenants import users_of

    try:
        if users:
            users_of(server).exists("kit-essai")
        else:
            call_sts(server, Action="AssumeRole", RoleSessionName="essai")
    except (ServerError, S3Error):
        return False
    return True


def current_server() -> Server:
    """Renvoie le serveur utilisé : son adresse, sa sorte et ses clés ; le démarre au besoin."""
    return servers.ensure(say)


def show_server() -> None:
    """Affiche le serveur utilisé, l'adresse de sa console et l'endroit de ses données."""
    server = current_server()
    say(server.sentence)
    say(f"Console : {with_tunnel(f'http://{server.console}') if server.console else 'aucune'}")
    folder = servers.data_folder() / server.way
    volume = f"dans le volume Docker « {docker.volume_name()} »"
    places = {"external": "sur le serveur existant", "docker": volume}
    here = f"dans le dossier {folder.relative_to(ROOT) if folder.is_relative_to(ROOT) else folder}"
    say(f"Données : {places.get(server.way, here)}")
