"""Ce qu'une copie peut envoyer au serveur S3 et lui faire ranger : un seul budget pour toute elle.

Il vaut pour tous ses noyaux et ses deux exécutions. Une copie faite par le serveur coûte la taille
de sa source ; un corps qui n'est pas celui d'un objet (politique, cycle de vie, étiquettes…) est
gardé en mémoire par le serveur, et borné à part.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from kit_minio.grading.execute.limits import MAX_DEMANDS, MAX_SETTING, MAX_SETTINGS, Limits

_SOURCE = "x-amz-copy-source"
_RANGE = "x-amz-copy-source-range"
# Ce qui fait dépaqueter à MinIO une archive reçue, ou gardée : elle y tient en mémoire, dépliée.
_EXTRACT = {"x-amz-meta-snowball-auto-extract", "x-minio-extract"}
_SELECT = {"select", "select-type"}  # de même, ce que SQL y chercherait
_PARTS = {"partNumber", "uploadId"}
_SIGNED = "X-Amz-"  # une URL présignée


class Refused(Exception):
    """Une requête que le relais ne mène pas au serveur.

    Args:
        code: le code S3 de la réponse.
        message: ce qu'elle en dit.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Budget:
    """Ce qui reste à une copie.

    Args:
        limits: ce qu'elle peut prendre.
    """

    def __init__(self, limits: Limits) -> None:
        self.left = limits.upload
        self.sent = 0
        self._settings = MAX_SETTINGS
        self._demands = MAX_DEMANDS

    def spend(self, size: int) -> None:
        """Compte des octets envoyés, ou recopiés par le serveur.

        Raises:
            Refused: la copie n'a plus de quoi.
        """
        self.sent += size
        self.left -= size
        if self.left < 0:
            raise Refused("QuotaExceeded", "La copie a envoyé tout ce qu'elle pouvait envoyer.")

    def administer(self) -> None:
        """Compte une demande d'administration.

        Raises:
            Refused: la copie en a trop fait.
        """
        self._demands -= 1
        if self._demands < 0:
            raise Refused("SlowDown", "La copie a trop demandé à administrer son serveur.")

    def check(self, method: str, target: str, headers: Mapping[str, str]) -> None:
        """Regarde une requête avant qu'elle parte.

        Args:
            method: sa méthode.
            target: ce qu'elle vise, le chemin et ce qui le suit.
            headers: ses en-têtes, en minuscules.

        Raises:
            Refused: elle n'a pas à partir.
        """
        parts = urlsplit(target)
        if _EXTRACT & headers.keys():
            raise Refused("NotImplemented", "Une archive n'est pas dépaquetée par le serveur.")
        if _SELECT & parse_qs(parts.query, keep_blank_values=True).keys():
            raise Refused("NotImplemented", "Le serveur n'interroge pas le contenu d'un objet.")
        length = int(headers.get("content-length", 0))
        if length > self.left:
            raise Refused("QuotaExceeded", "La copie a envoyé tout ce qu'elle pouvait envoyer.")
        if is_object(method, target):
            return
        if length > MAX_SETTING or "transfer-encoding" in headers:
            raise Refused("EntityTooLarge", f"Un réglage tient en {MAX_SETTING} octets.")
        self._settings -= length
        if self._settings < 0:
            raise Refused("QuotaExceeded", "La copie a envoyé trop de réglages.")


def is_object(method: str, target: str) -> bool:
    """Dit si le corps d'une requête est celui d'un objet, d'une partie ou d'un formulaire."""
    parts = urlsplit(target)
    asked = {name for name in parse_qs(parts.query, keep_blank_values=True)}
    asked = {name for name in asked if not name.startswith(_SIGNED) and name != "x-id"}
    bucket, _, key = parts.path.strip("/").partition("/")
    if method == "PUT":
        return bool(key) and (not asked or asked == _PARTS)
    return method == "POST" and bool(bucket) and not key and not asked


def copied(headers: Mapping[str, str], size: int) -> int:
    """Renvoie ce que le serveur recopiera d'un objet, en octets.

    Args:
        headers: les en-têtes de la requête.
        size: la taille de l'objet.
    """
    first, _, last = headers.get(_RANGE, "").removeprefix("bytes=").partition("-")
    if first.isdecimal() and last.isdecimal():
        return max(0, min(size, int(last) + 1) - int(first))
    return size


def source_of(headers: Mapping[str, str]) -> str:
    """Renvoie l'objet que le serveur recopierait, ou un texte vide."""
    return headers.get(_SOURCE, "")
