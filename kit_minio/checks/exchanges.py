"""Échanger avec l'API d'un élève, et avec le serveur S3, sans leur faire confiance.

Réponses bornées en taille et en durée, redirections non suivies, et rien n'est envoyé ailleurs que
sur ces deux-là.
"""

from __future__ import annotations

import json
import re
import ssl
import time
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import SplitResult, quote, unquote, urlsplit

import httpx

from kit_minio.answering.application import DOUBLED, EXCEPTION
from kit_minio.checks.model import Context, Review

_MAX_BODY = 1024 * 1024  # octets lus d'une réponse
_MAX_TOLD = 400  # caractères d'un en-tête du kit
SECONDS = 4.0  # durée d'une réponse


# --- Parler à l'API -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Reply:
    """Une réponse HTTP, lue en entier."""

    status: int
    body: bytes
    exception: str = ""  # ce que la route a levé, s'il s'agit de l'API de l'élève
    doubled: str = ""  # les routes que son application déclare deux fois
    slash: bool = False  # vrai si elle redirige vers la même adresse, à la barre finale près

    @property
    def said(self) -> str:
        """Le statut et le début du corps, en texte."""
        text = self.body[:200].decode(errors="replace").strip()
        return f"{self.status} {text}".strip()

    @property
    def code(self) -> str:
        """Le code de l'erreur, s'il s'agit du serveur S3."""
        found = re.search(rb"<Code>(\w+)</Code>", self.body)
        return found[1].decode() if found else ""

    def json(self) -> Any:
        """Renvoie le corps, lu comme du JSON."""
        try:
            value = json.loads(self.body)
            shown(value).encode()  # un demi-caractère (« \\ud800 ») ne s'afficherait pas
            return value
        except (ValueError, RecursionError):
            raise Review("La réponse de l'API n'est pas du JSON.", found=self.said) from None


class Silent(Review):
    """L'API n'a pas répondu à temps."""


def shown(value: Any) -> str:
    """Renvoie une valeur en JSON, accents compris."""
    return json.dumps(value, ensure_ascii=False)


def send(
    http: httpx.Client, method: str, url: str, seconds: float = SECONDS, **options: Any
) -> Reply:
    """Envoie une requête et renvoie la réponse, sans dépasser un temps ni une taille.

    Raises:
        Review: pas de réponse, ou une réponse trop longue ou trop lente.
    """
    # Compressée, une réponse pourrait grossir mille fois : iter_raw() ne décompresse pas. Et après
    # une exception, uvicorn ferme la connexion : la garder ferait échouer la requête suivante.
    headers = {"Accept-Encoding": "identity", "Connection": "close"} | options.pop("headers", {})
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
                    raise Silent("La réponse ne finit pas.", found=f"plus de {seconds:g} s")
            told, doubled = (
                unquote(response.headers.get(name, ""))[:_MAX_TOLD] for name in (EXCEPTION, DOUBLED)
            )
            there = urlsplit(response.headers.get("Location", "")).path
            slash = there.strip("/") == response.url.path.strip("/")
            return Reply(response.status_code, body, told, doubled, slash)
    except httpx.TimeoutException:
        raise Silent(f"{method} {urlsplit(url).path} : pas de réponse en {seconds:g} s.") from None
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise Review(
            f"{method} {urlsplit(url).path} : la connexion s'est interrompue avant la réponse.",
            found=type(error).__name__,
        ) from None


def api_of(context: Context) -> httpx.Client:
    """Renvoie le client HTTP de l'API de l'élève."""
    assert context.http is not None  # noqa: S101 - donné à tout exercice d'API
    return context.http


# --- Parler au serveur S3 -----------------------------------------------------------------------


def store_address(context: Context) -> SplitResult:
    """Renvoie l'adresse du serveur S3, telle que le client du contexte la signe."""
    url = context.client.presigned_get_object(bucket_name=context.space, object_name="adresse")
    return urlsplit(url)


@cache
def certificates() -> ssl.SSLContext:
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
    with httpx.Client(trust_env=False, verify=certificates()) as http:
        url = f"{store.scheme}://{store.netloc}/{quote(path)}{mark}{query}"
        return send(http, method, url, **options)


def s3_code(reply: Reply) -> str:
    """Renvoie le statut d'une réponse du serveur S3, et le code de l'erreur s'il y en a un."""
    return f"{reply.status} {reply.code}".strip()
