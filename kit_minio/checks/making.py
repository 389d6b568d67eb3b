"""Faire ce qui demande de grandes bibliothèques (un Parquet, une vidéo) sans les garder.

Dans un notebook, elles servent de toute façon. Le correcteur, lui, corrige des heures durant : un
processus à part les charge, fait les données d'une graine pour toute la classe, et disparaît.
"""

from __future__ import annotations

import base64
import inspect
import json
import threading
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from helpers.errors import KitError
from kit_minio.checks.decoding import NotRead, run_apart

if TYPE_CHECKING:
    from kit_minio.checks.model import Context

_T = TypeVar("_T")
_BASE64 = "base64"  # des octets, en JSON : un objet qui n'a que cette clé


def _to_json(value: object) -> dict[str, str]:
    if not isinstance(value, bytes):
        raise TypeError(f"JSON n'écrit pas {type(value).__name__}")
    return {_BASE64: base64.b64encode(value).decode()}


def _from_json(found: dict[str, Any]) -> Any:
    return base64.b64decode(found[_BASE64]) if found.keys() == {_BASE64} else found


_BEFORE = f"""
from __future__ import annotations
import base64, io, json, os
from typing import Any
_BASE64 = "{_BASE64}"
{inspect.getsource(_to_json)}
{inspect.getsource(_from_json)}
"""
_AFTER = """
with open(0, "rb", closefd=False) as stream:
    made = {name}(*json.load(stream, object_hook=_from_json))
with open(1, "wb", closefd=False) as stream:
    stream.write(json.dumps(made, default=_to_json).encode())
os._exit(0)
"""
_one_at_a_time = threading.Lock()  # huit copies attendent les mêmes données


def made(context: Context, function: Callable[..., _T], *given: Any) -> _T:
    """Renvoie ce qu'une fonction du kit donne, d'après des données du kit.

    Args:
        context: dit si un processus à part doit la faire.
        function: elle se suffit à elle-même, ses ``import`` compris : seul son texte est envoyé. Ce
            qu'elle renvoie est fait d'octets et de ce que JSON sait écrire ; un tuple en revient
            liste.
        given: ses arguments, faits de même.

    Raises:
        KitError: le processus à part ne finit pas, ou s'arrête.
    """
    if not context.apart:
        return function(*given)
    script = _BEFORE + inspect.getsource(function) + _AFTER.format(name=function.__name__)
    with _one_at_a_time:
        said = _run(script, json.dumps(given, default=_to_json).encode())
        found: _T = json.loads(said, object_hook=_from_json)
    return found


@lru_cache(maxsize=32)
def _run(script: str, data: bytes) -> bytes:
    try:
        return run_apart(script, data)
    except NotRead as error:
        raise KitError(
            "Les données de départ d'un exercice n'ont pas pu être faites.",
            "La machine manque peut-être de mémoire : relancez la commande avec --workers 1.",
        ) from error
