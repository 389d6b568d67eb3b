"""Tient lieu de la commande ``docker`` devant podman : ``info``, ``volume``, ``compose``…

``compose`` est le vrai Docker Compose, dans le programme que donne ``KIT_COMPOSE`` ; il parle à
podman par le socket de ``DOCKER_HOST``, comme il parlerait au moteur Docker.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import time
from typing import Any
from urllib.parse import quote

DOCKER_HOST = os.environ["DOCKER_HOST"]
FIRST_PROBE_SECONDS = 1.0  # MinIO est prêt au bout d'une demi-seconde.


class _Connection(http.client.HTTPConnection):
    """Du HTTP sur un socket Unix."""

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(30)
        self.sock.connect(DOCKER_HOST.removeprefix("unix://"))


def get(path: str) -> Any:
    """Renvoie la réponse JSON de l'API du moteur."""
    connection = _Connection("docker")
    try:
        connection.request("GET", path)
        return json.loads(connection.getresponse().read())
    except OSError:
        sys.exit(f"Cannot connect to the Docker daemon at {DOCKER_HOST}.")
    finally:
        connection.close()


def render(value: Any, template: str) -> str:
    """Remplit un ``--format`` de la forme ``{{.ServerVersion}}`` ou ``{{json .}}``."""

    def fill(match: re.Match[str]) -> str:
        found = value
        for name in filter(None, match["path"].split(".")):
            found = found[name]
        return json.dumps(found) if match["json"] or not isinstance(found, str) else found

    return re.sub(r"\{\{\s*(?P<json>json )?(?P<path>\.[\w.]*)\s*\}\}", fill, template)


def compose(arguments: list[str]) -> int:
    """Exécute Docker Compose ; pendant un ``--wait``, sonde la santé des conteneurs.

    Sans systemd, podman ne la sonde jamais de lui-même.
    """
    process = subprocess.Popen([os.environ["KIT_COMPOSE"], *arguments])
    if "--wait" in arguments:
        starting = quote(json.dumps({"health": ["starting"]}))
        while process.poll() is None:
            time.sleep(FIRST_PROBE_SECONDS)
            for container in get(f"/containers/json?filters={starting}"):
                get(f"/v4.0.0/libpod/containers/{container['Id']}/healthcheck")
    return process.wait()


def main(arguments: list[str]) -> int:
    """Exécute la commande et renvoie son code de sortie."""
    match arguments:
        case ["compose", *rest]:
            return compose(rest)
        case ["info" | "version" as command]:
            value = get(f"/{command}")
            print(json.dumps(value, indent=2))
        case ["info", "--format" | "-f", template]:
            print(render(get("/info"), template))
        case ["version", "--format" | "-f", template]:
            # Docker range sous « Server » ce que son API renvoie.
            print(render({"Server": get("/version")}, template))
        case ["volume", "inspect", name]:
            value = get(f"/volumes/{quote(name)}")
            print(json.dumps([value]))
            return 0 if "Name" in value else 1
        case _:
            print(f"docker: commande inattendue : {' '.join(arguments)}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
