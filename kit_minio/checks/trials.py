"""Essayer ce que des clés permettent : de vraies requêtes, dont rien ne reste.

Entrent des clés, qu'un étudiant a données ou déposées, et des essais ; sort, pour chacun, ce que
répond le serveur. Ce qu'un essai a déposé ou créé est retiré avec les clés de l'administrateur.
"""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from minio import Minio
from minio.error import S3Error

from helpers.errors import ContentError
from helpers.s3 import client_for
from helpers.server import Server
from helpers.spaces import erase_bucket
from kit_minio.checks.model import Context, Review, Todo
from kit_minio.checks.policy_engine import Wanted, misjudged

_REFUSED = ("AccessDenied", "AllAccessDisabled")
_UNKNOWN = (
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidAccessKeyId",
    "InvalidToken",
    "InvalidTokenId",
    "SignatureDoesNotMatch",
)
_TRACE = "essai-de-la-verification"
_DOING = {
    "read": "lire « {key} »",
    "list": "lister « {key} »",
    "write": "déposer sous « {key} »",
    "remove": "supprimer sous « {key} »",
    "policy": "lire la politique du bucket",
    "create": "créer un bucket",
}


@dataclass(frozen=True)
class Trial:
    """Un essai.

    Attributes:
        do: ce qui est essayé, une clé de ``_DOING``.
        key: une clé pour ``read``, un préfixe pour ``list``, ``write`` et ``remove``.
    """

    do: str
    key: str = ""

    @property
    def words(self) -> str:
        """Ce qui est essayé, à l'infinitif."""
        return _DOING[self.do].format(key=self.key)


def server_of(client: Minio) -> Server:
    """Renvoie le serveur que joint un client, avec ses clés."""
    base, provider = client._base_url, client._provider
    assert provider is not None  # noqa: S101 - ce client est du kit
    found = provider.retrieve()
    return Server(
        "external",
        base.host,
        found.access_key,
        found.secret_key,
        session_token=found.session_token,
        secure=base.is_https,
    )


def read_document(context: Context, name: str, key: str, fields: Iterable[str]) -> dict[str, str]:
    """Renvoie un document JSON que l'étudiant a déposé, dont ces champs sont des textes.

    Raises:
        Todo: il n'y est pas.
        Review: ce n'est pas ce document.
    """
    shown = f"tp.bucket({name!r})"
    try:
        text = context.read(name, key)
    except S3Error as error:
        if error.code not in ("NoSuchKey", "NoSuchBucket"):
            raise
        raise Todo(f"L'objet « {key} » n'est pas dans {shown}.") from None
    try:
        found = json.loads(text)
    except ValueError:
        raise Review(f"L'objet « {key} » de {shown} n'est pas du JSON.") from None
    wanted = list(fields)
    if not isinstance(found, dict):
        raise Review(f"« {key} » doit contenir un objet JSON.", expected=", ".join(wanted))
    missing = [one for one in wanted if not isinstance(found.get(one), str) or not found[one]]
    if missing:
        names = ", ".join(sorted(map(str, found))[:8])  # les valeurs sont des secrets
        raise Review(
            f"« {key} » n'a pas le champ « {missing[0]} », ou ce n'est pas un texte.",
            found=names,
            expected=", ".join(wanted),
        )
    return {one: found[one] for one in wanted}


def keys_client(context: Context, access_key: str, secret_key: str, token: str = "") -> Minio:
    """Renvoie un client du même serveur, avec d'autres clés."""
    server = server_of(context.client)
    given = {"access_key": access_key, "secret_key": secret_key, "session_token": token or None}
    return client_for(replace(server, **given))  # type: ignore[arg-type]


