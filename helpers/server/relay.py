"""Le relais : un navigateur d'une autre machine y lit et y dépose ce que le noyau a signé.

La signature porte sur l'hôte que le noyau emploie : le relais le remet, et ne transmet ni cookie,
ni autorisation, ni adresse d'un proxy. Il ne mène qu'aux serveurs S3 dont le noyau a montré une
adresse. Ses réponses viennent de l'hôte de JupyterLab : ce qu'un navigateur exécuterait s'y
enregistre au lieu de s'ouvrir.
"""

from __future__ import annotations

import ssl
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from helpers import server as servers
from helpers.files import opens_safely
from helpers.s3 import authorities
from helpers.server.addresses import is_near

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

PREFIX = "/kit-s3"
_METHODS = ["GET", "HEAD", "PUT", "POST"]
_SECONDS = 60
_ASKED = ("range", "if-", "content-", "cache-control", "x-amz-")  # débuts d'en-têtes transmis
_ANSWERED = (
    "accept-ranges", "cache-control", "content-disposition", "content-encoding",
    "content-language", "content-length", "content-range", "content-type", "etag",
    "last-modified",
)  # fmt: skip
_servers: dict[str, str] = {}  # le schéma de chaque serveur montré, par « hôte:port »


def path_to(url: str) -> str | None:
    """Renvoie le chemin de cette adresse S3 sur le relais, qui saura y mener.

    ``None`` si ce n'en est pas une, ou si le navigateur l'ouvre lui-même : un serveur public.
    """
    parts = urlsplit(url)
    signed = "X-Amz-Signature=" in parts.query
    if not is_near(parts.hostname) or not (signed or parts.netloc == _endpoint()):
        return None
    _servers[parts.netloc] = parts.scheme
    return f"{PREFIX}/{parts.netloc}{parts.path}{f'?{parts.query}' if parts.query else ''}"


def _endpoint() -> str | None:
    found = servers.find()
    return found.endpoint if found else None


@cache
def relay() -> Starlette:
    """Renvoie l'application du relais."""
    from starlette.applications import Starlette
    from starlette.routing import Route

    return Starlette(routes=[Route(PREFIX + "/{host}/{key:path}", _pass, methods=_METHODS)])


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=authorities())


async def _pass(request: Request) -> Response:
    import httpx
    from starlette.requests import ClientDisconnect
    from starlette.responses import PlainTextResponse, StreamingResponse

    host = request.path_params["host"]
    if host not in _servers:
        return PlainTextResponse("Ce relais ne mène qu'au serveur S3 de ce notebook.", 404)
    # Tel que reçu : décodé puis encodé de nouveau, le chemin pourrait ne plus être celui signé.
    path = request.scope["raw_path"].split(b"/", 3)[3]
    query = request.scope["query_string"]
    client = httpx.AsyncClient(verify=_trust(), trust_env=False, timeout=_SECONDS)
    asked = client.build_request(
        request.method,
        httpx.URL(f"{_servers[host]}://{host}/").copy_with(
            raw_path=b"/" + path + (b"?" + query if query else b"")
        ),
        headers={"Accept-Encoding": "identity"}
        | {name: value for name, value in request.headers.items() if name.startswith(_ASKED)},
        content=request.stream() if request.method in ("PUT", "POST") else None,
    )
    try:
        answer = await client.send(asked, stream=True)
    except (httpx.HTTPError, ClientDisconnect):
        await client.aclose()
        return PlainTextResponse(
            "Le serveur S3 ne répond pas : exécutez de nouveau la cellule « connect() ».", 502
        )

    async def body() -> AsyncIterator[bytes]:
        try:
            async for piece in answer.aiter_raw():
                yield piece
        finally:
            await client.aclose()

    return StreamingResponse(body(), answer.status_code, _inert(answer))


def _inert(answer: Any) -> dict[str, str]:
    """Renvoie les en-têtes d'une réponse que le navigateur n'exécute pas."""
    kept = {name: answer.headers[name] for name in _ANSWERED if name in answer.headers}
    kept["x-content-type-options"] = "nosniff"
    if answer.is_error:
        kept["content-type"] = "text/plain; charset=utf-8"  # le XML du serveur S3, à lire
    elif not opens_safely(kept.get("content-type", "")):
        kept["content-security-policy"] = "sandbox"
        if not kept.get("content-disposition", "").lower().startswith("attachment"):
            kept["content-disposition"] = "attachment"
    return kept
