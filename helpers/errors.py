"""Les erreurs du kit, et l'explication en français de celles de S3.

Toutes sont des ``KitError``, comme ``ExtrasError`` (``extras``) et ``IsolationError``
(``kit_minio.grading``).

``explain`` traduit aussi les exceptions de minio-py, d'urllib3, de pyarrow et de Python que
rencontre un élève, d'après ``explanations.toml`` : ``tracebacks`` les montre dans un notebook, la
correction dans ses retours.
"""

import errno
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template
from typing import Any, Self

_NO_ROOM = (errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC))

# La commande du kit, comme l'écrit la personne.
KIT = "py kit.py" if os.name == "nt" else "python3 kit.py"


class KitError(Exception):
    """Erreur du kit : un fait, puis un remède.

    Args:
        fact: ce qui s'est passé, une phrase.
        remedy: ce que la personne peut faire, une phrase ou deux.
    """

    def __init__(self, fact: str, remedy: str) -> None:
        super().__init__(f"{fact} {remedy}")
        self.fact = fact
        self.remedy = remedy

    @classmethod
    def of(cls, name: str, /, **said: object) -> Self:
        """Renvoie l'erreur dont ``faults.toml`` garde les deux phrases, complétées par ``said``.

        raise ContentError.of("camera.video", name=path.name)
        """
        module, _, fault = name.partition(".")
        return cls(*_filled(texts("faults")[module][fault], said))


class SettingsError(KitError):
    """Une variable d'environnement ou une option est absente ou mal écrite."""


class ServerError(KitError):
    """Aucun serveur S3 ne répond, ou aucun n'a pu démarrer."""


class OwnershipError(KitError):
    """Un bucket visé n'a pas été créé par ce kit."""


class ContentError(KitError):
    """Un fichier ou une donnée est absent, incomplet ou illisible."""


@dataclass(frozen=True)
class Explanation:
    """Une erreur en clair : ``fact`` dit ce qui s'est passé, ``remedy`` ce qu'il faut faire."""

    fact: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.fact}\n→ {self.remedy}"


@cache
def texts(name: str) -> dict[str, Any]:
    """Renvoie ce que dit ``faults.toml`` ou ``explanations.toml``."""
    return tomllib.loads(Path(__file__).with_name(f"{name}.toml").read_text(encoding="utf-8"))


def _filled(texts: Mapping[str, str], said: Mapping[str, object]) -> list[str]:
    """Renvoie le fait et le remède, où « $nom » devient ``said["nom"]``."""
    return [Template(texts[part]).substitute(said, kit=KIT) for part in ("fact", "remedy")]


def explain(error: BaseException, *, code: bool = True) -> Explanation | None:
    """Renvoie l'explication en français d'une erreur, ou ``None`` si le kit ne la connaît pas.

    Args:
        error: l'exception attrapée (minio-py, urllib3, pyarrow, Python ou kit).
        code: faux si l'erreur peut venir d'un autre code que celui de la personne.
    """
    if isinstance(error, KitError):
        return Explanation(error.fact, error.remedy)
    kind = type(error).__name__
    if kind == "S3Error":
        return explain_code(getattr(error, "code", "") or "", getattr(error, "message", "") or "")
    if isinstance(error, OSError) and error.errno in _NO_ROOM:
        return explain_code("XMinioStorageFull", "")
    return explain_text(kind, str(error), code=code)


def explain_text(kind: str, text: str, *, code: bool = True) -> Explanation | None:
    """Renvoie l'explication d'une erreur dont on n'a que le nom, ``"NameError"``, et le texte."""
    known = texts("explanations")
    for entry in known["explanation"] + (known["code"] if code else []):
        for case in entry.get("when", ()):
            found = re.search(case.get("says", ""), text[:2000], re.S)
            if found and kind in case.get("kinds", (kind,)):
                said = {name: value[:80] for name, value in found.groupdict("").items()}
                return Explanation(*_filled(entry, said))
    return None


def explain_code(code: str, message: str) -> Explanation | None:
    """Renvoie l'explication d'un code d'erreur de S3, ou ``None`` si le kit ne le connaît pas."""
    known = texts("explanations")["explanation"]
    # MinIO donne un même code (InvalidRequest, InvalidArgument) à des fautes sans rapport.
    found = [each for each in known if re.search(each.get("message", "(?!)"), message)]
    found += [each for each in known if code in each.get("codes", ())]
    return Explanation(*_filled(found[0], {})) if found else None


def system_cause(error: OSError) -> str:
    """Renvoie en français pourquoi le système refuse, en deux ou trois mots."""
    name = errno.errorcode.get(error.errno or 0, str(error.errno or 0))
    return str(texts("explanations")["causes"].get(name, f"erreur {name} du système"))
