"""Ce que peut un inconnu, sans clé, dans un bucket : il le demande pour de bon.

Ce qui modifierait le bucket, et les objets de demain, sont jugés d'après la politique.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from minio.error import S3Error

from helpers.errors import ContentError
from kit_minio.checks.exchanges import knock, s3_code
from kit_minio.checks.expectations import bucket_lost, destroyed
from kit_minio.checks.model import Context, Review
from kit_minio.checks.policy_engine import Wanted, allows, misjudged, why_refused

_WRITES = ("s3:PutObject", "s3:DeleteObject", "s3:PutObjectTagging", "s3:DeleteObjectVersion")
_SETTINGS = ("s3:PutBucketPolicy", "s3:DeleteBucketPolicy", "s3:DeleteBucket")
_LISTINGS = ("s3:ListBucketVersions", "s3:ListBucketMultipartUploads")


def fill_texts(context: Context, name: str, keys: Iterable[str]) -> None:
    """Dépose un texte sous chaque clé, dans un bucket qui existe."""
    for key in keys:
        context.put(name, key, f"Voici {key}.".encode(), content_type="text/plain")


def policy_of(context: Context, name: str) -> dict[str, Any] | None:
    """Renvoie la politique d'un bucket de départ, ``None`` s'il n'en a pas.

    Raises:
        Review: le bucket n'existe plus, ou se ferme à l'étudiant lui-même.
    """
    try:
        text = context.client.get_bucket_policy(bucket_name=context.bucket(name))
    except S3Error as error:
        if error.code == "NoSuchBucketPolicy":
            return None
        if error.code == "NoSuchBucket":
            raise bucket_lost(context, name) from None
        if error.code == "AccessDenied":
            fact = "La politique interdit tout à tous, et donc à vous, qui ne pouvez plus la lire."
            raise destroyed(context, fact) from None
        raise
    policy: dict[str, Any] = json.loads(text)
    return policy


@dataclass(frozen=True)
class Stranger:
    """Un inconnu, devant un bucket de l'étudiant et sa politique."""

    context: Context
    name: str
    policy: dict[str, Any]

    def reads(self, key: str) -> bool:
        """Dit si un inconnu, d'où qu'il vienne, lit cet objet, qui existe."""
        return self._granted(f"/{key}") and self._unconditionally("s3:GetObject", key)

    def refused(self, fact: str, what: str, *, key: str = "", points: float = 0) -> Review:
        """Renvoie de quoi dire qu'une demande d'un inconnu est refusée à tort, et pourquoi.

        Args:
            fact: ce qui est refusé, une proposition.
            what: ce qui a été demandé au serveur.
            key: la clé qu'il fallait lire ; vide s'il fallait lister.
            points: les points acquis malgré tout.
        """
        bucket = self.context.bucket(self.name)
        demand = ("s3:GetObject", f"{bucket}/{key}") if key else ("s3:ListBucket", bucket)
        why = "ce bucket n'a plus de politique"
        if self.policy["Statement"]:
            why = why_refused(self.policy, *demand)
        if not why and not key:
            why = f"la condition ne laisse pas passer ce préfixe : {_conditions(self.policy)}"
        told = f"{fact} : {why}." if why else f"{fact}."
        return Review(told, found=f"{what} : 403", expected="200", points=points)

    def would_read(self, key: str) -> bool:
        """Dit si un inconnu lirait un objet qui n'existe pas encore."""
        return self._may("s3:GetObject", key)

    def lists(self, prefix: str) -> bool:
        """Dit si un inconnu liste ce préfixe."""
        return self._granted(f"?list-type=2&prefix={prefix}")

    def expect_read_only(self, prefixes: Iterable[str], points: float) -> None:
        """S'assure qu'il ne peut rien changer ; sans essayer, car cela abîmerait.

        Args:
            prefixes: les préfixes des objets à protéger.
            points: les points acquis malgré tout.
        """
        for action in _WRITES:
            for prefix in prefixes:
                if self._may(action, f"{prefix}essai"):
                    raise Review(
                        "La politique permet à un inconnu d'écrire ou de supprimer.",
                        found=action,
                        expected="la lecture seule",
                        points=points,
                    )
        for action in _SETTINGS + _LISTINGS:
            if self._may(action):
                what = "changer les réglages du" if action in _SETTINGS else "lister autrement le"
                raise Review(
                    f"La politique permet à un inconnu de {what} bucket.",
                    found=action,
                    expected="la lecture seule",
                    points=points,
                )

    def expect_exactly(self, wanted: Wanted, under: Iterable[str], points: float) -> None:
        """S'assure que la politique permet à un inconnu ce qui est demandé, et rien d'autre.

        Args:
            wanted: ce que l'énoncé demande.
            under: les préfixes dont il parle.
            points: les points acquis malgré tout.
        """
        bucket = self.context.bucket(self.name)
        with self._without_other_conditions():
            found = misjudged(self.policy, bucket, wanted, list(under), elsewhere=False)
        if found:
            demand, granted = found
            told = "permet aussi à un inconnu" if granted else "ne permet pas à un inconnu"
            raise Review(
                f"La politique {told} ceci : {demand}.",
                expected="ce que demande l'énoncé, et rien d'autre",
                points=points,
            )

    def _granted(self, resource: str) -> bool:
        path = f"{self.context.bucket(self.name)}{resource}"
        reply = knock(self.context, "GET", path)
        if reply.status == 404:
            fact = f"Il manque à « {self.name} » ce que l'énoncé y a mis : {resource.strip('/')}."
            raise destroyed(self.context, fact)
        if reply.status not in (200, 403):
            raise Review(
                "Le serveur n'a ni permis ni refusé une demande faite sans clé.",
                found=f"GET {path} : {s3_code(reply)}",
                expected="200 ou 403",
            )
        return reply.status == 200

    def _unconditionally(self, action: str, key: str) -> bool:
        if not self._may(action, key):
            raise Review(
                "La politique n'ouvre que sous une condition : n'importe qui doit pouvoir lire, "
                "d'où qu'il vienne.",
                found=_conditions(self.policy),
                expected="aucune condition sur la lecture",
            )
        return True

    def _may(self, action: str, key: str = "") -> bool:
        bucket = self.context.bucket(self.name)
        with self._without_other_conditions():
            return allows(self.policy, action, f"{bucket}/{key}" if key else bucket)

    @contextlib.contextmanager
    def _without_other_conditions(self) -> Iterator[None]:
        try:
            yield
        except ContentError:
            raise Review(
                "La politique dépend de l'adresse, de l'heure ou d'un en-tête : l'énoncé parle de "
                "n'importe qui, d'où qu'il vienne.",
                found=_conditions(self.policy),
                expected="aucune condition de cette sorte",
            ) from None


def _conditions(policy: dict[str, Any]) -> str:
    found = [rule["Condition"] for rule in policy["Statement"] if rule.get("Condition")]
    return json.dumps(found[0], ensure_ascii=False) if found else ""
