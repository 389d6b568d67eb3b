"""Un espace S3 tiré au hasard par copie, et des identifiants qui n'ouvrent que lui.

Sur un serveur du kit, un utilisateur par copie, supprimé ensuite. Sur celui d'un autre, où l'on ne
laisse pas d'utilisateurs, l'API STS (``AssumeRole`` et une politique de session) : un tel jeton ne
se révoque pas, mais il expire, et l'espace qu'il ouvre, supprimé après la correction, ne resservira
jamais. Une URL signée en version 2 n'en porte pas : elle y est refusée.
"""

from __future__ import annotations

import io
import json
import logging
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from minio.credentials.providers import AssumeRoleProvider
from minio.error import S3Error
from urllib3.exceptions import HTTPError

from helpers.errors import KitError, ServerError
from helpers.s3 import client_for
from helpers.spaces import erase_bucket
from kit_minio.grading.execute import accounts
from kit_minio.upkeep import drop_bucket

if TYPE_CHECKING:
    from minio import Minio

    from helpers.server import Server

_journal = logging.getLogger("kit_minio.grading")
_ABANDONED = re.compile(r"(k[0-9a-f]{14})-exercice-\d\d$")
_SHORTEST = 900  # secondes, le minimum de STS
# Rien de ce qu'une copie verrouille ne doit rester : elle peut geler une version ou la retenir en
# mode gouvernance, que le correcteur sait lever, mais ni en mode conformité, ni par défaut dans un
# bucket. Le serveur embarqué n'a pas de règle d'interdiction : s'il en reste un, le journal le dit.
_LOCKS: tuple[dict[str, Any], ...] = (
    {"Action": ["s3:BypassGovernanceRetention", "s3:PutBucketObjectLockConfiguration"]},
    {
        "Action": ["s3:PutObjectRetention"],
        "Condition": {"StringEquals": {"s3:object-lock-mode": "COMPLIANCE"}},
    },
)


@dataclass(frozen=True)
class Space:
    """L'espace d'une copie.

    Attributes:
        name: le début du nom de tous ses buckets, de longueur fixe.
        server: le serveur, avec des identifiants qui n'ouvrent que cet espace.
    """

    name: str
    server: Server


def new_label() -> str:
    """Renvoie une étiquette neuve, au début du nom de tous les espaces d'une correction."""
    return secrets.token_hex(3)


def new_name(label: str = "") -> str:
    """Renvoie un nom d'espace neuf ; aucun n'est le début d'un autre.

    Args:
        label: l'étiquette de la correction ; par défaut, une étiquette neuve.
    """
    return f"k{label or new_label()}{secrets.token_hex(4)}"


@contextmanager
def open_space(
    server: Server, client: Minio, *, label: str = "", seconds: float = 3600
) -> Iterator[Space]:
    """Donne un espace neuf le temps d'un ``with``, puis supprime ses clés et tout son contenu.

    Args:
        server: le serveur, avec les identifiants du correcteur.
        client: un client du correcteur.
        label: l'étiquette de la correction.
        seconds: la durée de vie des identifiants, en secondes.

    Raises:
        ServerError: ce serveur ne donne pas d'identifiants limités.
    """
    name = new_name(label)
    external = server.way == "external"
    limited = _session(server, name, seconds) if external else _user(server, name)
    try:
        yield Space(name, limited)
    finally:
        _delete_user(server, name)
        erase(client, name)


def _session(server: Server, name: str, seconds: float) -> Server:
    """Renvoie le serveur avec les clés d'une session STS limitée à un espace."""
    provider = AssumeRoleProvider(
        sts_endpoint=server.url,
        access_key=server.access_key,
        secret_key=server.secret_key,
        duration_seconds=max(_SHORTEST, int(seconds)),
        policy=json.dumps(_policy(name, locks=False)),
        region=server.region,
        role_session_name=name,
    )
    try:
        found = provider.retrieve()
    except (ValueError, HTTPError, OSError) as error:
        raise _no_limits(server, str(error)) from error
    return _as(server, found.access_key, found.secret_key, found.session_token)


def _policy(name: str, *, locks: bool) -> dict[str, Any]:
    buckets = f"arn:aws:s3:::{name}-*"
    statements = [{"Effect": "Allow", "Action": ["s3:*"], "Resource": [buckets, f"{buckets}/*"]}]
    if not locks:
        statements += [
            {"Effect": "Deny", "Resource": ["arn:aws:s3:::*"], **each} for each in _LOCKS
        ]
    return {"Version": "2012-10-17", "Statement": statements}


def _as(server: Server, access_key: str, secret_key: str, token: str | None) -> Server:
    return replace(
        server,
        way="external",
        access_key=access_key,
        secret_key=secret_key,
        session_token=token,
    )


# --- Les utilisateurs d'un serveur du kit -------------------------------------------------------


