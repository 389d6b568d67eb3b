"""Les clés de chacun : un utilisateur par étudiant, et des droits sur ses espaces seuls."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from helpers.server import Server
from helpers.topics.policies import ARN, VERSION
from helpers.topics.tenants import MinioUsers, users_of
from kit_minio.classroom.entrance import ENTRANCE, HAND_INS
from kit_minio.classroom.follow import NOTICES
from kit_minio.classroom.register import Register, Student


def policy_of(register: Register, student: Student) -> dict[str, Any]:
    """Renvoie les droits d'un étudiant.

    Tout sur ses buckets ; lire ses retours et déposer ses remises, sans rien en effacer ; écrire où
    il en est, leçon par leçon ; et remplacer son objet d'entrée, pour que son code ne resserve pas.
    """
    bucket, space = register.bucket(student), student.space
    return {
        "Version": VERSION,
        "Statement": [
            _allow(["s3:*"], [f"{space}-*", f"{space}-*/*"]),
            _allow(["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketVersions"], [bucket]),
            _allow(["s3:GetObject", "s3:GetObjectVersion"], [f"{bucket}/*"]),
            _allow(["s3:PutObject"], [f"{bucket}/{HAND_INS}*"]),
            # Deux signes, ceux d'une leçon : treize lignes de plus ralentiraient SeaweedFS.
            _allow(
                ["s3:PutObject"],
                [
                    f"{register.board}/??/{space}.json",
                    f"{register.board}/{NOTICES}??????????-??-{space}",
                ],
            ),
            _allow(["s3:PutObject"], [f"{ENTRANCE}/{student.locator}"]),
        ],
    }


def _allow(actions: list[str], resources: list[str]) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Action": actions,
        "Resource": [f"{ARN}{name}" for name in resources],
    }


def entrance_policy() -> str:
    """Renvoie la politique de l'entrée : tous peuvent lire un objet dont ils savent le nom."""
    anyone = _allow(["s3:GetObject"], [f"{ENTRANCE}/*"]) | {"Principal": {"AWS": ["*"]}}
    return json.dumps({"Version": VERSION, "Statement": [anyone]})


class Access:
    """Les utilisateurs d'une classe sur son serveur.

    Args:
        server: le serveur, avec des clés d'administrateur.
    """

    def __init__(self, server: Server) -> None:
        self._users = users_of(server)
        # MinIO fait un long calcul de chaque clé. SeaweedFS récrit ses utilisateurs à chaque fois :
        # deux à la fois se perdraient.
        self.at_once = 4 if isinstance(self._users, MinioUsers) else 1

    def check(self) -> None:
        """Vérifie que ces clés gèrent des utilisateurs, avant de rien créer d'autre.

        Raises:
            ServerError: ce serveur ne laisse pas ces clés créer des utilisateurs.
        """
        self._users.exists("kit-essai")

    def create(self, user: str, policy: Mapping[str, Any]) -> tuple[str, str]:
        """Crée un utilisateur et renvoie ses clés ; remplace celui qu'un arrêt aurait laissé.

        Raises:
            ServerError: ce serveur ne laisse pas ces clés créer des utilisateurs.
        """
        if self._users.exists(user):
            self._users.remove(user)
        return self._users.create(user, dict(policy))

    def remove(self, user: str) -> None:
        """Retire un utilisateur : ses clés ne servent plus ; ses objets restent."""
        if self._users.exists(user):
            self._users.remove(user)
