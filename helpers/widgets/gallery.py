"""La galerie : les images d'une caméra, jour par jour.

Seules les images de la page ouverte sont lues ; leur texte de remplacement dit l'heure et la part
de l'image qui bougeait.
"""

import base64
import html
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import unquote

import ipywidgets as w
from minio import Minio

from helpers.display import Table
from helpers.topics.camera import days, moment_of, shots_of
from helpers.widgets.parts import WRAP, Displayed, Pager, button, explained

PAGE = 6  # images affichées à la fois
_BIGGEST = 5 * 1024 * 1024  # octets : au-delà, une image ne passe pas par le noyau


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
        return _View(self).box


gallery = Gallery


def picture(client: Minio, bucket: str, key: str) -> str:
    """Renvoie une image et sa légende, en HTML."""
    moment = moment_of(key)
    with closing(client.get_object(bucket_name=bucket, object_name=key)) as response:
        response.headers.pop("Content-Encoding", None)  # rien n'est décompressé
        data = response.read(_BIGGEST)
        name = unquote(response.headers.get("x-amz-meta-camera", "caméra"))
        motion = response.headers.get("x-amz-meta-mouvement", "").replace(".", ",")
    moved = f", mouvement {motion} %" if motion else ""
    label = html.escape(f"{name}, {_day(moment)} à {_hour(moment)} UTC{moved}")
    source = base64.b64encode(data).decode()
    return (
        f'<figure><img alt="{label}" src="data:image/jpeg;base64,{source}">'
        f"<figcaption>{html.escape(_hour(moment))}{html.escape(moved)}</figcaption></figure>"
    )


def _day(moment: datetime | None) -> str:
    return f"{moment:%d/%m/%Y}" if moment else "–"


def _hour(moment: datetime | None) -> str:
    return f"{moment:%H:%M:%S},{moment.microsecond // 1000:03}" if moment else "–"


class _View:
    """Le widget : un bouton par jour, les images du jour page par page."""

    def __init__(self, gallery: Gallery) -> None:
        self._where = (gallery.client, gallery.bucket)
        self._prefix = gallery.prefix
        self._day, self._keys = "", list[str]()
        self._days, self._page, self._error = w.HBox(layout=WRAP), w.HTML(), w.HTML()
        refresh = button("Actualiser", "refresh", self._list)
        self._pager = Pager(("Précédentes", "Suivantes"), refresh, self._show)
        tools = w.HBox([refresh, *self._pager.parts], layout=WRAP)
        self.box = w.VBox([self._days, tools, self._error, self._page])
        self._list()

    def _list(self) -> None:
        """Relit les jours, et ouvre le plus récent si celui d'avant n'est plus là."""
        found: list[str] = []
        with explained(self._error):
            found = days(*self._where, self._prefix)
        self._days.children = [
            button(_shown(day), "", partial(self._open, day)) for day in reversed(found)
        ]
        if self._error.value:
            self._keys = []
            self._show()
        else:
            self._open(self._day if self._day in found else (found or [""])[-1])

    def _open(self, day: str) -> None:
        """Ouvre un jour, à sa première page."""
        self._day, self._pager.number, self._keys = day, 0, []
        with explained(self._error):
            if day:
                self._keys = shots_of(*self._where, day, self._prefix)
        for one in self._days.children:
            # aria-pressed n'existe pas dans ipywidgets : le signe se lit comme il se voit.
            name = one.description.removeprefix("✓ ")
            one.description = f"✓ {name}" if name == _shown(day) else name
        self._show()

    def _show(self) -> None:
        """Montre la page courante."""
        first, total = self._pager.number * PAGE, len(self._keys)
        keys, figures = self._keys[first : first + PAGE], ""
        if not self._error.value:
            with explained(self._error):
                figures = "".join(picture(*self._where, key) for key in keys)
        self._page.value = f'<div class="kit-figures">{figures}</div>'
        span = f"Images {first + 1} à {first + len(keys)} sur {total}." if keys else "Aucune image."
        self._pager.tell(
            "" if self._error.value else span, before=first > 0, after=first + PAGE < total
        )


def _shown(day: str) -> str:
    """Renvoie un jour comme il s'écrit : ``29/03/2025``."""
    return "/".join(reversed(day.split("/")))
