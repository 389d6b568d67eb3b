"""Les politiques : écrire un document de droits, le lire, dire ce qui n'y va pas.

Un serveur refuse une politique mal formée avec une phrase en anglais, ou la prend sans rien dire
et l'applique de travers : un champ mal orthographié est ignoré, et la porte reste ouverte.
``read_policy`` la lit avant lui. Les mots du langage sont dans ``policies.toml``.
"""

import difflib
import json
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from minio import Minio

from helpers.errors import ContentError

VERSION = "2012-10-17"  # du langage des politiques, la seule qui soit encore en usage
ARN = "arn:aws:s3:::"

_LANGUAGE = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
WORDS = {name: frozenset(words.split()) for name, words in _LANGUAGE.items()}
_ACTIONS = WORDS["objects"] | WORDS["buckets"] | {"ListAllMyBuckets"}
_FIELDS = _LANGUAGE["fields"].split()


def prefix_policy(bucket: str, prefix: str) -> dict[str, Any]:
    """Renvoie les droits d'un utilisateur sur un préfixe d'un bucket, et sur rien d'autre.

    Lister ce préfixe ; y lire, déposer, étiqueter et supprimer des objets.

    Args:
        bucket: le nom complet du bucket.
        prefix: le préfixe, barre finale comprise : ``"alice/"``.

    Raises:
        ContentError: sans barre finale, ``alice`` ouvrirait aussi ``alice-2/`` ; et ``*`` ou ``?``
            y remplaceraient n'importe quoi.
    """
    if not re.fullmatch(r"([^*?$/]+/)+", prefix):
        raise ContentError.of("policies.prefix", prefix=prefix)
    actions = "GetObject PutObject DeleteObject GetObjectTagging PutObjectTagging"
    objects = [f"s3:{name}" for name in (*actions.split(), "AbortMultipartUpload")]
    listing = {
        "Effect": "Allow",
        "Action": ["s3:ListBucket"],
        "Resource": [f"{ARN}{bucket}"],
        "Condition": {"StringLike": {"s3:prefix": [f"{prefix}*"]}},
    }
    inside = {"Effect": "Allow", "Action": objects, "Resource": [f"{ARN}{bucket}/{prefix}*"]}
    return {"Version": VERSION, "Statement": [listing, inside]}


def set_policy(client: Minio, bucket: str, policy: str | Mapping[str, Any]) -> None:
    """Donne sa politique à un bucket, après l'avoir lue ; remplace la précédente.

    Raises:
        ContentError: la politique est mal formée ; rien n'a été envoyé.
        S3Error: le serveur la refuse ; la précédente demeure.
    """
    document = read_policy(policy, bucket=bucket)
    client.set_bucket_policy(bucket_name=bucket, policy=json.dumps(document))


def read_policy(policy: str | Mapping[str, Any], *, bucket: str | None = None) -> dict[str, Any]:
    """Lit une politique et renvoie le document.

    Args:
        policy: le document, en JSON ou déjà lu.
        bucket: le bucket auquel on la destine ; ``None`` pour celle d'un utilisateur.

    Raises:
        ContentError: elle est mal formée ; le message dit où et en quoi.
    """
    document = _parse(policy)
    _check_fields("La politique", document, ("Version", "Id", "Statement"))
    if document.get("Version") != VERSION:
        raise ContentError.of(
            "policies.version", found=_shown(document.get("Version")), version=VERSION
        )
    statements = document.get("Statement")
    # Amazon accepte une règle seule, sans crochets ; MinIO, non.
    listed = isinstance(statements, list) and all(isinstance(one, Mapping) for one in statements)
    if not listed or not statements:
        raise ContentError.of("policies.rules")
    for number, statement in enumerate(statements, 1):
        _check_statement(f"La règle {number}", statement, bucket)
    return document


def as_list(value: Any) -> list[Any]:
    """Renvoie une liste : une politique écrit ``"a"`` pour ``["a"]``."""
    return list(value) if isinstance(value, (list, tuple)) else [] if value is None else [value]


def like(pattern: object, text: str) -> bool:
    """Dit si un texte suit un modèle, où ``*`` remplace tout et ``?`` un caractère."""
    # fnmatch ne revient pas en arrière : un modèle plein d'étoiles ne bloque pas une correction.
    return isinstance(pattern, str) and fnmatchcase(text, pattern.replace("[", "[[]"))


