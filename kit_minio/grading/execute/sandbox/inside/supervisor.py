"""Le surveillant d'une copie : il l'enferme, lance son noyau, la mesure et l'arrête."""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import socket
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from kit_minio.grading.execute.sandbox.inside.filter import empty_keyring, filter_calls
from kit_minio.grading.execute.sandbox.inside.kernel import run_kernel
from kit_minio.grading.execute.sandbox.inside.namespaces import (
    adopt_orphans,
    be_unreadable,
    die_with_parent,
    drop_privileges,
    limit,
    private_files,
    raise_loopback,
)
from kit_minio.grading.execute.sandbox.inside.request import Bounds, Options, Request
from kit_minio.grading.execute.sandbox.inside.script import run_script

_WATCH_SECONDS = 0.25
_END_SECONDS = 2.0
_SHARED = 512 * 1024 * 1024  # octets à partir desquels les pages partagées se comptent en parts


def supervise(link: socket.socket, options: Options) -> None:
    """Surveille une copie, du début à la fin ; dans le noyau de l'élève, ne revient pas.

    Args:
        link: le lien avec le correcteur, qui y décrit la copie ; le fermer l'arrête.
        options: ce que le zygote sait.
    """
    os.setsid()
    data, fds, _, _ = socket.recv_fds(link, 65_536, 8)
    request: Request = json.loads(data)
    try:
        _enclose(link, request, options)
    except OSError as error:
        link.send(f"error {error}".encode())
        raise
    pid = os.fork()
    if pid == 0:
        die_with_parent()
        link.close()
        filter_calls()
        if request["script"]:
            run_script(request["script"], request["environment"], fds)
        else:
            run_kernel(request["environment"], fds)
        return
    for fd in fds:
        os.close(fd)
    be_unreadable()  # la mémoire du surveillant ; au niveau 1, les signaux ne l'atteignent pas
    if why := _watch(link, pid, request["limits"], [*options["scratch"]]):
        with suppress(OSError):
            link.send(why.encode())
    _end_family()


def _enclose(link: socket.socket, request: Request, options: Options) -> None:
    """Donne à la copie ses fichiers, son réseau et ses plafonds, et renonce à tout privilège."""
    if options["nested"]:
        private_files(options["scratch"])
    else:
        adopt_orphans()
    if request["port"]:
        if options["nested"]:
            raise_loopback()
        listener = socket.create_server(("127.0.0.1", request["port"]), backlog=64)
        socket.send_fds(link, [b"s3"], [listener.fileno()])
        listener.close()
    empty_keyring()
    drop_privileges(block_namespaces=options["nested"])
    limit(request["limits"], processes=options["nested"])


def _watch(link: socket.socket, kernel: int, limits: Bounds, scratch: list[str]) -> str:
    """Attend la fin du noyau, le signal du correcteur, ou un excès ; renvoie ce qu'il faut dire.

    Args:
        link: le lien avec le correcteur.
        kernel: le noyau.
        limits: les plafonds de la copie.
        scratch: les dossiers de la copie qui sont en mémoire.
    """
    handle = os.pidfd_open(kernel)
    while not (ready := select.select([link, handle], [], [], _WATCH_SECONDS)[0]):
        if excess := _excess(limits, scratch):
            return excess
        _reap(kernel)
    return _end(kernel, limits) if handle in ready else ""


def _excess(limits: Bounds, scratch: Iterable[str]) -> str:
    """Renvoie ce que la copie a pris de trop, ou un texte vide."""
    children = family()
    # Le niveau 0 n'a pas d'autre borne au nombre de processus.
    if len(children) > limits["processes"]:
        return "processes"
    if sum(map(_opened, children)) > limits["all_files"]:
        return "files"
    if memory(children) + sum(map(_held, scratch)) > limits["memory"]:
        return "memory"
    return ""


def _end(kernel: int, limits: Bounds) -> str:
    """Renvoie comment le noyau s'est arrêté : ``cpu``, ``exit CODE`` ou ``signal NUMÉRO``."""
    _, status, used = os.wait4(kernel, 0)
    if not os.WIFSIGNALED(status):
        return f"exit {os.waitstatus_to_exitcode(status)}"
    # Le plafond du temps de calcul, lui aussi, tue par SIGKILL.
    number = os.WTERMSIG(status)
    spent = used.ru_utime + used.ru_stime >= limits["cpu"]
    return "cpu" if number == signal.SIGKILL and spent else f"signal {number}"


def family() -> list[int]:
    """Renvoie les descendants de ce processus."""
    found: list[int] = []
    pending = [os.getpid()]
    while pending:
        with suppress(OSError):
            for task in Path(f"/proc/{pending.pop()}/task").iterdir():
                with suppress(OSError):
                    children = [int(pid) for pid in (task / "children").read_text().split()]
                    found += children
                    pending += children
    return found


def memory(pids: Iterable[int]) -> int:
    """Renvoie la mémoire de ces processus, en octets.

    Compter les pages partagées en parts est lent : seul un gros total le demande.
    """
    pids = list(pids)
    total = sum(map(_resident, pids))
    return total if total < _SHARED else sum(map(_share, pids))


def _resident(pid: int) -> int:
    """Renvoie la mémoire d'un processus, en octets, pages partagées comprises."""
    with suppress(OSError, ValueError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize()
    return 0


def _share(pid: int) -> int:
    """Renvoie la mémoire d'un processus, en octets, sa part seule des pages partagées."""
    with suppress(OSError, ValueError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return _resident(pid)


def _opened(pid: int) -> int:
    """Renvoie le nombre de descripteurs qu'un processus a ouverts."""
    with suppress(OSError):
        return len(os.listdir(f"/proc/{pid}/fd"))  # noqa: PTH208 - quatre fois par seconde
    return 0


def _held(folder: str) -> int:
    """Renvoie ce que contient un dossier en mémoire, en octets."""
    place = os.statvfs(folder)
    return (place.f_blocks - place.f_bfree) * place.f_frsize


def _reap(kernel: int = 0) -> None:
    """Prend acte des processus orphelins qui se sont terminés ; le noyau attend son tour."""
    with suppress(ChildProcessError):
        while ended := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            if ended.si_pid == kernel:
                return
            os.waitid(os.P_PID, ended.si_pid, os.WEXITED)


def _end_family() -> None:
    """Tue tout ce que la copie a lancé ; au niveau 1, la fin du pid 1 le fait aussi."""
    deadline = time.monotonic() + _END_SECONDS
    while (children := family()) and time.monotonic() < deadline:
        for pid in children:
            with suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        _reap()
        time.sleep(0.005)
