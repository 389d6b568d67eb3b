"""La galerie : les images d'une caméra, jour par jour.

Seules les images de la page ouverte sont lues ; leur texte de remplacement dit l'heure et la part
de l'image qui bougeait.
"""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote

import traitlets
from minio import Minio

from helpers.components import Table
from helpers.topics.camera import days, moment_of, shots_of
from helpers.widgets.details import PICTURE
from helpers.widgets.parts import Displayed, Live, script

PAGE = 6  # images affichées à la fois


@dataclass(repr=False)
class Gallery(Displayed):
    """Les images d'une caméra, un jour à la fois : ``gallery(client, bucket)``.

    Args:
        client: le client de ``connect()``.
        bucket: le bucket des images.
        prefix: le début de leurs clés, avant ``AAAA/MM/JJ/``.
    """

    client: Minio
    bucket: str
    prefix: str = "camera/"

    def summary(self) -> Sequence[str | Table]:
        """Renvoie, par jour, le nombre d'images, l'heure de la première et de la dernière."""
        rows = []
        for day in days(self.client, self.bucket, self.prefix):
            # Un jour vidé à l'instant peut rester listé une demi-minute.
            if keys := shots_of(self.client, self.bucket, day, self.prefix):
                first, last = moment_of(keys[0]), moment_of(keys[-1])
                rows.append([_day(first), str(len(keys)), _hour(first), _hour(last)])
        headers = ["Jour", "Images", "Première (UTC)", "Dernière (UTC)"]
        return [Table(headers, rows, "Aucune image.", right=frozenset({"Images"}))]

    def build(self) -> Any:
        """Renvoie le widget, ouvert sur le jour le plus récent."""
        return _View(self)


gallery = Gallery


def picture(client: Minio, bucket: str, key: str) -> dict[str, Any]:
    """Renvoie une image, son texte de remplacement et sa légende."""
    moment = moment_of(key)
    with closing(client.get_object(bucket_name=bucket, object_name=key)) as response:
        response.headers.pop("Content-Encoding", None)  # rien n'est décompressé
        data = response.read(PICTURE)
        name = unquote(response.headers.get("x-amz-meta-camera", "caméra"))
        motion = response.headers.get("x-amz-meta-mouvement", "").replace(".", ",")
    moved = f", mouvement {motion} %" if motion else ""
    label = f"{name}, {_day(moment)} à {_hour(moment)} UTC{moved}"
    return {"label": label, "caption": f"{_hour(moment)}{moved}", "data": data}


def _day(moment: datetime | None) -> str:
    return f"{moment:%d/%m/%Y}" if moment else "–"


def _hour(moment: datetime | None) -> str:
    return f"{moment:%H:%M:%S},{moment.microsecond // 1000:03}" if moment else "–"


class _View(Live):
    """Le widget : ``days`` est la liste des jours, ``page`` ce que l'on voit du jour ouvert."""

    _esm = script("gallery")
    days: Any = traitlets.Dict({"names": [], "open": ""}).tag(sync=True)
    page = traitlets.Dict().tag(sync=True)

    def __init__(self, gallery: Gallery) -> None:
        super().__init__()
        self._where = (gallery.client, gallery.bucket)
        self._prefix = gallery.prefix
        with self.explained():
            self.do_refresh()

    def do_refresh(self) -> None:
        found, opened = list[str](), self.days["open"]
        try:
            found = days(*self._where, self._prefix)
        finally:
            names = [(day, "/".join(reversed(day.split("/")))) for day in reversed(found)]
            self.days = {"names": names, "open": ""}
            self.do_open(opened if opened in found else (found or [""])[-1])

    def do_open(self, day: str) -> None:
        self.days = {**self.days, "open": day}
        self._first, self._keys = 0, list[str]()
        try:
            self._keys = shots_of(*self._where, day, self._prefix) if day else []
        finally:
            self.do_turn(0)

    def do_turn(self, pages: int) -> None:
        self._first += pages * PAGE
        keys, total = self._keys[self._first : self._first + PAGE], len(self._keys)
        pictures: list[dict[str, Any]] = []
        try:
            pictures = [picture(*self._where, key) for key in keys]
        finally:
            span = f"Images {self._first + 1} à {self._first + len(keys)} sur {total}."
            self.page = {
                "pictures": pictures,
                "span": span if keys else "Aucune image.",
                "before": self._first > 0,
                "after": self._first + PAGE < total,
            }
