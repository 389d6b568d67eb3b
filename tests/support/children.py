"""Les processus que les tests ont lancés, retrouvés par leur commande."""

from __future__ import annotations

from contextlib import suppress

import psutil


def children(naming: str) -> list[psutil.Process]:
    """Renvoie les descendants de ce processus dont la commande contient ce texte.

    Un enfant mort qu'un autre essai n'a pas attendu n'a plus de commande.
    """
    found = []
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            if any(naming in argument for argument in process.cmdline()):
                found.append(process)
    return found
