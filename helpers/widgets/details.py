"""Un objet dans l'explorateur : son aperçu, ses métadonnées, un lien présigné et son temps."""

import base64
import codecs
import csv
import html
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from itertools import islice
from typing import Any

import ipywidgets as w
from minio import Minio
from minio.datatypes import Object
from minio.error import S3Error

from helpers.display import Table, show_link, show_object
from helpers.files import BINARY, guess_type
from helpers.french import size
from helpers.s3 import read_object
from helpers.topics.presigned import read_url
from helpers.topics.video import show_video
from helpers.widgets.inspector import Countdown
from helpers.widgets.parts import WRAP, button, explained, paragraph

_TEXT = 1024  # octets de texte montrés
_CSV = 16 * 1024  # octets lus pour un tableau
_LINES = 8  # lignes de CSV montrées
_PICTURE = 5 * 1024 * 1024  # octets : au-delà, une image ne passe pas par le noyau
_LINK = timedelta(minutes=15)
_INERT = re.compile(r"(?:image/(?!svg)|video/|audio/)[a-z0-9.+-]+|text/(?:plain|csv)")


def preview(client: Minio, stat: Object) -> str:
    """Renvoie l'aperçu d'un objet, en HTML : image, vidéo, tableau, ou début du texte.

    Si le type MIME de l'objet ne dit rien, l'extension de sa clé le remplace. ``stat`` est ce que
    renvoie ``client.stat_object(...)``.
    """
    bucket, key, length = stat.bucket_name, stat.object_name or "", stat.size or 0
    kind = (stat.content_type or "").partition(";")[0].strip().lower()
    if kind in ("", BINARY, "binary/octet-stream"):
        kind = guess_type(key)
    if not length:
        return paragraph("Cet objet est vide.")
    if kind.startswith("video/"):
        return show_video(client, bucket, key)._repr_html_()
    if kind.startswith("image/"):
        if length > _PICTURE:
            return paragraph(f"Image de {size(length)} : trop lourde pour un aperçu.")
        data = base64.b64encode(read_object(client, bucket, key, most=_PICTURE)).decode()
        return f'<img alt="{html.escape(key)}" src="data:{html.escape(kind)};base64,{data}">'
    if kind == "text/csv":
        return _csv_preview(_decoded(read_object(client, bucket, key, most=_CSV)), length > _CSV)
    if kind.startswith("text/") or re.search(r"\b(json|xml|yaml|javascript)$", kind):
        text = _decoded(read_object(client, bucket, key, most=_TEXT))
        more = f"Le début : {size(_TEXT)} sur {size(length)}." if length > _TEXT else ""
        return f"<pre>{html.escape(text)}</pre>{paragraph(more)}"
    return paragraph(f"Pas d'aperçu pour ce type : {kind}.")


def shown_as(content_type: str) -> dict[str, str | list[str] | tuple[str]]:
    """Renvoie les en-têtes qu'une URL présignée demande pour un objet de ce type.

    Une page déposée par n'importe qui, ouverte sur l'hôte de JupyterLab, en lirait les cookies : ce
    qu'un navigateur exécute s'enregistre, et le reste garde le type qu'il avait à la signature.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/pdf" or _INERT.fullmatch(kind):
        charset = "; charset=utf-8" if kind.startswith("text/") else ""
        return {"response-content-type": f"{kind}{charset}"}
    return {"response-content-disposition": "attachment"}


def _decoded(data: bytes) -> str:
    """Décode un début de texte : un caractère coupé à la fin n'y est pas."""
    return codecs.getincrementaldecoder("utf-8-sig")(errors="replace").decode(data)


def _csv_preview(text: str, cut: bool) -> str:
    lines = text.splitlines()
    lines = lines[:-1] if cut and len(lines) > 1 else lines
    comma = max(",", ";", "\t", key=lines[0].count) if lines else ","
    headers, *rows = list(islice(csv.reader(lines, delimiter=comma), _LINES + 1)) or [[]]
    # Une ligne peut avoir trop de cases, ou pas assez.
    shown = [(row + [""] * len(headers))[: len(headers)] for row in rows]
    more = "…" if cut or len(lines) > _LINES + 1 else ""
    table = Table(headers, shown, "Des titres, et aucune ligne.")._repr_html_()
    # tabindex : au clavier, les flèches font défiler un tableau large.
    return f'<div class="kit-wide" tabindex="0">{table}</div>{paragraph(more)}'


class Details:
    """Le volet d'un objet ; ``error`` est le widget HTML où montrer une erreur."""

    def __init__(self, client: Minio, error: Any, on_close: Callable[[], None]) -> None:
        self._client, self._error = client, error
        self._bucket, self._key = "", ""
        self._close = button("Fermer", "times", on_close)
        link = button("Créer un lien de 15 minutes", "link", self._link)
        buttons = w.HBox([self._close, link], layout=WRAP)
        self._title, self._url, left, self._preview, self._metadata = (w.HTML() for _ in range(5))
        self._preview.add_class("kit-preview")
        self._countdown = Countdown(left)
        self.box = w.VBox(
            [self._title, buttons, self._url, left, self._preview, self._metadata],
            layout={"display": "none", "flex": "1 1 360px", "padding": "0 0 0 16px"},
        )

    def show(self, bucket: str, key: str) -> None:
        """Montre un objet et place le focus sur le bouton qui referme."""
        self.hide()
        with explained(self._error):
            stat = self._client.stat_object(bucket_name=bucket, object_name=key)
            table = show_object(stat, details=True)
            rows = [["étiquette", *tag] for tag in self._tags(bucket, key)]
            self._preview.value = preview(self._client, stat)
            self._metadata.value = Table(table.headers, [*table.rows, *rows])._repr_html_()
            self._title.value = f"<strong>{html.escape(key)}</strong>"
            self._url.value = ""
            self._bucket, self._key = bucket, key
            self.box.layout.display = "flex"
            self._close.focus()

    def _tags(self, bucket: str, key: str) -> list[tuple[str, str]]:
        """Renvoie les étiquettes de l'objet, triées ; aucune si la clé ne peut pas les lire."""
        with suppress(S3Error):
            found = self._client.get_object_tags(bucket_name=bucket, object_name=key)
            return sorted((found or {}).items())
        return []

    def hide(self) -> None:
        """Referme le volet."""
        self._countdown.stop()
        self.box.layout.display = "none"

    def _link(self) -> None:
        """Signe un lien vers l'objet et compte le temps qui lui reste."""
        with explained(self._error):
            stat = self._client.stat_object(bucket_name=self._bucket, object_name=self._key)
            url = self._client.presigned_get_object(
                bucket_name=self._bucket,
                object_name=self._key,
                expires=_LINK,
                response_headers=shown_as(stat.content_type or ""),
            )
            self._url.value = f"<p>{show_link(url)._repr_html_()}</p><pre>{html.escape(url)}</pre>"
            self._countdown.start(read_url(url))
