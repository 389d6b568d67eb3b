"""L'entrée d'une classe : l'objet qu'un code ouvre, et le serveur qui le garde, vérifié.

Tout le monde peut lire un objet de ce bucket, à qui en sait le nom ; nul ne peut les lister. Un
code ne sert qu'une fois : son étudiant remplace aussitôt l'objet par la date où il l'a ouvert.
"""

from __future__ import annotations

import hashlib
import http.client
import ipaddress
import json
import re
import socket
import ssl
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict, dataclass, field
from urllib.parse import urlsplit

from helpers.errors import ContentError, ServerError, SettingsError
from helpers.s3 import authorities

ENTRANCE = "kit-classe-entree"  # le bucket, le même sur tout serveur : l'étudiant n'en sait rien
HAND_INS, FEEDBACK = "remises/", "retours/"  # dans le bucket d'un étudiant
PORT = 9443
_SECONDS = 8
_MOST = 64 * 2**10  # octets d'un objet d'entrée


@dataclass(frozen=True)
class Address:
    """L'adresse d'une classe : ``https``, un hôte, un port."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        shown = f"[{self.host}]" if ":" in self.host else self.host
        plain = "" if self.scheme == "https" else f"{self.scheme}://"
        return f"{plain}{shown}:{self.port}"


@dataclass(frozen=True)
class Entry:
    """Ce qu'un code ouvre.

    Attributes:
        title: le nom de la classe.
        student: celui de l'étudiant.
        space: le préfixe de ses buckets, et à lui seul.
        bucket: celui de ses remises et de ses retours.
        board: celui où il dit où il en est.
        access_key: sa clé d'accès.
        secret_key: sa clé secrète.
        scheme: ``https``, ou ``http`` si l'enseignant l'a voulu.
        certificate: l'empreinte SHA-256 du certificat du serveur ; vide si une autorité connue de
            tous l'a signé.
        region: la région du serveur.
    """

    title: str
    student: str
    space: str
    bucket: str
    board: str
    access_key: str
    secret_key: str = field(repr=False)
    scheme: str = "https"
    certificate: str = ""
    region: str = "us-east-1"

    def to_bytes(self) -> bytes:
        """Renvoie l'entrée en JSON, à chiffrer."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Entry:
        """Relit une entrée déchiffrée.

        Raises:
            ContentError: elle a été écrite par une autre version du kit.
        """
        try:
            found: Mapping[str, str] = json.loads(data)
            return cls(**found)
        except (ValueError, TypeError) as error:
            raise ContentError(
                "L'entrée de cette classe ne se lit pas.",
                "Elle vient peut-être d'une autre version du kit : prenez celle de l'enseignant.",
            ) from error


def read_address(text: str) -> Address:
    """Lit une adresse : ``192.168.1.10``, ``192.168.1.10:9443``, ``https://minio.exemple.fr``.

    Raises:
        SettingsError: elle ne se comprend pas.
    """
    wanted = text.strip().rstrip("/")
    try:
        parts = urlsplit(wanted if "://" in wanted else f"class://{wanted}")
        host, port = parts.hostname, parts.port
        extra = parts.path or parts.query or parts.fragment or parts.username
    except ValueError:
        host, port, extra, parts = None, None, "", urlsplit("")
    if (
        not host
        or re.search(r"\s", host)
        or extra
        or port == 0
        or parts.scheme not in ("class", "http", "https")
    ):
        raise SettingsError(
            f"Cette adresse de classe ne se comprend pas : « {text[:80]} ».",
            "Recopiez celle de votre carte, par exemple 192.168.1.10:9443.",
        )
    usual = {"class": PORT, "https": 443, "http": 80}[parts.scheme]
    return Address("http" if parts.scheme == "http" else "https", host, port or usual)


def fingerprint(certificate: bytes) -> str:
    """Renvoie l'empreinte d'un certificat (DER)."""
    return hashlib.sha256(certificate).hexdigest()