def _parse(policy: str | Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(policy, str):
        try:
            policy = json.loads(policy)
        except json.JSONDecodeError as error:
            raise ContentError.of("policies.json", line=error.lineno, column=error.colno) from None
        except (RecursionError, ValueError):  # un nombre de milliers de chiffres
            policy = ""
    if not isinstance(policy, Mapping):
        raise ContentError.of("policies.object", found=_shown(policy))
    return dict(policy)


def _check_statement(where: str, statement: Mapping[str, Any], bucket: str | None) -> None:
    _check_fields(where, statement, _FIELDS)
    if statement.get("Effect") not in ("Allow", "Deny"):
        raise ContentError.of("policies.effect", where=where, found=_shown(statement.get("Effect")))
    _check_principal(where, statement, bucket)
    actions = _texts(where, statement, "Action")
    resources = _texts(where, statement, "Resource")
    for action in actions:
        if not _matching(action):
            perhaps = _perhaps(action, (f"s3:{name}" for name in _ACTIONS))
            raise ContentError.of("policies.action", where=where, found=action, perhaps=perhaps)
    for resource in resources:
        name = resource.removeprefix(ARN).partition("/")[0]
        if resource != "*" and (not resource.startswith(ARN) or not name):
            raise ContentError.of("policies.resource", where=where, found=resource)
        if bucket is not None and name != bucket:
            raise ContentError.of("policies.elsewhere", where=where, found=name, bucket=bucket)
    for action in actions:
        _check_target(where, action, resources)
    _check_condition(where, statement.get("Condition", {}))


def _check_fields(where: str, found: Mapping[str, Any], names: Sequence[str]) -> None:
    # Une règle dont le champ « Conditions » est ignoré ne limite plus rien.
    for name in found:
        if name not in names:
            perhaps = _perhaps(name, names)
            raise ContentError.of(
                "policies.field", where=where, found=name, perhaps=perhaps, names=", ".join(names)
            )


def _check_principal(where: str, statement: Mapping[str, Any], bucket: str | None) -> None:
    principal = statement.get("Principal")
    if bucket is None and "Principal" in statement:
        raise ContentError.of("policies.principal", where=where)
    named = as_list(principal.get("AWS") if isinstance(principal, Mapping) else principal)
    if bucket is not None and not (named and all(isinstance(name, str) for name in named)):
        raise ContentError.of("policies.nobody", where=where)


def _texts(where: str, statement: Mapping[str, Any], name: str) -> list[str]:
    """Renvoie les valeurs d'un champ obligatoire, ou de sa négation (``NotAction``)."""
    values = as_list(statement.get(name, statement.get(f"Not{name}")))
    if not values or not all(isinstance(value, str) and value for value in values):
        raise ContentError.of("policies.texts", where=where, name=name)
    return values


def _matching(action: str) -> set[str]:
    """Renvoie les actions que désigne un nom ou un modèle comme ``s3:Get*``."""
    return {name for name in _ACTIONS if action == "*" or like(action, f"s3:{name}")}


def _check_target(where: str, action: str, resources: list[str]) -> None:
    """S'assure qu'une action a une ressource de sa sorte : un bucket, ou des objets."""
    names = _matching(action)
    if any("*" in resource.removeprefix(ARN).partition("/")[0] for resource in resources):
        return
    first = resources[0]
    if names <= WORDS["objects"] and not any("/" in resource for resource in resources):
        raise ContentError.of("policies.on-objects", where=where, found=action, resource=first)
    if names <= WORDS["buckets"] and all("/" in resource for resource in resources):
        raise ContentError.of(
            "policies.on-bucket", where=where, found=action, resource=first.partition("/")[0]
        )


def _check_condition(where: str, condition: Any) -> None:
    tests = condition.values() if isinstance(condition, Mapping) else [None]
    if not all(isinstance(keys, Mapping) and keys for keys in tests):
        raise ContentError.of("policies.condition", where=where)
    for operator in condition:
        plain = operator.removeprefix("ForAnyValue:").removeprefix("ForAllValues:")
        if plain not in WORDS["operators"]:
            perhaps = _perhaps(operator, WORDS["operators"])
            raise ContentError.of("policies.operator", where=where, found=operator, perhaps=perhaps)


def _perhaps(name: str, names: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, sorted(names), n=1)
    return f"Vouliez-vous dire « {close[0]} » ? " if close else ""


def _shown(value: Any) -> str:
    kinds = {type(None): "absent", list: "une liste", dict: "un objet", str: f"« {value} »"}
    return kinds.get(type(value), str(value))[:80]
