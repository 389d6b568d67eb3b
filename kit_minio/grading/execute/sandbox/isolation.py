"""Un niveau d'isolation des copies, et la phrase qui dit ce qu'il garantit.

0  un processus à part, des limites et des identifiants propres ; protège des accidents
   (le seul hors de Linux)
1  bubblewrap : espaces de noms, système de fichiers par liste blanche, S3 pour seul réseau
2  un conteneur podman par copie, qui donne la même garantie là où bubblewrap manque
"""

from __future__ import annotations

import errno
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

from helpers.errors import KitError

_SENTENCES = {
    0: "niveau 0 : chaque copie est un processus à part, ce qui protège des accidents seulement",
    1: "niveau 1 : chaque copie est enfermée par bubblewrap, et n'atteint que son espace S3",
    2: "niveau 2 : chaque copie est enfermée dans un conteneur, et n'atteint que son espace S3",
}
NAMESPACES = (
    "Sous Ubuntu 24.04, bubblewrap a besoin de son profil AppArmor ; dans un conteneur, "
    "de pouvoir créer des espaces de noms."
)
_REMEDIES = {
    "bwrap": NAMESPACES,
    "un double": NAMESPACES,
    "podman": "« podman info » doit réussir sous ce compte ; sans être root, podman demande le "
    "paquet uidmap et une plage d'identifiants dans /etc/subuid et /etc/subgid.",
}

_SHORTAGES = (errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN, errno.ENOBUFS)


class IsolationError(KitError):
    """Le niveau d'isolation voulu n'est pas là, ou un bac à sable ne démarre pas."""


@dataclass(frozen=True)
class Isolation:
    """Un niveau d'isolation qui a été essayé.

    Attributes:
        level: 0, 1 ou 2.
        nested: vrai si un même bac à sable sert à toutes les copies, chacune dans ses propres
            espaces de noms ; faux s'il en faut un par copie (ou au niveau 0).
        tried: pourquoi les niveaux supérieurs ne sont pas là, en français.
        forks: vrai si un zygote se dédouble ; faux hors de Linux, où chaque copie du niveau 0
            attend le démarrage d'un noyau ordinaire (``plain``).
    """

    level: int
    nested: bool
    tried: tuple[str, ...] = field(default=())
    forks: bool = sys.platform == "linux"

    @property
    def sentence(self) -> str:
        """La phrase qui annonce le niveau."""
        slow = () if self.forks else ("un noyau neuf par copie, plus lent que sous Linux",)
        return level_sentence(self.level, " ; ".join((*self.tried, *slow)))

    @property
    def shared(self) -> bool:
        """Vrai si un seul bac à sable sert à toutes les copies."""
        return self.nested or (self.level == 0 and self.forks)


def level_sentence(level: int, more: str = "") -> str:
    """Renvoie la phrase qui dit ce que garantit un niveau, avec une précision s'il en faut une."""
    return f"Isolation de {_SENTENCES[level]}{f' ({more})' if more else ''}."


def start_error(program: str, said: str) -> IsolationError:
    """Renvoie l'erreur d'un bac à sable qui ne démarre pas.

    Args:
        program: le programme qui a échoué, ou « un double ».
        said: ce qu'il en a dit.
    """
    name = Path(program).name
    remedy = _REMEDIES.get(name, "Vérifiez l'installation du kit : « python3 kit.py doctor ».")
    if any(os.strerror(number) in said for number in _SHORTAGES):
        remedy = (
            "La machine n'en peut plus : fermez d'autres programmes, ou donnez un nombre plus "
            "petit à --workers, puis relancez la même commande."
        )
    return IsolationError(f"Le bac à sable ne démarre pas ({name} : {said}).", remedy)


def is_root() -> bool:
    """Dit si ce processus a tous les droits sur la machine."""
    if sys.platform == "win32":
        import ctypes

        return bool(ctypes.windll.shell32.IsUserAnAdmin())
    return os.geteuid() == 0
