"""Les certificats par lesquels les ports internes du serveur embarqué n'obéissent qu'au kit.

Ces ports (maître, volumes, « filer », administration, et leurs gRPC) n'ont pas d'autre contrôle
d'accès qui vaille pour tous : sans TLS mutuel, une page web ou un autre compte de la machine
effacerait tout. Les certificats sont refaits à chaque démarrage, et l'autorité qui les signe est
oubliée aussitôt : rien à renouveler, et personne n'en obtient d'autres.
"""

from __future__ import annotations

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import urllib3

from helpers.files import write_at_once

FOLDER = "tls"
_AUTHORITY, _CERTIFICATE, _KEY = "ca.pem", "cert.pem", "key.pem"
_YEARS = 10  # un serveur peut rester longtemps en marche
_PARTS = ("master", "volume", "filer", "s3", "admin", "worker", "client")  # qui se parlent en gRPC
_PORTS = ("master", "volume", "filer", "admin")  # qui ont un port HTTP


def protect(folder: Path) -> None:
    """Écrit de quoi fermer les ports internes : les certificats, et le réglage qui les nomme.

    Args:
        folder: le dossier, privé, où SeaweedFS est lancé ; il y lit ``security.toml``.

    Raises:
        OSError: un fichier ne s'écrit pas.
    """
    (folder / FOLDER).mkdir(mode=0o700, exist_ok=True)
    for name, data in _made().items():
        write_at_once(folder / FOLDER / name, data, private=True)
    write_at_once(folder / "security.toml", _settings().encode(), private=True)


def internal_pool(folder: Path) -> urllib3.PoolManager:
    """Renvoie de quoi appeler les ports internes, en se présentant.

    Args:
        folder: le dossier où SeaweedFS a été lancé.

    Raises:
        OSError: les certificats n'y sont pas.
    """
    tls = folder / FOLDER
    context = ssl.create_default_context(cafile=str(tls / _AUTHORITY))
    context.load_cert_chain(tls / _CERTIFICATE, tls / _KEY)
    return urllib3.PoolManager(ssl_context=context, timeout=2, retries=False)


def _made() -> dict[str, bytes]:
    """Fait une autorité, une clé et son certificat ; la clé de l'autorité est perdue aussitôt."""
    # 70 ms à charger : seul un démarrage les attend.
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    def called(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    start = datetime.now(UTC) - timedelta(days=1)  # l'heure d'une machine peut reculer
    end = start + timedelta(days=365 * _YEARS)

    def draft(name: str, issuer: str, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(called(name))
            .issuer_name(called(issuer))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(end)
        )

    authority_key = ec.generate_private_key(ec.SECP256R1())
    authority = (
        draft("kit-minio autorité", "kit-minio autorité", authority_key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(authority_key, hashes.SHA256())
    )
    key = ec.generate_private_key(ec.SECP256R1())
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    both = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    certificate = (
        draft("kit-minio", "kit-minio autorité", key)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.ExtendedKeyUsage(both), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    pem = serialization.Encoding.PEM
    return {
        _AUTHORITY: authority.public_bytes(pem),
        _CERTIFICATE: certificate.public_bytes(pem),
        _KEY: private,
    }


def _settings() -> str:
    """Renvoie ``security.toml`` : les chemins sont relatifs au dossier où SeaweedFS est lancé."""
    authority, *pair = (f"{FOLDER}/{name}" for name in (_AUTHORITY, _CERTIFICATE, _KEY))
    own = f'cert = "{pair[0]}"\nkey = "{pair[1]}"\n'
    lines = [f'[grpc]\nca = "{authority}"\n']
    lines += [f"[grpc.{part}]\n{own}" for part in _PARTS]
    lines += [f'[https.client]\nenabled = true\n{own}ca = "{authority}"\n']
    lines += [f'[https.{part}]\n{own}ca = "{authority}"\n' for part in _PORTS]
    return "\n".join(lines)
