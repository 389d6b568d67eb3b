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
from urllib.parse import SplitResult, parse_qs, quote, unquote, urlsplit

import httpx

from helpers.exercises.application import EXCEPTION
from helpers.exercises.model import Context, Review, Todo

_MAX_BODY = 1024 * 1024  # octets lus d'une réponse
_MAX_EXCEPTION = 400  # caractères
_SECONDS = 5  # durée d'une réponse
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


# --- Parler à l'API -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Reply:
    """Une réponse HTTP, lue en entier."""

    status: int
    body: bytes
    exception: str = ""  # ce que la route a levé, s'il s'agit de l'API de l'élève

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
            told = unquote(response.headers.get(EXCEPTION, ""))
            return Reply(response.status_code, body, told[:_MAX_EXCEPTION])
    except httpx.TimeoutException:
        raise Review(
            f"{method} {urlsplit(url).path} : pas de réponse en {seconds} secondes."
        ) from None
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise Review(
            f"{method} {urlsplit(url).path} : la connexion s'est interrompue avant la réponse.",
            found=type(error).__name__,
        ) from None


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
    asked = f"{method} {path}"
    if reply.exception:
        return f"{asked} : la route a levé une exception, {reply.exception}."
    if reply.status == 422 and (why := _refused_field(reply)):
        return f"{asked} : FastAPI refuse la requête de l'énoncé, {why}."
    if reply.status == 404 and reply.body == b'{"detail":"Not Found"}':
        return f"{asked} : aucune route de l'application ne répond à cette adresse."
    if reply.status == 405:
        return f"{asked} : cette adresse a une route, mais pas pour {method}."
    return f"{asked} : le statut n'est pas celui demandé."


def _refused_field(reply: Reply) -> str:
    """Renvoie le champ que FastAPI refuse, et pourquoi."""
    try:
        first = json.loads(reply.body)["detail"][0]
        place = ".".join(map(str, first["loc"]))
        return f"« {place} » ({first['msg']})"
    except (ValueError, LookupError, TypeError, RecursionError):
        return ""


def require(context: Context, route: str) -> None:
    """S'assure qu'une route est dans l'API : dans sa description, ou à l'adresse elle-même.

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
    # Le nom d'un paramètre de chemin est libre.
    if _anonymous(route) in map(_anonymous, routes):
        return
    # Une application montée dans une autre n'est pas décrite : une méthode que personne n'emploie
    # y répond 405 là où une route existe.
    path = re.sub(r"\{[^}]*\}", "x", route.partition(" ")[2])
    if send(api_of(context), "OPTIONS", path).status != 404:
        return
    if not routes:
        raise Todo("L'application n'a aucune route.")
    raise Review(
        "L'application n'a pas la route demandée.", found=", ".join(sorted(routes)), expected=route
    )


def _anonymous(route: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", route)


def fields(value: Any, **kinds: type) -> list[Any]:
    """Renvoie les valeurs d'un objet JSON qui a ces champs, de ces types ; d'autres sont permis."""
    expected = ", ".join(f'"{name}"' for name in kinds)
    if not isinstance(value, dict):
        raise Review("La réponse n'est pas un objet JSON.", found=shown(value), expected=expected)
    for name, kind in kinds.items():
        if name not in value:
            raise Review(
                f"Le champ « {name} » manque à la réponse.", found=shown(value), expected=expected
            )
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
