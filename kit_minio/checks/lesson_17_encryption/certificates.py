"""Des certificats : à qui se fier, puis pourquoi un client en refuse."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from contextlib import suppress
from datetime import datetime, timedelta

from kit_minio.checks.answers import expect_judgements
from kit_minio.checks.expectations import bucket_lost, stat_of
from kit_minio.checks.lesson_17_encryption.authorities import Identity, authority, issued
from kit_minio.checks.model import Context, Exercise, Review, Todo
from kit_minio.checks.preparation import fill, put_json

_PEM = "application/x-pem-file"
_TOWNS = ("brest", "quimper", "morlaix", "lorient", "vannes", "roscoff")


# --- 1. À qui se fier ---------------------------------------------------------------------------

_BUNDLE = "confiance.pem"
_BLOCK = re.compile("-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----", re.S)


def _received(context: Context) -> tuple[dict[str, Identity], dict[str, Identity]]:
    """Renvoie l'autorité de chaque serveur, par son nom, et les autres certificats reçus."""
    rng = context.random()
    first, second, third = rng.sample(_TOWNS, 3)
    wanted = {
        f"s3.{town}.example": authority(rng, f"Autorité de {town.title()}")
        for town in (first, second)
    }
    dates = datetime(2026, 1, 1), datetime(2098, 1, 1)
    others = {
        "même nom": authority(rng, f"Autorité de {first.title()}"),
        "inconnue": authority(rng, f"Autorité de {third.title()}"),
        "serveur": issued(rng, wanted[f"s3.{first}.example"], [f"s3.{first}.example"], dates),
    }
    return wanted, others


def _prepare_trust(context: Context) -> None:
    wanted, others = _received(context)
    files = [found.pem for found in (*wanted.values(), *others.values())]
    context.random().shuffle(files)
    received = {f"recus/certificat-{rank + 1}.pem": pem for rank, pem in enumerate(files)}
    fill(context, "confiance", received, _PEM)
    told = {name: found.fingerprint for name, found in wanted.items()}
    put_json(context, "confiance", "empreintes.json", told)


def _verify_trust(context: Context) -> None:
    wanted, others = _received(context)
    if stat_of(context, "confiance", _BUNDLE) is None:
        if not context.client.bucket_exists(bucket_name=context.bucket("confiance")):
            raise bucket_lost(context, "confiance")
        raise Todo(f"L'objet « {_BUNDLE} » n'est pas dans « confiance ».")
    bundle = context.read("confiance", _BUNDLE)
    if re.search(rb"[^\r\n]-----BEGIN", bundle):
        raise Review(
            f"Dans « {_BUNDLE} », un certificat commence au bout d'une ligne : aucun client ne "
            "lirait ce fichier. Un saut de ligne suit chaque certificat.",
            expected="-----BEGIN CERTIFICATE-----, en début de ligne",
        )
    found = _certificates(bundle)
    if not found:
        raise Review(
            f"« {_BUNDLE} » ne contient aucun certificat PEM entier.",
            expected="-----BEGIN CERTIFICATE-----…",
        )
    if others["même nom"].der in found:
        raise Review(
            f"« {_BUNDLE} » contient une autorité qui a le nom de la vraie, mais pas son "
            "empreinte : un client accepterait tous les serveurs qu'elle signe."
        )
    if others["inconnue"].der in found:
        raise Review(
            f"« {_BUNDLE} » contient une autorité dont l'empreinte n'a pas été dictée : un client "
            "accepterait tous les serveurs qu'elle signe."
        )
    if others["serveur"].der in found:
        raise Review(
            f"« {_BUNDLE} » contient le certificat d'un serveur, qui change à chaque "
            "renouvellement : c'est son autorité qui reste."
        )
    lacking = [name for name, each in wanted.items() if each.der not in found]
    if lacking:
        raise Review(
            f"Un client qui se fie à « {_BUNDLE} » refuse {lacking[0]} : son autorité n'y est pas, "
            "ou pas entière.",
            points=0.5 * (len(wanted) - len(lacking)),
        )
    if found - {each.der for each in wanted.values()}:
        raise Review(f"« {_BUNDLE} » contient un certificat qui n'est pas de ceux de « recus/ ».")


