"""L'application d'un élève, mise en service le temps d'une vérification.

De vraies requêtes, dans le notebook comme à la correction : une application de test ne connaît pas
les délais. Ce qu'une route lève est cité dans un en-tête de la réponse 500.
"""

from __future__ import annotations

import asyncio
import linecache
import socket
import sysconfig
from collections import Counter
from traceback import walk_tb
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from minio.error import S3Error

from helpers.errors import KitError, explain
from helpers.files import ROOT
from kit_minio.answering.answers import ABSENT, AnswerError

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.types import Message, Receive, Scope, Send

    from helpers.serving import ServedApi

EXCEPTION = "x-kit-exception"  # l'en-tête qui cite l'exception d'une route
DOUBLED = "x-kit-doubled"  # celui qui dit les routes déclarées deux fois
_LONGEST = 300  # caractères d'une exception citée
_PATHS = map(sysconfig.get_path, ("stdlib", "platstdlib", "purelib", "platlib"))
_NOT_HERE = (*_PATHS, str(ROOT / "helpers"), str(ROOT / "kit_minio"), "<frozen")


def start(app: Any, listener: socket.socket) -> ServedApi:
    """Met une application en service sur une socket.

    Raises:
        AnswerError: ce n'est pas une application FastAPI, ou elle ne démarre pas.
    """
    from fastapi import FastAPI

    from helpers.serving import ServedApi

    if app is ABSENT:
        raise AnswerError("check() attend votre application, entre ses parenthèses.")
    if not isinstance(app, FastAPI):
        raise AnswerError("check() attend votre application.", type(app).__name__, "FastAPI")
    app.middleware_stack = None  # sans quoi les gestionnaires d'exceptions récents manqueraient
    quoting = Quoting(app)
    api = ServedApi("api", None, 0)
    try:
        api.start(quoting, listener)
    except KitError as error:
        raise AnswerError(
            "L'application ne démarre pas : sa fonction lifespan n'aboutit pas.",
            quoting.at_start or error.fact,
        ) from error
    return api


class Quoting:
    """Une application qui cite ce qu'elle lève, et les routes qu'elle a en double."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        self.at_start = ""
        self._doubled = quote(", ".join(doubled_routes(app))).encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        held: list[Message] = []  # une réponse 500, le temps de savoir si une exception la suit

        async def hold(message: Message) -> None:
            if self._doubled and message["type"] == "http.response.start":
                header = (DOUBLED.encode(), self._doubled)
                message["headers"] = [*message.get("headers", []), header]
            starts = message["type"] == "http.response.start" and message["status"] == 500
            if starts or len(held) == 1:
                held.append(message)
                return
            await flush()
            await send(message)
            if scope["type"] == "http":
                await asyncio.sleep(0)  # une réponse sans fin garderait la boucle

        async def flush() -> None:
            while held:
                await send(held.pop(0))

        try:
            await self.app(scope, receive, hold)
        except BaseException as error:
            if scope["type"] == "lifespan":
                self.at_start = quoted(error)
            if held:
                header = (EXCEPTION.encode(), quote(quoted(error)).encode())
                held[0]["headers"] = [*held[0].get("headers", []), header]
            raise
        finally:
            await flush()


def doubled_routes(app: FastAPI) -> list[str]:
    """Renvoie les routes déclarées deux fois (``GET /a``) : seule la première répondra."""
    declared = Counter(
        f"{method} {getattr(route, 'path', '')}"
        for route in app.routes
        for method in getattr(route, "methods", None) or ()
    )
    return [route for route, times in declared.items() if times > 1]


def quoted(error: BaseException) -> str:
    """Renvoie une exception en une phrase, avec la ligne du notebook qui l'a levée."""
    text = f"{type(error).__name__} : {error}"
    if isinstance(error, S3Error) and (told := explain(error)):
        text = f"S3Error {error.code} : {told.fact}"
    frames = [(frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__)]
    if here := [place for place in frames if not place[0].startswith(_NOT_HERE)]:
        path, line = here[-1]
        source = linecache.getline(path, line).strip()
        text += f" (ligne {line}" + (f" : {source})" if source else ")")
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
