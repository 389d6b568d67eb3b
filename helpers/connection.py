"""Se connecter : quel serveur est là, et un client pour lui."""

import os

from minio import Minio

from helpers import server as servers
from helpers.display import say
from helpers.errors import ServerError
from helpers.files import ROOT
from helpers.s3 import client_for
from helpers.server import Server, docker
from helpers.server.addresses import missing_proxy


def connect(*, quiet: bool = False, users: bool = False) -> Minio:
    """Renvoie un client prêt à l'emploi ; démarre un serveur là où aucun ne tourne.

    Args:
        quiet: n'annonce pas le serveur trouvé.
        users: il faut pouvoir créer des utilisateurs ; si les clés d'un serveur existant ne le
            peuvent pas, ce noyau emploie désormais le serveur embarqué.

    Raises:
        SettingsError: une variable manque ou ne se comprend pas.
        ServerError: aucun serveur ne répond et aucun ne peut démarrer.
    """
    server = servers.ensure(say)
    if users and not _makes_users(server):
        say(f"Vos clés ne créent pas d'utilisateurs sur {server.endpoint} : ce notebook emploie")
        say("le serveur embarqué du kit, jusqu'au redémarrage du noyau.")
        os.environ["KIT_SERVER"] = "embedded"
        server = servers.ensure(say)
    if not quiet:
        say(server.sentence)
        if sentence := missing_proxy():
            say(sentence)
    return client_for(server)


def _makes_users(server: Server) -> bool:
    """Dit si ces clés peuvent créer des utilisateurs ; celles du kit le peuvent.

    Dans une classe, que ``kit.py leave`` peut seul quitter, ``tenant`` le dira mieux.
    """
    if server.way != "external" or servers.read_settings().get("KIT_CLASS"):
        return True
    from helpers.topics.tenants import users_of

    try:
        users_of(server).exists("kit-essai")
    except ServerError:
        return False
    return True


def current_server() -> Server:
    """Renvoie le serveur utilisé : son adresse, sa sorte et ses clés ; le démarre au besoin."""
    return servers.ensure(say)


def show_server() -> None:
    """Affiche le serveur utilisé, l'adresse de sa console et l'endroit de ses données."""
    server = current_server()
    say(server.sentence)
    say(f"Console : {f'http://{server.console}' if server.console else 'aucune'}")
    say(f"Données : {_data_place(server)}")


def _data_place(server: Server) -> str:
    """Renvoie l'endroit où ce serveur range ses données, en français."""
    if server.way == "external":
        return "sur le serveur existant"
    if server.way == "docker":
        return f"dans le volume Docker « {docker.volume_name()} »"
    folder = servers.data_folder() / server.way
    return f"dans le dossier {folder.relative_to(ROOT) if folder.is_relative_to(ROOT) else folder}"
