"""Le groupe (cgroup) d'une copie, là où l'on peut en faire un : Linux y compte toute sa mémoire.

Ailleurs, son surveillant la compte, quatre fois par seconde. Les tests l'éprouvent sur la version
que la machine a ; celle qui a écrit ce module n'avait que la première : la seconde suit la
documentation de Linux, et n'a pas été essayée.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

CGROUPS = Path("/sys/fs/cgroup")
_END_SECONDS = 2.0
# Par version : la borne, puis ce qui s'écrit aussi quand le fichier est là.
_BOUND = ("memory.max", "memory.limit_in_bytes")
_MORE = {"memory.swap.max": "0", "memory.oom.group": "1"}


class Group:
    """Un groupe neuf, dont la mémoire est bornée.

    Args:
        parent: le groupe où le créer.
        memory: sa borne, en octets.

    Raises:
        OSError: il ne se crée pas, ou ne se borne pas.
    """

    def __init__(self, parent: Path, memory: int) -> None:
        self.path = parent / f"kit-{secrets.token_hex(6)}"
        self.path.mkdir()
        try:
            bound = next((name for name in _BOUND if (self.path / name).exists()), _BOUND[0])
            (self.path / bound).write_text(str(memory))
            for name, value in _MORE.items():
                if (self.path / name).exists():
                    (self.path / name).write_text(value)
        except OSError:
            self.path.rmdir()
            raise

    def take(self, process: int) -> None:
        """Y met un processus, et ceux qu'il créera.

        Raises:
            OSError: il n'y entre pas.
        """
        (self.path / "cgroup.procs").write_text(str(process))

    @property
    def exceeded(self) -> bool:
        """Vrai si Linux a dû y tuer quelque chose : sa borne, et non la machine, manquait."""
        events = _numbers(self.path / "memory.events")
        if "oom" in events:
            return events["oom"] > 0
        killed = _numbers(self.path / "memory.oom_control").get("oom_kill", 0)
        with suppress(OSError, ValueError):
            return killed > 0 and int((self.path / "memory.failcnt").read_text()) > 0
        return False

    def clear(self) -> None:
        """Efface le groupe, dès que ses processus ont fini ; un second appel ne fait rien."""
        deadline = time.monotonic() + _END_SECONDS
        while self.path.exists() and time.monotonic() < deadline:
            try:
                self.path.rmdir()
            except OSError:
                time.sleep(0.01)


def parent_group() -> Path | None:
    """Renvoie où créer les groupes des copies, en essayant ; ``None`` si ce n'est pas possible."""
    for folder in memory_groups():
        with suppress(OSError):
            Group(folder, 2**40).clear()
            return folder
        if _is_bounded(folder):
            return None  # plus haut, les copies échapperaient à cette borne
    return None


def memory_groups() -> Iterator[Path]:
    """Donne les groupes de ce processus, du sien à la racine, des deux versions de cgroup."""
    with suppress(OSError):
        for line in Path("/proc/self/cgroup").read_text().splitlines():
            _, controllers, path = line.split(":", 2)
            if controllers and "memory" not in controllers.split(","):
                continue
            root = CGROUPS / "memory" if controllers else CGROUPS
            # Dans un conteneur, ce chemin est parfois celui de l'hôte : la racine est alors à lui.
            place = root / path.lstrip("/")
            yield from (up for up in (place, *place.parents) if up.is_relative_to(root))


def left_in_group(folder: Path) -> int | None:
    """Renvoie la mémoire qui reste à un groupe, en octets ; ``None`` s'il n'est pas borné."""
    for most, used in zip(_BOUND, ("memory.current", "memory.usage_in_bytes"), strict=True):
        with suppress(OSError, ValueError):  # « max » : sans borne
            bound = int((folder / most).read_text())
            found = _numbers(folder / "memory.stat")
            # Des pages de fichiers, qu'il rendrait de lui-même.
            cached = found.get("total_inactive_file", found.get("inactive_file", 0))
            return max(0, bound - int((folder / used).read_text()) + cached)
    return None


def _is_bounded(folder: Path) -> bool:
    left = left_in_group(folder)
    return left is not None and left < 2**50  # la version 1 dit ainsi « sans borne »


def _numbers(path: Path) -> dict[str, int]:
    """Renvoie ce que dit un fichier de lignes « nom valeur »."""
    with suppress(OSError, ValueError):
        return {name: int(value) for name, value in map(str.split, path.read_text().splitlines())}
    return {}
