"""Le nom que la personne voulait sans doute écrire : « Vouliez-vous dire `client` ? »."""

import builtins
import re
import sys
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from inspect import signature
from types import FrameType

from helpers.errors import texts


def suggestion(error: BaseException, frame: FrameType, line: str) -> str:
    """Renvoie en une phrase ce que la personne voulait écrire à cette ligne, ou ``""``."""
    names = {**frame.f_globals, **frame.f_locals}
    known: Iterable[object] = ()
    match error:
        case NameError(name=str(wrong)):
            if how := _import_of(wrong):
                return f"Il manque sans doute « {how} »."
            known = [*names, *dir(builtins)]
        case ModuleNotFoundError(name=str(wrong)):
            known = [*sys.stdlib_module_names, *sys.modules]
        case ImportError(name=str(module)) if found := re.search(r"name '(\w+)' from", str(error)):
            wrong, known = found[1], dir(sys.modules.get(module))
        case AttributeError(name=str(wrong), obj=owner):
            known = dir(owner)
        case KeyError(args=(str(wrong), *_)):
            read = [names.get(word) for word in re.findall(r"\w+", line)]
            outer = [value for value in read if isinstance(value, Mapping)]
            inner = [
                each for value in outer for each in value.values() if isinstance(each, Mapping)
            ]
            known = [key for value in outer + inner for key in value]
        case TypeError() if found := re.match(
            r"([\w.]+)\(\).* keyword argument '(\w+)'", str(error)
        ):
            wrong, known = found[2], _parameters(found[1], names)
    public = {each.lower(): each for each in known if isinstance(each, str) and each[:1] != "_"}
    near = public and get_close_matches(wrong.lower(), public, n=1, cutoff=0.7)
    return f"Vouliez-vous dire `{public[near[0]]}` ?" if near else ""


def _import_of(name: str) -> str:
    if name in sys.modules[__package__].__all__:
        return f"from {__package__} import {name}"
    standard = f"import {name}" if name in sys.stdlib_module_names else ""
    return str(texts("explanations")["imports"].get(name, standard))


def _parameters(name: str, names: Mapping[str, object]) -> list[str]:
    """Renvoie les paramètres de la fonction de ce nom, par exemple ``Minio.make_bucket``."""
    owners = [owner for value in names.values() for owner in (value, type(value))]
    seen = [*owners, *(getattr(owner, name.rpartition(".")[2], None) for owner in owners)]
    named = [each for each in seen if callable(each) and getattr(each, "__qualname__", "") == name]
    return list(signature(named[0]).parameters) if named else []
