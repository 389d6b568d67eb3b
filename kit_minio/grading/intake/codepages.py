"""Les accents d'un nom de fichier, retrouvés quand un zip ou un système les a mal lus."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

# Windows en français écrit en cp850, un vieux zip en cp437, d'autres outils de Windows en cp1252
# (cp1250 en Europe centrale), un vieux Mac en mac_roman.
_WRITTEN = ("utf-8", "cp850", "cp437", "cp1252", "mac_roman", "cp1250")
_READ = ("cp437", "cp850", "cp1252", "latin-1", "mac_roman", "cp1250")
_COMMON = frozenset("àáâãäçèéêëíîïñóôõöùúûüœ")
_UNREAD = 5  # les doutes d'un nom qu'un codage ne lit pas


def decoded(names: Sequence[bytes]) -> list[str]:
    """Renvoie les noms des entrées d'un zip qui ne dit pas son codage.

    Là où un nom se lit de plusieurs façons, « Kamiński » ou « Kamiñski », les autres décident : un
    zip est écrit d'un bout à l'autre par le même outil.
    """
    found = [_readings(raw, _WRITTEN) for raw in names]
    unsure = [readings for readings in found if "utf-8" not in readings]
    weights = {
        code: [sum(weigh(one[code]) if code in one else _UNREAD for one in unsure)
               for weigh in (_doubts, _rarities)]
        for code in _WRITTEN
    }  # fmt: skip
    read = [
        readings[min(readings, key=lambda code: (_doubts(readings[code]), weights[code]))]
        for readings in found
    ]
    if len({*read}) == len({*names}):
        return read
    # Deux noms différents n'en font jamais un : tous se lisent alors dans le même codage.
    return [readings[min(readings, key=lambda code: weights[code])] for readings in found]


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
        found += _readings(raw, _WRITTEN).values()
    return min(found, key=lambda text: (_doubts(text), _rarities(text)))


@lru_cache(maxsize=4096)
def misreadings(name: str) -> frozenset[str]:
    """Renvoie tout ce qu'un nom devient, écrit dans un codage et lu dans un autre."""
    found = set()
    for code in _WRITTEN:
        for form in ("NFC", "NFD"):
            try:
                raw = unicodedata.normalize(form, name).encode(code)
            except UnicodeError:
                continue
            found |= {*_readings(raw, _WRITTEN).values(), *_readings(raw, _READ).values()}
    return frozenset(found - {name})


def _readings(raw: bytes, codes: Iterable[str]) -> dict[str, str]:
    """Renvoie ce que disent des octets dans chaque codage qui les admet ; UTF-8 suffit."""
    found = {}
    for code in codes:
        try:
            found[code] = raw.decode(code)
        except UnicodeError:
            continue
        if code == "utf-8":
            break
    return found


def _doubts(text: str) -> int:
    """Compte les signes qui ne sont pas d'un nom : filets, symboles, capitale dans un mot."""
    text = unicodedata.normalize("NFC", text)
    doubts = 0
    for rank, letter in enumerate(text):
        if letter.isascii():
            continue
        kind = unicodedata.category(letter)
        doubts += 2 * (kind[0] in "SCPN" and letter not in "’–—«»°·")
        doubts += 2 * unicodedata.name(letter, "").startswith(("GREEK", "BOX"))
        # « MÚlanie », « ZoÚ » ; mais ni « Élodie », ni « NOËL ».
        before, after = text[rank - 1 : rank], text[rank + 1 : rank + 2]
        doubts += kind == "Lu" and (before.islower() or (before.isupper() and after.islower()))
    return doubts


def _rarities(text: str) -> int:
    """Compte les lettres accentuées que peu de noms ont en France."""
    text = unicodedata.normalize("NFC", text).lower()
    return sum(not letter.isascii() and letter not in _COMMON for letter in text)
