"""La voie ``external`` : un serveur existant, que décrivent des variables. Rien ne s'y démarre."""

import subprocess
import sys
from collections.abc import Mapping
from urllib.parse import urlsplit

import psutil

from helpers.errors import ServerError, SettingsError
from helpers.server.model import REGION, Server
from helpers.server.ports import listening

NAME = "external"


def described(variables: Mapping[str, str]) -> Server | None:
    """Renvoie le serveur que décrivent les variables ; des clés AWS seules ne veulent rien dire.

    Raises:
        SettingsError: une clé manque, ou l'adresse ne se comprend pas.
    """
    endpoint = _first(
        variables, "MINIO_ENDPOINT", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_S3_ENDPOINT"
    )
    if endpoint is None:
        return None
    host, secure = parse_endpoint(endpoint)
    access_key = _first(variables, "MINIO_ACCESS_KEY", "AWS_ACCESS_KEY_ID")
    secret_key = _first(variables, "MINIO_SECRET_KEY", "AWS_SECRET_ACCESS_KEY")
    if not access_key or not secret_key:
        raise SettingsError.of("server.keys", host=host)
    return Server(
        way=NAME,
        endpoint=host,
        secure=secure,
        access_key=access_key,
        secret_key=secret_key,
        session_token=_first(variables, "MINIO_SESSION_TOKEN", "AWS_SESSION_TOKEN"),
        region=_first(variables, "MINIO_REGION", "AWS_REGION", "AWS_DEFAULT_REGION") or REGION,
        why=variables.get("KIT_CLASS") or "décrit par les variables d'environnement ou par .env",
    )


def keep_passage(variables: Mapping[str, str]) -> bool:
    """Rouvre au besoin le passage vers le serveur de la classe ; vrai si son port a pu changer.

    Raises:
        ServerError: il ne s'ouvre pas.
    """
    pid, near = variables.get("KIT_CLASS_PID"), variables.get("MINIO_ENDPOINT", "")
    if pid is None or (psutil.pid_exists(int(pid)) and listening(near.removeprefix("http://"))):
        return False
    command = [sys.executable, "-P", "-m", "kit_minio.classroom.tunnel"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode:
        raise ServerError.of("server.passage", said=done.stderr.strip().rpartition("\n")[2][:300])
    return True


def _first(variables: Mapping[str, str], *names: str) -> str | None:
    return next((variables[name] for name in names if variables.get(name)), None)


def parse_endpoint(endpoint: str) -> tuple[str, bool]:
    """Renvoie ``(hôte:port, HTTPS ou non)`` d'une adresse avec ou sans ``http(s)://``.

    Sans schéma, HTTPS est supposé, sauf pour un nom sans point ou une adresse en chiffres : c'est
    ce qu'attendent les plateformes qui posent ``AWS_S3_ENDPOINT=minio.exemple.org``.

    Raises:
        SettingsError: l'adresse ne se comprend pas.
    """
    text = endpoint.strip()
    try:
        parts = urlsplit(text if "://" in text else f"//{text}")
        extra = parts.path.strip("/") or parts.query or parts.fragment or parts.username
        valid = parts.scheme in ("", "http", "https") and bool(parts.hostname) and parts.port != 0
        valid = valid and not extra
    except ValueError:
        valid = False
    if not valid:
        # Un mot de passe peut précéder « @ ».
        raise SettingsError.of("server.address", address=text.rpartition("@")[2])
    host = parts.hostname or ""
    near = "." not in host or host.replace(".", "").isdigit()
    return parts.netloc, parts.scheme == "https" or (not parts.scheme and not near)
