"""Le nom de fichier d'une clé : une clé n'est pas un chemin, et peut venir de n'importe qui."""

import os
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from helpers.errors import ContentError

_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])( *\..*)?", re.I)
_DRIVE = re.compile(r"[a-z]:", re.I)
_FORBIDDEN = '<>:"|?*' if os.name == "nt" else ""


def local_names(
    keys: Iterable[str], prefix: str = ""
) -> tuple[dict[str, Path], dict[str, ContentError]]:
    """Renvoie un chemin relatif sûr pour chaque clé, puis les clés refusées et pourquoi.

    Les règles sont celles des trois systèmes à la fois : un dossier téléchargé sous Linux s'ouvre
    aussi sous Windows. De deux clés qui s'y confondraient, la première est gardée. Ce qui précède
    le dernier « / » du préfixe est retiré.
    """
    start = prefix[: prefix.rfind("/") + 1]
    names: dict[str, Path] = {}
    refused: dict[str, ContentError] = {}
    files: dict[str, str] = {}  # pour chaque fichier, et chaque dossier, la clé qui l'occupe
    folders: dict[str, str] = {}
    for key in sorted(keys):
        name = key.removeprefix(start)
        folded = unicodedata.normalize("NFC", name).casefold()
        parents = [folded[: found.start()] for found in re.finditer("/", folded)]
        taken = files.get(folded) or folders.get(folded)
        taken = taken or next((files[parent] for parent in parents if parent in files), None)
        problem = _problem(name)
        if problem is None and taken is not None:
            problem = f"son fichier se confondrait avec celui de « {taken} »"
        if problem is not None:
            refused[key] = ContentError.of("transfers.unnamed", problem=problem)
            continue
        names[key] = Path(*name.split("/"))
        files[folded] = key
        folders.update(dict.fromkeys(parents, key))
    return names, refused


def _problem(name: str) -> str | None:
    """Dit pourquoi un nom n'est pas celui d'un fichier, ou ``None`` s'il l'est partout."""
    for part in name.split("/"):
        if part in ("", ".", ".."):
            return "un morceau est vide, « . » ou « .. » entre deux « / »"
        if "\\" in part:
            return "« \\ » sépare des dossiers sous Windows"
        if _DRIVE.match(part):
            return f"« {part[:2]} » désigne un disque sous Windows"
        if _RESERVED.fullmatch(part):
            return f"« {part} » est un nom réservé par Windows"
        if part[-1] in ". ":
            return "Windows retire un point ou une espace en fin de nom"
        bad = [c for c in part if unicodedata.category(c) in ("Cc", "Cs") or c in _FORBIDDEN]
        if bad:
            return f"le caractère {bad[0]!a} n'est pas permis"
    return None
