"""Ce que cette machine peut donner aux copies : de la mémoire et des descripteurs."""

from __future__ import annotations

import ctypes
import os
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil

from kit_minio.grading.execute.group import left_in_group, memory_groups
from kit_minio.grading.execute.limits import MAX_CONNECTIONS, MEBI, MOST_WORKERS, Limits

_KEPT_MEMORY = 512 * MEBI  # octets laissés au correcteur, au serveur et au bac à sable
_KEPT_FILES = 160  # descripteurs du correcteur, sans aucune copie
_COPY_FILES = 24  # d'une copie, sans ses connexions à S3 ; chacune en prend deux
_MOST_FILES = 65_536
_FEWEST_CONNECTIONS = 8
_LOOKS, _LOOK_SECONDS = 10, 0.1
_CROWD = 4
_MMAP_THRESHOLD = -3  # de mallopt(3)


def workers_for(limits: Limits) -> int:
    """Renvoie le nombre de copies que cette machine corrige bien en même temps, au moins une.

    Args:
        limits: ce qu'une copie peut prendre.
    """
    most = [
        MOST_WORKERS,
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


def overloaded() -> bool:
    """Dit si, depuis une minute, cette machine a eu plus à faire qu'elle n'a de cœurs.

    Des copies corrigées ensemble suffisent à la ralentir, et la moyenne du système ne monte que
    peu à peu : ce qui attend à cet instant compte aussi.
    """
    if sys.platform == "win32":
        return False  # Windows ne le dit pas
    return max(os.getloadavg()[0], waiting()) > (os.cpu_count() or 1)


def slowed_down() -> bool:
    """Dit si, à cet instant, autre chose occupe tant cette machine qu'une copie juste y échouerait.

    Une cellule juste prend moins du quart de son temps : il faut quatre tâches par cœur.
    """
    return waiting() > _CROWD * (os.cpu_count() or 1)


def waiting() -> float:
    """Renvoie le nombre de tâches qui calculent, ou attendent un cœur, en ce moment.

    Hors de Linux, c'est la moyenne d'une minute, ou zéro si le système ne la donne pas.
    """
    if sys.platform != "linux":
        return 0.0 if sys.platform == "win32" else os.getloadavg()[0]
    found = []
    for _ in range(_LOOKS):
        time.sleep(_LOOK_SECONDS)
        found.append(int(Path("/proc/loadavg").read_text().split()[3].partition("/")[0]) - 1)
    return sum(found) / len(found)  # sans compter qui regarde


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
    groups = [left_in_group(folder) for folder in memory_groups()]
    return min([psutil.virtual_memory().available, *(left for left in groups if left is not None)])


def give_large_blocks_back() -> None:
    """Fait rendre au système, dès qu'il ne sert plus, un bloc de mémoire de plus d'un Mio.

    Sinon, sous Linux, chaque fil garde pour lui les objets de quinze Mio qu'il a lus.
    """
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # une autre bibliothèque C n'a pas mallopt
            ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, MEBI)
