"""Le bac à sable commun à toutes les copies : démarré sans attendre, remplacé s'il meurt."""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor

from kit_minio.grading.execute.sandbox.isolation import Isolation, IsolationError
from kit_minio.grading.execute.sandbox.sandbox import Sandbox


class SharedSandbox:
    """Le bac à sable commun ; il est prêt une seconde d'imports plus tard.

    Args:
        isolation: le niveau trouvé.
        host: l'hôte du serveur S3.
    """

    def __init__(self, isolation: Isolation, host: str) -> None:
        self._isolation = isolation
        self._host = host
        self._lock = threading.Lock()  # jamais tenu pendant une attente
        self._stopped = False
        self._sandbox: Sandbox | None = None
        # Le bac à sable meurt avec le fil qui l'a démarré : celui-ci dure autant que la correction.
        self._keeper = ThreadPoolExecutor(1, "bac-a-sable")
        self._ready = self._keeper.submit(self._start)

    def get(self) -> Sandbox:
        """Renvoie le bac à sable, une fois prêt ; un zygote mort est remplacé.

        Raises:
            IsolationError: il ne démarre pas, ou ``stop()`` l'a arrêté.
        """
        ready = self._ready
        sandbox = ready.result()
        return sandbox if sandbox.alive else self._replace(ready).result()

    def _replace(self, dead: Future[Sandbox]) -> Future[Sandbox]:
        """Renvoie le bac à sable qui suit, qu'un autre fil l'ait déjà demandé ou non."""
        with self._lock:
            if self._ready is dead and not self._stopped:
                self._ready = self._keeper.submit(self._start)
            return self._ready

    def _start(self) -> Sandbox:
        if self._sandbox is not None:
            self._sandbox.close()
        with self._lock:
            if self._stopped:
                raise IsolationError("La correction s'arrête.", "Relancez la même commande.")
            self._sandbox = Sandbox(self._isolation, host=self._host)
        self._sandbox.wait()
        return self._sandbox

    def stop(self) -> None:
        """Tue le bac à sable, même pendant qu'il démarre, et n'en démarre plus ; n'attend rien."""
        with self._lock:
            self._stopped = True
            if self._sandbox is not None:
                self._sandbox.kill()

    def close(self) -> None:
        """Arrête tout."""
        self.stop()
        self._keeper.shutdown()
        if self._sandbox is not None:
            self._sandbox.close()
