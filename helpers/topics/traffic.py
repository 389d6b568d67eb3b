"""Compter les octets qu'un programme fait venir du serveur S3 : un proxy HTTP, sur cette machine.

Le programme s'adresse au proxy, qui transmet ses requêtes telles quelles (la signature reste juste)
et note ce que chaque réponse transporte.
"""

import http.client
import select
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from helpers.topics.loopback import LoopbackServer, QuietHandler

_CHUNK = 64 * 1024  # octets
_SECONDS = 30


@dataclass(frozen=True)
class Request:
    """Une requête passée par le proxy."""

    method: str
    path: str  # le bucket et la clé, « bucket/cle »
    range: str  # l'intervalle demandé, « bytes=0-99 », ou un texte vide
    size: int  # les octets du corps de la réponse


@dataclass
class Traffic:
    """Ce qui est passé par un proxy depuis qu'il est ouvert."""

    proxy: str  # son adresse, « http://127.0.0.1:50123 »
    requests: list[Request] = field(default_factory=list)  # dans l'ordre de leurs réponses

    @property
    def received(self) -> int:
        """Les octets reçus du serveur, sans les en-têtes des réponses."""
        return sum(request.size for request in self.requests)

    @property
    def read(self) -> list[str]:
        """Les objets dont le contenu a été demandé (``bucket/cle``), triés, une fois chacun."""
        found = {one.path for one in self.requests if one.method == "GET" and "/" in one.path}
        return sorted(found)


@contextmanager
def count_traffic() -> Iterator[Traffic]:
    """Ouvre un proxy qui compte, le temps d'un ``with``.

    Vers un serveur en HTTPS, il ne voit passer que des octets chiffrés : il les compte, mais sans
    distinguer les requêtes.

        with count_traffic() as traffic:
            pq.read_table(path, filesystem=arrow_filesystem(traffic))
        traffic.received
    """
    server = _Proxy(("127.0.0.1", 0), _Handler)
    with server.running() as address:
        server.traffic = Traffic(address)
        yield server.traffic


class _Proxy(LoopbackServer):
    traffic: Traffic


class _Handler(QuietHandler):
    server: _Proxy

    def do_GET(self) -> None:
        """Transmet la requête, puis la réponse, et note celle-ci."""
        url = urlsplit(self.path)
        there = http.client.HTTPConnection(url.netloc, timeout=_SECONDS)
        with closing(there):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            # Rien n'est ajouté : la signature porte sur ces en-têtes, celui de l'hôte compris.
            target = f"{url.path}?{url.query}" if url.query else url.path
            there.putrequest(self.command, target, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if not name.lower().startswith("proxy-"):
                    there.putheader(name, value)
            there.endheaders(body)
            self._answer(there.getresponse(), unquote(url.path).strip("/"))

    do_HEAD = do_PUT = do_POST = do_DELETE = do_GET

    def _answer(self, answer: http.client.HTTPResponse, path: str) -> None:
        data = answer.read()
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.getheaders():
            if name.lower() not in ("transfer-encoding", "connection", "content-length"):
                self.send_header(name, value)
        known = answer.getheader("Content-Length", "0")
        self.send_header("Content-Length", known if self.command == "HEAD" else str(len(data)))
        self.end_headers()
        # Noté avant d'être transmis : le programme peut s'en servir dès la réponse reçue.
        done = Request(self.command, path, self.headers.get("Range", ""), len(data))
        self.server.traffic.requests.append(done)
        self.wfile.write(data)

    def do_CONNECT(self) -> None:
        """Relie le programme et un serveur HTTPS, et compte ce qui revient."""
        host, _, port = self.path.rpartition(":")
        with socket.create_connection((host.strip("[]"), int(port)), timeout=_SECONDS) as there:
            self.send_response_only(200)
            self.end_headers()
            size = _join(self.connection, there)
        self.server.traffic.requests.append(Request("CONNECT", self.path, "", size))
        self.close_connection = True


def _join(here: socket.socket, there: socket.socket) -> int:
    """Passe les octets d'un socket à l'autre jusqu'à ce que l'une se ferme ; compte le retour."""
    received = 0
    with suppress(OSError):
        while True:
            for ready in select.select((here, there), (), ())[0]:
                data = ready.recv(_CHUNK)
                if not data:
                    return received
                (there if ready is here else here).sendall(data)
                received += len(data) if ready is there else 0
    return received
