"""Les certificats des exercices : un vrai client TLS en dit ce que disent les vérifications."""

from __future__ import annotations

import random
import ssl
from datetime import datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from kit_minio.checks.lesson_17_encryption.authorities import Identity, authority, issued

NOW = datetime(2026, 1, 1), datetime(2098, 1, 1)
HOST = "s3.brest.example"


def accepts(trusted: bytes, server: Identity, folder: Path, host: str = HOST) -> bool:
    """Dit si un client qui se fie à ce fichier accepte ce serveur ; rien ne passe par le réseau."""
    key = server.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "serveur.pem").write_bytes(server.pem + key)
    there = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    there.load_cert_chain(folder / "serveur.pem")
    here = ssl.create_default_context(cadata=trusted.decode())
    up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [
        here.wrap_bio(down, up, server_hostname=host),
        there.wrap_bio(up, down, server_side=True),
    ]
    for end in ends * 3:
        try:
            end.do_handshake()
        except ssl.SSLWantReadError:
            continue
        except ssl.SSLCertVerificationError:
            return False
    return True


@pytest.mark.parametrize("seed", (1, 2))
def test_a_client_accepts_what_its_authority_signed_and_nothing_else(seed, tmp_path):
    rng = random.Random(seed)
    known, impostor = authority(rng, "Autorité de Brest"), authority(rng, "Autorité de Brest")
    assert known.certificate.subject == impostor.certificate.subject
    for renewed in (issued(rng, known, [HOST], NOW), issued(rng, known, [HOST], NOW)):
        assert accepts(known.pem, renewed, tmp_path)
        assert not accepts(known.pem, renewed, tmp_path, "s3.quimper.example")
        assert not accepts(impostor.pem, renewed, tmp_path)
    assert not accepts(known.pem, issued(rng, impostor, [HOST], NOW), tmp_path)


@pytest.mark.parametrize(
    ("name", "host", "accepted"),
    [
        ("*.brest.example", HOST, True),
        ("*.brest.example", "archives.s3.brest.example", False),
        ("www.brest.example", HOST, False),
    ],
)
def test_a_star_stands_for_one_piece_of_a_name(name, host, accepted, tmp_path):
    rng = random.Random(3)
    known = authority(rng, "Autorité de Brest")
    assert accepts(known.pem, issued(rng, known, [name], NOW), tmp_path, host) == accepted


def test_dates_are_those_that_were_asked(tmp_path):
    rng = random.Random(4)
    known = authority(rng, "Autorité de Brest")
    for dates in (
        (datetime(2020, 1, 1), datetime(2021, 1, 1)),
        (datetime(2097, 1, 1), datetime(2098, 1, 1)),
    ):
        assert not accepts(known.pem, issued(rng, known, [HOST], dates), tmp_path)


def test_the_same_seed_gives_the_same_certificates():
    """La vérification refait ceux que la préparation a déposés."""
    made = [authority(random.Random(5), "Autorité de Brest").der for _ in range(2)]
    assert made[0] == made[1]
