"""Les dossiers de travail d'une correction : au chemin court, et balayés après un arrêt brutal.

Un verrou, que la mort du processus rend, dit lesquels servent encore.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

from helpers.errors import SettingsError

_KINDS = ("bac", "noyaux")
_LOCK = "verrou"
# Une socket Unix a un chemin de 107 octets au plus ; la plus profonde est « /999999/control ».
_LONGEST = 107 - len("/kit-noyaux-12345678/999999/control")


class Workplace:
    """Un dossier de travail neuf.

    Args:
        kind: ce qui s'y fait : « bac » ou « noyaux ».

    Raises:
        SettingsError: aucun dossier temporaire ne convient.
    """

    def __init__(self, kind: str) -> None:
        self.path = Path(tempfile.mkdtemp(prefix=f"kit-{kind}-", dir=_place()))
        self._lock = FileLock(self.path / _LOCK, timeout=0)
        self._lock.acquire()

    def clear(self) -> None:
        """Efface le dossier ; un second appel ne fait rien."""
        self._lock.release()
        shutil.rmtree(self.path, ignore_errors=True)


def sweep() -> list[str]:
    """Efface les dossiers que des corrections tuées ont laissés ; renvoie leurs noms."""
    found = []
    for place in _places():
        for kind in _KINDS:
            for path in place.glob(f"kit-{kind}-????????"):
                if not _is_abandoned(path):
                    continue
                shutil.rmtree(path, ignore_errors=True)
                if not path.exists():
                    found.append(path.name)
    return found


def _is_abandoned(path: Path) -> bool:
    """Dit si plus personne ne se sert d'un dossier, à nous : un autre y aurait mis un piège."""
    with suppress(OSError):
        if sys.platform != "win32" and path.lstat().st_uid != os.getuid():
            return False
    if path.is_symlink() or not (path / _LOCK).exists():
        return False  # sans verrou, il vient de naître
    with suppress(OSError, Timeout), FileLock(path / _LOCK, timeout=0):
        return True
    return False


def _places() -> list[Path]:
    """Renvoie les dossiers temporaires de cette machine, le préféré d'abord."""
    names = [os.environ.get("XDG_RUNTIME_DIR"), "/tmp"]  # noqa: S108
    with suppress(FileNotFoundError):  # Python n'en trouve pas où écrire
        names.insert(0, tempfile.gettempdir())
    return [Path(name) for name in dict.fromkeys(filter(None, names)) if Path(name).is_dir()]


def _place() -> Path:
    """Renvoie un dossier temporaire où l'on écrit, et où le chemin d'une socket n'est pas long."""
    places = [place for place in _places() if os.access(place, os.W_OK)]
    for place in places:
        if sys.platform == "win32" or len(os.fsencode(place)) <= _LONGEST:
            return place
    if not places:
        raise SettingsError(
            f"Aucun dossier temporaire ne se laisse écrire ({', '.join(map(str, _places()))}).",
            "Donnez-en un où vous pouvez écrire, au chemin court : TMPDIR=/un/dossier.",
        )
    raise SettingsError(
        f"Le chemin du dossier temporaire, {tempfile.gettempdir()}, est trop long.",
        "Donnez-en un autre, plus court : TMPDIR=/tmp, par exemple.",
    )
