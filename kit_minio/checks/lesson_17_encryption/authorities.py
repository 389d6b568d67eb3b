"""Des autorités et des certificats, les mêmes à chaque fois pour la même graine."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

_USAGES = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
    "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
)  # fmt: skip


@dataclass(frozen=True)
class Identity:
    """Un certificat, et la clé privée qui va avec.

    Attributes:
        certificate: le certificat.
        key: sa clé privée ; sa signature ne tire rien au hasard.
    """

    certificate: x509.Certificate
    key: Ed25519PrivateKey

    @property
    def pem(self) -> bytes:
        """Le certificat, en PEM."""
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def der(self) -> bytes:
        """Le certificat, en octets."""
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def fingerprint(self) -> str:
        """L'empreinte SHA-256 du certificat, en hexadécimal."""
        return self.certificate.fingerprint(SHA256()).hex()


def authority(rng: random.Random, name: str) -> Identity:
    """Renvoie une autorité, qui signe son propre certificat."""
    key = Ed25519PrivateKey.from_private_bytes(rng.randbytes(32))
    dates = datetime(2020, 1, 1), datetime(2099, 1, 1)
    usages = {usage: usage in ("key_cert_sign", "crl_sign") for usage in _USAGES}
    builder = _builder(rng, name, name, key, key, dates)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(x509.KeyUsage(**usages), critical=True)
    return Identity(builder.sign(key, None), key)


def issued(
    rng: random.Random, by: Identity, names: Iterable[str], dates: tuple[datetime, datetime]
) -> Identity:
    """Renvoie le certificat d'un serveur, signé par une autorité.

    Args:
        rng: d'où sa clé est tirée.
        by: l'autorité.
        names: les noms du serveur.
        dates: entre lesquelles il vaut.
    """
    key = Ed25519PrivateKey.from_private_bytes(rng.randbytes(32))
    (issuer,) = by.certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    builder = _builder(rng, "Serveur S3", str(issuer.value), key, by.key, dates)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), True)
    known = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
    return Identity(builder.add_extension(known, critical=False).sign(by.key, None), key)


def _builder(
    rng: random.Random,
    name: str,
    issuer: str,
    key: Ed25519PrivateKey,
    signer: Ed25519PrivateKey,
    dates: tuple[datetime, datetime],
) -> x509.CertificateBuilder:
    signed_by = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    return (
        x509.CertificateBuilder()
        .subject_name(_named(name))
        .issuer_name(_named(issuer))
        .public_key(key.public_key())
        .serial_number(rng.getrandbits(64) + 1)
        .not_valid_before(dates[0])
        .not_valid_after(dates[1])
        .add_extension(own, critical=False)
        .add_extension(signed_by, critical=False)
    )


def _named(organization: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization)])
