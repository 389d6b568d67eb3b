"""Un petit serveur HTTP de cette machine, qui distribue les fichiers d'exemple."""

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from threading import Thread
from typing import Any

from helpers.errors import ContentError
from helpers.samples import SAMPLES, sample

CHUNK_SIZE = 16 * 1024  # octets


@contextmanager
def serve_folder() -> Iterator[str]:
    """Sert les fichiers d'exemple en HTTP le temps d'un ``with``, et donne l'adresse du serveur.

    Avec ``?taille=inconnue`` après le nom, la réponse arrive par morceaux (``Transfer-Encoding:
    chunked``), sans ``Content-Length``. Le serveur n'écoute que sur la machine, sur un port libre.

        with serve_folder() as url:
            response = httpx.get(f"{url}/velib.csv?taille=inconnue")
    """
    with LoopbackServer(("127.0.0.1", 0), _Handler).running() as address:
        yield address


class LoopbackServer(ThreadingTCPServer):
    """Un fil par connexion ; ``server_close`` libère le port et attend la fin de tous les fils."""

    def __init__(self, *args: Any) -> None:
        self.connections: set[Any] = set()
        super().__init__(*args)

    def process_request(self, request: Any, client_address: Any) -> None:
        self.connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self.connections.discard(request)
        super().shutdown_request(request)

    @contextmanager
    def running(self) -> Iterator[str]:
        """Sert le temps d'un ``with``, et donne l'adresse."""
        thread = Thread(target=self.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{self.server_address[1]}"
        finally:
            self.shutdown()
            thread.join()
            # Restées ouvertes, des connexions feraient attendre leurs fils sans fin.
            for connection in list(self.connections):
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
            self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        # Un client qui part avant la fin de la réponse n'est pas une erreur à montrer.
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class QuietHandler(BaseHTTPRequestHandler):
    """Une réponse HTTP/1.1, dont rien ne s'affiche dans le notebook."""

    protocol_version = "HTTP/1.1"  # la réponse par morceaux n'existe pas avant

    def log_message(self, *args: Any) -> None:
        """N'écrit rien."""


class _Handler(QuietHandler):
    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        name = path.removeprefix("/")
        try:
            status, body, mime = 200, sample(name).read_bytes(), SAMPLES[name]
        except ContentError as error:
            status, body, mime = 404, f"{error}\n".encode(), "text/plain; charset=utf-8"
        self.send_response(status)
        self.send_header("Content-Type", mime)
        if query == "taille=inconnue":
            self.send_header("Transfer-Encoding", "chunked")
            body = _in_chunks(body)
        else:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    do_HEAD = do_GET


def _in_chunks(body: bytes) -> bytes:
    """Renvoie ``body`` en morceaux : la taille en hexadécimal, les octets, et zéro pour finir."""
    parts = (body[start : start + CHUNK_SIZE] for start in range(0, len(body), CHUNK_SIZE))
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
