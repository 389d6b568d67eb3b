"""Les réponses : toute valeur ordinaire de Python ou de numpy, réduite au JSON qu'elle veut dire.

``pack`` écrit une réponse, ``kit_minio.checks.recorded`` la relit. Une valeur sans équivalent en
JSON devient un refus, qui la nomme ; ce qui l'entoure est gardé, pour les points déjà acquis.
"""

import json
import math
import reprlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from datetime import date, time
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from hashlib import sha256
from itertools import islice
from pathlib import PurePath
from typing import Any, TypeAlias
from uuid import UUID

MAX_ANSWER = 65_536  # octets d'une réponse enregistrée
_MAX_DEPTH = 20  # niveaux d'imbrication
REFUSED = "kit-refus"  # la clé d'un refus
ABSENT = object()  # l'argument que check() n'a pas reçu
_KINDS = "un nombre, un texte, vrai ou faux, une liste ou un dictionnaire"
_ADVICE = {  # par type, ce qui en tire une valeur
    "DataFrame": "to_dict() en fait un dictionnaire",
    "HTTPResponse": "read() en donne le contenu",
    "Object": "gardez son object_name, ou sa taille",
    "PostPolicy": "donnez les champs du formulaire",
    "Response": "gardez son statut ou son contenu",
    "Tags": "dict(…) en fait un dictionnaire",
    "coroutine": "await manque devant l'appel",
    "ellipsis": "remplacez « ... » par votre réponse",
    "function": "appelez-la, avec ses parenthèses",
    "method": "appelez-la, avec ses parenthèses",
    "timedelta": "total_seconds() en fait un nombre",
}

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


class AnswerError(Exception):
    """Une réponse ne peut pas être gardée.

    Args:
        message: pourquoi, une phrase.
        found: ce qui a été trouvé.
        expected: ce qui était attendu.
    """

    def __init__(self, message: str, found: str = "", expected: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.found = found
        self.expected = expected


def pack(answer: Any) -> bytes:
    """Renvoie une réponse en JSON, ou son refus ; un itérateur est consommé.

    Est refusé ce qui n'a pas d'équivalent (``NaN``, octets, objet), et ce qui est trop long ou trop
    profond (64 Kio et vingt niveaux au plus).
    """
    if answer is ABSENT:
        return refused(AnswerError("check() attend votre réponse, entre ses parenthèses."))
    try:
        return _written(_plain(answer, "", 0, _refuse))
    except AnswerError as error:
        return refused(error, answer)


def refused(error: AnswerError, answer: Any = None) -> bytes:
    """Renvoie le refus d'une réponse, avec ce qui peut en être gardé."""
    told: Json = {"message": error.message, "found": error.found, "expected": error.expected}
    try:
        kept = _plain(answer, "", 0, lambda _: None)
        return _written({REFUSED: told, "reponse": kept})
    except AnswerError:
        return _written({REFUSED: told, "reponse": None})


def _written(value: Json) -> bytes:
    try:
        data = json.dumps(value, allow_nan=False).encode("ascii")
    except ValueError:  # un entier de milliers de chiffres
        raise AnswerError("La réponse est trop longue.") from None
    if len(data) > MAX_ANSWER:
        raise AnswerError(
            "La réponse est trop longue.", f"{len(data)} octets", f"{MAX_ANSWER} octets au plus"
        )
    return data


# --- Réduire une valeur -------------------------------------------------------------------------

_Refuse = Callable[[AnswerError], Json]  # ce que devient une valeur sans équivalent


def _refuse(error: AnswerError) -> Json:
    raise error


def _plain(value: Any, place: str, depth: int, refuse: _Refuse) -> Json:
    """Renvoie une valeur réduite à des types de JSON ; ``place`` dit où elle est."""
    if depth > _MAX_DEPTH:
        raise AnswerError("La réponse est trop imbriquée.", "", f"{_MAX_DEPTH} niveaux au plus")
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Enum):
        return _plain(value.value, place, depth, refuse)
    # Une sous-classe pourrait mentir sur sa valeur : on revient au type lui-même.
    if isinstance(value, str):
        if len(value) > MAX_ANSWER:  # ne pas en faire trois copies avant de la refuser
            raise AnswerError("La réponse est trop longue.", "", f"{MAX_ANSWER} octets au plus")
        return str.__str__(value)
    if isinstance(value, int):
        return int.__int__(value)
    if isinstance(value, float | Decimal | Fraction):
        return _number(value, place, refuse)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, PurePath):
        return value.as_posix()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bytes | bytearray | memoryview):
        remedy = "decode()" if _is_text(bytes(value)) else "hex()"
        what = f"contient des octets : {remedy} en fait un texte"
        return refuse(_fault(place, what, bytes(value[:40])))
    if type(value).__name__ == "Series" and value.index.inferred_type == "string":
        value = value.to_dict()  # de pandas, et ses étiquettes sont des noms
    if isinstance(value, Mapping):
        return {
            _name(name, place): _plain(item, f"« {name} »", depth + 1, refuse)
            for name, item in islice(value.items(), MAX_ANSWER)
        }
    if callable(getattr(value, "tolist", None)):  # numpy, pandas, array
        listed = value.tolist()
        if not isinstance(listed, list):
            return _plain(listed, place, depth, refuse)
        value = listed
    if isinstance(value, Set) or _is_sequence(value):
        items = [_plain(item, place, depth + 1, refuse) for item in islice(value, MAX_ANSWER)]
        # Un ensemble n'a pas d'ordre : celui-ci, toujours le même, n'est celui de personne.
        return sorted(items, key=_scattered) if isinstance(value, Set) else items
    kind = type(value).__name__
    what = f"contient un objet « {kind} », que l'on ne peut pas garder"
    advice = f" : {_ADVICE[kind]}" if kind in _ADVICE else ""
    return refuse(_fault(place, what + advice, value))


def _number(value: float | Decimal | Fraction, place: str, refuse: _Refuse) -> Json:
    try:
        number = float(value)
    except (OverflowError, ValueError):  # une fraction démesurée, le NaN qui signale de Decimal
        number = math.nan
    if not math.isfinite(number):
        return refuse(_fault(place, f"contient {number}, qui n'est pas un nombre", value))
    whole = not isinstance(value, float) and value == int(value)
    return int(value) if whole else number


def _is_sequence(value: Any) -> bool:
    """Dit si une valeur est une suite ordinaire : liste, générateur, ``range``, ``deque``…"""
    if isinstance(value, list | tuple | Iterator):
        return True
    return isinstance(value, Iterable) and type(value).__module__ in ("builtins", "collections")


def _scattered(item: Json) -> bytes:
    return sha256(json.dumps(item).encode()).digest()


def _name(name: Any, place: str) -> str:
    """Renvoie la clé d'un dictionnaire en texte, comme JSON l'écrit."""
    plain = _plain(name, place, 0, _refuse)
    if isinstance(plain, list | dict):
        raise _fault(place, "a une clé qui n'est ni un texte ni un nombre", name)
    return plain if isinstance(plain, str) else json.dumps(plain)


def _is_text(value: bytes) -> bool:
    try:
        return bool(value.decode())
    except UnicodeDecodeError:
        return False


def _fault(place: str, what: str, value: Any) -> AnswerError:
    message = f"La réponse ne peut pas être gardée : {place or 'elle'} {what}."
    return AnswerError(message, reprlib.repr(value), _KINDS)
