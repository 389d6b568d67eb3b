"""Le noyau de l'élève, vu de l'intérieur : ce qu'il importe, ses sockets, son démarrage."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import zmq

from kit_minio.grading.execute.sandbox.inside.request import SESSION_KEY

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
    "kit_minio.answering.submission",
    "kit_minio.grading.execute.sandbox.inside.output",
    "kit_minio.grading.execute.sandbox.inside.shell",
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


def warm_up(names: tuple[str, ...]) -> None:
    """Importe d'avance ``KERNEL``, ou ``API`` pour les copies qui en servent une ; sans fil."""
    # Personne ne débogue une copie : sans debugpy, le noyau démarre plus vite.
    sys.modules.setdefault("debugpy", None)  # type: ignore[arg-type]
    for name in names:
        with suppress(ImportError):
            __import__(name)
    gc.collect()
    gc.freeze()  # sans quoi le ramasse-miettes recopierait les pages partagées


def settle(environment: dict[str, str], fds: list[int]) -> None:
    """Ne garde du zygote ni son environnement, ni ses fichiers ouverts, ni son dossier courant.

    Args:
        environment: les variables de ce processus ; ``HOME`` est son dossier de travail.
        fds: les descripteurs qu'il garde.
    """
    os.environ.clear()
    os.environ.update(environment)
    with suppress(OSError):  # si la machine manque de mémoire, une copie plutôt que le correcteur
        Path("/proc/self/oom_score_adj").write_text("1000")
    sink = os.open(os.devnull, os.O_RDWR)
    for target in (0, 1, 2):
        os.dup2(sink, target)
    for fd in _open_fds() - {0, 1, 2, *fds}:
        with suppress(OSError):
            os.close(fd)
    Path(environment["HOME"]).mkdir(parents=True, exist_ok=True)
    os.chdir(environment["HOME"])


def run_kernel(environment: dict[str, str], fds: list[int]) -> None:
    """Devient le noyau de l'élève.

    Args:
        environment: son environnement ; ``HOME`` est son dossier de travail.
        fds: les sockets à l'écoute : shell, stdin, control, iopub, puis celle de l'API.
    """
    settle(environment | {"KIT_API_FD": str(fds[4])}, fds)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.setpgid(0, 0)  # l'interruption vise le groupe du noyau

    def bind(channel: zmq.Socket[bytes]) -> int:
        fd = fds.pop(0)
        channel.setsockopt(zmq.USE_FD, fd)
        channel.bind(f"ipc:///socket-{fd}")
        return fd

    kernel_app(bind).start()


class _NoThread:
    """L'absence du fil des messages : une cellule qui emploie await demande à qui il est."""

    parent_thread = threading.main_thread()

    def __bool__(self) -> bool:
        return False


def _open_fds() -> set[int]:
    try:
        return {int(name) for name in os.listdir("/proc/self/fd")}  # noqa: PTH208
    except OSError:
        return set(range(256))


def kernel_app(bind: Callable[[zmq.Socket[bytes]], int]) -> Any:
    """Renvoie un noyau prêt à démarrer.

    Args:
        bind: ouvre une socket ; appelée pour shell, stdin, control puis iopub.
    """
    from ipykernel.ipkernel import IPythonKernel
    from ipykernel.kernelapp import IPKernelApp
    from traitlets.config import Config

    from kit_minio.grading.execute.sandbox.inside.shell import prepare

    class Kernel(IPythonKernel):
        """Un noyau sans fil pour ses messages."""

        _supports_kernel_subshells = False

    class Application(IPKernelApp):
        """Un noyau aux sockets déjà ouvertes, sans fichier, réglages ni battement de cœur."""

        def _bind_socket(self, s: zmq.Socket[bytes], port: int) -> int:
            return bind(s)

        def init_control(self, context: zmq.Context[Any]) -> None:
            super().init_control(context)  # type: ignore[no-untyped-call]
            # Pas de débogueur : sa socket chercherait sans fin à se connecter.
            with suppress(zmq.ZMQError):
                self.debug_shell_socket.disconnect(self.shell_socket.LAST_ENDPOINT)
            self.shell_channel_thread = None

        def init_heartbeat(self) -> None:
            pass

        def init_connection_file(self) -> None:
            pass

        def write_connection_file(self, **kwargs: object) -> None:
            pass

        def log_connection_info(self) -> None:
            pass

        def init_crash_handler(self) -> None:
            pass

        def parse_command_line(self, argv: object = None) -> None:
            pass

        def load_config_file(self, *args: object, **kwargs: object) -> None:
            pass

    sys.argv = ["noyau"]
    sys.path[:] = [path for path in sys.path if path]
    config = Config()
    config.Session.key = SESSION_KEY
    config.HistoryManager.enabled = False
    config.HistoryAccessor.enabled = False
    config.IPKernelApp.transport = "ipc"
    config.IPythonKernel._execute_sleep = 0  # secondes, perdues à chaque cellule
    config.IPKernelApp.capture_fd_output = False
    config.IPKernelApp.outstream_class = "kit_minio.grading.execute.sandbox.inside.output.Output"
    config.InteractiveShell.colors = "nocolor"
    application: Any = Application(config=config, kernel_class=Kernel)  # type: ignore[no-untyped-call]
    application.log.setLevel("WARNING")  # quatre messages par cellule, que rien ne lit
    Application._instance = IPKernelApp._instance = application
    application.initialize([])
    application.kernel.shell_channel_thread = _NoThread()
    prepare(application.shell)
    return application
