"""Un MinIO jetable à quatre disques, que la leçon 18 remplit, abîme et répare.

Où il n'y a pas de MinIO, la leçon se lit : chaque cellule redonne la sortie enregistrée.
"""

import json
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import urllib3
from IPython.core.getipython import get_ipython
from IPython.display import publish_display_data
from minio import MinioAdmin
from minio.credentials.providers import StaticProvider
from minio.error import MinioAdminException, MinioException

from helpers.display import say
from helpers.errors import ServerError
from helpers.files import ROOT
from helpers.s3 import HttpPool, client_for
from helpers.server import native
from helpers.topics.throwaway import guarded

_COUNT = 4
_WAY = "disks"  # le nom de son dossier
_SECONDS = 90.0  # sur une machine très chargée, MinIO met du temps à voir un disque
_LESSON = "18"


class Disks:
    """Un MinIO à quatre disques : des dossiers, ``disque1`` à ``disque4``.

    Attributes:
        server: où il est, avec ses clés.
        folder: le dossier de ses disques.
        client: un client S3.
        admin: un client de son API d'administration.
    """

    def __init__(self) -> None:
        self._opened = ExitStack()
        self.server, folder = self._opened.enter_context(
            guarded("disks", {"way": _WAY, "count": _COUNT}, "native")
        )
        self.folder = folder / _WAY
        self.client = client_for(self.server)
        self.admin = MinioAdmin(
            endpoint=self.server.endpoint,
            credentials=StaticProvider(self.server.access_key, self.server.secret_key),
            secure=False,
            http_client=HttpPool(),
        )

    def unplug(self, number: int) -> None:
        """Débranche un disque : un fichier vide prend sa place. Attend que MinIO l'ait vu."""
        disk = self._disk(number)
        disk.rename(self._aside(number))
        disk.touch()
        self._wait(lambda: not self._online(number))

    def plug(self, number: int) -> None:
        """Rebranche un disque, tel qu'il était. Attend que MinIO l'ait vu."""
        self._disk(number).unlink()
        self._aside(number).rename(self._disk(number))
        self._wait(lambda: self._online(number))

    def replace(self, number: int) -> None:
        """Met un disque neuf, vide, à la place de celui qui est débranché."""
        self._disk(number).unlink()
        self._disk(number).mkdir()

    def restart(self) -> None:
        """Redémarre MinIO, et attend qu'il réponde de nouveau."""
        self._wait(lambda: self._uptime() >= 1)
        before = self._uptime()
        self.admin.service_restart()
        self._wait(lambda: self._uptime() < before)

    def close(self) -> None:
        """Arrête MinIO, et efface ses disques."""
        self._opened.close()

    def __repr__(self) -> str:
        return f"MinIO à {_COUNT} disques"

    def _disk(self, number: int) -> Path:
        return self.folder / f"disque{number}"

    def _aside(self, number: int) -> Path:
        return self.folder / f"debranche{number}"

    def _online(self, number: int) -> bool:
        """Dit si MinIO se sert d'un disque : il ne le sait qu'en y touchant."""
        with suppress(MinioException):  # trop de disques manquent
            self.client.bucket_exists(bucket_name="sonde")
        name = f"disque{number}"
        return any(
            drive["state"] == "ok"
            for drive in self._node()["drives"]
            if drive["endpoint"].endswith(name)
        )

    def _uptime(self) -> int:
        return int(self._node()["uptime"])

    def _node(self) -> dict[str, Any]:
        """Renvoie ce que MinIO dit de lui-même, quand il se dit prêt."""
        found = json.loads(self.admin.info())
        (node,) = found["servers"]
        return dict(node) if found["mode"] == "online" else {}

    def _wait(self, done: Callable[[], bool]) -> None:
        deadline = time.monotonic() + _SECONDS
        while time.monotonic() < deadline:
            try:
                if done():
                    return
            except (MinioAdminException, urllib3.exceptions.HTTPError, LookupError):
                pass  # il redémarre, ou vient de perdre un disque
            time.sleep(0.2)
        raise ServerError.of("throwaway.unseen")


def open_disks() -> Disks | None:
    """Ouvre un MinIO jetable à quatre disques, à fermer par ``close()``.

    Sans programme ``minio`` ni ``silo`` sur le PATH, renvoie ``None`` : chaque cellule qui suit
    redonne alors sa sortie enregistrée.

    Raises:
        ServerError: MinIO ne démarre pas.
    """
    if native.program():
        disks = Disks()
        say(f"Serveur S3 : MinIO jetable à {_COUNT} disques, sur {disks.server.endpoint}.")
        return disks
    say(
        "Serveur S3 : MinIO seulement, et aucun programme minio n'est sur cette machine ; les "
        "cellules suivantes redonnent la sortie enregistrée dans le cours, sans rien exécuter."
    )
    if (shell := get_ipython()) and _replayed not in shell.input_transformers_cleanup:
        shell.input_transformers_cleanup.append(_replayed)
    return None


def _replayed(lines: list[str]) -> list[str]:
    """Remplace une cellule par celle qui redonne sa sortie enregistrée."""
    source = "".join(lines)
    if "open_disks()" in source:
        return lines
    return [f"__import__({__name__!r}, fromlist=['x']).recorded({source!r})\n"]


@dataclass(frozen=True)
class _Result:
    """La valeur qu'une cellule montre, dans chacune de ses formes."""

    data: dict[str, Any]

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return self.data


def recorded(source: str) -> _Result | None:
    """Redonne la sortie enregistrée d'une cellule du cours ; sinon, dit ce qu'il lui faudrait."""
    cells = json.loads(next((ROOT / "notebooks").glob(f"{_LESSON}-*.ipynb")).read_text("utf-8"))
    for cell in cells["cells"]:
        if cell["cell_type"] == "code" and "".join(cell["source"]).strip() == source.strip():
            return _shown(cell["outputs"])
    say(
        "MinIO seulement : cette cellule n'est pas celle du cours, et aucun programme minio n'est "
        "sur cette machine pour l'exécuter."
    )
    return None


def _shown(outputs: list[dict[str, Any]]) -> _Result | None:
    result = None
    for output in outputs:
        data = {kind: _joined(value) for kind, value in output.get("data", {}).items()}
        if output["output_type"] == "stream":
            print("".join(output["text"]), end="")
        elif output["output_type"] == "execute_result":
            result = _Result(data)
        else:
            publish_display_data(data)
    return result


def _joined(value: Any) -> Any:
    """Un texte est enregistré ligne par ligne."""
    return "".join(value) if isinstance(value, list) else value
