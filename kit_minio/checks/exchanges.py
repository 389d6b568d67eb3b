"""Échanger avec l'API d'un élève, et avec le serveur S3, sans leur faire confiance.

Réponses bornées en taille et en durée, redirections non suivies, et rien n'est envoyé ailleurs que
sur ces deux-là.
"""

from __future__ import annotations

import json
import logging
import re
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import SplitResult, parse_qs, quote, urlsplit

import httpx

from helpers.exercises.model import Context, Review, Todo

if TYPE_CHECKING:
    from fastapi import FastAPI

_MAX_BODY = 1024 * 1024  # octets lus d'une réponse
_SECONDS = 15  # durée d'une réponse
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


# --- Parler à l'API -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Reply:
    """Une réponse HTTP, lue en entier."""

    status: int
    body: bytes

    @property
    def said(self) -> str:
        """Le statut et le début du corps, en texte."""
        text = self.body[:200].decode(errors="replace").strip()
        return f"{self.status} {text}".strip()

    def json(self) -> Any:
        """Renvoie le corps, lu comme du JSON."""
        try:
            value = json.loads(self.body)
            shown(value).encode()  # un demi-caractère (« \\ud800 ») ne s'afficherait pas
            return value
        except (ValueError, RecursionError):
            raise Review("La réponse de l'API n'est pas du JSON.", found=self.said) from None


def shown(value: Any) -> str:
    """Renvoie une valeur en JSON, accents compris."""
    return json.dumps(value, ensure_ascii=False)


def send(
    http: httpx.Client, method: str, url: str, seconds: float | None = None, **options: Any
) -> Reply:
    """Envoie une requête et renvoie la réponse, sans dépasser un temps ni une taille.

    Raises:
        Review: pas de réponse, ou une réponse trop longue ou trop lente.
    """
    # Compressée, une réponse pourrait grossir mille fois : iter_raw() ne décompresse pas. Et après
    # une exception, uvicorn ferme la connexion : la garder ferait échouer la requête suivante.
    headers = {"Accept-Encoding": "identity", "Connection": "close"} | options.pop("headers", {})
    seconds = seconds or _SECONDS
    deadline = time.monotonic() + seconds
    body = b""
    try:
        with http.stream(
            method, url, headers=headers, timeout=seconds, follow_redirects=False, **options
        ) as response:
            for chunk in response.iter_raw():
                body += chunk
                if len(body) > _MAX_BODY:
                    raise Review(
                        "La réponse est beaucoup trop longue.",
                        found="plus de 1 Mio",
                        expected="quelques centaines d'octets",
                    )
                if time.monotonic() > deadline:
                    raise Review("La réponse ne finit pas.", found=f"plus de {seconds} s")
            return Reply(response.status_code, body)
    except httpx.TimeoutException:
        raise Review(
            f"{method} {urlsplit(url).path} : pas de réponse en {seconds} secondes."
        ) from None
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise Review(
            f"{method} {urlsplit(url).path} : la connexion s'est interrompue avant la réponse.",
            found=type(error).__name__,
        ) from None


def over_http(verify: Callable[..., None]) -> Callable[..., None]:
    """Fait passer une vérification par de vraies requêtes, dans le notebook aussi.

    ``TestClient`` ne connaît pas les délais, et lit tout un fichier avant de l'envoyer.
    """

    def verify_over_http(context: Context, *options: Any) -> None:
        from helpers.serving import serve

        app = app_here(context)
        if app is None:
            verify(context, *options)
            return
        with (
            no_traces(),  # jusqu'à l'arrêt : une trace s'écrit après la réponse
            serve(app, name="verification") as api,
            httpx.Client(base_url=api.url, trust_env=False) as http,
        ):
            verify(replace(context, http=http), *options)

    return verify_over_http


def app_here(context: Context) -> FastAPI | None:
    """Renvoie l'application si elle tourne dans ce processus : c'est le cas dans le notebook."""
    from fastapi.testclient import TestClient

    return cast("FastAPI", context.http.app) if isinstance(context.http, TestClient) else None


@contextmanager
def no_traces() -> Iterator[None]:
    """Fait taire uvicorn le temps d'un ``with`` : des erreurs sont provoquées exprès."""
    logger = logging.getLogger("uvicorn.error")
    logger.disabled = True
    try:
        yield
    finally:
        logger.disabled = False


def api_of(context: Context) -> httpx.Client:
    """Renvoie le client HTTP de l'API de l'élève."""
    assert context.http is not None  # noqa: S101 - donné à tout exercice d'API
    return context.http


def call(context: Context, method: str, path: str, status: int, **options: Any) -> Any:
    """Appelle une route, exige un statut et renvoie le JSON de la réponse."""
    reply = send(api_of(context), method, path, **options)
    if reply.status != status:
        raise Review(wrong_status(method, path, reply), found=reply.said, expected=str(status))
    return reply.json()


