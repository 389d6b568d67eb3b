"""Appeler les deux API des identités : STS, qui en prête, et IAM, qui en crée.

    call_sts(server, Action="AssumeRole", RoleSessionName="lecon")

Elles ne sont pas S3 : un formulaire part en ``POST`` vers la racine du serveur, et la réponse est
du XML. MinIO n'y répond qu'à STS ; SeaweedFS répond aux deux.
"""

import html
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import urlencode, urlsplit

import urllib3
from minio.credentials.credentials import Credentials
from minio.error import S3Error
from minio.signer import sign_v4_sts
from minio.time import to_amz_date

from helpers.server import Server

_SECONDS = 10
_ATTEMPTS = 3
_PAUSE = 0.2  # secondes


def call_sts(server: Server, *, signed: bool = True, **parameters: str) -> str:
    """Appelle l'API STS du serveur et renvoie sa réponse, du XML.

    Args:
        server: le serveur, avec les clés qui signent.
        signed: faux pour une requête qui se passe de clés (``AssumeRoleWithWebIdentity``).
        parameters: les champs du formulaire, ``Action`` compris.

    Raises:
        S3Error: le serveur refuse ; ``code`` dit pourquoi (``AccessDenied``…).
        urllib3.exceptions.HTTPError: il ne répond pas.
    """
    return _call(server, signed, {"Version": "2011-06-15", **parameters})


def call_iam(server: Server, **parameters: str) -> str:
    """Appelle l'API IAM du serveur, comme ``call_sts``, et renvoie sa réponse, du XML."""
    return _call(server, True, {"Version": "2010-05-08", **parameters})


def field(text: str, name: str) -> str:
    """Renvoie le contenu du premier élément ``name`` d'une réponse, ou ``""`` s'il n'y est pas."""
    found = re.search(f"<{name}>(.*?)</{name}>", text, flags=re.S)
    return html.unescape(found[1]) if found else ""


def _call(server: Server, signed: bool, form: Mapping[str, str]) -> str:
    for _ in range(_ATTEMPTS - 1):
        try:
            return _post(server, signed, form)
        except S3Error as error:
            # Vu sous forte charge : SeaweedFS refuse une signature juste, et l'accepte ensuite.
            if error.code != "SignatureDoesNotMatch":
                raise
        time.sleep(_PAUSE)
    return _post(server, signed, form)


def _post(server: Server, signed: bool, form: Mapping[str, str]) -> str:
    body = urlencode(form).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    headers = _sign(server, headers, body) if signed else headers
    answer = urllib3.request(
        "POST", f"{server.url}/", body=body, headers=headers, timeout=_SECONDS, retries=False
    )
    text = answer.data.decode(errors="replace")
    if answer.status != 200:
        raise S3Error(
            response=answer,
            code=field(text, "Code") or str(answer.status),
            message=field(text, "Message") or text[:200],
            resource=form["Action"],
            request_id=None,
            host_id=None,
        )
    return text


def _sign(server: Server, headers: Mapping[str, str], body: bytes) -> dict[str, str]:
    now = datetime.now(UTC)
    token = {"X-Amz-Security-Token": server.session_token} if server.session_token else {}
    signed = sign_v4_sts(
        method="POST",
        url=urlsplit(f"{server.url}/"),
        region=server.region,
        headers={**headers, "Host": server.endpoint, "X-Amz-Date": to_amz_date(now), **token},
        credentials=Credentials(server.access_key, server.secret_key),
        content_sha256=sha256(body).hexdigest(),
        date=now,
    )
    return {name: str(value) for name, value in signed.items()}
