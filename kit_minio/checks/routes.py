"""Appeler les routes d'un élève, et dire la cause de ce qui ne va pas.

Un champ de plus est permis partout ; un statut qui n'est pas le bon se dit à part, et ne cache pas
ce que la route a fait.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kit_minio.checks.exchanges import SECONDS, Reply, Silent, api_of, send, shown
from kit_minio.checks.model import Context, Review, Todo

_PLACES = {
    "body": "un champ de formulaire",
    "query": "un paramètre de requête",
    "path": "un paramètre de chemin",
    "header": "un en-tête",
    "cookie": "un cookie",
}
_HURRIED_SECONDS = 1.0  # laissées à une réponse, quand une autre a déjà manqué
_SILENCES = 2  # après quoi l'API n'est plus appelée : la vérification prendrait trop de temps
_NOT_RAISED = "l'exception est renvoyée au lieu d'être levée (raise HTTPException(…))"
_KINDS = {str: "un texte", int: "un nombre entier"}


def ask(context: Context, method: str, path: str, **options: Any) -> Reply:
    """Appelle une route et renvoie sa réponse, quel qu'en soit le statut.

    Raises:
        Silent: elle ne répond pas à temps, ou d'autres se sont déjà tues.
        Review: la réponse est trop longue, ou s'interrompt.
    """
    if context.silences >= _SILENCES:
        raise Silent(f"{method} {path} : pas appelée, l'API ne répondait plus.")
    seconds = options.pop("seconds", SECONDS)
    if context.silences:
        seconds = min(seconds, _HURRIED_SECONDS)
    try:
        return send(api_of(context), method, path, seconds, **options)
    except Silent:
        context.silences += 1
        raise


def done(context: Context, method: str, path: str, **options: Any) -> Reply:
    """Appelle une route qui doit réussir, et renvoie sa réponse : son statut est 2xx.

    Raises:
        Review: elle n'a pas réussi.
    """
    reply = ask(context, method, path, **options)
    if not 200 <= reply.status < 300:
        raise _refusal(method, path, reply, "une réussite")
    return reply


def call(context: Context, method: str, path: str, status: int, **options: Any) -> Any:
    """Appelle une route, exige un statut et renvoie le JSON de la réponse."""
    reply = ask(context, method, path, **options)
    expect_status(reply, method, path, status)
    return reply.json()


def expect_status(reply: Reply, method: str, path: str, *wanted: int) -> None:
    """S'assure du statut d'une réponse ; dit sinon ce que le statut reçu apprend."""
    if reply.status not in wanted:
        raise _refusal(method, path, reply, " ou ".join(map(str, wanted)))


def _refusal(method: str, path: str, reply: Reply, wanted: str) -> Review:
    return Review(
        f"{method} {path} : {reading(reply, method, wanted)}.", found=reply.said, expected=wanted
    )


def reading(reply: Reply, method: str = "", wanted: str = "") -> str:
    """Dit ce qu'apprend un statut qui n'est pas celui attendu, sans point final."""
    if "HTTPException" in reply.exception:  # FastAPI n'a pas su l'écrire en JSON
        return _NOT_RAISED
    if reply.exception:
        return f"la route a levé une exception, {reply.exception}"
    if reply.status == 422 and (why := _refused_field(reply)):
        return f"FastAPI refuse la requête de l'énoncé, {why}"
    if reply.status == 405:
        return f"cette adresse a une route, mais pas pour la méthode {method}"
    if reply.status == 307 and reply.slash:
        return "l'adresse de la route diffère par sa barre finale, et FastAPI redirige"
    told = f"statut {reply.status} au lieu de {wanted}" if wanted[:1].isdigit() else "elle échoue"
    if wanted == "une réussite":
        told = f"statut {reply.status} au lieu d'une réussite"
    return f"{told}{_returned(reply)}"


def is_default(reply: Reply) -> bool:
    """Dit si une réponse 404 est celle de FastAPI quand aucune route ne convient."""
    return reply.body == b'{"detail":"Not Found"}'


def _returned(reply: Reply) -> str:
    """Reconnaît un statut que la fonction a renvoyé au lieu de le donner à FastAPI."""
    try:
        value = json.loads(reply.body)
    except (ValueError, RecursionError):
        return ""
    if isinstance(value, dict) and {"status_code", "detail"} <= set(value):
        return f" : {_NOT_RAISED}"
    if isinstance(value, list) and len(value) == 2 and type(value[1]) is int:
        return " : FastAPI ne lit pas un statut rangé dans un tuple (raise HTTPException(…))"
    return ""


def _refused_field(reply: Reply) -> str:
    """Renvoie le champ que FastAPI refuse, et pourquoi."""
    try:
        first = json.loads(reply.body)["detail"][0]
        place, *name = first["loc"]
        kind, named = _PLACES[place], f"« {'.'.join(map(str, name))} »"
        if first["type"] == "missing":
            return f"qui n'a pas {kind} {named} que votre fonction demande"
        given = str(first.get("input"))[:60]
        return f"car votre fonction n'accepte pas « {given} » pour {kind} {named}"
    except (ValueError, LookupError, TypeError, RecursionError):
        return ""


def answers(context: Context, path: str) -> bool:
    """Dit si une route convient à un chemin : une méthode que personne n'emploie y répond 405."""
    return ask(context, "OPTIONS", path).status != 404


