"""Les variables d'environnement d'un bac à sable et d'une copie : rien de celles du correcteur."""

from __future__ import annotations

import sys
from pathlib import Path

_COMMON = {
    "LANG": "C.UTF-8",
    # « !pip list » et « !python » sont ceux de cet interpréteur.
    "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
    # Sans réseau, pip essaierait cinq fois avant de le dire.
    "PIP_NO_INDEX": "1",
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    # Deux exécutions rangent un ensemble dans le même ordre.
    "PYTHONHASHSEED": "0",
    "OPENBLAS_NUM_THREADS": "1",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
}


def zygote_environment(home: str, kit: str) -> dict[str, str]:
    """Renvoie l'environnement d'un zygote.

    Args:
        home: le dossier personnel d'une copie.
        kit: le dossier d'où le kit s'importe.
    """
    return _COMMON | {"HOME": home, "PYTHONPATH": kit, "PYTHONDONTWRITEBYTECODE": "1"}


def kernel_environment(home: str) -> dict[str, str]:
    """Renvoie l'environnement commun à tous les noyaux.

    Args:
        home: le dossier personnel de la copie, le seul où elle écrit.
    """
    return _COMMON | {
        "HOME": home,
        "TMPDIR": home,
        "IPYTHONDIR": f"{home}/.ipython",
        "KIT_DATA": f"{home}/.kit",
        "USER": "eleve",
        "LOGNAME": "eleve",
    }