def answer_to(context: Context, client: Minio, name: str, trial: Trial) -> str:
    """Essaie, et renvoie le code de la réponse : vide si le serveur accepte.

    Args:
        context: le contexte, dont le client retire ce que l'essai a laissé.
        client: celui dont on éprouve les clés.
        name: la fin du nom du bucket.
        trial: l'essai.
    """
    bucket, key = context.bucket(name), f"{trial.key}{_TRACE}"
    other = context.bucket(_TRACE)
    try:
        if trial.do == "read":
            with client.get_object(bucket_name=bucket, object_name=trial.key) as response:
                response.read(1)
        elif trial.do == "list":
            next(client.list_objects(bucket_name=bucket, prefix=trial.key), None)
        elif trial.do == "write":
            client.put_object(bucket_name=bucket, object_name=key, data=io.BytesIO(), length=0)
            context.client.remove_object(bucket_name=bucket, object_name=key)
        elif trial.do == "remove":
            client.remove_object(bucket_name=bucket, object_name=key)  # une clé qui n'existe pas
        elif trial.do == "policy":
            client.get_bucket_policy(bucket_name=bucket)
        else:
            client.make_bucket(bucket_name=other)
            erase_bucket(context.client, other)
    except S3Error as error:
        return "" if error.code in ("NoSuchBucketPolicy", "NoSuchKey") else error.code or "?"
    return ""


def expect_known(context: Context, client: Minio, name: str, what: str) -> None:
    """Vérifie que le serveur reconnaît des clés.

    Args:
        context: le contexte.
        client: celui qui a ces clés.
        name: la fin du nom d'un bucket.
        what: ce que sont ces clés, avec l'article : ``"les clés de « lise »"``.
    """
    code = answer_to(context, client, name, Trial("list"))
    if code in _UNKNOWN:
        raise Review(f"Le serveur ne reconnaît pas {what}.", found=code)


def expect_rights(
    context: Context, client: Minio, name: str, trials: Mapping[Trial, bool], who: str
) -> None:
    """Vérifie que des clés ouvrent ce qu'il faut, et rien d'autre.

    Args:
        context: le contexte.
        client: celui qui a ces clés.
        name: la fin du nom du bucket.
        trials: pour chaque essai, vrai s'il doit être accepté.
        who: à qui sont ces clés, en tête de phrase : ``"Lise"``.
    """
    codes = {trial: answer_to(context, client, name, trial) for trial in trials}
    for trial, welcome in trials.items():
        if welcome and codes[trial]:
            raise Review(f"{who} ne peut pas {trial.words}.", found=codes[trial])
    for trial, welcome in trials.items():
        if not welcome and codes[trial] not in _REFUSED:
            raise Review(
                f"{who} peut faire ce qu'il faut, mais peut aussi {trial.words}.",
                found=codes[trial] or "accepté",
                expected="AccessDenied",
            )


def claims_of(token: str) -> dict[str, Any]:
    """Renvoie ce que dit un jeton de session ; ``exp`` y est un nombre."""
    import jwt  # la plupart des séries n'ont pas de jeton

    try:
        claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
        return claims | {"exp": float(claims["exp"])}
    except (jwt.InvalidTokenError, LookupError, TypeError, ValueError):
        raise Review(
            "SessionToken n'est pas un jeton de session de ce serveur.",
            expected="la valeur que STS a donnée, entière",
        ) from None


def session_policy(claims: Mapping[str, Any]) -> dict[str, Any] | None:
    """Renvoie la politique de session que porte un jeton ; ``None`` s'il n'en a pas."""
    text = claims.get("spol") or base64.b64decode(claims.get("sessionPolicy", ""))
    policy: dict[str, Any] | None = json.loads(text) if text else None
    return policy


def expect_policy(
    policy: Mapping[str, Any], bucket: str, wanted: Wanted, under: Collection[str], who: str
) -> None:
    """Vérifie qu'une politique permet ce qui est demandé, et rien d'autre.

    Args:
        policy: le document.
        bucket: le bucket dont parle l'énoncé.
        wanted: ce que l'énoncé demande.
        under: les préfixes dont il parle.
        who: à qui sont ces droits, en tête de phrase : ``"Lise"``.
    """
    try:
        found = misjudged(policy, bucket, wanted, under)
    except ContentError:
        raise Review(
            "Ces droits dépendent de l'heure, de l'adresse ou d'un en-tête : rien de tel n'est "
            "demandé."
        ) from None
    if found:
        told = (
            "peut faire ce qu'il faut, mais peut aussi faire" if found[1] else "ne peut pas faire"
        )
        raise Review(f"{who} {told} ceci : {found[0]}.", expected="ce qui est demandé, sans plus")


def as_told(trial: Trial) -> dict[str, Any]:
    """Renvoie un essai, tel qu'une consigne le donne."""
    return {"do": trial.do, "key": trial.key}
