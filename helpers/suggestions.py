"""Le nom que la personne voulait sans doute écrire : « Vouliez-vous dire `client` ? »."""

import builtins
import re
import sys
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from inspect import signature
from itertools import islice
from traceback import walk_tb
from unicodedata import is_normalized, normalize

from minio import Minio
from minio.error import S3Error
from urllib3.exceptions import HTTPError

from helpers.errors import texts

_KEYS = 1000  # parmi lesquelles une clé voisine est cherchée : une page de la liste


def suggestion(error: BaseException, names: Mapping[str, object], line: str) -> str:
    """Renvoie en une phrase ce que l'on voulait écrire, parmi ces noms, ou ``""``."""
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
        case S3Error(code="NoSuchKey", object_name=str(wrong)) as absent:
            if alike := look_alike(absent):
                return alike
            known = _keys_beside(absent)
    public = {each.lower(): each for each in known if isinstance(each, str) and each[:1] != "_"}
    near = public and get_close_matches(wrong.lower(), public, n=1, cutoff=0.7)
    return f"Vouliez-vous dire `{public[near[0]]}` ?" if near else ""


def look_alike(error: BaseException) -> str:
    """Dit en une phrase qu'une autre clé du bucket se lit comme la clé absente, ou ``""``."""
    match error:
        case S3Error(code="NoSuchKey", object_name=str(wrong)) as absent:
            for key in set(_keys_beside(absent)) - {wrong}:
                if normalize("NFC", key) == normalize("NFC", wrong):
                    form = "NFC" if is_normalized("NFC", key) else "NFD"
                    return (
                        "Une clé qui s'affiche de même existe, mais ses accents s'écrivent "
                        f'autrement : demandez unicodedata.normalize("{form}", clé).'
                    )
                if _reduced(key) == _reduced(wrong):
                    return (
                        f"La clé « {key} » existe. Le serveur embarqué change sans le dire « // » "
                        "et « \\ » en « / » : n'écrivez ni l'un ni l'autre dans une clé."
                    )
    return ""


def _reduced(key: str) -> str:
    return re.sub(r"[/\\]+", "/", key).lstrip("/")


def _keys_beside(error: S3Error) -> list[str]:
    """Renvoie des clés du bucket de cette erreur, si le client qui l'a levée peut les lister."""
    seen = [frame.f_locals.get("self") for frame, _ in walk_tb(error.__traceback__)]
    clients = [each for each in seen if isinstance(each, Minio)]
    if not clients or not error.bucket_name:
        return []
    try:
        found = clients[0].list_objects(bucket_name=error.bucket_name, recursive=True)
        return [item.object_name or "" for item in islice(found, _KEYS)]
    except (S3Error, HTTPError):
        return []


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
