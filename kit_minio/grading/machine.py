"""Ce que cette machine peut donner aux copies : de la mémoire et des descripteurs."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

import psutil

from kit_minio.grading.execute.limits import MAX_CONNECTIONS, MEBI, Limits

_MOST_WORKERS = 16
_KEPT_MEMORY = 512 * MEBI  # octets laissés au correcteur, au serveur et au bac à sable
_KEPT_FILES = 160  # descripteurs du correcteur, sans aucune copie
_COPY_FILES = 24  # d'une copie, sans ses connexions à S3 ; chacune en prend deux
_MOST_FILES = 65_536
_FEWEST_CONNECTIONS = 8
CGROUPS = Path("/sys/fs/cgroup")


def workers_for(limits: Limits) -> int:
    """Renvoie le nombre de copies que cette machine corrige bien en même temps, au moins une.

    Args:
        limits: ce qu'une copie peut prendre.
    """
    most = [
        _MOST_WORKERS,
        3 * (os.cpu_count() or 1),  # une copie attend le serveur plus qu'elle ne calcule
        (free_memory() - _KEPT_MEMORY) // limits.memory,
        (open_files() - _KEPT_FILES) // (_COPY_FILES + 2 * _FEWEST_CONNECTIONS),
    ]
    return max(1, min(most))


def connections_for(workers: int) -> int:
    """Renvoie le nombre de connexions à S3 que peut ouvrir une copie sans en priver les autres.

    Args:
        workers: le nombre de copies à la fois.
    """
    share = (open_files() - _KEPT_FILES) // workers - _COPY_FILES
    return max(2, min(MAX_CONNECTIONS, share // 2))


def open_files() -> int:
    """Renvoie le nombre de descripteurs que ce processus peut ouvrir, une fois porté au plus."""
    if sys.platform == "win32":
        return _MOST_FILES
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = _MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, _MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < most:
        with suppress(OSError, ValueError):  # macOS annonce parfois plus qu'il ne donne
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
            soft = most
    return _MOST_FILES if soft == resource.RLIM_INFINITY else min(soft, _MOST_FILES)


def free_memory() -> int:
    """Renvoie la mémoire qui reste, en octets, celle du groupe (cgroup) si elle est moindre."""
    return min([psutil.virtual_memory().available, *_left_in_groups()])


def _left_in_groups() -> list[int]:
    """Renvoie ce qui reste dans chaque groupe de ce processus dont la mémoire est bornée."""
    left = []
    for folder in _memory_groups():
        for most, used in (
            ("memory.max", "memory.current"),
            ("memory.limit_in_bytes", "memory.usage_in_bytes"),
        ):
            with suppress(OSError, ValueError):  # « max » : sans borne
                bound = int((folder / most).read_text())
                held = int((folder / used).read_text()) - _cached(folder)
                left.append(max(0, bound - held))
    return left


def _cached(folder: Path) -> int:
    """Renvoie ce qu'un groupe rendrait de lui-même : des pages de fichiers, en octets."""
    lines = (folder / "memory.stat").read_text().splitlines()
    found = dict(line.split() for line in lines)
    return int(found.get("total_inactive_file", found.get("inactive_file", 0)))


def _memory_groups() -> list[Path]:
    """Renvoie les groupes de ce processus, du sien à la racine, des deux versions de cgroup."""
    found = []
    with suppress(OSError):
        for line in Path("/proc/self/cgroup").read_text().splitlines():
            _, controllers, path = line.split(":", 2)
            if controllers and "memory" not in controllers.split(","):
                continue
            root = CGROUPS / "memory" if controllers else CGROUPS
            # Dans un conteneur, ce chemin est parfois celui de l'hôte : la racine est alors à lui.
            place = root / path.lstrip("/")
            found += [place, *(up for up in place.parents if up.is_relative_to(root))]
    return found
