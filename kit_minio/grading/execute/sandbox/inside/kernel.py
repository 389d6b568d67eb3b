"""Le noyau de l'élève, vu de l'intérieur : ce qu'il importe d'avance, et ses prises.

``zygote`` s'en sert dans chaque double, ``started`` dans un interpréteur démarré d'avance.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

KERNEL = (
    "IPython.core.completer",
    "IPython.core.completerlib",
    "IPython.core.logger",
    "IPython.core.magics",
    "IPython.core.debugger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.datapub",
    "ipykernel.debugger",
    "helpers",
    "helpers.exercises.submission",
    "kit_minio.grading.execute.sandbox.inside.output",
    "minio.commonconfig",
    "minio.deleteobjects",
    "requests",
    "csv",
    "encodings.idna",
    "http.cookies",
    "http.server",
    "encodings.utf_8_sig",
    "faulthandler",
    "netrc",
    "tornado.platform.asyncio",
    "tornado.queues",
    # Ce qu'une exception fait importer, pour sa trace.
    "stack_data",
    "pygments.formatters.terminal256",
)
API = (
    "fastapi.responses",
    "fastapi.staticfiles",
    "fastapi_offline",
    "multipart",
    "uvicorn.lifespan.on",
    "uvicorn.loops.asyncio",
    "uvicorn.protocols.http.h11_impl",
    "uvicorn.protocols.http.auto",
    "httpx",
)

# Le correcteur seul atteint les prises d'un double : la signature n'y a rien à protéger.
SESSION_KEY = b"copie"


def warm_up(names: tuple[str, ...]) -> None:
    """Importe d'avance ``KERNEL``, ou ``API`` pour les copies qui en servent une ; sans fil."""
    # Personne ne débogue une copie : sans lui, le noyau démarre plus vite.
    sys.modules.setdefault("debugpy", None)  # type: ignore[arg-type]
    for name in names:
        with suppress(ImportError):
            __import__(name)
    gc.collect()
    gc.freeze()  # sans quoi le ramasse-miettes recopierait les pages partagées


def resource_bounds(limits: dict[str, int]) -> dict[int, int]:
    """Renvoie ce que le système borne de chaque processus d'une copie, par ressource.

    Args:
        limits: ce que la copie peut prendre (``Limits.for_sandbox()``).

    Raises:
        ImportError: ce système ne le sait pas (Windows).
    """
    import resource

    return {
        resource.RLIMIT_AS: limits["address_space"],
        resource.RLIMIT_FSIZE: limits["file"],
        resource.RLIMIT_CPU: limits["cpu"],
        resource.RLIMIT_NOFILE: 512,
        resource.RLIMIT_CORE: 0,
    }


def kernel_app(bind: Callable[[Any], int], key: bytes = SESSION_KEY) -> Any:
    """Renvoie un noyau prêt à démarrer.

    Args:
        bind: ouvre une prise ; appelée pour shell, stdin, control puis iopub.
        key: signe les messages ; le noyau ignore ceux qui ne le sont pas.
    """
    import zmq
    from ipykernel.kernelapp import IPKernelApp
    from traitlets.config import Config

    class Application(IPKernelApp):
        """Un noyau aux prises déjà ouvertes, sans fichier, réglages ni battement de cœur."""

        def _bind_socket(self, s: Any, port: int) -> int:
            return bind(s)

        def init_control(self, context: Any) -> None:
            super().init_control(context)
            # Pas de débogueur : sa prise chercherait sans fin à se connecter.
            with suppress(zmq.ZMQError):
                self.debug_shell_socket.disconnect(self.shell_socket.LAST_ENDPOINT)
            self.shell_channel_thread = None

        def init_heartbeat(self) -> None:
            pass

        def init_connection_file(self) -> None:
            pass

        def write_connection_file(self, **kwargs: Any) -> None:
            pass

        def log_connection_info(self) -> None:
            pass

        def init_crash_handler(self) -> None:
            pass

        def parse_command_line(self, argv: Any = None) -> None:
            pass

        def load_config_file(self, *args: Any, **kwargs: Any) -> None:
            pass

    sys.argv = ["noyau"]
    sys.path[:] = [path for path in sys.path if path]
    config = Config()
    config.Session.key = key
    config.HistoryManager.enabled = False
    config.HistoryAccessor.enabled = False
    config.IPKernelApp.transport = "ipc"
    config.IPythonKernel._execute_sleep = 0  # secondes, perdues à chaque cellule
    config.IPKernelApp.capture_fd_output = False
    config.IPKernelApp.outstream_class = "kit_minio.grading.execute.sandbox.inside.output.Output"
    config.InteractiveShell.colors = "nocolor"
    application = Application(config=config)
    application.log.setLevel("WARNING")  # quatre messages par cellule, que rien ne lit
    Application._instance = IPKernelApp._instance = application
    application.initialize([])
    # exit() n'arrête pas le noyau : il le faisait quelques cellules plus tard, aux dépens d'un
    # autre exercice.
    application.shell.ask_exit = lambda: None
    return application