# --- Les routes d'une application ---------------------------------------------------------------


def described(context: Context) -> set[str] | None:
    """Renvoie les routes que l'API décrit (``GET /a/{b}``), ``None`` si elle n'en décrit pas."""
    if context.described is ...:
        reply = ask(context, "GET", "/openapi.json")
        try:
            paths = reply.json()["paths"]
            found = {f"{method.upper()} {path}" for path in paths for method in paths[path]}
        except (Review, LookupError, TypeError, AttributeError):
            found = None
        context.described = found
    return context.described


def exists(context: Context, route: str) -> bool:
    """Dit si une route est dans l'API : dans sa description, ou à l'adresse elle-même.

    Args:
        context: le contexte de vérification.
        route: la route, ``GET /documents/{key}`` ; le nom d'un paramètre est libre.
    """
    known = described(context)
    if known is None or _anonymous(route) in map(_anonymous, known):
        return True  # sans description, la route elle-même dira ce qu'il en est
    # Une application montée dans une autre n'est pas décrite.
    method, _, path = route.partition(" ")
    path = re.sub(r"\{[^}]*\}", "x", path)
    if not answers(context, path):
        return False
    others = {other.partition(" ")[0] for other in known if _covers(other, path)}
    return not others or method in others


def _covers(route: str, path: str) -> bool:
    pattern = re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(route.partition(" ")[2]))
    return re.fullmatch(pattern, path) is not None


def require(context: Context, route: str) -> None:
    """S'assure qu'une route est dans l'API.

    Raises:
        Todo: l'application n'a encore aucune route.
        Review: elle en a, mais pas celle-là.
    """
    if exists(context, route):
        return
    known = described(context)
    if not known:
        raise Todo("L'application n'a aucune route.")
    raise Review(
        "L'application n'a pas la route demandée.", found=", ".join(sorted(known)), expected=route
    )


@contextmanager
def judging(context: Context, route: str) -> Iterator[None]:
    """Juge une route le temps d'un ``with`` ; dit, si elle est refusée, qu'elle est en double.

    Raises:
        Todo: l'application n'a encore aucune route.
        Review: elle en a, mais pas celle-là, ou ce que le ``with`` refuse.
    """
    require(context, route)
    try:
        yield
    except Silent:
        raise
    except Review as review:
        if route in _doubled(context):
            review.message = (
                f"L'application a deux fonctions pour {route}, et c'est la première déclarée qui "
                "répond : réexécutez la cellule depuis « FastAPI() », sans l'ancienne. "
                f"{review.message}"
            )
        raise


def _doubled(context: Context) -> list[str]:
    try:
        return ask(context, "GET", "/openapi.json").doubled.split(", ")
    except Review:
        return []


def _anonymous(route: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", route)


# --- Ce qu'une réponse contient -----------------------------------------------------------------


def fields(value: Any, /, **kinds: type) -> list[Any]:
    """Renvoie les valeurs d'un objet JSON qui a ces champs, de ces types ; d'autres sont permis."""
    wanted = ", ".join(f'"{name}"' for name in kinds)
    if not isinstance(value, dict):
        what = ", mais null : la fonction ne renvoie rien (return)" if value is None else ""
        raise Review(
            f"La réponse n'est pas un objet JSON{what}.",
            found=shown(value),
            expected=f"un objet JSON avec {wanted}",
        )
    for name, kind in kinds.items():
        if name not in value:
            returned = f" : {_NOT_RAISED}" if {"status_code", "detail"} <= set(value) else ""
            raise Review(
                f"Le champ « {name} » manque à la réponse{returned}.",
                found=", ".join(f'"{field}"' for field in value) or "aucun champ",
                expected=wanted,
            )
        if not _is(value[name], kind):
            raise Review(
                f"Le champ « {name} » n'est pas du bon type.",
                found=shown(value[name]),
                expected=_KINDS[kind],
            )
    return [value[name] for name in kinds]


def _is(value: Any, kind: type) -> bool:
    return type(value) is kind or (kind is int and type(value) is float and value.is_integer())


def expect_values(value: Any, /, **wanted: Any) -> None:
    """S'assure qu'un objet JSON a ces champs, avec ces valeurs ; d'autres sont permis."""
    kinds = {name: type(expected) for name, expected in wanted.items()}
    for name, found in zip(wanted, fields(value, **kinds), strict=True):
        if found != wanted[name]:
            raise Review(
                f"Le champ « {name} » n'a pas la bonne valeur.",
                found=shown(found),
                expected=shown(wanted[name]),
            )
