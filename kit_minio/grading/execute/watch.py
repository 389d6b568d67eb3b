"""Le serveur S3 d'une correction : prêt, nettoyé, surveillé, remplacé s'il tombe.

Une copie que le serveur a laissée tomber est recommencée : ce n'est pas à elle d'en payer le prix.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from http.client import HTTPException
from typing import TYPE_CHECKING

from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

from helpers import server as servers
from helpers.errors import ServerError
from helpers.s3 import HttpPool, client_for
from kit_minio.checks.model import Review
from kit_minio.grading.execute.claims import Claim, erase_killed
from kit_minio.grading.execute.credentials import check_limits, erase_abandoned, erase_labelled
from kit_minio.server import replace as replace_server

if TYPE_CHECKING:
    from helpers.server import Server
    from kit_minio.grading.settings import Settings

MARGIN_SECONDS = 600  # dont les identifiants d'une copie dépassent sa durée
_PATIENCE_SECONDS = 10.0  # laissées à un serveur pour répondre de nouveau


def ready_server(
    settings: Settings, say: Callable[[str], None] = lambda sentence: None
) -> tuple[Server, Claim]:
    """Renvoie le serveur d'une correction, sans les espaces que d'autres y auraient laissés.

    Avec lui vient ce qui dit que cette correction est en cours, à rendre quand elle est finie.

    Args:
        settings: les réglages.
        say: reçoit les phrases d'avancement du serveur.

    Raises:
        ServerError: aucun serveur, ou un serveur qui ne donne pas d'identifiants limités.
    """
    server = servers.ensure(say)
    client = client_for(server)
    claim = Claim(server, settings.label)
    try:
        erase_labelled(server, client, settings.label)
        erase_killed(server, client)
        longest = 2 * settings.limits.copy_seconds + MARGIN_SECONDS
        erase_abandoned(server, client, older=longest)
        check_limits(server, client, label=settings.label)
    except BaseException:
        claim.release()
        raise
    return server, claim


def answers(server: Server, *, in_charge: bool) -> bool:
    """Dit si un serveur répond, et, pour qui en a la charge, s'il est tout à fait prêt.

    Args:
        server: le serveur.
        in_charge: faux si c'est quelqu'un d'autre qui le fait tourner, sur une autre machine
            peut-être : il n'en ouvre que S3.
    """
    return servers.is_ready(server if in_charge else replace(server, way="external"))


class WatchedPool(HttpPool):
    """Des connexions qui disent quand le serveur n'a pas répondu comme il devait.

    Args:
        let_down: appelée si une requête reste sans réponse, ou échoue en 5xx.
    """

    def __init__(self, let_down: Callable[[], None]) -> None:
        super().__init__()
        self._let_down = let_down

    def urlopen(  # type: ignore[override]
        self, method: str, url: str, redirect: bool = True, **options: object
    ) -> BaseHTTPResponse:
        """Envoie une requête, comme urllib3, et regarde ce qu'il en est."""
        try:
            response = super().urlopen(method, url, redirect, **options)
        except HTTPError as error:
            if _too_many_headers(error):
                raise Review(
                    "Un objet porte trop de métadonnées : le serveur les rend, mais sa réponse ne "
                    "se lit pas.",
                    expected="une centaine d'en-têtes au plus",
                ) from error
            self._let_down()
            raise
        if response.status >= 500 and response.status != 501:  # 501 : une fonction qu'il n'a pas
            self._let_down()
        return response


def _too_many_headers(error: HTTPError) -> bool:
    """Dit si une réponse est arrivée, mais illisible : c'est la copie qui l'a remplie."""
    reason = getattr(error, "reason", error)  # après la dernière reprise, urllib3 l'y range
    return any(isinstance(cause, HTTPException) and "header" in str(cause) for cause in reason.args)


class ServerWatch:
    """Le serveur d'une correction, gardé en marche.

    Args:
        server: le serveur, déjà prêt.
        in_charge: vrai si c'est à cette correction de le relancer.
        moved: reçoit le serveur qui en remplace un autre.
    """

    def __init__(self, server: Server, *, in_charge: bool, moved: Callable[[Server], None]) -> None:
        self.server = server
        self.in_charge = in_charge
        self.stopping = threading.Event()
        self._moved = moved
        self._reviving = threading.Lock()
        self._of_thread = _OfThread()

    def begin(self) -> Server:
        """Commence à regarder, pour la copie de ce fil ; renvoie le serveur qu'elle emploiera."""
        self._of_thread.began_with = self.server
        self._of_thread.let_down = False
        return self.server

    def let_down(self) -> None:
        """Retient que le serveur n'a pas répondu comme il devait à la copie de ce fil."""
        self._of_thread.let_down = True

    def held(self) -> bool:
        """Dit si, depuis ``begin``, le serveur n'a pas fait défaut à la copie de ce fil."""
        server = self._of_thread.began_with
        return (
            not self._of_thread.let_down
            and self._is_same(server)
            and answers(server, in_charge=self.in_charge)
        )

    def _is_same(self, server: Server) -> bool:
        """Dit si un serveur est encore celui qui sert, et non un autre qui a pris son port."""
        if server is not self.server:
            return False
        if not self.in_charge:
            return True
        found = servers.find()
        return found is not None and (found.endpoint, found.pid) == (server.endpoint, server.pid)

    def revive(self) -> None:
        """Attend le serveur qui ne répond plus ; relance celui du kit s'il le faut.

        Raises:
            ServerError: il n'y en a plus.
        """
        server = self._of_thread.began_with
        with self._reviving:
            if self._comes_back(server):
                return
            if not self.in_charge or server.way == "external":
                raise ServerError(
                    f"Le serveur S3 ne répond plus : {server.url}.",
                    "Remettez-le en marche, puis relancez la même commande : les copies déjà "
                    "corrigées le restent.",
                )
            if self._is_same(server):
                servers.stop()  # en marche, mais muet
            self.server = replace_server(server)
            self._moved(self.server)

    def _comes_back(self, server: Server) -> bool:
        """Attend un serveur ; vrai s'il répond, si un autre le remplace, ou si tout s'arrête."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            if server is not self.server or self.stopping.is_set():
                return True
            same = self._is_same(server)
            if same and answers(server, in_charge=self.in_charge):
                return True
            if server.pid is not None and not same:
                return False  # mort : rien à attendre
            self.stopping.wait(0.1)
        return False


class _OfThread(threading.local):
    """Ce que chaque fil sait de la copie qu'il corrige."""

    began_with: Server
    let_down = False
