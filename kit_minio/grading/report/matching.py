"""À quelle ligne de la feuille de Moodle est une copie : par l'identifiant, sinon par le nom.

Un nom qui convient à plusieurs lignes n'en remplit aucune : c'est à un humain de le dire.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kit_minio.grading.intake.codepages import misreadings
from kit_minio.grading.intake.names import LIGATURES, display_name, without_accents
from kit_minio.grading.model import Result

if TYPE_CHECKING:
    from kit_minio.grading.report.worksheet import Row

_LEAST = 3  # lettres d'un identifiant de connexion, ou d'un nom sans ses accents
_LINKS = {"et", "and", "avec", "binome", "trinome", "groupe", "equipe"}  # entre des noms


@dataclass
class Matches:
    """Ce qui va ensemble.

    Attributes:
        copies: par rang de ligne, les copies qui lui correspondent.
        teams: les copies que plusieurs personnes ont signées, et leurs lignes.
        doubtful: les copies dont le nom convient à plusieurs lignes, et ces lignes.
        strays: les copies sans ligne.
    """

    copies: dict[int, list[Result]] = field(default_factory=dict)
    teams: list[tuple[Result, list[Row]]] = field(default_factory=list)
    doubtful: list[tuple[Result, list[Row]]] = field(default_factory=list)
    strays: list[Result] = field(default_factory=list)


def match_rows(rows: Sequence[Row], results: Iterable[Result], *, in_groups: bool) -> Matches:
    """Associe des lignes à des copies.

    Args:
        rows: les lignes de la feuille.
        results: les résultats de la correction.
        in_groups: vrai si le devoir se remet en groupe : une copie vaut alors pour plusieurs
            lignes.
    """
    found = Matches()
    by_key: dict[str, list[int]] = {}
    for rank, row in enumerate(rows):
        by_key.setdefault(letters(row.group) if in_groups else row.id, []).append(rank)
    for result in results:
        key = letters(result.name) if in_groups else result.moodle_id
        if key in by_key:
            for rank in by_key[key]:
                found.copies.setdefault(rank, []).append(result)
            continue
        # Un identifiant est celui d'un devoir : d'un autre, le nom ne suffit pas à le croire.
        named = in_groups or not result.moodle_id
        ranks = _by_name(rows, result.name) if named else []
        team = len(ranks) > 1 and _are_all(rows, ranks, result.name)
        if len(ranks) == 1 or team:
            for rank in ranks:
                found.copies.setdefault(rank, []).append(result)
            if team:
                found.teams.append((result, [rows[rank] for rank in ranks]))
        elif ranks:
            found.doubtful.append((result, [rows[rank] for rank in ranks]))
        else:
            found.strays.append(result)
    return found


def same_name(one: str, other: str) -> bool:
    """Dit si deux noms de même identifiant sont le même, aux accents et à l'ordre près.

    Un système qui perd les accents les remplace par n'importe quoi : restent les lettres sans.
    """
    if letters(one) == letters(other):
        return True
    for bare in (_without_accents, _without_accented):
        words = [sorted(re.findall("[a-z]+", bare(name).casefold())) for name in (one, other)]
        if words[0] and words[0] == words[1]:
            return True
    return _is_misread(one, other) or _is_misread(other, one) or _is_within(one, other)


def letters(name: str) -> str:
    """Renvoie ce qui reste d'un nom quand Moodle en a fait un nom de dossier."""
    text = unicodedata.normalize("NFKC", html.unescape(name)).casefold()
    return "".join(letter for letter in text if letter.isalnum())


def _by_name(rows: Sequence[Row], name: str) -> list[int]:
    """Renvoie les rangs des lignes auxquelles un nom convient, de la façon la plus sûre."""
    for fits in _FITS:
        if ranks := [rank for rank, row in enumerate(rows) if fits(row, name)]:
            return ranks
    return []


def _are_all(rows: Sequence[Row], ranks: Sequence[int], name: str) -> bool:
    """Dit si un nom est celui de toutes ces personnes, l'une après l'autre, et de personne d'autre.

    « Alice Martin et Bruno Le Gall » ; ni « Zoé Roy », que deux lignes portent, ni « Anne Marie
    Petit », où l'une aurait les mots de l'autre.
    """
    said = [word for word in _words(name) if word not in _LINKS]
    return said == sorted(word for rank in ranks for word in _words(rows[rank].name))


def _is_login(row: Row, name: str) -> bool:
    """Dit si un nom est, ou contient, l'adresse, l'identifiant ou le numéro d'une ligne."""
    said = {word.casefold() for word in [name, *re.split(r"[\s_(),;]+", name)]}
    whole = {login.casefold() for login in row.logins}
    local = {login.partition("@")[0] for login in whole if "@" in login}
    return bool({login for login in whole | local if len(login) >= _LEAST} & said)


def _is_exact(row: Row, name: str) -> bool:
    """Dit si un nom est celui d'une ligne, accents compris : « Noël » n'est pas « Noel »."""
    return letters(name) != "" and letters(display_name(row.name)) == letters(name)


def _is_alike(row: Row, name: str) -> bool:
    """Dit si un nom est celui d'une ligne, aux accents et à l'ordre près."""
    if not _words(row.name):
        return False
    if _words(row.name) == _words(name):
        return True
    # Canvas colle le nom au prénom : « martinalice ».
    words = re.findall("[a-z]+", _without_accents(row.name).casefold())
    turned = {"".join(words[at:] + words[:at]) for at in range(len(words))}
    return len(words) > 1 and _without_accents(name).casefold() in turned


def _is_within_row(row: Row, name: str) -> bool:
    return bool(row.name) and _is_within(row.name, name)


def _is_misread(name: str, shown: str) -> bool:
    """Dit si un nom, écrit dans un codage et lu dans un autre, donne ce qui est montré."""
    found = letters(shown)  # un accent y est parfois devenu un signe, qui n'est pas une lettre
    return len(found) >= _LEAST and found in {letters(reading) for reading in misreadings(name)}


def _is_misread_row(row: Row, name: str) -> bool:
    return _is_misread(row.name, name)


def _is_without_accented(row: Row, name: str) -> bool:
    """Dit si un nom est celui d'une ligne, où chaque lettre accentuée a été remplacée."""
    found = [re.findall("[a-z]+", _without_accented(one).casefold()) for one in (row.name, name)]
    return not row.name.isascii() and found[0] == found[1] and len("".join(found[0])) >= _LEAST


def _is_within(one: str, other: str) -> bool:
    """Dit si tous les mots d'un nom, deux au moins, sont dans l'autre."""
    words, others = set(_words(one)), set(_words(other))
    return min(len(words), len(others)) > 1 and (words <= others or others <= words)


def _words(name: str) -> list[str]:
    return sorted(re.findall(r"[^\W\d_]+", _without_accents(name)))


def _without_accents(name: str) -> str:
    return without_accents(name.casefold().translate(LIGATURES))


def _without_accented(name: str) -> str:
    kept = (letter if letter.isascii() else " " for letter in unicodedata.normalize("NFC", name))
    return "".join(kept)


_FITS = (  # de la plus sûre à la moins sûre
    *(_is_login, _is_exact, _is_alike, _is_within_row, _is_misread_row, _is_without_accented),
)
