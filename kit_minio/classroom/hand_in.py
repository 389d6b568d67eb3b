"""Remettre un notebook : tel qu'il est enregistré, il devient une version de plus dans le store."""

from __future__ import annotations

import hashlib
import io
import json
import os
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from minio.error import S3Error
from urllib3.exceptions import HTTPError

from helpers import server as servers
from helpers.components import Card
from helpers.errors import (
    KIT,
    ContentError,
    ServerError,
    SettingsError,
    explain,
    system_cause,
)
from helpers.french import moment, size
from helpers.s3 import client_for
from kit_minio.classroom.entrance import HAND_INS
from kit_minio.classroom.joining import joined

if TYPE_CHECKING:
    from minio import Minio

MOST = 64 * 2**20  # octets : ce que lit la correction
_UNSAVED = (
    "Des cellules exécutées depuis ne sont pas dans ce fichier : enregistrez le notebook (Ctrl+S), "
    "puis remettez-le de nouveau. La dernière remise compte."
)


@dataclass
class Watch:
    """Ce qui est exécuté dans un notebook : de quoi voir qu'il n'est pas enregistré.

    Attributes:
        seen: par identifiant de cellule, le dernier texte exécuté, et quand.
    """

    seen: dict[str, tuple[str, float]] = field(default_factory=dict)

    def start(self) -> None:
        """Suit les cellules de ce notebook, à partir de la suivante ; rien hors d'un notebook."""
        shell = _shell()
        if shell is not None:
            shell.events.register("pre_run_cell", self._note)

    def _note(self, info: Any) -> None:
        if getattr(info, "cell_id", None):
            self.seen[info.cell_id] = (info.raw_cell, time.time())

    def unsaved(self, notebook: dict[str, Any], saved: float) -> bool:
        """Dit si ce qui a été exécuté n'est pas dans le fichier.

        Args:
            notebook: le notebook, tel qu'il est enregistré.
            saved: quand il l'a été, en secondes.
        """
        cells = {cell.get("id"): _source(cell) for cell in notebook["cells"]}
        return any(
            cells[cell].rstrip() != source.rstrip() if cell in cells else when > saved
            for cell, (source, when) in self.seen.items()
        )


def hand_in(name: str, watch: Watch, path: str | Path | None = None) -> Card:
    """Remet un notebook, et renvoie le reçu.

    Args:
        name: le nom du notebook de la série, ``01-buckets.ipynb``.
        watch: ce qui y a été exécuté.
        path: le fichier ; par défaut, celui de ce notebook.

    Raises:
        KitError: ce kit n'est dans aucune classe, le fichier ne se lit pas, ou le serveur n'en
            veut pas.
    """
    room = current_room()
    file = _file(name, path)
    data, notebook = _read(file)
    digest = hashlib.sha256(data).hexdigest()
    key = f"{HAND_INS}{name}"
    client = client_for(servers.ensure())
    try:
        client.put_object(
            bucket_name=room,
            object_name=key,
            data=io.BytesIO(data),
            length=len(data),
            content_type="application/x-ipynb+json",
            metadata={"sha256": digest},
        )
    except (S3Error, HTTPError) as error:
        raise _not_received(error) from error
    received = client.stat_object(bucket_name=room, object_name=key)
    lines = [
        f"« {file.name} », {size(len(data))}, reçu le {moment(received.last_modified)} à l'heure "
        f"du serveur. C'est votre remise n° {_count(client, room, key)}.",
        f"Empreinte SHA-256 : {digest[:16]}…{digest[-8:]}",
    ]
    unsaved = watch.unsaved(notebook, file.stat().st_mtime)
    return Card(
        "à revoir" if unsaved else "remis", name, (*lines, *([_UNSAVED] if unsaved else []))
    )


def _not_received(error: S3Error | HTTPError) -> ServerError:
    """Renvoie l'erreur d'une remise que le serveur n'a pas prise ; celles d'avant y sont encore."""
    code, known = getattr(error, "code", None) or "", explain(error)
    fact = known.fact if known else "Le serveur ne répond pas comme attendu."
    # Le disque et le serveur sont à l'enseignant.
    remedy = "Prévenez l'enseignant, puis recommencez."
    if known and code.startswith("Classe"):  # le passage dit lui-même ce qui manque
        remedy = known.remedy
    elif code == "XMinioAdminBucketQuotaExceeded":
        fact = "Vos remises occupent toute la place que la classe vous donne."
        remedy = (
            "Effacez les sorties de ce notebook, enregistrez-le et recommencez ; s'il est déjà "
            "léger, prévenez l'enseignant."
        )
    return ServerError(f"Cette remise n'est pas arrivée ; les précédentes restent. {fact}", remedy)


def current_room() -> str:
    """Renvoie le bucket de cet étudiant dans sa classe.

    Raises:
        SettingsError: ce kit n'est dans aucune classe.
    """
    known = joined()
    if known is None:
        raise SettingsError(
            "Ce kit n'est dans aucune classe.",
            f"« {KIT} join », avec la ligne de votre carte, en rejoint une.",
        )
    return known["KIT_CLASS_BUCKET"]


def _file(name: str, path: str | Path | None) -> Path:
    """Renvoie le fichier de ce notebook : JupyterLab et VS Code disent lequel."""
    if path is not None:
        return Path(path)
    shell = _shell()
    names = shell.user_ns if shell is not None else {}
    said = names.get("__vsc_ipynb_file__") or os.environ.get("JPY_SESSION_NAME", "")
    return Path(said) if said.endswith(".ipynb") and Path(said).is_file() else Path(name)


def _read(file: Path) -> tuple[bytes, dict[str, Any]]:
    """Lit un notebook.

    Raises:
        ContentError: ce n'en est pas un, ou il est trop gros.
    """
    remedy = 'Donnez son chemin : tp.hand_in("dossier/notebook.ipynb").'
    try:
        with file.open("rb") as stream:
            data = stream.read(MOST + 1)
        notebook = json.loads(data) if len(data) <= MOST else {"cells": []}
        if not isinstance(notebook["cells"], list):
            raise TypeError
    except OSError as error:
        raise ContentError(f"{file} ne se lit pas ({system_cause(error)}).", remedy) from error
    except (ValueError, LookupError, TypeError) as error:
        raise ContentError(f"{file} n'est pas un notebook.", remedy) from error
    if len(data) > MOST:
        raise ContentError(
            f"{file} dépasse 64 Mio.", "Effacez ses sorties, enregistrez-le, puis recommencez."
        )
    return data, notebook


def _count(client: Minio, bucket: str, key: str) -> int:
    found = client.list_objects(bucket_name=bucket, prefix=key, include_version=True)
    return sum(item.object_name == key and not item.is_delete_marker for item in found)


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)


def _shell() -> Any:
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython else None
