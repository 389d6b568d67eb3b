"""Ce qu'une copie peut demander à un serveur dont elle a les clés d'administrateur.

S3, des utilisateurs et des jetons, rien de plus. Un administrateur peut aussi faire appeler par son
serveur une adresse de son choix (MinIO : notifications, réplication ; SeaweedFS : fournisseurs
d'identité), et ce serveur est hors du bac à sable : le relais ne mène donc que ce qui est ici.
"""

from __future__ import annotations

from collections.abc import Mapping
from posixpath import normpath
from urllib.parse import parse_qsl, unquote, urlsplit

from kit_minio.grading.execute.budget import Refused

_LONGEST_FORM = 64 * 1024  # octets
_FORM = "application/x-www-form-urlencoded"

# Les deux API qui partent en formulaire vers la racine : STS, et IAM, que SeaweedFS parle.
_ACTIONS = frozenset(
    {
        "AssumeRole", "AssumeRoleWithWebIdentity", "GetCallerIdentity",
        "CreateUser", "GetUser", "UpdateUser", "DeleteUser", "ListUsers",
        "CreateAccessKey", "ListAccessKeys", "DeleteAccessKey",
        "PutUserPolicy", "GetUserPolicy", "DeleteUserPolicy", "ListUserPolicies",
        "CreatePolicy", "GetPolicy", "GetPolicyVersion", "ListPolicies", "DeletePolicy",
        "AttachUserPolicy", "DetachUserPolicy", "ListAttachedUserPolicies",
    }
)  # fmt: skip
# L'API d'administration de MinIO.
_MINIO_HEALTH = frozenset(f"/minio/health/{state}" for state in ("live", "ready", "cluster"))
_MINIO = _MINIO_HEALTH | frozenset(
    {
        f"/minio/admin/v3/{name}"
        for name in (
            "accountinfo", "add-user", "user-info", "list-users", "remove-user", "set-user-status",
            "add-canned-policy", "info-canned-policy", "list-canned-policies",
            "remove-canned-policy", "set-user-or-group-policy",
            "idp/builtin/policy/attach", "idp/builtin/policy/detach",
            "idp/builtin/policy-entities",
            "add-service-account", "info-service-account", "list-service-accounts",
            "delete-service-account",
        )
    }
)  # fmt: skip
_RESERVED = ("minio", ".minio.sys")  # ce qui, chez MinIO, n'est pas un bucket


def expect_s3(target: str) -> None:
    """Refuse à une copie qui n'est pas administratrice ce qui, chez MinIO, n'est pas S3.

    Une session limitée à un espace y a déjà obtenu davantage (CVE-2025-62506).

    Args:
        target: ce que vise la requête.

    Raises:
        Refused: c'est l'API d'administration, ou celle que des serveurs ont entre eux.
    """
    path = target.partition("?")[0] if target.startswith("/") else urlsplit(target).path
    first = normpath(f"/{unquote(path)}").strip("/").partition("/")[0].lower()
    if first in _RESERVED and path not in _MINIO_HEALTH:
        raise _unknown()


def kind_of(method: str, target: str, headers: Mapping[str, str]) -> str:
    """Renvoie ce qu'est une requête : ``s3``, ``admin``, ou ``form``, que lira ``check_form``.

    Args:
        method: sa méthode.
        target: ce qu'elle vise, le chemin et ce qui le suit.
        headers: ses en-têtes, en minuscules.

    Raises:
        Refused: elle n'a pas à partir.
    """
    parts = urlsplit(target)
    steps = [step for step in unquote(parts.path).split("/") if step not in ("", ".")]
    plain = target.startswith("/") and not target.startswith("//") and "#" not in target
    if not plain or ".." in steps or {"x-amz-target", "upgrade"} & headers.keys():
        raise _unknown()
    if steps and steps[0].lower() in _RESERVED:
        if parts.path not in _MINIO:
            raise _unknown()
        return "admin"
    if steps or method in ("GET", "HEAD", "OPTIONS"):
        names = {name.lower() for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
        if not steps and "action" in names:
            raise _unknown()
        return "s3"
    length = headers.get("content-length", "")
    if (
        method != "POST"
        or parts.query
        or headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM
        or {"transfer-encoding", "expect", "content-encoding"} & headers.keys()
        or not length.isdecimal()
        or int(length) > _LONGEST_FORM
    ):
        raise _unknown()
    return "form"


def check_form(body: bytes) -> None:
    """Regarde un formulaire entier, avant qu'il parte.

    Raises:
        Refused: ce qu'il demande n'est pas connu.
    """
    asked = [
        value
        for name, value in parse_qsl(body.decode("latin-1"), keep_blank_values=True)
        if name.lower() == "action"
    ]
    if len(asked) != 1 or asked[0] not in _ACTIONS:
        raise _unknown()


def _unknown() -> Refused:
    return Refused("NotImplemented", "Pendant la correction, ce serveur ne fait pas cela.")
