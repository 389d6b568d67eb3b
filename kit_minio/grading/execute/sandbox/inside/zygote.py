"""Ce qui tourne dans le bac à sable : un processus tiède, dont chaque copie reçoit un double.

Le processus de départ a déjà importé le noyau et les paquets du cours ; ni fil ni prise réseau n'y
existe. Pour une copie, il se dédouble (*fork*), sans jamais lire ce qui la concerne :

    zygote ── double ── surveillant (pid 1 de la copie) ── noyau de l'élève

Au niveau 1, le double se donne d'abord ses propres espaces de noms : la copie ne voit ni le zygote
ni les autres copies, et tout ce qu'elle a lancé meurt avec son surveillant. Les prises du noyau
sont ouvertes par le correcteur et passées telles quelles : aucun chemin n'en est visible ici.

Linux seulement.
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import resource
import select
import signal
import socket
import struct
import sys
import time
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any

import zmq

from kit_minio.grading.execute.sandbox.inside.kernel import (
    API,
    KERNEL,
    kernel_app,
    resource_bounds,
    warm_up,
)

_MEGA = 1024 * 1024
_WATCH_SECONDS = 0.25

_CLONE_NEWNS = 0x00020000
_NEW_NAMESPACES = (
    0x10000000  # CLONE_NEWUSER
    | _CLONE_NEWNS
    | 0x20000000  # CLONE_NEWPID
    | 0x40000000  # CLONE_NEWNET
    | 0x08000000  # CLONE_NEWIPC
    | 0x04000000  # CLONE_NEWUTS
    | 0x02000000  # CLONE_NEWCGROUP
)
_MS_NOSUID, _MS_NODEV, _MS_NOEXEC, _MS_REC, _MS_PRIVATE = 2, 4, 8, 0x4000, 0x40000
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_CAPBSET_DROP = 1, 4, 24
_PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS = 36, 38

_libc = ctypes.CDLL(None, use_errno=True)


def main() -> None:
    """Attend les demandes du correcteur sur la prise héritée, et se dédouble à chacune."""
    options = json.loads(sys.argv[2])
    control = _control(sys.argv[1])
    if options["uid"] is not None:
        _become(options["uid"])
    if options["warm"]:
        warm_up(KERNEL)
    if not options["nested"]:
        _libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)  # une copie le voit : elle n'y peut rien
    control.send(b"ready")
    while True:
        data, fds, _, _ = socket.recv_fds(control, 1, 1)
        if not data:
            return
        if not fds:
            warm_up(API)
            continue
        pid = os.fork()
        if pid == 0:
            _no_return(_double, control, fds[0], options)
        os.close(fds[0])
        os.waitpid(pid, 0)


def _control(place: str) -> socket.socket:
    """Renvoie la prise du correcteur : héritée (un numéro), ou à joindre (un chemin)."""
    if place.isdigit():
        return socket.socket(fileno=int(place))
    control = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    control.connect(place)
    return control


def _no_return(function: Any, *arguments: Any) -> None:
    """Appelle une fonction dans un processus dédoublé, qui s'arrête là quoi qu'il arrive."""
    code = 1
    try:
        function(*arguments)
        code = 0
    except Exception:  # noqa: BLE001 - rien ne doit remonter dans la boucle du zygote
        traceback.print_exc()
    finally:
        os._exit(code)


def _double(control: socket.socket, fd: int, options: dict[str, Any]) -> None:
    """Isole la copie, lance son surveillant, et donne au correcteur de quoi l'arrêter."""
    control.close()
    link = socket.socket(fileno=fd)
    try:
        if options["nested"]:
            _enter_namespaces()
        pid = os.fork()
        if pid == 0:
            _no_return(_supervise, link, options)
        handle = os.pidfd_open(pid)
        socket.send_fds(link, [b"pid"], [handle])
    except OSError as error:
        link.send(f"error {error}".encode())


# --- Le surveillant d'une copie -----------------------------------------------------------------


def _supervise(link: socket.socket, options: dict[str, Any]) -> None:
    os.setsid()
    data, fds, _, _ = socket.recv_fds(link, 65_536, 8)
    request = json.loads(data)
    try:
        _enclose(link, request, options)
    except OSError as error:
        link.send(f"error {error}".encode())
        raise
    pid = os.fork()
    if pid == 0:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        link.close()
        run_kernel(request, fds)
        return
    for fd in fds:
        os.close(fd)
    _libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)  # la copie ne peut ni lire ni arrêter son surveillant
    _watch(link, pid, request["limits"])
    _end_family()


def _enclose(link: socket.socket, request: dict[str, Any], options: dict[str, Any]) -> None:
    """Donne à la copie ses fichiers, son réseau et ses limites, et renonce à tout privilège."""
    if options["nested"]:
        _private_files(options["scratch"])
    else:
        _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    if request["port"]:
        if options["nested"]:
            _raise_loopback()
        listener = socket.create_server(("127.0.0.1", request["port"]), backlog=64)
        socket.send_fds(link, [b"s3"], [listener.fileno()])
        listener.close()
    _drop_privileges(block_namespaces=options["nested"])
    _limit(request["limits"], processes=options["nested"])


