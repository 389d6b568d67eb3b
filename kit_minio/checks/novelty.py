"""Des clés nouvelles à chaque fois : deux dépôts n'en auront jamais la même.

Le hasard d'une vérification ne décide de rien : une clé se juge à ce qui, en elle, change d'un
dépôt à l'autre.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from itertools import pairwise, takewhile
from string import digits, hexdigits

from helpers.french import count_of
from kit_minio.checks.model import Review

_ENOUGH = 1_000_000  # clés possibles, au moins
_STEP = 10  # l'écart de deux numéros qui se suivent
_RECENT = 600  # secondes


def expect_new_keys(keys: Sequence[str], points: float = 0) -> None:
    """S'assure que des clés, données à des dépôts successifs du même fichier, sont nouvelles.

    Args:
        keys: les clés, dans l'ordre des demandes.
        points: les points acquis malgré tout.

    Raises:
        Review: deux sont égales, ou finiront par l'être.
    """
    repeated = next((key for key in keys if keys.count(key) > 1), None)
    if repeated is not None:
        raise Review(
            "Deux dépôts ont reçu la même clé : le second a remplacé le premier.",
            found=repeated,
            expected="une clé nouvelle à chaque dépôt",
            points=points,
        )
    if why := _weakness(_changing(keys)):
        raise Review(
            f"Les clés sont différentes ici, mais elles ne le resteront pas : {why}.",
            found=", ".join(keys[:3]),
            expected="une clé tirée au hasard, uuid4 par exemple",
            points=points,
        )


def _changing(keys: Sequence[str]) -> list[str]:
    """Renvoie, de chaque clé, ce qui n'est pas commun à toutes ; un nombre y reste entier."""
    start = _common(keys)
    end = _common([key[start:][::-1] for key in keys])
    parts = [key[start : len(key) - end] for key in keys]
    letters = digits if all(map(_is_number, parts)) else hexdigits
    before, after = keys[0][:start], keys[0][len(keys[0]) - end :]
    before = before[len(before.rstrip(letters)) :]
    after = after[: len(after) - len(after.lstrip(letters))]
    return [f"{before}{part}{after}" for part in parts]


def _common(texts: Sequence[str]) -> int:
    """Renvoie le nombre de caractères par lesquels tous ces textes commencent."""
    alike = takewhile(lambda letters: len(set(letters)) == 1, zip(*texts, strict=False))
    return sum(1 for _ in alike)


def _is_number(text: str) -> bool:
    return re.fullmatch("[0-9]*", text) is not None


def _weakness(parts: list[str]) -> str:
    """Dit pourquoi la partie qui change finira par se répéter ; rien si elle ne le fera pas."""
    longest = max(map(len, parts))
    if not all(map(_is_number, parts)):
        if _letters(parts) ** longest < _ENOUGH:
            return f"{count_of(longest, 'caractère y change', 'caractères y changent')} seulement"
        return ""
    if longest < 6:
        return f"{count_of(longest, 'chiffre y change', 'chiffres y changent')} seulement"
    values = sorted(int(part) for part in parts)
    if any(abs(values[0] / unit - time.time()) < _RECENT for unit in (1, 1000)):
        return "l'heure est la même pour deux dépôts qui arrivent ensemble"
    if all(after - before <= _STEP for before, after in pairwise(values)):
        return "ce sont des numéros qui se suivent, et un compteur repart avec l'application"
    return ""


def _letters(parts: list[str]) -> int:
    """Renvoie le nombre de caractères parmi lesquels ces textes semblent pris."""
    text = "".join(parts)
    if re.fullmatch("[0-9a-f-]*", text):
        return 16
    return 36 if text in (text.lower(), text.upper()) else 64
