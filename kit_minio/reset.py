"""Remettre à zéro : ce que le kit a créé, et rien d'autre."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from minio.error import S3Error

from helpers import server as servers
from helpers.errors import ServerError
from helpers.s3 import client_for
from helpers.server import Server, docker
from helpers.spaces import erase_bucket, space_buckets, spaces_of_kit
from kit_minio.upkeep import drop_bucket

if TYPE_CHECKING:
    from minio import Minio

# L'espace d'une copie, qu'une correction interrompue a laissé.
_OF_A_COPY = re.compile(r"k[0-9a-f]{14}-")
_LOST = (
    "Disparaîtront avec eux : les objets déposés, l'avancement des exercices, leurs points et les "
    "réponses données."
)
_KEPT = "Resteront : vos notebooks, avec le code que vous y avez écrit, et les réglages du kit."


@dataclass(frozen=True)
class Plan:
    """Ce qui va être supprimé : des espaces sur un serveur, ou des dossiers de données.

    Attributes:
        others: les buckets de ce serveur que le kit n'efface pas.
    """

    where: str
    spaces: tuple[str, ...] = ()
    buckets: tuple[str, ...] = ()
    folders: tuple[Path, ...] = ()
    volume: str | None = None
    others: tuple[str, ...] = ()

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
        return "\n".join([*lines, _LOST, _KEPT, *self.kept])

    @property
    def kept(self) -> list[str]:
        """Ce qu'il faut dire de ce qui restera."""
        if not self.others:
            return []
        shown = ", ".join(self.others[:10]) + ("…" if self.others[10:] else "")
        one = len(self.others) == 1
        return [
            f"{'Reste un bucket' if one else f'Restent {len(self.others)} buckets'} que ce kit n'a "
            f"pas marqué{'' if one else 's'}, et n'efface donc pas : {shown}."
        ]


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
    client = client_for(server)
    spaces, marked = spaces_of_kit(client)
    names = [bucket.name for bucket in client.list_buckets()]
    copies = [name for name in names if server.way != "external" and _OF_A_COPY.match(name)]
    buckets = tuple(sorted({*marked, *copies}))
    others = [
        name
        for name in names
        if name not in buckets and not any(f"{name}-".startswith(f"{space}-") for space in spaces)
    ]
    return Plan(f"sur {server.endpoint}", spaces, buckets, others=tuple(others))


def carry_out(plan: Plan, server: Server | None) -> None:
    """Supprime ce que dit le plan.

    Args:
        plan: ce que ``plan`` a renvoyé pour ce serveur.
        server: le même serveur.

    Raises:
        ServerError: Docker garde le volume, ou un verrou garde un objet.
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
    doomed = [bucket for space in plan.spaces for bucket in space_buckets(client, space)]
    resisting: list[ServerError] = []
    for bucket in (*doomed, *plan.buckets):
        try:
            _erase(client, bucket)
        except ServerError as error:
            resisting.append(error)
    if resisting:
        raise resisting[0]


def _erase(client: Minio, bucket: str) -> None:
    """Efface un bucket, verrous compris là où c'est possible.

    Raises:
        ServerError: un verrou retient un objet.
    """
    try:
        erase_bucket(client, bucket)
    except (S3Error, ServerError):
        if not drop_bucket(bucket):
            raise
