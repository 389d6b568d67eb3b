"""Un objet dans l'explorateur : son aperçu, ses métadonnées, un lien présigné et son temps."""

import codecs
import csv
import re
from contextlib import suppress
from datetime import timedelta
from itertools import islice
from typing import Any

from minio import Minio
from minio.datatypes import Object
from minio.error import S3Error

from helpers.display import show_object
from helpers.files import BINARY, guess_type, opens_safely
from helpers.french import size
from helpers.s3 import read_object
from helpers.serving import shown
from helpers.topics.presigned import read_url
from helpers.topics.video import show_video
from helpers.widgets.inspector import time_left

_TEXT = 1024  # octets de texte montrés
_CSV = 16 * 1024  # octets lus pour un tableau
_LINES = 8  # lignes de CSV montrées
PICTURE = 5 * 1024 * 1024  # octets : au-delà, une image ne passe pas par le noyau
_LINK = timedelta(minutes=15)
# Le début des images qu'un navigateur affiche : JPEG, PNG, GIF, WebP, AVIF, BMP, ICO, SVG.
_PICTURES = re.compile(
    rb"\xff\xd8\xff|\x89PNG\r\n|GIF8|RIFF.{4}WEBP|.{4}ftypavi|BM|\x00\x00\x01\x00|\s*<(?:\?xml|!--|svg)",
    re.DOTALL,
)


def opened(client: Minio, bucket: str, key: str) -> dict[str, Any]:
    """Renvoie ce que l'explorateur montre d'un objet : sa clé, son aperçu, ses métadonnées."""
    stat = client.stat_object(bucket_name=bucket, object_name=key)
    facts = [*show_object(stat, details=True).rows]
    with suppress(S3Error):  # une clé d'accès peut ne pas lire les tags
        tags = client.get_object_tags(bucket_name=bucket, object_name=key)
        facts += [["tag", *tag] for tag in sorted((tags or {}).items())]
    return {"key": key, "preview": preview(client, stat), "facts": facts}


def preview(client: Minio, stat: Object) -> dict[str, Any]:
    """Renvoie l'aperçu d'un objet : image, vidéo, tableau ou texte, et ce qu'il y a à en dire.

    Si le type MIME de l'objet ne dit rien, l'extension de sa clé le remplace. ``stat`` est ce que
    renvoie ``client.stat_object(...)``.
    """
    bucket, key, length = stat.bucket_name, stat.object_name or "", stat.size or 0
    kind = (stat.content_type or "").partition(";")[0].strip().lower()
    if kind in ("", BINARY, "binary/octet-stream"):
        kind = guess_type(key)
    if not length:
        return {"note": "Cet objet est vide."}
    if kind.startswith("video/"):
        return {"video": show_video(client, bucket, key).source, "type": kind}
    if kind.startswith("image/"):
        if length > PICTURE:
            return {"note": f"Image de {size(length)} : trop lourde pour un aperçu."}
        data = read_object(client, bucket, key, most=PICTURE)
        if _PICTURES.match(data):
            return {"image": data, "type": kind}
        return {"note": f"Déclaré {kind}, mais ces octets ne sont pas une image."} | _text(data)
    if kind == "text/csv":
        return _table(_decoded(read_object(client, bucket, key, most=_CSV)), length > _CSV)
    if kind.startswith("text/") or re.search(r"\b(json|xml|yaml|javascript)$", kind):
        text = _text(read_object(client, bucket, key, most=_TEXT))
        more = {"note": f"Le début : {size(_TEXT)} sur {size(length)}."}
        return text | (more if length > _TEXT else {})
    return {"note": f"Pas d'aperçu pour ce type : {kind}."}


def signed(client: Minio, bucket: str, key: str) -> dict[str, Any]:
    """Signe un lien vers l'objet ; renvoie son adresse et le temps qui lui reste."""
    stat = client.stat_object(bucket_name=bucket, object_name=key)
    url = client.presigned_get_object(
        bucket_name=bucket,
        object_name=key,
        expires=_LINK,
        response_headers=shown_as(stat.content_type or ""),
    )
    return {"url": shown(url), **time_left(read_url(url))}


def shown_as(content_type: str) -> dict[str, str | list[str] | tuple[str]]:
    """Renvoie les en-têtes qu'une URL présignée demande pour un objet de ce type.

    Une page déposée par n'importe qui, ouverte sur l'hôte de JupyterLab, en lirait les cookies : ce
    qu'un navigateur exécute s'enregistre, et le reste garde le type qu'il avait à la signature.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if opens_safely(kind):
        charset = "; charset=utf-8" if kind.startswith("text/") else ""
        return {"response-content-type": f"{kind}{charset}"}
    return {"response-content-disposition": "attachment"}


def _text(data: bytes) -> dict[str, str]:
    """Renvoie le début d'un texte ; rien si ce n'en est pas un."""
    return {} if b"\0" in data[:_TEXT] else {"text": _decoded(data[:_TEXT])}


def _decoded(data: bytes) -> str:
    """Décode un début de texte : un caractère coupé à la fin n'y est pas."""
    return codecs.getincrementaldecoder("utf-8-sig")(errors="replace").decode(data)


def _table(text: str, cut: bool) -> dict[str, Any]:
    lines = text.splitlines()
    lines = lines[:-1] if cut and len(lines) > 1 else lines
    comma = max(",", ";", "\t", key=lines[0].count) if lines else ","
    headers, *rows = list(islice(csv.reader(lines, delimiter=comma), _LINES + 1)) or [[]]
    if not rows:
        return {"note": "Des titres, et aucune ligne."}
    # Une ligne peut avoir trop de cases, ou pas assez.
    shown = [(row + [""] * len(headers))[: len(headers)] for row in rows]
    more = {"note": f"Les {len(shown)} premières lignes."}
    return {"headers": headers, "rows": shown} | (more if cut or len(lines) > _LINES + 1 else {})