def _watch(link: socket.socket, kernel: int, limits: dict[str, int]) -> None:
    """Attend la fin du noyau, le signal du correcteur, ou un excès de mémoire ou de processus."""
    handle = os.pidfd_open(kernel)
    while not select.select([link, handle], [], [], _WATCH_SECONDS)[0]:
        family = _family()
        # Le niveau 0 n'a pas d'autre borne au nombre de processus.
        excess = "processes" if len(family) > limits["processes"] else ""
        if excess or _memory(family) > limits["memory"]:
            with suppress(OSError):
                link.send((excess or "memory").encode())
            return
        _reap()


def _family() -> list[int]:
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


def _memory(pids: list[int]) -> int:
    """Renvoie la mémoire de ces processus, en octets, les pages partagées comptées en parts."""
    total = 0
    for pid in pids:
        with suppress(OSError, ValueError):
            resident = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
            total += resident * resource.getpagesize()
    if total < 512 * _MEGA:
        return total
    total = 0
    for pid in pids:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024
        except (OSError, ValueError, StopIteration):
            with suppress(OSError, ValueError):
                resident = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
                total += resident * resource.getpagesize()
    return total


def _reap() -> None:
    """Prend acte des processus orphelins qui se sont terminés, sauf du noyau."""
    with suppress(ChildProcessError):
        while os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG):
            pass


def _end_family() -> None:
    """Tue tout ce que la copie a lancé ; au niveau 1, la fin du pid 1 le fait aussi."""
    deadline = time.monotonic() + 2
    while (family := _family()) and time.monotonic() < deadline:
        for pid in family:
            with suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        _reap()
        time.sleep(0.005)


# --- Le noyau -----------------------------------------------------------------------------------


def run_kernel(request: dict[str, Any], fds: list[int]) -> None:
    """Devient le noyau de l'élève.

    Args:
        request: l'environnement et le dossier de travail.
        fds: les prises à l'écoute : shell, stdin, control, iopub, puis celle de l'API.
    """
    environment = request["environment"]
    os.environ.clear()
    os.environ.update(environment)
    os.environ["KIT_API_FD"] = str(fds[4])
    sink = os.open(os.devnull, os.O_RDWR)
    for target in (0, 1, 2):
        os.dup2(sink, target)
    for fd in _open_fds() - {0, 1, 2, *fds}:
        with suppress(OSError):
            os.close(fd)
    Path(environment["HOME"]).mkdir(parents=True, exist_ok=True)
    os.chdir(environment["HOME"])
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.setpgid(0, 0)  # l'interruption vise le groupe du noyau

    def bind(channel: Any) -> int:
        fd = fds.pop(0)
        channel.setsockopt(zmq.USE_FD, fd)
        channel.bind(f"ipc:///prise-{fd}")
        return fd

    kernel_app(bind).start()


def _open_fds() -> set[int]:
    try:
        return {int(name) for name in os.listdir("/proc/self/fd")}  # noqa: PTH208
    except OSError:
        return set(range(256))


# --- L'isolation --------------------------------------------------------------------------------


def _check(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what} : {os.strerror(number)}")


def _become(uid: int) -> None:
    """Monte /proc, puis quitte root pour de bon."""
    _mount("proc", "/proc", "")
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    _libc.prctl(_PR_SET_DUMPABLE, 1, 0, 0, 0)  # sinon /proc/self reste à root


def _mount(kind: str, target: str, data: str) -> None:
    flags = _MS_NOSUID | _MS_NODEV | (_MS_NOEXEC if kind == "proc" else 0)
    result = _libc.mount(kind.encode(), target.encode(), kind.encode(), flags, data.encode())
    _check(result, f"mount {target}")


def _enter_namespaces() -> None:
    uid, gid = os.getuid(), os.getgid()
    _check(_libc.unshare(_NEW_NAMESPACES), "unshare")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")
    _check(_libc.mount(None, b"/", None, _MS_REC | _MS_PRIVATE, None), "mount privé")


def _private_files(scratch: dict[str, int]) -> None:
    """Donne à la copie son /proc et ses dossiers, vides et de taille bornée."""
    _mount("proc", "/proc", "")
    for target, size in scratch.items():
        _mount("tmpfs", target, f"size={size},mode=700")


def _raise_loopback() -> None:
    """Met en marche l'interface lo de l'espace de noms réseau, qui naît éteinte."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        request = struct.pack("16sH14x", b"lo", 0)
        flags = struct.unpack("16sH14x", fcntl.ioctl(probe, 0x8913, request))[1]
        fcntl.ioctl(probe, 0x8914, struct.pack("16sH14x", b"lo", flags | 1))


def _drop_privileges(*, block_namespaces: bool) -> None:
    """Renonce, sans retour, à tout privilège et à tout nouvel espace de noms."""
    if block_namespaces:
        Path("/proc/sys/user/max_user_namespaces").write_text("0")
        for capability in range(64):
            _libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)
    _check(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")
    header = struct.pack("Ii", 0x20080522, 0)
    _check(_libc.capset(header, bytes(24)), "capset")
    _libc.prctl(_PR_SET_DUMPABLE, 1, 0, 0, 0)


def _limit(limits: dict[str, int], *, processes: bool) -> None:
    """Borne la mémoire d'un processus, la taille d'un fichier, le temps de calcul."""
    bounds = resource_bounds(limits)
    if processes:  # hors d'un espace de noms, la limite compterait tous ceux de la personne
        bounds[resource.RLIMIT_NPROC] = limits["processes"]
    for name, bound in bounds.items():
        hard = resource.getrlimit(name)[1]
        bound = bound if hard == resource.RLIM_INFINITY else min(bound, hard)
        resource.setrlimit(name, (bound, bound))


if __name__ == "__main__":
    main()
