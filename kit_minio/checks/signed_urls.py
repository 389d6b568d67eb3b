"""Employer une URL présignée : sur le serveur S3 et nul autre, si elle a la durée demandée."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

import httpx

from kit_minio.checks.exchanges import Reply, certificates, s3_code, send, store_address
from kit_minio.checks.model import Context, Review

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_SLACK = 5  # secondes, entre la signature et sa lecture


@dataclass(frozen=True)
class _Signature:
    """Ce qu'une URL dit de sa signature, de version 2 ou 4.

    Attributes:
        made: l'heure de la signature, en secondes depuis 1970.
        lifetime: sa durée, en secondes.
    """

    made: float
    lifetime: int


def use(
    context: Context, method: str, url: str, *, expires: int, points: float = 0, **options: Any
) -> Reply:
    """Utilise une URL présignée qui vient d'être signée.

    Args:
        context: le contexte de vérification.
        method: la méthode HTTP.
        url: l'URL, telle que l'API l'a donnée.
        expires: la durée demandée, en secondes.
        points: les points acquis si seule la durée n'est pas la bonne.
        options: ce que ``httpx`` accepte : ``headers``, ``content``.

    Raises:
        Review: ce n'est pas une URL présignée de ce serveur, ou sa durée n'est pas la bonne.
    """
    parts = _parts(url)
    store = store_address(context)
    # Vu de l'API, le serveur peut avoir un autre port sur cette machine.
    if parts.netloc != store.netloc and not (
        parts.hostname in _LOOPBACK and store.hostname in _LOOPBACK
    ):
        raise Review(
            "L'URL ne mène pas au serveur S3.", found=parts.netloc or url, expected=store.netloc
        )
    found = _signature(parts, expires)
    if found.lifetime != expires:
        raise Review(
            "L'URL n'a pas la durée demandée.",
            found=f"{found.lifetime} s",
            expected=f"{expires} s",
            points=points,
        )
    return _send(context, method, parts, options.pop("headers", {}), **options)


def refused(context: Context, method: str, url: str, reply: Reply) -> Review:
    """Renvoie de quoi dire qu'une URL est refusée, et pourquoi quand cela se reconnaît."""
    parts, why = _parts(url), ""
    query = parse_qs(parts.query)
    bucket = unquote(parts.path).strip("/").partition("/")[0]
    signed = query.get("X-Amz-SignedHeaders", ["host"])[0].replace(";", ", ")
    if reply.code == "NoSuchBucket" or not bucket.startswith(f"{context.space}-"):
        why = f" : elle désigne le bucket « {bucket} »"
    elif "Signature" in query and reply.code == "InvalidTokenId":
        why = " : il ne lit pas de jeton de session dans une signature de version 2"
    elif list(query)[-1:] not in (["X-Amz-Signature"], ["Signature"]):
        why = " : un paramètre a été ajouté après la signature"
    elif reply.code == "AccessDenied" and b"expired" in reply.body:
        why = " : elle a déjà expiré"
    elif reply.code == "NoSuchKey":
        why = " : aucun objet n'a la clé qu'elle désigne"
    elif signed != "host":
        why = f" : sa signature impose des en-têtes que l'énoncé ne demande pas ({signed})"
    elif _rewritten(context, method, parts):
        why = " : elle a été signée pour une autre adresse, puis réécrite"
    else:
        for other in {"GET", "HEAD", "PUT"} - {method}:
            if _accepts(context, other, parts):
                why = f" : elle est signée pour {other}"
    return Review(
        f"Le serveur S3 refuse un {method} à cette URL{why}.", found=s3_code(reply), expected="200"
    )


def _rewritten(context: Context, method: str, parts: SplitResult) -> bool:
    """Dit si une URL serait acceptée à une autre adresse du serveur."""
    store = store_address(context)
    hosts = {store.netloc} | {f"{name}:{store.port}" for name in _LOOPBACK[:2]}
    return any(
        _accepts(context, method, parts._replace(netloc=host)) for host in hosts - {parts.netloc}
    )


def _accepts(context: Context, method: str, parts: SplitResult) -> bool:
    """Dit si une URL est signée pour une méthode ; ne laisse rien de ce qu'elle a déposé."""
    condition = {"If-None-Match": "*"} if method == "PUT" else {}
    status = _send(context, method, parts, condition).status
    if method == "PUT" and status == 200:
        bucket, _, key = unquote(parts.path).strip("/").partition("/")
        context.client.remove_object(bucket_name=bucket, object_name=key)
    return status != 403


def _send(
    context: Context, method: str, parts: SplitResult, headers: Mapping[str, str], **options: Any
) -> Reply:
    # L'hôte est signé : on garde celui de l'URL, mais on ne parle qu'au serveur S3.
    store = store_address(context)
    target = f"{store.scheme}://{store.netloc}{parts.path}?{parts.query}"
    with httpx.Client(trust_env=False, verify=certificates()) as http:
        return send(http, method, target, headers={"Host": parts.netloc} | dict(headers), **options)


def expect_signed_each_time(give: Callable[[], str], expires: int, points: float = 0) -> None:
    """S'assure qu'une URL est signée à chaque demande, et non gardée d'une demande à l'autre.

    Args:
        give: demande une URL à l'API ; la même demande à chaque fois.
        expires: la durée demandée, en secondes.
        points: les points acquis malgré tout.
    """
    give()
    asked = int(time.time()) + 1
    time.sleep(max(0.0, asked - time.time()))  # une signature est datée à la seconde
    made = _signature(_parts(give()), expires).made
    if made < asked:
        raise Review(
            "L'URL n'a pas été signée pour cette demande : gardée, elle expire avant l'heure.",
            found=f"{datetime.fromtimestamp(made, UTC):%H:%M:%S} UTC",
            expected=f"{datetime.fromtimestamp(asked, UTC):%H:%M:%S} UTC",
            points=points,
        )


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.hostname, parts.port
    except ValueError:
        raise Review("Le champ « url » n'est pas une URL.", found=url) from None
    return parts


def _signature(parts: SplitResult, expires: int) -> _Signature:
    """Lit la signature d'une URL ; de la version 2, l'heure se déduit de la durée demandée.

    Raises:
        Review: l'URL n'est pas présignée.
    """
    query = {name.lower(): values[0] for name, values in parse_qs(parts.query).items()}
    try:
        if "x-amz-signature" in query:
            made = datetime.strptime(query["x-amz-date"], "%Y%m%dT%H%M%S%z").timestamp()
            return _Signature(made, int(query["x-amz-expires"]))
        if "signature" in query:
            end = int(query["expires"])
            lifetime = end - int(time.time())
            near = abs(lifetime - expires) <= _SLACK
            return _Signature(end - expires, expires if near else lifetime)
    except (LookupError, ValueError):
        pass
    raise Review(
        "L'URL n'est pas présignée.", found=parts.geturl().split("?")[0], expected="une signature"
    )
