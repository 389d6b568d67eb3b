"""Parler au serveur S3 du contexte en HTTP, comme quelqu'un qui n'a pas de clés.

L'adresse de ce que donne l'étudiant est comparée à celle du serveur, puis n'est plus lue : aucune
requête ne part ailleurs.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

import requests
from requests.exceptions import InvalidHeader
from requests.structures import CaseInsensitiveDict

from kit_minio.checks.model import Context, Review

_MAX_READ = 64 * 1024  # octets lus d'une réponse
_SECONDS = (3, 10)  # pour se connecter, pour attendre une réponse
_LOOPBACK = ("127.0.0.1", "localhost")


@dataclass(frozen=True)
class Answer:
    """La réponse du serveur : son statut, ses en-têtes, le début de son corps."""

    status: int
    headers: CaseInsensitiveDict[str]
    body: bytes

    @property
    def accepted(self) -> bool:
        """Vrai si la requête a été acceptée, redirection comprise."""
        return self.status < 400

    def __str__(self) -> str:
        code = re.search(rb"<Code>(\w+)</Code>", self.body)
        return f"{self.status} {code[1].decode()}" if code else str(self.status)


def store_of(context: Context) -> SplitResult:
    """Renvoie l'adresse du serveur du contexte, telle que son client la signe."""
    url = context.client.presigned_get_object(bucket_name=context.space, object_name="adresse")
    return urlsplit(url)


def names_of(context: Context) -> set[str]:
    """Renvoie les hôtes, port compris, par lesquels le serveur du contexte peut être nommé."""
    store = store_of(context)
    others = _LOOPBACK if store.hostname in _LOOPBACK else ()
    return {store.netloc, *(f"{name}:{store.port}" for name in others)}


def public_host(context: Context) -> str:
    """Renvoie l'hôte d'où un client extérieur voit le serveur : ici, l'autre nom de la machine.

    Un serveur existant n'en a qu'un.
    """
    return store_of(context).netloc.replace("127.0.0.1", "localhost")


def call(context: Context, method: str, resource: str, **options: Any) -> Answer:
    """Envoie une requête au serveur du contexte, sans suivre de redirection.

    Args:
        context: le contexte de vérification.
        method: la méthode HTTP.
        resource: le chemin et les paramètres, déjà encodés.
        options: ce que ``requests`` accepte : ``headers``, ``data``, ``files``.

    Raises:
        Review: un en-tête ne peut pas être envoyé.
    """
    store = store_of(context)
    with requests.Session() as session:
        session.trust_env = False  # ni proxy ni identifiants de l'environnement
        session.verify = os.environ.get("SSL_CERT_FILE") or True
        url = f"{store.scheme}://{store.netloc}{resource}"
        try:
            with session.request(
                method, url, allow_redirects=False, timeout=_SECONDS, stream=True, **options
            ) as answer:
                return Answer(answer.status_code, answer.headers, answer.raw.read(_MAX_READ))
        except (InvalidHeader, UnicodeError):
            message = "Un en-tête ne peut pas être envoyé : il n'est pas en ASCII."
            raise Review(message) from None
