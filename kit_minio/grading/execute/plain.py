"""Un noyau ordinaire par copie : le niveau 0 hors de Linux, où rien ne se dédouble.

jupyter_client le démarre, comme pour papermill : un interpréteur neuf, un dossier personnel
temporaire, un environnement propre. C'est plus lent qu'un double, et cela protège des accidents
seulement. Éprouvé sous Linux ; jamais essayé sous Windows ni macOS.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from contextlib import suppress
from pathlib import Path

import psutil
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager
from jupyter_client.provisioning.local_provisioner import LocalPortCache, LocalProvisioner  # type: ignore[attr-defined]

from helpers.files import ROOT
from kit_minio.grading.execute.cell import KernelLost, KernelStopped
from kit_minio.grading.execute.limits import Limits
from kit_minio.grading.execute.relay import Uplink
from kit_minio.grading.execute.sandbox.isolation import IsolationError

_WATCH_SECONDS = 0.5
_KILL_SECONDS = 2.0
_SHELL = "kit_minio.grading.execute.sandbox.inside.shell"
_ARGUMENTS = (
    "--HistoryManager.enabled=False",
    "--InteractiveShell.colors=nocolor",
    "--IPKernelApp.outstream_class=kit_minio.grading.execute.sandbox.inside.output.Output",
    f"--IPKernelApp.exec_lines=__import__({_SHELL!r}, fromlist=['']).prepare(get_ipython())",
)


class Plain:
    """Le noyau ordinaire d'une copie.

    Args:
        folder: le dossier de cette copie.
        environment: l'environnement du noyau ; ``HOME`` est à cette copie seule.
        limits: ce que la copie peut prendre ; seule sa mémoire est regardée.

    Raises:
        IsolationError: il ne démarre pas.
    """

    uplink: Uplink | None = None  # au niveau 0, la copie joint le serveur S3 elle-même
    death = -1  # sa fin ne se lit pas dans un descripteur

    def __init__(self, folder: Path, environment: dict[str, str], limits: Limits) -> None:
        self._home = environment["HOME"]
        self._limits = limits
        self._excess = False
        self._over = threading.Event()
        port = LocalPortCache.instance().find_available_port("127.0.0.1")
        self.api: Path | str = f"http://127.0.0.1:{port}"
        Path(self._home).mkdir()
        self._manager = KernelManager(
            connection_file=str(folder / "connexion.json"),
            # Celui de cet interpréteur, jamais un noyau du même nom installé par ailleurs.
            kernel_spec_manager=KernelSpecManager(kernel_dirs=[]),
        )
        try:
            self._manager.start_kernel(
                env=environment
                | _windows_environment(self._home)
                | {"PYTHONPATH": str(ROOT), "KIT_API_PORT": str(port)},
                cwd=self._home,
                extra_arguments=list(_ARGUMENTS),
            )
        except (OSError, RuntimeError) as error:
            raise IsolationError(
                f"Un noyau n'a pas démarré ({error}).",
                "Relancez la commande ; si cela recommence, corrigez dans une machine Linux.",
            ) from error
        self.key: bytes = self._manager.session.key
        self.addresses = {
            "shell": f"tcp://127.0.0.1:{self._manager.shell_port}",
            "control": f"tcp://127.0.0.1:{self._manager.control_port}",
            "iopub": f"tcp://127.0.0.1:{self._manager.iopub_port}",
        }
        threading.Thread(target=self._watch, name="memoire", daemon=True).start()

    @property
    def process(self) -> int:
        """Le noyau lui-même."""
        assert isinstance(self._manager.provisioner, LocalProvisioner)  # noqa: S101 - de kernel_dirs
        return self._manager.provisioner.pid or 0

    @property
    def alive(self) -> bool:
        """Vrai tant que le noyau est en marche."""
        return self._manager.is_alive()

    def cause(self) -> KernelStopped | KernelLost:
        """Renvoie ce qui a arrêté le noyau : la copie, ses plafonds, ou autre chose."""
        if self._excess:
            return KernelStopped(self._limits.excesses()["memory"])
        assert isinstance(self._manager.provisioner, LocalProvisioner)  # noqa: S101 - de kernel_dirs
        ended = self._manager.provisioner.process
        # Sous Windows, rien ne dit qui a arrêté un processus.
        if ended is not None and ended.poll() in (-signal.SIGTERM, -9):
            return KernelLost(f"signal {-ended.returncode}")
        return KernelStopped("le noyau s'est arrêté de lui-même")

    def interrupt(self) -> bool:
        """Interrompt la cellule en cours ; sous Windows, un message n'y suffirait pas."""
        self._manager.interrupt_kernel()
        return True

    def _watch(self) -> None:
        """Regarde la mémoire de la copie, jusqu'à sa fin."""
        while not self._over.wait(_WATCH_SECONDS):
            with suppress(psutil.Error):
                kernel = psutil.Process(self.process)
                family = [kernel, *kernel.children(recursive=True)]
                if sum(process.memory_info().rss for process in family) > self._limits.memory:
                    self._excess = True
                    self.kill()

    def kill(self) -> None:
        """Tue le noyau et ce qu'il a lancé, depuis n'importe quel fil."""
        for process in _family(self._home):
            with suppress(psutil.Error):
                process.kill()

    def stop(self) -> None:
        """Tue le noyau et ce qu'il a lancé ; recommence tant qu'il en naît."""
        self._over.set()
        self._manager.shutdown_kernel(now=True)
        deadline = time.monotonic() + _KILL_SECONDS
        while _family(self._home) and time.monotonic() < deadline:
            self.kill()
            time.sleep(0.01)


def _family(home: str) -> list[psutil.Process]:
    """Renvoie les processus dont le dossier personnel est celui-là, orphelins compris."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.environ().get("HOME") == home:
                found.append(process)
    return found


def _windows_environment(home: str) -> dict[str, str]:
    """Renvoie ce sans quoi Windows ne démarre pas un programme ; ailleurs, rien."""
    if (root := os.environ.get("SYSTEMROOT")) is None:
        return {}
    return {
        "SYSTEMROOT": root,
        "SYSTEMDRIVE": os.environ.get("SYSTEMDRIVE", "C:"),
        "PATH": f"{root}\\System32",
        "USERPROFILE": home,
        "PYTHONUTF8": "1",
    }
