"""Ce que le zygote et ses doubles demandent au noyau Linux : une identité, des murs, des plafonds.

La bibliothèque de Python n'a pas encore tout ce qu'il y faut : la libc est appelée par ``ctypes``.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import resource
import signal
import socket
import struct
from pathlib import Path

from kit_minio.grading.execute.sandbox.inside.request import HIDDEN, Bounds

_NEW_NAMESPACES = (
    0x00020000  # CLONE_NEWNS
    | 0x10000000  # CLONE_NEWUSER
    | 0x20000000  # CLONE_NEWPID
    | 0x40000000  # CLONE_NEWNET
    | 0x08000000  # CLONE_NEWIPC
    | 0x04000000  # CLONE_NEWUTS
    | 0x02000000  # CLONE_NEWCGROUP
)
_MS_NOSUID, _MS_NODEV, _MS_NOEXEC, _MS_BIND, _MS_REC, _MS_PRIVATE = 2, 4, 8, 0x1000, 0x4000, 0x40000
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_CAPBSET_DROP = 1, 4, 24
_PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS = 36, 38
_SIOCGIFFLAGS, _SIOCSIFFLAGS, _IFF_UP = 0x8913, 0x8914, 1
_CAPABILITY_VERSION = 0x20080522

_libc = ctypes.CDLL(None, use_errno=True)


def leave_root(uid: int) -> None:
    """Monte /proc, puis quitte root pour de bon."""
    _mount("proc", "/proc", "")
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    be_readable()  # sinon /proc/self reste à root


def be_readable() -> None:
    """Laisse les processus de la même identité lire celui-ci."""
    _libc.prctl(_PR_SET_DUMPABLE, 1, 0, 0, 0)


def be_unreadable() -> None:
    """Interdit à ces processus de lire la mémoire de celui-ci, ou de le suivre."""
    _libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def adopt_orphans() -> None:
    """Devient le parent de ses descendants orphelins."""
    _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def die_with_parent() -> None:
    """Meurt avec le processus qui a créé celui-ci."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def enter_namespaces() -> None:
    """Entre dans des espaces de noms neufs ; le prochain processus créé y sera le pid 1.

    Raises:
        OSError: la machine ne le permet pas.
    """
    uid, gid = os.getuid(), os.getgid()
    _check(_libc.unshare(_NEW_NAMESPACES), "unshare")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")
    _check(_libc.mount(None, b"/", None, _MS_REC | _MS_PRIVATE, None), "mount privé")


def private_files(scratch: dict[str, int]) -> None:
    """Donne à la copie son /proc et ses dossiers, vides et de taille bornée."""
    _mount("proc", "/proc", "")
    for name in HIDDEN:
        if Path(name).exists():
            _check(_libc.mount(b"/dev/null", name.encode(), None, _MS_BIND, None), f"mount {name}")
    for target, size in scratch.items():
        _mount("tmpfs", target, f"size={size},mode=700")


def raise_loopback() -> None:
    """Met en marche l'interface lo de l'espace de noms réseau, qui naît éteinte."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        request = struct.pack("16sH14x", b"lo", 0)
        flags = struct.unpack("16sH14x", fcntl.ioctl(probe, _SIOCGIFFLAGS, request))[1]
        fcntl.ioctl(probe, _SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", flags | _IFF_UP))


def drop_privileges(*, block_namespaces: bool) -> None:
    """Renonce, sans retour, à tout privilège et à tout nouvel espace de noms."""
    if block_namespaces:
        Path("/proc/sys/user/max_user_namespaces").write_text("0")
        for capability in range(64):
            _libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)
    _check(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")
    _check(_libc.capset(struct.pack("Ii", _CAPABILITY_VERSION, 0), bytes(24)), "capset")
    be_readable()


def limit(bounds: Bounds, *, processes: bool) -> None:
    """Borne la mémoire d'un processus, la taille d'un fichier, le temps de calcul.

    Args:
        bounds: les plafonds de la copie.
        processes: borne aussi leur nombre ; hors d'un espace de noms, la limite compterait tous
            ceux de la personne.
    """
    wanted = {
        resource.RLIMIT_AS: bounds["address_space"],
        resource.RLIMIT_FSIZE: bounds["file"],
        resource.RLIMIT_CPU: bounds["cpu"],
        resource.RLIMIT_NOFILE: bounds["open_files"],
        resource.RLIMIT_CORE: 0,
    }
    if processes:
        wanted[resource.RLIMIT_NPROC] = bounds["processes"]
    for name, bound in wanted.items():
        hard = resource.getrlimit(name)[1]
        bound = bound if hard == resource.RLIM_INFINITY else min(bound, hard)
        resource.setrlimit(name, (bound, bound))


def _mount(kind: str, target: str, data: str) -> None:
    flags = _MS_NOSUID | _MS_NODEV | (_MS_NOEXEC if kind == "proc" else 0)
    result = _libc.mount(kind.encode(), target.encode(), kind.encode(), flags, data.encode())
    _check(result, f"mount {target}")


def _check(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what} : {os.strerror(number)}")
