"""Les utilisateurs d'un serveur, chacun avec ses clés et ses droits.

Créer un utilisateur n'est pas une opération de S3. MinIO a pour cela une API d'administration,
SeaweedFS celle d'Amazon, IAM : ``tenant`` cache cette différence.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, Self, TypeVar

import urllib3
from minio import MinioAdmin
from minio.credentials.providers import StaticProvider
from minio.error import MinioAdminException, S3Error

from helpers.errors import OwnershipError, ServerError, SettingsError
from helpers.s3 import HttpPool, client_for
from helpers.server import Server
from helpers.topics.iam import call_iam, field
from helpers.topics.policies import read_policy

_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{2,63}")
_ABSENT = ("XMinioAdminNoSuchUser", "XMinioAdminNoSuchPolicy", "NoSuchEntity")
_Found = TypeVar("_Found")


class Tenant:
    """Un utilisateur du serveur ; ``with`` le supprime à la fin."""

    def __init__(self, name: str, server: Server, users: MinioUsers | IamUsers) -> None:
        self.name = name  # sur le serveur
        self.server = server  # avec les clés de l'utilisateur, jamais affichées
        self.client = client_for(server)
        self._users = users

    def allow(self, policy: Mapping[str, Any]) -> None:
        """Remplace les droits de l'utilisateur.

        Raises:
            ContentError: la politique est mal formée ; les droits d'avant demeurent.
        """
        self._users.allow(self.name, read_policy(policy))

    def remove(self) -> None:
        """Supprime l'utilisateur, ses clés et ses droits ; ses objets restent."""
        self._users.remove(self.name)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()

    def __repr__(self) -> str:
        return f"Utilisateur « {self.name} »"


def tenant(server: Server, name: str, policy: Mapping[str, Any]) -> Tenant:
    """Crée un utilisateur, ses clés tirées au hasard et ses droits.

    Celui du même nom qu'une exécution interrompue aurait laissé est remplacé.

    Args:
        server: le serveur, avec des clés d'administrateur.
        name: son nom sur le serveur, par exemple ``f"{space}-alice"`` : les noms sont communs à
            tous ceux qui s'en servent.
        policy: ses droits, sans ``Principal`` ; ``prefix_policy`` en écrit.

    Raises:
        ContentError: la politique est mal formée ; rien n'est créé.
        SettingsError: ce nom ne convient pas.
        OwnershipError: un utilisateur de ce nom existe et ne vient pas du kit.
        ServerError: ce serveur ne laisse pas ces clés créer des utilisateurs.
    """
    if not _NAME.fullmatch(name):
        raise SettingsError.of("tenants.name", name=name)
    rights = read_policy(policy)
    users = users_of(server)
    if users.exists(name):
        if not users.is_ours(name):
            raise OwnershipError.of("tenants.taken", name=name)
        users.remove(name)
    try:
        access_key, secret_key = users.create(name, rights)
    except BaseException:
        # Rien à moitié : un utilisateur sans ses droits resterait là.
        with suppress(ServerError):
            users.remove(name)
        raise
    keys = replace(server, access_key=access_key, secret_key=secret_key, session_token=None)
    return Tenant(name, replace(keys, way="external", pid=None), users)


def users_of(server: Server) -> MinioUsers | IamUsers:
    """Renvoie l'API par laquelle ce serveur gère ses utilisateurs."""
    minio = server.way in ("docker", "native")
    if server.way == "external":
        url = f"{server.url}/minio/health/live"
        minio = urllib3.request("GET", url, timeout=5, retries=False).status == 200
    return MinioUsers(server) if minio else IamUsers(server)


class _Users:
    """Les utilisateurs d'un serveur ; la politique d'un utilisateur du kit porte son nom."""

    def __init__(self, server: Server) -> None:
        self.server = server

    def call(
        self, action: Callable[..., _Found], absent: _Found | None = None, **options: Any
    ) -> _Found:
        """Appelle l'API ; ``absent`` est ce qu'il faut renvoyer si l'utilisateur n'existe pas."""
        try:
            return action(**options)
        except (MinioAdminException, S3Error) as error:
            text = str(error)  # une erreur de l'API d'administration n'a pas de code à part
            found = re.search(r'"Code":"(\w+)"', text) or re.search(r"Status: (\d+)", text)
            code = getattr(error, "code", None) or (found[1] if found else "")
            if absent is not None and code in _ABSENT:
                return absent
            endpoint = self.server.endpoint
            raise ServerError.of("tenants.refused", endpoint=endpoint, code=code) from error


class MinioUsers(_Users):
    """Par l'API d'administration de MinIO."""

    def __init__(self, server: Server) -> None:
        super().__init__(server)
        self.admin = MinioAdmin(
            endpoint=server.endpoint,
            credentials=StaticProvider(server.access_key, server.secret_key, server.session_token),
            region=server.region,
            secure=server.secure,
            http_client=HttpPool(),  # celui d'office attend cinq minutes une réponse
        )

    def names(self) -> list[str]:
        return list(json.loads(self.call(self.admin.user_list)))

    def exists(self, name: str) -> bool:
        return self.call(self.admin.user_info, absent="", access_key=name) != ""

    def is_ours(self, name: str) -> bool:
        found = json.loads(self.call(self.admin.user_info, access_key=name))
        return bool(found.get("policyName") == name)

    def create(self, name: str, policy: dict[str, Any]) -> tuple[str, str]:
        secret = secrets.token_urlsafe(24)
        self.allow(name, policy)
        self.call(self.admin.user_add, access_key=name, secret_key=secret)
        self.call(self.admin.policy_set, policy_name=name, user=name)
        return name, secret

    def allow(self, name: str, policy: dict[str, Any]) -> None:
        self.call(self.admin.policy_add, policy_name=name, policy=policy)

    def remove(self, name: str) -> None:
        self.call(self.admin.user_remove, absent="", access_key=name)
        self.call(self.admin.policy_remove, absent="", policy_name=name)


class IamUsers(_Users):
    """Par l'API IAM, celle d'Amazon, que SeaweedFS parle."""

    def names(self) -> list[str]:
        return re.findall(
            "<UserName>(.*?)<", self.call(call_iam, server=self.server, Action="ListUsers")
        )

    def exists(self, name: str) -> bool:
        return self.ask("GetUser", name, absent="") != ""

    def is_ours(self, name: str) -> bool:
        return f"<member>{name}</member>" in self.ask("ListUserPolicies", name)

    def create(self, name: str, policy: dict[str, Any]) -> tuple[str, str]:
        self.ask("CreateUser", name)
        self.allow(name, policy)
        made = self.ask("CreateAccessKey", name)
        return field(made, "AccessKeyId"), field(made, "SecretAccessKey")

    def allow(self, name: str, policy: dict[str, Any]) -> None:
        self.ask("PutUserPolicy", name, PolicyName=name, PolicyDocument=json.dumps(policy))

    def remove(self, name: str) -> None:
        # Amazon veut d'abord ses droits et ses clés ; SeaweedFS supprime tout d'un coup.
        self.ask("DeleteUserPolicy", name, absent="", PolicyName=name)
        keys = self.ask("ListAccessKeys", name, absent="")
        for key in re.findall("<AccessKeyId>(.*?)<", keys):
            self.ask("DeleteAccessKey", name, absent="", AccessKeyId=key)
        self.ask("DeleteUser", name, absent="")

    def ask(self, action: str, user: str, **options: str) -> str:
        return self.call(call_iam, server=self.server, Action=action, UserName=user, **options)