def _user(server: Server, name: str) -> Server:
    """Crée un utilisateur limité à un espace, et renvoie le serveur avec ses clés.

    Ses droits sont à lui seul : SeaweedFS n'applique pas aux formulaires (POST) une politique
    commune que l'on attache, ni une session STS.
    """
    policy = _policy(name, locks=server.way == "embedded")
    try:
        access_key, secret_key = accounts.create(server, name, policy)
    except ServerError as error:
        raise _no_limits(server, str(error)) from error
    return _as(server, access_key, secret_key, None)


def _delete_user(server: Server, name: str) -> None:
    """Supprime un utilisateur, avec ses clés et sa politique ; rien sur le serveur d'un autre."""
    if server.way != "external":
        with suppress(ServerError):
            accounts.remove(server, name)


# --- Essayer, nettoyer --------------------------------------------------------------------------


def check_limits(server: Server, client: Minio, *, label: str = "") -> None:
    """S'assure, en essayant, qu'une copie n'entre pas dans l'espace d'une autre.

    Args:
        server: le serveur, avec les identifiants du correcteur.
        client: un client du correcteur.
        label: l'étiquette de la correction.

    Raises:
        ServerError: des identifiants limités à un espace en ouvrent un autre, ou n'ouvrent rien.
    """
    with (
        open_space(server, client, label=label) as mine,
        open_space(server, client, label=label) as other,
    ):
        own, neighbour = f"{mine.name}-essai", f"{other.name}-essai"
        client.make_bucket(bucket_name=neighbour)
        student = client_for(mine.server)
        try:
            student.make_bucket(bucket_name=own)
            student.put_object(bucket_name=own, object_name="a", data=io.BytesIO(b"a"), length=1)
            listed = [bucket.name for bucket in student.list_buckets()]
        except S3Error as error:
            raise _no_limits(server, f"l'espace lui-même est refusé, {error.code}") from error
        if own not in listed:
            raise _no_limits(server, "list_buckets() ne montre pas l'espace")
        try:
            student.put_object(
                bucket_name=neighbour, object_name="a", data=io.BytesIO(b"a"), length=1
            )
        except S3Error as error:
            if error.code == "AccessDenied":
                return
            raise _no_limits(server, error.code or "") from error
        raise _no_limits(server, "l'espace voisin reste ouvert")


def erase(client: Minio, name: str) -> list[str]:
    """Supprime tous les buckets d'un espace ; renvoie ceux qui résistent, et le dit au journal."""
    left = []
    for bucket in client.list_buckets():
        if bucket.name.startswith(f"{name}-"):
            try:
                erase_bucket(client, bucket.name)
            except (S3Error, KitError, HTTPError):
                if not drop_bucket(bucket.name):
                    left.append(bucket.name)
    if left:
        _journal.warning(
            "Le serveur S3 garde %s : un verrou (object lock) y retient peut-être un objet. À son "
            "terme, la même commande l'effacera.",
            ", ".join(left),
        )
    return left


def erase_abandoned(server: Server, client: Minio, *, older: float) -> list[str]:
    """Supprime les espaces qu'une correction interrompue a laissés ; renvoie leurs noms.

    Seulement sur un serveur du kit : ailleurs, rien ne dit qu'ils sont à nous.

    Args:
        server: le serveur, avec les identifiants du correcteur.
        client: un client du correcteur.
        older: l'âge, en secondes, en dessous duquel une correction peut être en cours.
    """
    if server.way == "external":
        return []
    limit = datetime.now(UTC).timestamp() - older
    names = {
        found[1]
        for bucket in client.list_buckets()
        if (found := _ABANDONED.match(bucket.name))
        and bucket.creation_date is not None
        and bucket.creation_date.timestamp() < limit
    }
    for name in sorted(names):
        _delete_user(server, name)
        erase(client, name)
    return sorted(names)


def erase_labelled(server: Server, client: Minio, label: str) -> list[str]:
    """Supprime les espaces d'une correction qui n'est plus en cours ; renvoie leurs noms.

    Args:
        server: le serveur, avec les identifiants du correcteur.
        client: un client du correcteur.
        label: l'étiquette de cette correction.
    """
    ours = re.compile(rf"k{label}[0-9a-f]{{8}}(?=-|$)")
    known = [bucket.name for bucket in client.list_buckets()]
    if server.way != "external":
        known += accounts.names(server)
    names = sorted({found[0] for name in known if (found := ours.match(name))})
    for name in names:
        _delete_user(server, name)
        erase(client, name)
    return names


def _no_limits(server: Server, said: str) -> ServerError:
    return ServerError(
        f"Le serveur {server.endpoint} ne donne pas d'identifiants limités à l'espace d'une copie "
        f"({said[:200]}).",
        "Corrigez avec le serveur du kit (retirez MINIO_ENDPOINT), ou donnez des identifiants "
        "qui ont droit à STS AssumeRole.",
    )
