"""Les accents d'un nom de fichier, retrouvés quand un zip ou un système les a mal lus."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

# Windows en français écrit en cp850, un vieux zip en cp437, un vieux Mac en mac_roman.
_WRITTEN = ("utf-8", "cp850", "cp437", "cp1252", "mac_roman")
_READ = ("cp437", "cp850", "cp1252", "latin-1", "mac_roman")


def decoded(raw: bytes) -> str:
    """Renvoie le nom d'une entrée de zip qui ne dit pas son codage."""
    return min(_readings(raw, _WRITTEN), key=_doubts)


def mended(name: str) -> str:
    """Renvoie un nom lu dans un mauvais codage (« ├ëlodie », « Ã‰lodie ») tel qu'il était."""
    if not _doubts(name):
        return name
    found = [name]
    for code in _READ:
        try:
            raw = name.encode(code)
        except UnicodeError:
            continue
        found += _readings(raw, ("utf-8", "cp850") if code == "cp437" else ("utf-8",))
    return min(found, key=_doubts)


def _readings(raw: bytes, codes: Iterable[str]) -> list[str]:
    """Renvoie ce que disent des octets dans chaque codage qui les admet ; UTF-8 suffit."""
    found = []
    for code in codes:
        try:
            text = raw.decode(code)
        except UnicodeError:
            continue
        if code == "utf-8":
            return [text]
        found.append(text)
    return found


def _doubts(text: str) -> int:
    """Compte les signes qui ne sont pas d'un nom : filets, symboles, capitale après minuscule."""
    text = unicodedata.normalize("NFC", text)
    doubts = 0
    for before, letter in zip(" " + text, text, strict=False):
        if letter.isascii():
            continue
        kind = unicodedata.category(letter)
        doubts += 2 * (kind[0] in "SCPN" and letter not in "’–—«»°·")
        doubts += 2 * unicodedata.name(letter, "").startswith(("GREEK", "BOX"))
        doubts += kind == "Lu" and before.islower()
    return doubts
