"""Le dossier du kit, l'écriture d'un fichier en une fois, le type que dit une extension."""

import mimetypes
import os
import re
import secrets
import time
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BINARY = "application/octet-stream"
# Sans les réglages de la machine : sous Windows, un tableur y change le type des CSV.
_TYPES = mimetypes.MimeTypes()
_TYPES.add_type("text/markdown", ".md")  # absent de Python 3.11
_INERT = re.compile(
    r"(?:image/(?!svg)|video/|audio/)[a-z0-9.+-]+|text/(?:plain|csv)|application/pdf"
)


def write_at_once(path: Path, data: bytes, *, private: bool = False) -> None:
    """Écrit un fichier d'un coup : interrompue, l'écriture laisse celui d'avant.

    Args:
        path: le fichier.
        data: son contenu, en octets.
        private: ne le rend lisible que par son propriétaire.

    Raises:
        OSError: le disque est plein, ou le dossier refuse l'écriture.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        mode = 0o600 if private else 0o666
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        for _ in range(100):
            with suppress(PermissionError):  # sous Windows, tant qu'un lecteur tient le fichier
                draft.replace(path)
                return
            time.sleep(0.01)
        draft.replace(path)
    except BaseException:
        with suppress(OSError):
            draft.unlink()
        raise


def guess_type(name: str) -> str:
    """Renvoie le type MIME que l'extension d'un nom laisse supposer."""
    return _TYPES.guess_type(name)[0] or BINARY


def opens_safely(content_type: str) -> bool:
    """Dit si un navigateur montre ce type sans rien exécuter : une image, et ni HTML ni SVG."""
    return _INERT.fullmatch(content_type.partition(";")[0].strip().lower()) is not None
