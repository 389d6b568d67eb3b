"""Remettre à zéro : ce que le kit a créé, et rien d'autre."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from helpers import server as servers
from helpers.client import client_for, remove_bucket, remove_space, spaces_of_kit
from helpers.errors import ServerError


@dataclass(frozen=True)
class Plan:
    """Ce qui va être supprimé : des espaces sur un serveur, ou des dossiers de données."""

    where: str
    spaces: tuple[str, ...] = ()
    buckets: tuple[str, ...] = ()
    folders: tuple[Path, ...] = ()
    volume: bool = False

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
        lines += ["  - le volume Docker du kit et tous ses buckets"] if self.volume else []
        return "\n".join(lines)


def plan(everything: bool) -> Plan:
    """Renvoie ce qui serait supprimé, sans rien toucher.

    Args:
        everything: vise les données entières des serveurs du kit, non les seuls buckets marqués.

    Raises:
        ServerError: le serveur qui porte les buckets ne répond pas.
    """
    if everything:
        folder = servers.data_folder()
        folders = tuple(folder / way for way in ("embedded", "native") if (folder / way).exists())
        state = servers.find()
        volume = state is not None and state.way == "docker"
        return Plan("toutes les données des serveurs du kit", folders=folders, volume=volume)
    server = servers.find() or servers.ensure()
    client = client_for(server)
    spaces, buckets = spaces_of_kit(client)
    return Plan(f"sur {server.endpoint}", spaces, buckets)


def carry_out(plan: Plan) -> None:
    """Supprime ce que dit le plan."""
    if plan.folders or plan.volume:
        servers.stop()
        if plan.volume and servers.compose("down", "--volumes").returncode:
            raise ServerError(
                "Docker n'a pas pu supprimer le volume du kit.",
                "Supprimez-le avec « docker compose down --volumes » dans le dossier du kit.",
            )
        for folder in plan.folders:
            shutil.rmtree(folder)
        return
    client = client_for(servers.ensure())
    for space in plan.spaces:
        remove_space(client, space)
    for bucket in plan.buckets:
        remove_bucket(client, bucket)
