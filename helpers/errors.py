"""Les erreurs du kit, et l'explication en français de celles de S3.

    KitError                 le fait, puis le remède
    ├── SettingsError        une variable d'environnement ou une option mal réglée
    ├── ServerError          aucun serveur S3, ou un serveur qui ne répond pas
    ├── OwnershipError       un bucket que le kit n'a pas créé
    ├── ContentError         un fichier ou une donnée que le kit ne sait pas lire
    ├── ExtrasError          les paquets d'une leçon ne s'installent pas (``extras``)
    └── IsolationError       aucun bac à sable pour corriger (``kit_minio.grading``)

``explain`` traduit aussi les exceptions de minio-py, d'urllib3, de pyarrow et de Python que
rencontre un élève, d'après ``explanations.toml`` ; ``tracebacks`` les fait apparaître sous l'erreur
d'origine dans un notebook.
"""

from __future__ import annotations

import errno
import os
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template
from typing import Any, Self

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
        said["kit"] = KIT
        found = _faults()[module][fault]
        return cls(*(Template(found[part]).substitute(said) for part in ("fact", "remedy")))


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
def _faults() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("faults.toml").read_text(encoding="utf-8"))


@cache
def _explanations() -> list[dict[str, Any]]:
    text = Path(__file__).with_name("explanations.toml").read_text(encoding="utf-8")
    known: list[dict[str, Any]] = tomllib.loads(text.replace("{kit}", KIT))["explanation"]
    return known


def explain(error: BaseException) -> Explanation | None:
    """Renvoie l'explication en français d'une erreur, ou ``None`` si le kit ne la connaît pas.

    Args:
        error: l'exception attrapée (minio-py, urllib3, pyarrow, Python ou kit).
    """
    if isinstance(error, KitError):
        return Explanation(error.fact, error.remedy)
    kind, text = type(error).__name__, str(error)
    if kind == "S3Error":
        return explain_code(getattr(error, "code", "") or "", getattr(error, "message", "") or "")
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return explain_code("XMinioStorageFull", "")
    for known in _explanations():
        for case in known.get("when", ()):
            if kind in case.get("kinds", (kind,)) and re.search(case.get("says", ""), text, re.S):
                return Explanation(known["fact"], known["remedy"])
    return None


def explain_code(code: str, message: str) -> Explanation | None:
    """Renvoie l'explication d'un code d'erreur de S3, ou ``None`` si le kit ne le connaît pas."""
    for known in _explanations():
        # MinIO donne un même code (InvalidRequest, InvalidArgument) à des fautes sans rapport.
        if "message" in known and re.search(known["message"], message):
            return Explanation(known["fact"], known["remedy"])
    for known in _explanations():
        if code in known.get("codes", ()):
            return Explanation(known["fact"], known["remedy"])
    return None


_SYSTEM_CAUSES = {
    errno.EACCES: "accès refusé",
    errno.EPERM: "opération interdite",
    errno.ENOENT: "introuvable",
    errno.EEXIST: "existe déjà",
    errno.ENOTDIR: "un des dossiers est un fichier",
    errno.EISDIR: "c'est un dossier",
    errno.ENOEXEC: "ce n'est pas un programme",
    errno.ENOSPC: "disque plein",
    errno.EROFS: "disque en lecture seule",
    errno.ENAMETOOLONG: "nom trop long",
    errno.EMFILE: "trop de fichiers ouverts",
    errno.ENOMEM: "mémoire insuffisante",
}


def system_cause(error: OSError) -> str:
    """Renvoie en français pourquoi le système refuse, en deux ou trois mots."""
    number = error.errno or 0
    return _SYSTEM_CAUSES.get(number, f"erreur {errno.errorcode.get(number, number)} du système")
