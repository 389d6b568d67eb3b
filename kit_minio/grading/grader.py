"""Des copies corrigées ici, plusieurs à la fois : un serveur, un bac à sable, des noyaux tièdes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from minio.error import S3Error
from urllib3.exceptions import HTTPError

from helpers.errors import KitError
from helpers.french import count_of
from helpers.s3 import client_for
from kit_minio.grading.execute.budget import Budget
from kit_minio.grading.execute.claims import Claim
from kit_minio.grading.execute.credentials import erase_labelled
from kit_minio.grading.execute.kernels import Kernels
from kit_minio.grading.execute.sandbox.isolation import Isolation
from kit_minio.grading.execute.sandbox.levels import find_isolation
from kit_minio.grading.execute.watch import ServerWatch, ready_server
from kit_minio.grading.execute.workplace import sweep
from kit_minio.grading.judge.copy import grade_copy
from kit_minio.grading.judge.examine import Examiner
from kit_minio.grading.judge.marks import out_of_time
from kit_minio.grading.judge.store import ExaminerClient
from kit_minio.grading.machine import (
    connections_for,
    give_large_blocks_back,
    overloaded,
    slowed_down,
)
from kit_minio.grading.model import AGAIN, FAILED, Copy, Result
from kit_minio.grading.turns import Turns
from kit_minio.leftovers import sweep_throwaways
from kit_minio.upkeep import give_space_back

if TYPE_CHECKING:
    from minio import Minio

    from helpers.server import Server
    from kit_minio.grading.execute.credentials import Space
    from kit_minio.grading.settings import Settings

_ATTEMPTS = 3  # exécutions d'une copie que le serveur a laissée tomber
_MAX_REMARKS = 30  # d'une copie
_MAX_REMARK = 1000  # caractères de l'une d'elles
_SLOW = (
    "Cette copie a manqué de temps, même corrigée seule : autre chose occupait cette machine. "
    "Corrigez-la de nouveau, avec --only et son nom, quand la machine sera libre."
)
_LET_DOWN = "le serveur S3 a fait défaut"
_LOOK_SECONDS = 0.5  # entre deux regards sur une interruption


class Grader:
    """Une correction en cours.

    Args:
        settings: les réglages.
        say: reçoit les phrases d'avancement du serveur.
        server: un serveur déjà prêt, dont quelqu'un d'autre a la charge.

    Raises:
        IsolationError: le niveau d'isolation voulu n'est pas là.
        ServerError: aucun serveur, ou un serveur qui ne donne pas d'identifiants limités.
    """

    def __init__(
        self,
        settings: Settings,
        say: Callable[[str], None] = lambda sentence: None,
        *,
        server: Server | None = None,
    ) -> None:
        self.settings = settings
        give_large_blocks_back()
        sweep()
        sweep_throwaways()
        self._claim: Claim | None = None
        ready = server
        if ready is None:
            ready, self._claim = ready_server(settings, say)
        self.isolation: Isolation = find_isolation(
            minimum=settings.minimum_isolation,
            accept_no_isolation=settings.accept_no_isolation,
            only=settings.level,
        )
        connections = connections_for(settings.workers)
        self.kernels = Kernels(self.isolation, ready, connections=connections)
        self.watch = ServerWatch(ready, in_charge=server is None, moved=self.kernels.follow)
        self._turns = Turns()
        self._of_thread = _OfThread()

    @property
    def server(self) -> Server:
        """Le serveur S3 ; tombé, un autre le remplace."""
        return self.watch.server

    @property
    def budget(self) -> Budget | None:
        """Ce que la copie de ce fil peut encore envoyer, noyaux et exécutions d'avant compris."""
        return self._of_thread.budget

    def client(self) -> Minio:
        """Renvoie un client du correcteur, un par fil."""
        return self._clients()[0]

    def examiner_client(self) -> ExaminerClient:
        """Renvoie un client qui lit ce qu'une copie a déposé, un par fil."""
        return self._clients()[1]

    def examiner(
        self, space: Space, name: str, seed: int, *, own: Server | None = None
    ) -> Examiner:
        """Renvoie de quoi examiner les exercices d'une copie.

        Args:
            space: l'espace de la copie.
            name: le nom de l'espace d'une série, dans celui de la copie.
            seed: la graine des données de départ.
            own: le serveur de cette copie, s'il n'est qu'à elle.
        """
        seconds = self.settings.limits.exam_seconds
        return Examiner(
            ExaminerClient(own, self.watch.let_down) if own else self.examiner_client(),
            name,
            space.name,
            seed,
            seconds=seconds,
            run=self.kernels.run_script,
            final=self._of_thread.final,
        )

    def _clients(self) -> tuple[Minio, ExaminerClient]:
        server = self.server
        if self._of_thread.server is not server:
            self._of_thread.server = server
            examiner = ExaminerClient(server, self.watch.let_down)
            self._of_thread.clients = client_for(server), examiner
        return self._of_thread.clients

    def grade(self, copy: Copy) -> Result:
        """Corrige une copie ; ne lève pas d'exception pour ce qu'elle contient.

        Si le serveur a fait défaut entre-temps, la copie est recommencée. Si la correction
        elle-même a échoué, un noyau tué par exemple, elle l'est aussi, seule cette fois ; de même
        si elle a manqué de temps sur une machine surchargée : lent ne veut pas dire faux. Si elle
        en manque encore, et qu'autre chose occupe la machine, une personne la regardera.

        Raises:
            ServerError: il n'y a plus de serveur ; rien d'autre ne peut être corrigé.
        """
        with self._turns.together():
            result = self._grade(copy)
        hurried = out_of_time(result.marks) and overloaded()
        failed = result.failure not in ("", _LET_DOWN)
        if (failed or hurried) and not self.watch.stopping.is_set():
            with self._turns.alone():
                result = self._grade(copy)
                if out_of_time(result.marks) and slowed_down():
                    doubts = filter(None, (result.trouble, _SLOW))
                    result = replace(result, trouble=" ".join(doubts))
        return replace(result, remarks=bounded(result.remarks))

    def _grade(self, copy: Copy) -> Result:
        """Corrige une copie, de nouveau tant que le serveur a fait défaut."""
        for attempt in range(1, _ATTEMPTS + 1):
            self.watch.begin()
            self._of_thread.final = attempt == _ATTEMPTS
            self._of_thread.budget = Budget(self.settings.limits)
            result = grade_copy(copy, self)
            if self.watch.stopping.is_set() or self.watch.held():
                return result
            self.watch.revive()
            self._of_thread.server = None  # des connexions neuves
        trouble = f"{FAILED} {_ATTEMPTS} fois, le serveur S3 a fait défaut. {AGAIN}"
        return replace(result, marks=[], trouble=trouble, failure=_LET_DOWN)

    def grade_all(self, copies: Iterable[Copy]) -> Iterator[Result]:
        """Corrige des copies, plusieurs à la fois ; donne chaque résultat dès qu'il est connu.

        Raises:
            IsolationError: le bac à sable n'a pas démarré.
            ServerError: il n'y a plus de serveur.
        """
        todo = iter(copies)
        with ThreadPoolExecutor(self.settings.workers, "copie") as pool:
            pending: set[Future[Result]] = set()
            try:
                while True:
                    free = 2 * self.settings.workers - len(pending)
                    pending |= {pool.submit(self.grade, copy) for copy in islice(todo, free)}
                    if not pending:
                        return
                    self.kernels.wait()
                    # Un Ctrl-C qui survient juste avant une attente sans terme ne l'arrêterait pas.
                    done, pending = wait(pending, _LOOK_SECONDS, FIRST_COMPLETED)
                    for future in done:
                        yield future.result()
            except BaseException:
                for future in pending:
                    future.cancel()
                self.stop()  # sans quoi l'on attendrait la fin des copies en cours
                raise

    def stop(self) -> None:
        """Interrompt les copies en cours ; leurs résultats ne valent rien."""
        self.watch.stopping.set()
        self.kernels.stop_running()

    def close(self) -> None:
        """Arrête tout ce que la correction a démarré, sauf le serveur."""
        self.kernels.close()
        if self._claim is not None:
            # Ce qu'une copie interrompue, ou un serveur tombé, a laissé.
            with suppress(KitError, HTTPError, S3Error):
                erase_labelled(self.server, client_for(self.server), self.settings.label)
                self._claim.release()
            give_space_back()

    def __enter__(self) -> Grader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def bounded(remarks: list[str]) -> list[str]:
    """Renvoie des remarques en nombre et en longueur bornés."""
    kept = [text if len(text) <= _MAX_REMARK else f"{text[:_MAX_REMARK]}…" for text in remarks]
    if len(kept) > _MAX_REMARKS:
        more = count_of(len(kept) - _MAX_REMARKS, "autre remarque", "autres remarques")
        kept[_MAX_REMARKS:] = [f"Et {more}, du même genre sans doute."]
    return kept


class _OfThread(threading.local):
    """Ce que chaque fil garde pour lui."""

    server: Server | None = None
    final = False  # cette copie ne sera plus recommencée
    budget: Budget | None = None
    clients: tuple[Minio, ExaminerClient]
