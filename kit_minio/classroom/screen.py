"""Le tableau de la salle, servi à l'enseignant : une page, sur sa machine, derrière un jeton.

Le jeton est dans la partie de l'adresse que le navigateur n'envoie pas ; la page le donne à chaque
demande. Elle ne contient elle-même rien de la classe.
"""

from __future__ import annotations

import secrets
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import FastAPI, Header, HTTPException, Request, Response
from fastapi.responses import FileResponse, JSONResponse, PlainTextResponse

from helpers import server as servers
from helpers.components import sheet
from helpers.s3 import client_for
from helpers.server.addresses import with_tunnel
from helpers.server.model import Say
from kit_minio import checks
from kit_minio.classroom.board import Board
from kit_minio.classroom.register import register_file, the_register

if TYPE_CHECKING:
    from uvicorn import Server

_PAGES = Path(__file__).parent / "templates"
_HOSTS = ("127.0.0.1", "localhost")
_SAFE = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


def application(board: Board, token: str) -> FastAPI:
    """Renvoie l'application qui montre un tableau.

    Args:
        board: le tableau.
        token: ce que la page doit présenter.
    """
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    @app.middleware("http")
    async def only_here(
        request: Request, call_next: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        # Un autre site, dont le nom désignerait cette machine, n'a rien à y lire.
        if request.url.hostname not in _HOSTS:
            return PlainTextResponse("Cette page n'est qu'à cette machine.", 421)
        answer = await call_next(request)
        answer.headers.update(_SAFE)
        return answer

    @app.get("/")
    def page() -> FileResponse:
        return FileResponse(_PAGES / "board.html")

    @app.get("/board.js")
    def script() -> FileResponse:
        return FileResponse(_PAGES / "board.js", media_type="text/javascript")

    @app.get("/board.css")
    def style() -> PlainTextResponse:
        own = (_PAGES / "board.css").read_text(encoding="utf-8")
        return PlainTextResponse(f"{sheet()}\n{own}", media_type="text/css")

    @app.get("/etat")
    def state(lesson: str = "", seen: str = "", x_token: str = Header("")) -> Response:
        if not secrets.compare_digest(x_token.encode(), token.encode()):
            raise HTTPException(403, "Reprenez l'adresse que « kit.py class board » a donnée.")
        if lesson and lesson not in checks.MODULES:
            raise HTTPException(404, "Cette leçon n'a pas d'exercices.")
        board.register = the_register()  # la liste a pu changer
        asked = lesson or board.current()
        shown = board.shown(asked)
        if shown["trouble"] and (found := servers.find()):
            board.client = client_for(found)  # redémarré, il a pu changer de port
        now = f"{asked}-{shown['version']}-{register_file().stat().st_mtime_ns}"
        if seen == now:
            return Response(status_code=204)
        shown["lessons"] = sorted({*board.lessons(), asked})
        return JSONResponse({**shown, "seen": now})

    return app


def run_board(say: Say, *, port: int = 0, browser: bool = True) -> None:
    """Montre le tableau jusqu'à Ctrl+C.

    Args:
        say: reçoit l'adresse de la page.
        port: le port ; 0 en prend un libre.
        browser: ouvre aussi le navigateur.

    Raises:
        KitError: aucune classe n'a été ouverte, ou son serveur fait défaut.
    """
    import webbrowser

    register = the_register()
    board = Board(client_for(servers.ensure(say)), register)
    token = secrets.token_urlsafe(24)
    listener = socket.create_server(("127.0.0.1", port))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/#{token}"
    say(f"Tableau de « {register.title} » : {with_tunnel(url)} (Ctrl+C pour arrêter)")
    if browser:
        webbrowser.open(url)
    _server(application(board, token)).run(sockets=[listener])


def _server(app: FastAPI) -> Server:
    from uvicorn import Config, Server

    return Server(Config(app, log_level="error", access_log=False, timeout_graceful_shutdown=1))
