"""Faire ce qui demande de grandes bibliothèques (un Parquet, une vidéo) sans les garder.

Dans un notebook, elles servent de toute façon. Le correcteur, lui, corrige des heures durant : un
processus à part les charge, fait les données d'une graine pour toute la classe, et disparaît.
"""

from __future__ import annotations

import inspect
import pickle
import threading
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from helpers.errors import KitError
from kit_minio.checks.decoding import NotRead, run_apart

if TYPE_CHECKING:
    from kit_minio.checks.model import Context

_T = TypeVar("_T")
_BEFORE = """
from __future__ import annotations
import io, os, pickle
from typing import Any
"""
_AFTER = """
with open(0, "rb", closefd=False) as stream:
    made = {name}(*pickle.load(stream))
with open(1, "wb", closefd=False) as stream:
    pickle.dump(made, stream)
os._exit(0)
"""
_one_at_a_time = threading.Lock()  # huit copies attendent les mêmes données


def made(context: Context, function: Callable[..., _T], *given: Any) -> _T:
    """Renvoie ce qu'une fonction du kit donne, d'après des données du kit.

    Args:
        context: dit si un processus à part doit la faire.
        function: elle se suffit à elle-même, ses ``import`` compris : seul son texte est envoyé.
        given: ses arguments.

    Raises:
        KitError: le processus à part ne finit pas, ou s'arrête.
    """
    if not context.apart:
        return function(*given)
    script = _BEFORE + inspect.getsource(function) + _AFTER.format(name=function.__name__)
    with _one_at_a_time:
        found: _T = pickle.loads(_run(script, pickle.dumps(given)))  # noqa: S301 - rien d'une copie
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