def unverified() -> ssl.SSLContext:
    """Renvoie de quoi ouvrir du TLS sans rien vérifier : à l'appelant de comparer l'empreinte."""
    # Sans create_default_context, qui lirait tous les certificats de la machine.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


@dataclass(frozen=True)
class Found:
    """Ce qui a été lu à l'entrée.

    Attributes:
        status: le code de la réponse.
        data: ses octets.
        certificate: l'empreinte du certificat présenté ; vide sans TLS.
        trusted: vrai si une autorité connue de cette machine l'a signé, pour cet hôte.
    """

    status: int
    data: bytes
    certificate: str
    trusted: bool


def look(address: Address, locator: str) -> Found:
    """Lit un objet à l'entrée d'une classe, sans se présenter et sans passer par un proxy.

    Raises:
        ServerError: personne ne répond à cette adresse, ou pas comme un serveur S3.
    """
    if address.scheme == "http":
        return _read(address, locator, None, trusted=False)
    try:
        trusted = ssl.create_default_context(cafile=authorities())
        return _read(address, locator, trusted, trusted=True)
    except ssl.SSLCertVerificationError:
        return _read(address, locator, unverified(), trusted=False)


def _read(
    address: Address, locator: str, context: ssl.SSLContext | None, *, trusted: bool
) -> Found:
    connection = (
        http.client.HTTPSConnection(address.host, address.port, timeout=_SECONDS, context=context)
        if context
        else http.client.HTTPConnection(address.host, address.port, timeout=_SECONDS)
    )
    try:
        with closing(connection):
            connection.connect()
            shown = connection.sock
            certificate = shown.getpeercert(True) if isinstance(shown, ssl.SSLSocket) else None
            connection.request("GET", f"/{ENTRANCE}/{locator}", headers={"Accept": "*/*"})
            answer = connection.getresponse()
            data = answer.read(_MOST)
    except ssl.SSLCertVerificationError:
        raise
    except ssl.SSLError as error:
        raise ServerError(
            f"{address} répond, mais pas en TLS.",
            "Vérifiez l'adresse et le port de votre carte ; sans certificat, l'adresse commence "
            "par http://.",
        ) from error
    except (OSError, http.client.HTTPException) as error:
        raise ServerError(
            f"Personne ne répond à l'adresse {address} ({_cause(error)}).",
            "Vérifiez l'adresse de votre carte, et que vous êtes sur le réseau de la salle ; "
            "l'enseignant a peut-être fermé la classe.",
        ) from error
    return Found(answer.status, data, fingerprint(certificate) if certificate else "", trusted)


def _cause(error: Exception) -> str:
    if isinstance(error, socket.gaierror):
        return "ce nom n'existe pas sur ce réseau"
    if isinstance(error, TimeoutError):
        return f"rien en {_SECONDS} secondes"
    if isinstance(error, ConnectionRefusedError):
        return "connexion refusée"
    return "connexion coupée"


def is_local(host: str) -> bool:
    """Dit si un hôte est cette machine elle-même."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def check_certificate(address: Address, entry: Entry, found: Found) -> None:
    """Vérifie que le serveur qui a répondu est celui que l'entrée décrit.

    Raises:
        ServerError: le certificat n'est pas celui de la classe.
    """
    same = entry.certificate == found.certificate if entry.certificate else found.trusted
    if address.scheme != entry.scheme or (entry.scheme == "https" and not same):
        raise certificate_changed(str(address))


def certificate_changed(address: str) -> ServerError:
    """Renvoie l'erreur d'un serveur qui n'a pas le certificat de la classe."""
    return ServerError(
        f"Le serveur qui répond à {address} n'a pas le certificat de la classe : ce n'est pas "
        "lui, ou quelqu'un s'est mis entre vous deux.",
        "N'allez pas plus loin, et dites-le à l'enseignant ; rien ne lui a été envoyé.",
    )
