"""Ce qui distingue deux textes qui, à l'écran, se ressemblent."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from urllib.parse import unquote, unquote_plus

_SPACES = str.maketrans(dict.fromkeys("\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\t", " "))
_QUOTES = str.maketrans({"’": "'", "ʼ": "'", "`": "'"})


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _plain(text: str) -> str:
    """Renvoie un texte sans ses accents."""
    letters = unicodedata.normalize("NFD", text)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _misread(text: str) -> str:
    """Renvoie ce qu'était un texte UTF-8 lu comme du latin-1."""
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return text


# Deux textes que l'une de ces fonctions rend égaux ne diffèrent que par ce que dit la phrase.
_LIKENESSES: tuple[tuple[Callable[[str], str], str], ...] = (
    (_composed, 'les accents sont décomposés : unicodedata.normalize("NFC", …) les recompose'),
    (lambda text: text.removeprefix("\ufeff"), "une marque invisible (BOM) précède le texte"),
    (lambda text: text.rstrip("/"), "seul le « / » final diffère"),
    (lambda text: text.lstrip("/"), "seul le « / » du début diffère"),
    (lambda text: text.translate(_QUOTES), "seule l'apostrophe diffère, droite ou courbe"),
    (lambda text: text.replace("\r\n", "\n"), "seules les fins de ligne diffèrent"),
    (lambda text: text.rstrip("\r\n"), "seul le retour à la ligne final diffère"),
    (lambda text: "".join(text.translate(_SPACES).split()), "seules des espaces diffèrent"),
    (str.casefold, "seules les majuscules diffèrent"),
    (unquote, "l'un des deux est encodé pour une URL (« %20 »)"),
    (lambda text: unquote(unquote(text)), "l'un des deux est encodé deux fois"),
    (lambda text: unquote_plus(unquote_plus(text)), "des espaces sont devenues des « + »"),
    (_misread, "le texte, en UTF-8, a été lu comme du latin-1"),
    (_plain, "seuls les accents diffèrent"),
)


def difference(found: str, expected: str) -> str:
    """Renvoie ce qui distingue deux textes voisins, en quelques mots ; rien s'ils ne le sont pas.

    Args:
        found: le texte trouvé.
        expected: le texte attendu.
    """
    if found == expected:
        return ""
    for alike, what in _LIKENESSES:
        if alike(found) == alike(expected) != "":
            return what
    return ""


def loose(text: str) -> str:
    """Renvoie un texte sans ce qui n'a pas de sens : casse, apostrophe, espaces, composition."""
    words = _composed(text).translate(_SPACES).translate(_QUOTES).split()
    return " ".join(words).casefold()
