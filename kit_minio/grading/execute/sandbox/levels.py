"""Le choix du niveau d'isolation : chacun est reconnu en l'essayant, jamais à sa seule présence."""

from __future__ import annotations

import os
import shutil
import sys

from helpers.errors import system_cause
from kit_minio.grading.execute.sandbox.isolation import (
    NAMESPACES,
    Isolation,
    IsolationError,
    is_root,
)
from kit_minio.grading.execute.sandbox.sandbox import Sandbox


def find_isolation(
    *, minimum: int = 1, accept_no_isolation: bool = False, only: int | None = None
) -> Isolation:
    """Renvoie le plus haut niveau d'isolation utile ici : le 1, le 2 s'il manque, enfin le 0.

    Args:
        minimum: le niveau en dessous duquel rien n'est exécuté.
        accept_no_isolation: accepte le niveau 0, où une copie malveillante peut tout.
        only: n'essaie que ce niveau.

    Raises:
        IsolationError: aucun niveau permis n'est là ; le message dit ce qui a été essayé.
    """
    reasons: list[str] = []
    for level, nested in ((1, True), (1, False), (2, False)):
        if level < minimum or only not in (None, level):
            continue
        if level == 1 and not nested and is_root():
            continue  # root peut toujours donner à chaque copie ses propres espaces de noms
        reason = _missing(level) or _failure(Isolation(level, nested))
        if reason is None:
            return Isolation(level, nested, tuple(reasons))
        if reason not in reasons:
            reasons.append(reason)
    if minimum <= 0 and only in (None, 0):
        reason = _no_level_0(accept_no_isolation)
        if reason is None:
            return Isolation(0, False, tuple(reasons))
        reasons.append(reason)
    raise IsolationError(
        f"Les copies ne peuvent pas être isolées au niveau {only or minimum} : "
        f"{' ; '.join(reasons) or 'aucun niveau permis'}.",
        f"{_remedy()} --accept-no-isolation exécute les copies avec vos droits, sans protection.",
    )


def _remedy() -> str:
    if sys.platform == "linux" and shutil.which("bwrap"):
        return NAMESPACES  # installé, il a été refusé
    return "Installez bubblewrap (sudo apt install bubblewrap) ou podman, sous Linux."


def _missing(level: int) -> str | None:
    """Renvoie pourquoi un niveau n'a pas à être essayé ici, ou ``None``."""
    if sys.platform != "linux":
        return f"le niveau {level} demande Linux"
    if level == 1 and shutil.which("bwrap") is None:
        return "bubblewrap n'est pas installé"
    if level == 2 and shutil.which("podman") is None:
        return "podman n'est pas installé"
    return None


def _failure(isolation: Isolation) -> str | None:
    """Démarre un bac à sable et un double ; renvoie ce qui a échoué, ou ``None``."""
    try:
        with Sandbox(isolation, warm=False) as sandbox:
            sandbox.wait()
            with sandbox.fork() as link:
                os.close(link.receive("pid")["pid"])
    except IsolationError as error:
        return error.fact.rstrip(".")
    except OSError as error:
        return f"le niveau {isolation.level} ne démarre pas ({system_cause(error)})"
    return None


def _no_level_0(accepted: bool) -> str | None:
    """Renvoie pourquoi le niveau 0 ne s'emploie pas ici, ou ``None``."""
    if not accepted:
        return "le niveau 0 n'a pas été accepté"
    who = "qu'administrateur" if sys.platform == "win32" else "que root"
    return f"le niveau 0 ne s'emploie jamais en tant {who}" if is_root() else None