def wrong_status(method: str, path: str, reply: Reply) -> str:
    """Dit ce qu'apprend un statut qui n'est pas celui attendu."""
    if reply.status == 500:
        return (
            f"{method} {path} : la route a levé une exception. Servez l'application "
            "avec serve(…) et appelez cette route : la trace s'affichera."
        )
    if reply.status == 422:
        return f"{method} {path} : FastAPI refuse les paramètres de l'énoncé, qu'il ne connaît pas."
    return f"{method} {path} : le statut n'est pas celui demandé."


def require(context: Context, route: str) -> None:
    """S'assure, dans la description de l'API, qu'une route y est.

    Raises:
        Todo: l'application n'a encore aucune route.
        Review: elle en a, mais pas celle-là.
    """
    reply = send(api_of(context), "GET", "/openapi.json")
    try:
        paths = reply.json()["paths"]
        routes = {f"{method.upper()} {path}" for path in paths for method in paths[path]}
    except (Review, LookupError, TypeError, AttributeError):
        return  # description absente ou abîmée : la route elle-même dira ce qu'il en est
    if not routes:
        raise Todo
    # Le nom d'un paramètre de chemin est libre.
    if _anonymous(route) not in map(_anonymous, routes):
        raise Review(
            "L'application n'a pas la route demandée.",
            found=", ".join(sorted(routes)),
            expected=route,
        )


def _anonymous(route: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", route)


def fields(value: Any, **kinds: type) -> list[Any]:
    """Renvoie les valeurs d'un objet JSON qui a exactement ces champs, de ces types."""
    expected = ", ".join(f'"{name}"' for name in kinds)
    if not isinstance(value, dict) or set(value) != set(kinds):
        raise Review(
            "La réponse n'a pas exactement les champs demandés.",
            found=shown(value),
            expected=f"un objet JSON avec {expected}",
        )
    for name, kind in kinds.items():
        if type(value[name]) is not kind:
            raise Review(
                f"Le champ « {name} » n'est pas du bon type.",
                found=shown(value[name]),
                expected={str: "un texte", int: "un nombre entier"}[kind],
            )
    return [value[name] for name in kinds]


# --- Parler au serveur S3 -----------------------------------------------------------------------


def store_address(context: Context) -> SplitResult:
    """Renvoie l'adresse du serveur S3, telle que le client du contexte la signe."""
    url = context.client.presigned_get_object(bucket_name=context.space, object_name="adresse")
    return urlsplit(url)


@cache
def _certificates() -> ssl.SSLContext:
    """Lit les certificats une fois : le faire pour chaque requête coûte plus que la requête."""
    return httpx.create_ssl_context()


def knock(context: Context, method: str, resource: str, **options: Any) -> Reply:
    """Envoie une requête au serveur S3, sans clé ni signature.

    Args:
        context: le contexte de vérification.
        method: la méthode HTTP.
        resource: le chemin, non encodé, et après un ``?`` les paramètres.
        options: ce que ``httpx`` accepte : ``headers``, ``content``.
    """
    store = store_address(context)
    path, mark, query = resource.partition("?")
    with httpx.Client(trust_env=False, verify=_certificates()) as http:
        url = f"{store.scheme}://{store.netloc}/{quote(path)}{mark}{query}"
        return send(http, method, url, **options)


def use(context: Context, method: str, url: str, *, expires: int, **options: Any) -> Reply:
    """Utilise une URL présignée d'une durée donnée, en secondes, sur le serveur S3 et nul autre.

    Raises:
        Review: ce n'est pas une URL présignée de ce serveur, ou sa durée n'est pas la bonne.
    """
    try:
        parts = urlsplit(url)
        host, query = parts.hostname, parse_qs(parts.query)
    except ValueError:
        raise Review("Le champ « url » n'est pas une URL.", found=url) from None
    store = store_address(context)
    # Vu de l'API, le serveur peut avoir un autre port sur cette machine.
    if parts.netloc != store.netloc and not (host in _LOOPBACK and store.hostname in _LOOPBACK):
        raise Review(
            "L'URL ne mène pas au serveur S3.", found=parts.netloc or url, expected=store.netloc
        )
    if "X-Amz-Signature" not in query:
        raise Review(
            "L'URL n'est pas présignée.", found=url.split("?")[0], expected="une signature"
        )
    found = "".join(query.get("X-Amz-Expires", []))
    if found != str(expires):
        raise Review(
            "L'URL n'a pas la durée demandée.",
            found=f"{found} s",
            expected=f"{expires} s",
            points=1,
        )
    # L'hôte est signé : on garde celui de l'URL, mais on ne parle qu'au serveur S3.
    target = f"{store.scheme}://{store.netloc}{parts.path}?{parts.query}"
    headers = {"Host": parts.netloc} | options.pop("headers", {})
    with httpx.Client(trust_env=False, verify=_certificates()) as http:
        return send(http, method, target, headers=headers, **options)


def s3_code(reply: Reply) -> str:
    """Renvoie le statut d'une réponse du serveur S3, et le code de l'erreur s'il y en a un."""
    code = re.search(rb"<Code>(\w+)</Code>", reply.body)
    return f"{reply.status} {code[1].decode() if code else ''}".strip()
