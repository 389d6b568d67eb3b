"""Le dossier du kit, et l'écriture d'un fichier en une fois."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def write_at_once(path: Path, data: bytes, *, private: bool = False) -> None:
    """Écrit un fichier d'un coup : interrompue, l'écriture laisse celui d'avant.

    Args:
        path: le fichier.
        data: son contenu, en octets.
        private: ne le rend lisible que par son propriétaire.

    Raises:
        OSError: le disque est plein, ou le dossier refuse l'écriture.
    """
    draft = path.with_name(f".{path.name}.tmp")
    try:
        mode = 0o600 if private else 0o666
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        draft.replace(path)
    except OSError:
        with suppress(OSError):
            draft.unlink()
        raise
