"""Dans un notebook, une erreur expliquée s'abrège : son nom, l'explication ; la trace à part."""

from __future__ import annotations

import sys
import traceback
from types import TracebackType
from typing import Any

from helpers.errors import KitError, explain

_last_error: BaseException | None = None


def full_traceback() -> None:
    """Affiche la trace complète de la dernière erreur que le kit a abrégée."""
    if _last_error is None:
        print("Aucune erreur n'a été abrégée depuis le démarrage de ce notebook.")
    else:
        traceback.print_exception(_last_error, file=sys.stdout)


def install_handler(shell: Any) -> None:
    """Abrège les erreurs expliquées dans IPython, et leur ajoute le texte français.

    Les autres erreurs gardent leur affichage habituel.

    Args:
        shell: l'instance d'IPython (``get_ipython()``).
    """

    def handle(
        shell: Any,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType | None,
        tb_offset: int | None = None,
    ) -> None:
        global _last_error
        explanation = explain(error)
        if explanation is not None:
            _last_error = error
            lines = [_short(error), "", str(explanation), "", "Trace complète : full_traceback()"]
            # IPython affiche ces lignes à la place de la trace ; S3Error refuse setattr().
            object.__setattr__(error, "_render_traceback_", lambda: lines)
        shell.showtraceback((kind, error, trace), tb_offset=tb_offset)

    shell.set_custom_exc((Exception,), handle)


def _short(error: BaseException) -> str:
    """Renvoie le nom et le message d'origine sur une ligne, sans les identifiants de requête."""
    name = type(error).__name__
    if name == "S3Error":
        return f"S3Error : {getattr(error, 'code', '')} ({getattr(error, 'message', '')})"
    if isinstance(error, KitError):
        return name
    return f"{name} : {' '.join(str(error).split())[:200]}"
