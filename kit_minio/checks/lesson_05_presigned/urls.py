"""Lire une URL reçue, et s'en servir sur le serveur du contexte, sur nul autre.

L'adresse de l'URL est comparée à celle du serveur, puis n'est plus lue : aucune requête ne part
ailleurs, même d'une adresse qui en cache une autre.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from helpers.errors import ContentError
from helpers.french import in_words
from helpers.topics.presigned import PresignedUrl, read_url
from kit_minio.checks.comparison import kind
from kit_minio.checks.model import Context, Review
from kit_minio.checks.store_requests import Answer, call, store_of

_MAX_URL = 8192  # caractères
_SLACK = timedelta(minutes=5)  # entre une signature et sa lecture, ou entre deux horloges


@dataclass(frozen=True)
class Link:
    """Une URL présignée reçue, dont l'hôte, l'objet et la durée sont ceux demandés."""

    context: Context
    host: str
    resource: str

    def use(self, method: str, **options: Any) -> Answer:
        """S'en sert, comme le ferait la personne à qui elle serait envoyée."""
        headers = {"Host": self.host} | options.pop("headers", {})
        return call(self.context, method, self.resource, headers=headers, **options)

    def signed_for(self, method: str) -> bool:
        """Dit si l'URL, d'un objet qui existe, est signée pour cette méthode ; n'écrit rien."""
        condition = {"If-None-Match": "*"} if method == "PUT" else {}
        return self.use(method, headers=condition).status != 403


def open_link(
    context: Context, answer: object, *, hosts: set[str], bucket: str, key: str, lifetime: timedelta
) -> Link:
    """Lit une URL et la compare à ce qui était demandé.

    Args:
        context: le contexte de vérification.
        answer: ce que l'étudiant a donné pour une URL.
        hosts: les hôtes permis, port compris.
        bucket: la fin du nom du bucket.
        key: la clé de l'objet.
        lifetime: la durée demandée.

    Raises:
        Review: ce n'est pas une URL présignée, ou ce n'est pas celle demandée.
    """
    url, store, path = (
        _read(answer, lifetime),
        store_of(context),
        f"/{context.bucket(bucket)}/{key}",
    )
    allowed = [f"{store.scheme}://{host}" for host in sorted(hosts)]
    if url.address not in allowed:
        message = "L'adresse de cette URL n'est pas celle demandée."
        raise Review(message, found=url.address, expected=" ou ".join(allowed))
    if url.path != path:
        why = " : sa clé est encodée deux fois" if unquote(url.path) == path else ""
        raise Review(f"Cette URL désigne un autre objet{why}.", found=url.path, expected=path)
    if url.lifetime != lifetime:
        raise Review(
            "La durée de cette URL n'est pas celle demandée.",
            found=in_words(url.lifetime),
            expected=in_words(lifetime),
        )
    if not url.time_left():
        raise Review("Cette URL a expiré depuis : réexécutez la cellule qui la signe.")
    if url.time_left() > lifetime + _SLACK:
        raise Review(
            "Cette URL est datée d'une heure à venir : elle durerait plus longtemps que demandé.",
            found=f"signée pour {url.signed_at:%H:%M} UTC",
            expected="signée à l'heure qu'il est, en temps universel",
        )
    query = urlsplit(str(answer).strip()).query
    return Link(context, url.address.partition("//")[2], f"{quote(path)}?{query}")


def _read(answer: object, lifetime: timedelta) -> PresignedUrl:
    if not isinstance(answer, str):
        raise Review(f"Une URL est un texte, pas {kind(answer)}.", found=answer)
    if len(answer) > _MAX_URL:
        raise Review("Cette URL est bien trop longue.", found=f"{len(answer)} caractères")
    try:
        return _read_version_2(answer, lifetime) or read_url(answer)
    except ContentError as error:
        raise Review(error.fact, found=answer.partition("?")[0]) from None


def _read_version_2(text: str, lifetime: timedelta) -> PresignedUrl | None:
    """Lit une URL signée en version 2, celle de boto3 sans réglage, ``None`` si c'en est une autre.

    Elle dit quand elle expire, et non quand elle a été signée.
    """
    with suppress(ValueError, OverflowError):
        parts = urlsplit(text.strip())
        parameters = dict(parse_qsl(parts.query))
        if {"Signature", "Expires", "AWSAccessKeyId"} <= set(parameters):
            end = datetime.fromtimestamp(int(parameters["Expires"]), UTC)
            left = end - datetime.now(UTC)
            lasts = lifetime if lifetime - _SLACK < left <= lifetime else left
            address = f"{parts.scheme}://{parts.netloc}"
            return PresignedUrl(address, unquote(parts.path), parameters, end - lasts, lasts)
    return None