def _certificates(pem: bytes) -> set[bytes]:
    """Renvoie les certificats d'un fichier PEM, en octets ; ceux de l'étudiant ne sont pas lus."""
    found = set()
    for text in _BLOCK.findall(pem.decode("latin-1")):
        with suppress(binascii.Error, ValueError):
            found.add(b64decode("".join(text.split()), validate=True))
    return found


# --- 2. Six certificats -------------------------------------------------------------------------

_ACCEPTED = "accepté"
_CAUSES = (_ACCEPTED, "autorité inconnue", "autre nom", "expiré", "pas encore valable")


def _causes(context: Context) -> dict[str, str]:
    """Renvoie six lettres et ce qu'en dit un client : toutes les causes, et deux fois accepté."""
    return dict(zip("ABCDEF", context.random().sample([_ACCEPTED, *_CAUSES], 6), strict=True))


def _prepare_causes(context: Context) -> None:
    rng = context.random()
    letters = _causes(context)
    rng.random()
    town, other = rng.sample(_TOWNS, 2)
    known = [authority(rng, f"Autorité de {name.title()}") for name in (town, other)]
    stranger = authority(rng, f"Autorité de {town.title()}")
    files, visits = {"autorites.pem": b"".join(each.pem for each in known)}, {}
    starred = iter(rng.sample([True, False], 2))
    for letter, cause in letters.items():
        date = datetime(2027, rng.randint(2, 11), rng.randint(1, 28), rng.randint(8, 17))
        start, end = date - timedelta(days=rng.randint(9, 30)), date + timedelta(days=60)
        host, names = f"s3.{town}.example", [f"www.{town}.example", f"s3.{town}.example"]
        if cause == _ACCEPTED and next(starred):
            names = [f"*.{town}.example"]
        if cause == "autre nom":
            host, names = f"archives.s3.{town}.example", [f"*.{town}.example"]
        if cause == "expiré":
            end = date - timedelta(hours=1)  # le même jour
        if cause == "pas encore valable":
            start = date + timedelta(hours=1)
        by = stranger if cause == "autorité inconnue" else rng.choice(known)
        files[f"{letter}.pem"] = issued(rng, by, names, (start, end)).pem
        visits[letter] = {"hote": host, "date": f"{date.isoformat()}Z"}
    fill(context, "visites", files, _PEM)
    put_json(context, "visites", "visites.json", visits)


_ADVICE = {
    _ACCEPTED: "il a un nom à étoile, ou plusieurs noms, et vaut le jour de la visite",
    "autorité inconnue": "le nom de l'autorité ne prouve rien, sa signature si",
    "autre nom": "l'étoile remplace un seul morceau du nom",
    "expiré": "comparez ses dates à celle de la visite, et non à aujourd'hui",
    "pas encore valable": "comparez ses dates à celle de la visite, et non à aujourd'hui",
}


def _verify_causes(context: Context) -> None:
    expect_judgements(context, _causes(context), _CAUSES, each=0.3, advice=_ADVICE)


EXERCISES = (
    Exercise(
        "trust",
        "À qui se fier",
        points=1,
        hints=(
            "Le nom d'une autorité ne prouve rien : comparez son empreinte à celles qui ont été "
            "dictées.",
            "x509.load_pem_x509_certificate(pem).fingerprint(SHA256()).hex() donne l'empreinte "
            "d'un certificat.",
            "Déposez les textes PEM retenus, bout à bout, dans un seul objet.",
        ),
        verify=_verify_trust,
        prepare=_prepare_trust,
        traps={
            "une autorité du même nom": lambda context: (
                _received(context)[1]["même nom"].certificate.subject
                in [each.certificate.subject for each in _received(context)[0].values()]
            ),
            "le certificat d'un serveur parmi les autorités": lambda context: (
                "serveur" in _received(context)[1]
            ),
        },
    ),
    Exercise(
        "causes",
        "Six certificats",
        points=2,
        hints=(
            "Trois conditions : la signature d'une autorité connue, le nom demandé, les dates. "
            "Il n'en manque qu'une à chaque certificat refusé.",
            "certificat.verify_directly_issued_by(autorité) lève ValueError ou InvalidSignature "
            "si cette autorité ne l'a pas signé.",
            "Un nom à étoile vaut si tout ce qui suit le premier point est égal des deux côtés : "
            "nom.partition('.')[2].",
        ),
        verify=_verify_causes,
        prepare=_prepare_causes,
        answers=True,
        traps={
            "toutes les causes": lambda context: set(_causes(context).values()) == set(_CAUSES),
        },
    ),
)
