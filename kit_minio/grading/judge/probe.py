"""Appeler l'API d'un élève par HTTP, sans qu'elle puisse noyer ni retenir le correcteur."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpcore
import httpx

MAX_HTTP = 64 * 1024 * 1024  # octets reçus d'une API pendant un examen


@contextmanager
def probe(api: Path | str, seconds: float) -> Iterator[httpx.Client]:
    """Donne un client HTTP de l'API de l'élève, borné en octets et en durée totale.

    Args:
        api: la socket Unix où elle répond, ou son adresse HTTP.
        seconds: la durée de tout l'examen ; une réponse au compte-gouttes ne la prolonge pas.
    """
    backend = _Backend(time.monotonic() + seconds)
    uds, url = (None, api) if isinstance(api, str) else (str(api), "http://api")
    # Sans TLS : lire les certificats demanderait plus de temps que l'examen.
    transport = httpx.HTTPTransport(uds=uds, verify=False)
    transport._pool = httpcore.ConnectionPool(uds=uds, network_backend=backend)
    with httpx.Client(
        transport=transport, base_url=url, trust_env=False, follow_redirects=False
    ) as http:
        yield http


class _Backend(httpcore.SyncBackend):
    """Des connexions qui cessent toutes à la même heure, et comptent ce qu'elles reçoivent."""

    def __init__(self, deadline: float) -> None:
        self.deadline = deadline
        self.left = MAX_HTTP

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.NetworkStream:
        limit = self.shorten(timeout)
        stream = super().connect_tcp(host, port, limit, local_address, socket_options)
        return _Stream(stream, self)

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Any = None
    ) -> httpcore.NetworkStream:
        stream = super().connect_unix_socket(path, self.shorten(timeout), socket_options)
        return _Stream(stream, self)

    def shorten(self, timeout: float | None) -> float:
        """Renvoie le temps qui reste à une opération.

        Raises:
            ReadTimeout: il n'en reste plus.
        """
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("l'examen de l'API a assez duré")
        return left if timeout is None else min(timeout, left)


class _Stream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream, backend: _Backend) -> None:
        self.stream = stream
        self.backend = backend
        self._asked = time.monotonic()

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        # Des « 103 Early Hints », ou un octet à la fois, feraient toujours attendre la suite.
        if timeout is not None and (timeout := self._asked + timeout - time.monotonic()) <= 0:
            raise httpcore.ReadTimeout("la réponse a assez duré")
        data = self.stream.read(max_bytes, self.backend.shorten(timeout))
        self.backend.left -= len(data)
        if self.backend.left < 0:
            raise httpcore.ReadError("l'API a trop envoyé")
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.stream.write(buffer, self.backend.shorten(timeout))
        self._asked = time.monotonic()

    def close(self) -> None:
        self.stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        raise httpcore.ConnectError("pas de TLS sur cette socket")

    def get_extra_info(self, info: str) -> Any:
        return self.stream.get_extra_info(info)
