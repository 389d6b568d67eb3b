"""Un fichier d'un lot : son chemin, ce qui l'empêche d'être lu, et ses octets, bornés."""

from __future__ import annotations

import lzma
import re
import struct
import tarfile
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Protocol

MAX_NOTEBOOK = 64 * 2**20  # octets d'un fichier, sorties et état des widgets compris
UNREADABLE = (
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,  # un nom qui n'est pas en UTF-8, quoi que l'archive en dise
    lzma.LZMAError,
    tarfile.TarError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)
OPENED = (".zip", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".tar")
_MAILS = (".eml", ".msg")
ARCHIVES = (*OPENED, ".7z", ".rar", ".gz", ".bz2", ".xz", ".zst", *_MAILS)


class Refused(Exception):
    """Un fichier n'est pas admis ; le texte de l'erreur dit pourquoi."""


class Stream(Protocol):
    """Le contenu d'un fichier, à lire puis à fermer."""

    def read(self, size: int, /) -> bytes:
        """Renvoie les octets suivants, ``size`` au plus."""

    def close(self) -> None:
        """Ferme le fichier."""


@dataclass(frozen=True)
class File:
    """Un fichier du lot.

    Attributes:
        path: son chemin dans le lot, séparé par des barres obliques ; à ne jamais ouvrir.
        modified: sa date, pour comparer deux fichiers d'une même copie.
        refusal: pourquoi il n'est pas admis ; vide s'il l'est.
        open: ouvre son contenu.
    """

    path: str
    modified: tuple[int, ...]
    refusal: str
    open: Callable[[], Stream]

    def read(self, limit: int = 0) -> bytes:
        """Renvoie les octets du fichier.

        Args:
            limit: le nombre d'octets admis ; par défaut, celui d'un notebook.

        Raises:
            Refused: il n'est pas admis, il est trop gros ou il ne se lit pas.
        """
        if self.refusal:
            raise Refused(self.refusal)
        limit = limit or MAX_NOTEBOOK
        try:
            with closing(self.open()) as stream:
                data = stream.read(limit + 1)
        except UNREADABLE as error:
            raise Refused(f"il ne se lit pas ({type(error).__name__})") from error
        if len(data) > limit:
            raise Refused(f"il dépasse {limit >> 20} Mio")
        return data

    def head(self, size: int) -> bytes:
        """Renvoie les premiers octets du fichier, ou rien s'il ne se lit pas."""
        if self.refusal:
            return b""
        try:
            with closing(self.open()) as stream:
                return stream.read(size)
        except (*UNREADABLE, Refused):
            return b""


def refusal_of(path: str) -> str:
    """Renvoie pourquoi un chemin n'est pas admis, ou un texte vide."""
    parts = re.split(r"[/\\]", path)
    if ".." in parts:
        return "son chemin remonte dans les dossiers (« .. »)"
    if path.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", path):
        return "son chemin est absolu"
    if "\\" in path:
        return "son nom a un sens particulier sous Windows"
    if any(unicodedata.category(letter) == "Cc" for letter in path):
        return "son nom contient un caractère de contrôle"
    if len(path) > 1000 or len(parts) > 20:
        return "son chemin est trop long"
    if path.lower().endswith(_MAILS):
        return "un courriel n'est pas ouvert ; enregistrez sa pièce jointe à la place"
    if path.lower().endswith(ARCHIVES) and not path.lower().endswith(OPENED):
        kind = path.rpartition(".")[2].upper()
        return f"une archive {kind} n'est pas ouverte ; il faut un .zip, ou le notebook seul"
    return ""
