"""Ce qu'un notebook de la correction a de plus, ou de moins, qu'un notebook ordinaire.

Les commandes (``!ls``) passent par des tubes : un bac à sable n'a pas de terminal. Rien ne
s'installe : il n'y a pas de réseau. ``uvicorn.run()``, qui attendrait sans fin, s'arrête aussitôt.
"""

from __future__ import annotations

import asyncio
import re
import signal
import socket
import subprocess
import sys
import threading
import types
from importlib.util import find_spec
from typing import Any

from IPython.utils.text import LSString, SList

from kit_minio.grading.execute.sandbox.inside.names import Names, calls_in
from kit_minio.grading.execute.sandbox.inside.request import BLOCKS

_INSTALL = re.compile(
    r"\s*(?:sudo\s+)?(?:\S*(?:pip[\d.]*|conda|mamba|uv|apt|apt-get|brew)['\"]?\s+"
    r"|\S*python[\w.]*['\"]?\s+-m\s+(?:pip|uv)\s+)+(?:-\S+\s+)*(?:install|add|sync|update)\b"
)
_NOTHING_INSTALLED = (
    "La correction n'installe rien, et cela ne coûte rien : les paquets du cours y sont déjà."
)


def prepare(shell: Any) -> None:
    """Prépare le shell IPython d'une copie.

    Args:
        shell: l'instance d'IPython (``get_ipython()``).
    """
    # exit() n'arrête pas le noyau : il le faisait quelques cellules plus tard, aux dépens d'un
    # autre exercice.
    shell.ask_exit = lambda: None
    if sys.flags.safe_path and "" not in sys.path:  # « import mon_module », comme au notebook
        packages = [rank for rank, path in enumerate(sys.path) if path.endswith("-packages")]
        sys.path.insert(packages[0] if packages else len(sys.path), "")
    if sys.platform != "win32":
        _pipe_commands(shell)
    names = Names(shell.user_ns)
    woken: list[socket.socket] = []

    def before(info: Any) -> None:
        kit = _kit(shell)
        if sys.platform != "win32" and not woken:
            woken.extend(_wake_on_signal())
        if "uvicorn" in info.raw_cell or "uvicorn" in sys.modules:
            _refuse_to_block()
        if "nest_asyncio" in info.raw_cell:
            _without_nesting()
        names.before(
            kit.get("role", ""),
            kit.get("exercise", ""),
            lambda: calls_in(shell.transform_cell(info.raw_cell)),
        )

    def after(_: Any) -> None:
        names.after(_kit(shell).get("role", ""))

    shell.events.register("pre_run_cell", before)
    shell.events.register("post_run_cell", after)


def _kit(shell: Any) -> dict[str, str]:
    """Renvoie ce que le correcteur dit de la cellule en cours : son rôle, son exercice."""
    found: dict[str, str] = shell.get_parent().get("metadata", {}).get("kit", {})
    return found


def _wake_on_signal() -> tuple[socket.socket, socket.socket]:
    """Fait qu'une interruption réveille une cellule qui attend (``await``)."""
    reader, writer = socket.socketpair()
    reader.setblocking(False)
    writer.setblocking(False)
    signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
    asyncio.get_running_loop().add_reader(reader, reader.recv, 4096)
    return reader, writer


# --- Les commandes ------------------------------------------------------------------------------


def _pipe_commands(shell: Any) -> None:
    """Fait passer ``!commande``, ``%pip`` et ``x = !commande`` par des tubes."""

    def system(command: str) -> None:
        _refuse_background(command)
        expanded = shell.var_expand(command, depth=1)
        shell.user_ns["_exit_code"] = _run(expanded, sys.stdout.write)

    def getoutput(command: str, split: bool = True, depth: int = 0) -> Any:
        _refuse_background(command)
        said: list[str] = []
        _run(shell.var_expand(command, depth=depth + 1), said.append)
        text = "".join(said)
        return SList(text.splitlines()) if split else LSString(text)

    shell.system = system
    shell.getoutput = getoutput
    for name in ("conda", "mamba", "micromamba"):
        shell.register_magic_function(
            lambda line, name=name: shell.system(f"{name} {line}"), "line", name
        )


def _refuse_background(command: str) -> None:
    if command.rstrip().endswith("&"):  # comme au notebook
        raise OSError("Background processes not supported.")


def _run(command: str, say: Any) -> int:
    """Exécute une commande, dit ce qu'elle affiche, renvoie son code de fin."""
    if _INSTALL.match(command):
        say(f"{_NOTHING_INSTALLED}\n")
        return 1
    with subprocess.Popen(  # noqa: S602 - la commande de l'élève, dans son bac à sable
        command,
        shell=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as running:
        assert running.stdout is not None  # noqa: S101 - un tube
        try:
            while text := running.stdout.read(4096):
                say(text)
        except BaseException:  # une interruption : la commande ne reste pas en marche
            running.kill()
            raise
    return running.returncode


# --- uvicorn ------------------------------------------------------------------------------------


def _refuse_to_block() -> None:
    """Fait échouer aussitôt ``uvicorn.run()`` et ``Server.serve()``, hors d'un fil à part."""
    try:
        import uvicorn
    except ImportError:
        return
    if getattr(uvicorn.run, "kit", False):
        return
    run, server_run, serve = uvicorn.run, uvicorn.Server.run, uvicorn.Server.serve

    def guarded_run(*arguments: Any, **options: Any) -> Any:
        _raise_in_main("uvicorn.run()")
        return run(*arguments, **options)

    def guarded_server_run(self: Any, *arguments: Any, **options: Any) -> Any:
        _raise_in_main("uvicorn.Server.run()")
        return server_run(self, *arguments, **options)

    async def guarded_serve(self: Any, *arguments: Any, **options: Any) -> Any:
        _raise_in_main("uvicorn.Server.serve()")
        return await serve(self, *arguments, **options)

    guarded_run.kit = True  # type: ignore[attr-defined]
    uvicorn.run = guarded_run
    uvicorn.Server.run = guarded_server_run  # type: ignore[method-assign]
    uvicorn.Server.serve = guarded_serve  # type: ignore[method-assign]


def _without_nesting() -> None:
    """Remplace nest_asyncio, qui ne fait que laisser une cellule attendre un serveur sans fin."""
    if "nest_asyncio" not in sys.modules and find_spec("nest_asyncio") is None:
        module: Any = types.ModuleType("nest_asyncio")
        module.apply = lambda *_: None
        sys.modules["nest_asyncio"] = module


def _raise_in_main(what: str) -> None:
    if threading.current_thread() is threading.main_thread():
        raise RuntimeError(f"{what} {BLOCKS}")
