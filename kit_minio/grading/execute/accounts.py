"""Les utilisateurs d'un MinIO, gérés dans un programme à part.

L'API d'administration de MinIO chiffre ses échanges par une clé qu'Argon2 dérive en 64 Mio : huit
copies à la fois en feraient un correcteur énorme. Entre une ligne de JSON, sort sa réponse ; le
programme s'arrête avec le correcteur. Les clés passent par ses tubes, jamais par ses arguments.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import asdict
from typing import IO, Any, cast

from urllib3.exceptions import HTTPError

from helpers.errors import KitError, ServerError
from helpers.files import ROOT
from helpers.server import Server
from helpers.topics.tenants import IamUsers, users_of

_DEAD = "Le programme qui gère les utilisateurs du serveur S3 s'est arrêté."
_AGAIN = "Relancez la même commande."
_child: list[subprocess.Popen[str]] = []
_one_at_a_time = threading.Lock()


def create(server: Server, name: str, policy: Mapping[str, Any]) -> tuple[str, str]:
    """Crée un utilisateur et ses droits ; renvoie ses deux clés.

    Raises:
        ServerError: le serveur refuse, ou ne répond pas.
    """
    access_key, secret_key = _ask(server, "create", name=name, policy=policy)
    return access_key, secret_key


def names(server: Server) -> list[str]:
    """Renvoie les noms de tous les utilisateurs du serveur.

    Raises:
        ServerError: le serveur refuse, ou ne répond pas.
    """
    return cast("list[str]", _ask(server, "names"))


def remove(server: Server, name: str) -> None:
    """Supprime un utilisateur, avec ses clés et sa politique.

    Raises:
        ServerError: le serveur refuse, ou ne répond pas.
    """
    _ask(server, "remove", name=name)


def _ask(server: Server, action: str, **options: Any) -> Any:
    if isinstance(users_of(server), IamUsers):  # rien n'y est chiffré
        answer = _do(server, action, options)
    else:
        line = json.dumps({"server": asdict(server), "action": action, "options": options})
        with _one_at_a_time:
            said = _say(f"{line}\n")
        answer = json.loads(said) if said else {"fault": (_DEAD, _AGAIN)}
    if "fault" in answer:
        raise ServerError(*answer["fault"])
    return answer["found"]


def _say(line: str) -> str:
    """Donne une ligne au programme à part, et renvoie la sienne ; vide s'il meurt."""
    if not _child or _child[-1].poll() is not None:
        command = [sys.executable, "-m", "kit_minio.grading.execute.accounts"]
        started = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            encoding="utf-8",
            start_new_session=True,  # un Ctrl-C dans le terminal n'est pas pour lui
        )
        _child[:] = [started]
    child = _child[-1]
    try:
        (stdin := cast("IO[str]", child.stdin)).write(line)
        stdin.flush()
    except OSError:
        return ""
    return cast("IO[str]", child.stdout).readline()


def _do(server: Server, action: str, options: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"found": getattr(users_of(server), action)(**options)}
    except KitError as error:
        return {"fault": (error.fact, error.remedy)}
    except HTTPError as error:
        return {"fault": (f"Le serveur S3 ne répond pas ({error}).", _AGAIN)}


if __name__ == "__main__":
    for order in map(json.loads, sys.stdin):
        found = _do(Server(**order["server"]), order["action"], order["options"])
        print(json.dumps(found), flush=True)
