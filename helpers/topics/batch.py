"""Un lot de transferts : plusieurs à la fois, et un bilan de ce qui manque.

Un échec n'arrête pas les autres : le bilan dit ce qui est fait, ce qui ne l'est pas et pourquoi ;
``report.retry()`` reprend les échecs, et eux seuls.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Event

from helpers.components import Table
from helpers.errors import Explanation, ServerError, explain, explain_code
from helpers.french import size
from helpers.progress import batch_bar

_LOOK_SECONDS = 0.5  # entre deux regards sur une interruption


@dataclass(frozen=True)
class TransferReport:
    """Le bilan d'un lot : ``done``, ce qui est passé ; ``failed``, le reste, et pourquoi."""

    verb: str  # ce qui est arrivé aux objets, au masculin pluriel : « déposés »
    done: list[str]  # les clés des objets transférés, triées
    failed: dict[str, Explanation]  # pour chaque autre clé, pourquoi ; triées aussi
    octets: int  # en tout
    again: Callable[[list[str]], TransferReport]

    def retry(self) -> TransferReport:
        """Reprend les échecs, et eux seuls ; renvoie un nouveau bilan."""
        return self.again(list(self.failed))

    @property
    def sentence(self) -> str:
        """Le bilan en une phrase."""
        return (
            f"Objets {self.verb} : {len(self.done)} ({size(self.octets)}). "
            f"Échecs : {len(self.failed) or 'aucun'}."
        )

    def __repr__(self) -> str:
        lines = [f"{key} : {why}" for key, why in self.failed.items()]
        return "\n".join([self.sentence, *lines])

    def _repr_html_(self) -> str:
        rows = [[key, why.fact, why.remedy] for key, why in self.failed.items()]
        table = Table(["Clé", "Pourquoi", "Que faire"], rows)
        failed = table._repr_html_() if rows else ""
        return f"<p>{html.escape(self.sentence)}</p>{failed}"


def run_batch(
    verb: str, keys: list[str], transfer: Callable[[str, Event], int], concurrency: int
) -> TransferReport:
    """Transfère chaque clé dans un fil, et renvoie le bilan.

    ``transfer`` transfère une clé et renvoie ses octets ; il abandonne quand l'événement survient.
    ``concurrency`` est le nombre de fils.
    """
    done: dict[str, int] = {}
    failed: dict[str, Explanation] = {}
    stop, silent = Event(), Event()

    def attempt(key: str) -> int:
        if silent.is_set():
            raise ServerError.of("transfers.silent")
        return transfer(key, stop)

    def successes(pending: dict[Future[int], str]) -> Iterator[str]:
        finished: SimpleQueue[Future[int]] = SimpleQueue()
        for future in pending:
            future.add_done_callback(finished.put)
        for _ in pending:
            future = _next(finished)
            key = pending[future]
            try:
                done[key] = future.result()
            except Exception as error:  # noqa: BLE001 - chaque échec est rendu, avec sa cause
                failed[key] = _why(error)
                if "tcp connect error" in str(error):  # obstore : le serveur n'est plus là
                    silent.set()
            else:
                yield key

    pool = ThreadPoolExecutor(max_workers=max(1, concurrency))
    try:
        pending = {pool.submit(attempt, key): key for key in keys}
        for _ in batch_bar(successes(pending), f"Objets {verb}", total=len(keys)):
            pass
    finally:
        stop.set()  # un notebook interrompu n'attend pas la fin d'un film
        pool.shutdown(cancel_futures=True)

    return TransferReport(
        verb,
        sorted(done),
        dict(sorted(failed.items())),
        sum(done.values()),
        again=lambda chosen: run_batch(verb, chosen, transfer, concurrency),
    )


def _next(finished: SimpleQueue[Future[int]]) -> Future[int]:
    """Attend le prochain transfert fini.

    Par petites attentes : une interruption qui survient juste avant ne mettrait pas fin à une
    longue, ni aucune sous Windows.
    """
    while True:
        with suppress(Empty):
            return finished.get(timeout=_LOOK_SECONDS)


def _why(error: Exception) -> Explanation:
    """Renvoie, en français, la cause d'un échec et ce qu'il faut faire."""
    text = str(error)
    if code := re.search(r"<Code>(\w+)</Code>", text):
        refused = Explanation(f"Le serveur refuse : {code[1]}.", "Reprenez un peu plus tard.")
        return explain_code(code[1], text) or refused
    # obstore n'a pas d'exception à part pour le réseau : son texte seul le dit.
    if isinstance(error, ConnectionError) or "HTTP error" in text:
        known = explain(ConnectionRefusedError())
    else:
        known = explain(error, code=False)
    first = f"{type(error).__name__} : {text.partition(chr(10))[0][:200]}"
    return known or Explanation(f"Cause inattendue : {first}", "Reprenez avec report.retry().")
