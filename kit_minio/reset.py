"""Remettre à zéro : ce que le kit a créé, et rien d'autre."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from helpers import server as servers
from helpers.errors import ServerError
from helpers.s3 import client_for
from helpers.server import Server, docker
from helpers.spaces import remove_bucket, remove_space, spaces_of_kit


@dataclass(frozen=True)
class Plan:
    """Ce qui va être supprimé : des espaces sur un serveur, ou des dossiers de données."""

    where: str
    spaces: tuple[str, ...] = ()
    buckets: tuple[str, ...] = ()
    folders: tuple[Path, ...] = ()
    volume: str | None = None

    @property
    def nothing(self) -> bool:
        """Vrai s'il n'y a rien à supprimer."""
        return not (self.spaces or self.buckets or self.folders or self.volume)

    def __str__(self) -> str:
        lines = [f"Seront supprimés ({self.where}) :"]
        lines += [f"  - l'espace {name} et ses buckets" for name in self.spaces]
        lines += [f"  - le bucket {name}" for name in self.buckets]
        lines += [
            f"  - le dossier {folder} et tous les buckets qu'il contient" for folder in self.folders
        ]
        lines += [f"  - le volume Docker {self.volume} et tous ses buckets"] if self.volume else []
        return "\n".join(lines)


def plan(server: Server | None) -> Plan:
    """Renvoie ce qui serait supprimé, sans rien toucher.

    Args:
        server: le serveur dont on vise les buckets marqués ; ``None`` vise les données entières
            des serveurs du kit.
    """
    if server is None:
        folder = servers.data_folder()
        folders = tuple(folder / way for way in ("embedded", "native") if (folder / way).exists())
        return Plan(
            "toutes les données des serveurs du kit",
            folders=folders,
            volume=docker.volume(),
        )
    spaces, buckets = spaces_of_kit(client_for(server))
    return Plan(f"sur {server.endpoint}", spaces, buckets)


def carry_out(plan: Plan, server: Server | None) -> None:
    """Supprime ce que dit le plan.

    Args:
        plan: ce que ``plan`` a renvoyé pour ce serveur.
        server: le même serveur.

    Raises:
        ServerError: Docker garde le volume.
    """
    if server is None:
        servers.stop()
        if plan.volume and docker.compose("down", "--volumes").returncode:
            project = docker.project()
            raise ServerError(
                f"Docker n'a pas pu supprimer le volume {plan.volume}.",
                f"Supprimez-le avec « docker compose -p {project} down --volumes ».",
            )
        for folder in plan.folders:
            shutil.rmtree(folder)
        return
    client = client_for(server)
    for space in plan.spaces:
        remove_space(client, space)
    for bucket in plan.buckets:
        remove_bucket(client, bucket)
