"""Voir, de ce processus, dans quels buckets un serveur S3 est modifié.

Toute bibliothèque écrite en Python finit par ``socket.send`` ou ``sendall`` ; un programme lancé et
une bibliothèque en C n'y passent pas, et l'on ne sait alors rien dire.
"""

import re
import socket
import subprocess
from urllib.parse import unquote

import pytest

_REQUEST = re.compile(rb"(?:PUT|POST|DELETE|PATCH) /([^/? ]*)/?([^? ]*)\??([^ ]*)")
_UNSEEN = re.compile(r"arrow|duckdb|\bstore\b|\bfs\b|\bp[dq]\.|\bds\.|ProcessPool|multiprocessing")


class Writes:
    """Le temps d'un ``with``, ce qui est écrit sur les serveurs que joint ce processus.

    Args:
        code: le code qui sera exécuté ; une bibliothèque en C peut y écrire sans être vue.

    Attributes:
        buckets: les buckets où l'on a écrit, ou qui ont été créés ou supprimés.
        hidden: vrai si l'on a pu écrire ailleurs sans être vu, ou régler un bucket.
    """

    def __init__(self, code=""):
        self.buckets = set()
        self.hidden = _UNSEEN.search(code) is not None

    def _see(self, data):
        if found := _REQUEST.match(bytes(data[:300])):
            bucket, key, query = found.groups()
            self.buckets.add(unquote(bucket.decode()))
            # Une politique, des versions, un envoi inachevé : un bucket du même nom peut l'hériter.
            self.hidden |= query.startswith(b"uploads") or not (key or query in (b"", b"delete="))

    def __enter__(self):
        self._patch = pytest.MonkeyPatch()
        for name in ("send", "sendall"):
            self._patch.setattr(socket.socket, name, self._seen(getattr(socket.socket, name)))
        popen = subprocess.Popen.__init__

        def start(process, args, *more, **options):
            self.hidden |= "-I" not in args  # un décodage, isolé, ne joint personne
            popen(process, args, *more, **options)

        self._patch.setattr(subprocess.Popen, "__init__", start)
        return self

    def _seen(self, send):
        def seen(sock, data, *flags):
            self._see(data)
            return send(sock, data, *flags)

        return seen

    def __exit__(self, *_):
        self._patch.undo()
