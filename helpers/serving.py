"""Servir une application FastAPI depuis un notebook : ``api = serve(app)``, puis ``api.stop()``.

Le serveur est un vrai uvicorn, dans un fil de ce processus : il n'écoute que sur cette machine, et
les routes ajoutées après coup à l'application répondent aussitôt. La page ``/docs`` fonctionne sans
Internet : Swagger UI vient d'un paquet Python, et non d'un site. Pour un navigateur d'une autre
machine, l'application sert aussi le relais vers le serveur S3, sous sa propre adresse.
"""

from __future__ import annotations

import asyncio
import html
import socket
import time
from contextlib import suppress
from functools import cache
from threading import Thread
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from helpers.errors import KitError, SettingsError
from helpers.server import relay
from helpers.server.addresses import forwarded_path, is_near, seen_from_browser, unreachable

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send
    from uvicorn import Server

_ASSETS = "swagger-ui"  # les fichiers de Swagger UI
# Au-dessous de 32768, aucune connexion sortante ne prend le port entre deux exécutions.
PORTS = range(8100, 8200)
_START_SECONDS = 10.0
_STOP_SECONDS = 1  # laissée aux requêtes en cours


class ServedApi:
    """Une application en service.

    Attributes:
        url: son adresse, sans barre finale : ``http://127.0.0.1:50123``.
        port: son port.
    """

    def __init__(self, title: str, docs_url: str | None, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.port = port
        self._title = title
        self._docs = f"{self.url}{docs_url}" if docs_url else None
        self._server: Server | None = None
        self._thread: Thread | None = None
        self._listener: socket.socket | None = None

    @property
    def running(self) -> bool:
        """Vrai tant que l'application répond."""
        return self._thread is not None and self._thread.is_alive()

    def start(self, app: ASGIApp, listener: socket.socket) -> None:
        """Démarre le serveur sur un socket déjà à l'écoute, et attend qu'il soit prêt.

        Raises:
            KitError: l'application lève une exception à son démarrage, ou ne le finit pas.
        """
        from uvicorn import Config, Server

        # Le fil qui sert n'a pas à écrire dans le notebook, sauf la trace d'une route qui échoue.
        config = Config(
            app, log_config=None, log_level="error", access_log=False, loop="asyncio",
            lifespan="on", timeout_graceful_shutdown=_STOP_SECONDS,
        )  # fmt: skip
        self._server = server = Server(config)
        self._listener = listener
        # uvicorn ferme son double du socket : le port reste le nôtre d'un serve() au suivant.
        args = (server, listener.dup())
        self._thread = Thread(target=_run, args=args, name=f"serve-{self.port}")
        self._thread.daemon = True
        self._thread.start()
        deadline = time.monotonic() + _START_SECONDS
        while self.running and not server.started and time.monotonic() < deadline:
            time.sleep(0.01)
        if not server.started:
            self.stop()
            raise KitError.of("serving.start", title=self._title)

    def stop(self) -> None:
        """Arrête le serveur et libère son port ; ne fait rien s'il est déjà arrêté."""
        if listener := self.hand_over():
            listener.close()

    def hand_over(self) -> socket.socket | None:
        """Arrête le serveur ; renvoie son socket, où les connexions attendent le suivant."""
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(_STOP_SECONDS + 1)
        listener, self._listener = self._listener, None
        return listener

    def __enter__(self) -> ServedApi:
        return self

    def __exit__(self, *raised: object) -> None:
        self.stop()

    def __repr__(self) -> str:
        if not self.running:
            return f"L'API « {self._title} » est arrêtée."
        docs = f" (Swagger UI : {self._docs})" if self._docs else ""
        return f"L'API « {self._title} » répond sur {self.url}{docs}"

    def _repr_html_(self) -> str:
        title = html.escape(self._title)
        if not self.running:
            return f"<p>L'API « {title} » est arrêtée.</p>"
        answers = f"<p>L'API « {title} » répond sur <code>{self.url}</code>.</p>{warning()}"
        if not self._docs:
            return answers
        docs = html.escape(shown(self._docs), quote=True)
        # Le cadre n'est chargé qu'à l'ouverture : un notebook relu plus tard ne demande rien.
        return (
            f'{answers}<p><a href="{docs}" target="_blank" rel="noopener">'
            "Ouvrir Swagger UI dans un nouvel onglet</a></p>"
            "<details><summary>Afficher Swagger UI ici</summary>"
            f'<iframe src="{docs}" title="Swagger UI de {title}" loading="lazy" '
            'style="width: 100%; height: 600px; border: 1px solid #ccc; background: #fff">'
            "</iframe></details>"
        )


def _run(server: Server, listener: socket.socket) -> None:
    with suppress(SystemExit):  # uvicorn quitte ainsi quand l'application ne démarre pas
        server.run([listener])


_served: dict[str, ServedApi] = {}


def serve(app: FastAPI, *, name: str = "api") -> ServedApi:
    """Sert une application FastAPI sur un port libre de cette machine.

    Réexécuter la cellule remplace la précédente application du même nom, sur le même port. L'objet
    renvoyé est aussi un gestionnaire de contexte : ``with serve(app) as api: …``.

    Args:
        app: l'application, ``app = FastAPI()``.
        name: ce qui distingue deux applications servies en même temps.

    Raises:
        SettingsError: ``app`` n'est pas une application FastAPI.
        KitError: l'application ne démarre pas.
    """
    from fastapi import FastAPI

    if not isinstance(app, FastAPI):
        raise SettingsError.of("serving.kind", kind=type(app).__name__)
    previous = _served.get(name)
    kept = previous.hand_over() if previous else None
    listener = kept or _listen(previous.port if previous else 0)
    api = ServedApi(app.title, app.docs_url, listener.getsockname()[1])
    # Les gestionnaires d'exceptions ajoutés depuis la première requête seraient ignorés sans cela.
    app.middleware_stack = None
    api.start(_served_app(app, api.port), listener)
    _served[name] = api
    return api


def _listen(port: int) -> socket.socket:
    """Renvoie un socket à l'écoute sur ce port, ou sur un autre s'il est pris."""
    for candidate in (port or PORTS[0], *PORTS):
        with suppress(OSError):
            return socket.create_server(("127.0.0.1", candidate))
    return socket.create_server(("127.0.0.1", 0))


def _served_app(app: FastAPI, port: int) -> ASGIApp:
    """Renvoie l'application, où la page de Swagger UI ne demande rien à Internet."""
    from fastapi.openapi.docs import get_swagger_ui_html
    from starlette.staticfiles import StaticFiles

    files = StaticFiles(packages=[("fastapi_offline", "static")])
    # Relatives à la page, ses adresses restent justes derrière le proxy d'un hub.
    root = "../" * ((app.docs_url or "/").count("/") - 1)
    page = get_swagger_ui_html(
        openapi_url=f"{root}{(app.openapi_url or '').lstrip('/')}",
        title=f"{html.escape(app.title)} · Swagger UI",
        swagger_js_url=f"{root}{_ASSETS}/swagger-ui-bundle.js",
        swagger_css_url=f"{root}{_ASSETS}/swagger-ui.css",
        swagger_favicon_url=f"{root}{_ASSETS}/favicon.png",
    )

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if path.startswith(f"/{_ASSETS}/"):
            await files({**scope, "root_path": f"/{_ASSETS}"}, receive, send)
        elif path.startswith(f"{relay.PREFIX}/"):
            await relay.relay()(scope, receive, send)
        elif path and path == app.docs_url:
            await page(scope, receive, send)
        else:
            await app(_placed(scope, port), receive, _yielding(send))

    return answer


def _placed(scope: Scope, port: int) -> Scope:
    """Renvoie la requête, qui sait sous quel chemin le navigateur voit l'application."""
    from starlette.datastructures import Headers

    root = forwarded_path(port, Headers(scope=scope)) if scope["type"] == "http" else None
    if not root:
        return scope
    # Le chemin entier : l'application en tire les adresses où elle redirige.
    return {**scope, "root_path": root, "path": f"{root}{scope['path']}"}


def shown(url: str) -> str:
    """Renvoie l'adresse à donner au navigateur pour ``url``, que le noyau emploie.

    La même s'ils sont sur une machine ; sinon, celle du port, ou du relais vers le serveur S3.
    """
    parts = urlsplit(url)
    if seen_from_browser(0) is None or not is_near(parts.hostname):
        return url
    if path := relay.path_to(url):
        return f"{seen_from_browser(_relay_port())}{path}"
    address = seen_from_browser(parts.port or 80)
    return f"{address}{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"


def warning() -> str:
    """Renvoie, en HTML, pourquoi le navigateur n'ouvrira pas une page du noyau, ou rien."""
    sentence = unreachable()
    return f"<p><strong>{html.escape(sentence)}</strong></p>" if sentence else ""


def url_for(request: Request, url: str) -> str:
    """Renvoie une URL présignée, telle que la page d'où vient cette requête peut l'employer.

    Derrière un proxy, elle passe par le relais de l'application même : une seule origine pour tout.
    """
    forwarded = forwarded_path(0, request.headers) is not None
    path = relay.path_to(url) if forwarded else None
    return f"{request.scope['root_path']}{path}" if path else url


@cache
def _relay_port() -> int:
    """Renvoie le port du relais de ce noyau, mis en service à sa première adresse."""
    listener = socket.create_server(("127.0.0.1", 0))
    served = ServedApi("relais", None, listener.getsockname()[1])
    served.start(relay.relay(), listener)
    return served.port


def _yielding(send: Send) -> Send:
    """Renvoie ``send``, qui rend ensuite la main à la boucle d'événements.

    Une réponse sans fin la garderait, et plus rien ne pourrait l'arrêter.
    """

    async def send_then_yield(message: Message) -> None:
        await send(message)
        await asyncio.sleep(0)

    return send_then_yield
