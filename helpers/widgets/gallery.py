"""La galerie : les images d'une caméra, jour par jour.

Seules les images de la page ouverte sont lues ; leur texte de remplacement dit l'heure et la part
de l'image qui bougeait.
"""

from __future__ import annotations

import base64
import html
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from helpers.display import Table
from helpers.topics.camera import days, moment_of, shots_of
from helpers.widgets.parts import Displayed, button, explained, paragraph

if TYPE_CHECKING:
    from minio import Minio

PAGE = 6  # images affichées à la fois
_BIGGEST = 5 * 1024 * 1024  # octets : au-delà, une image ne passe pas par le noyau
_WRAP = {"flex_flow": "row wrap", "align_items": "center"}


def gallery(client: Minio, bucket: str, prefix: str = "camera/") -> Gallery:
    """Montre les images d'une caméra, un jour à la fois.

    Args:
        client: le client de ``connect()``.
        bucket: le bucket des images.
        prefix: le début de leurs clés, avant ``AAAA/MM/JJ/``.
    """
    return Gallery(client, bucket, prefix)


class Gallery(Displayed):
    """La galerie : un widget dans JupyterLab, un tableau des jours ailleurs.

    Args:
        client: le client de ``connect()``.
        bucket: le bucket des images.
        prefix: le début de leurs clés.
    """

    def __init__(self, client: Minio, bucket: str, prefix: str) -> None:
        self.client = client
        self.bucket = bucket
        self.prefix = prefix

    def summary(self) -> Sequence[str | Table]:
        """Renvoie, par jour, le nombre d'images, l'heure de la première et de la dernière."""
        rows = []
        for day in days(self.client, self.bucket, self.prefix):
            # Un jour vidé à l'instant peut rester listé une demi-minute.
            if keys := shots_of(self.client, self.bucket, day, self.prefix):
                first, last = moment_of(keys[0]), moment_of(keys[-1])
                rows.append([_day(first), str(len(keys)), _hour(first), _hour(last)])
        return [
            Table(
                ["Jour", "Images", "Première (UTC)", "Dernière (UTC)"],
                rows,
                "Aucune image.",
                right=frozenset({"Images"}),
            )
        ]

    def build(self) -> Any:
        """Renvoie le widget, ouvert sur le jour le plus récent."""
        return _View(self).box


def picture(client: Minio, bucket: str, key: str) -> str:
    """Renvoie une image et sa légende, en HTML.

    Args:
        client: le client de ``connect()``.
        bucket: son bucket.
        key: sa clé.
    """
    moment = moment_of(key)
    with closing(client.get_object(bucket_name=bucket, object_name=key)) as response:
        data = response.read(_BIGGEST)
        name = unquote(response.headers.get("x-amz-meta-camera", "caméra"))
        motion = response.headers.get("x-amz-meta-mouvement", "").replace(".", ",")
    moved = f", mouvement {motion} %" if motion else ""
    label = html.escape(f"{name}, {_day(moment)} à {_hour(moment)} UTC{moved}")
    source = base64.b64encode(data).decode()
    return (
        '<figure style="margin: 4px; width: 240px">'
        f'<img alt="{label}" src="data:image/jpeg;base64,{source}" style="width: 100%">'
        f"<figcaption>{html.escape(_hour(moment))}{html.escape(moved)}</figcaption></figure>"
    )


def _day(moment: datetime | None) -> str:
    return f"{moment:%d/%m/%Y}" if moment else "–"


def _hour(moment: datetime | None) -> str:
    return f"{moment:%H:%M:%S},{moment.microsecond // 1000:03}" if moment else "–"


class _View:
    """Le widget : un bouton par jour, les images du jour page par page.

    Des boutons seulement : dans une liste déroulante, JupyterLab prend les flèches et les lettres
    pour ses propres raccourcis.
    """

    def __init__(self, gallery: Gallery) -> None:
        import ipywidgets as w

        self._gallery = gallery
        self._day, self._number, self._keys = "", 0, list[str]()
        self._days, self._page = w.HBox(layout=_WRAP), w.HTML()
        self._span, self._error = w.HTML(), w.HTML()
        self._refresh = button("Actualiser", "refresh", self._list)
        self._before = button("Précédentes", "arrow-left", lambda: self._turn(-1))
        self._after = button("Suivantes", "arrow-right", lambda: self._turn(1))
        tools = w.HBox([self._refresh, self._before, self._after, self._span], layout=_WRAP)
        self.box = w.VBox([self._days, tools, self._error, self._page])
        self._list()

    def _list(self) -> None:
        """Relit les jours, et ouvre le plus récent si celui d'avant n'est plus là."""
        found: list[str] = []
        with explained(self._error):
            found = days(self._gallery.client, self._gallery.bucket, self._gallery.prefix)
        self._days.children = [
            button("/".join(reversed(day.split("/"))), "", lambda day=day: self._open(day))
            for day in reversed(found)
        ]
        if self._error.value:
            self._keys = []
            self._show()
        else:
            self._open(self._day if self._day in found else (found or [""])[-1])

    def _open(self, day: str) -> None:
        """Ouvre un jour, à sa première page."""
        self._day, self._number, self._keys = day, 0, []
        with explained(self._error):
            if day:
                g = self._gallery
                self._keys = shots_of(g.client, g.bucket, day, g.prefix)
        shown = "/".join(reversed(day.split("/")))
        for one in self._days.children:
            # aria-pressed n'existe pas dans ipywidgets : le signe se lit comme il se voit.
            name = one.description.removeprefix("✓ ")
            one.description = f"✓ {name}" if name == shown else name
        self._show()

    def _turn(self, pages: int) -> None:
        """Passe à une autre page, et garde le focus sur un bouton qui sert encore."""
        self._number += pages
        self._show()
        useful = [one for one in (self._before, self._after) if not one.disabled]
        if len(useful) < 2:
            (useful or [self._refresh])[0].focus()

    def _show(self) -> None:
        """Montre la page courante."""
        first = self._number * PAGE
        shown = self._keys[first : first + PAGE]
        if not self._error.value:
            with explained(self._error):
                figures = [
                    picture(self._gallery.client, self._gallery.bucket, key) for key in shown
                ]
                self._page.value = (
                    f'<div style="display: flex; flex-wrap: wrap">{"".join(figures)}</div>'
                )
        if self._error.value:
            self._page.value, shown = "", []
        total = len(self._keys)
        span = f"Images {first + 1} à {first + len(shown)} sur {total}." if shown else ""
        empty = "" if self._error.value else "Aucune image."
        self._span.value = paragraph(span or empty, "status")
        self._before.disabled = not self._number
        self._after.disabled = first + PAGE >= total
