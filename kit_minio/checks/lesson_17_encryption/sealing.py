"""Sceller : chiffrer avant l'envoi, et reconnaître ce que l'hébergeur a modifié."""

from __future__ import annotations

import binascii
import random
from base64 import b64decode, b64encode
from functools import partial

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from helpers.display import user_metadata
from kit_minio.checks.answers import Known, expect_answer
from kit_minio.checks.expectations import bucket_lost, expect_object, stat_of
from kit_minio.checks.model import Context, Exercise, Review, Todo
from kit_minio.checks.preparation import fill, put_json
from kit_minio.checks.steps import in_steps

NONCE = 12  # octets, en tête d'un objet scellé
_OVERHEAD = 28  # le nonce, et les 16 octets d'authentification
_BYTES = "application/octet-stream"


def seal(rng: random.Random, secret: bytes, key: str, data: bytes) -> bytes:
    """Chiffre comme la leçon, avec un nonce tiré de la graine."""
    nonce = rng.randbytes(NONCE)
    return nonce + AESGCM(secret).encrypt(nonce, data, key.encode())


def unsealed(secret: bytes, sealed: bytes, associated: bytes | None) -> bytes | None:
    """Renvoie le contenu d'un objet scellé, ``None`` s'il ne s'ouvre pas ainsi."""
    if len(sealed) < _OVERHEAD:
        return None
    try:
        return AESGCM(secret).decrypt(sealed[:NONCE], sealed[NONCE:], associated)
    except InvalidTag:
        return None


def _keys(context: Context) -> tuple[dict[str, bytes], str]:
    """Renvoie les clés, par leur nom, et le nom de celle qui sert maintenant : pas la dernière."""
    rng = context.random()
    months = sorted(rng.sample(range(1, 13), 3))
    return {f"2026-{month:02}": rng.randbytes(32) for month in months}, f"2026-{months[1]:02}"


def _notes(context: Context) -> dict[str, bytes]:
    rng = context.random()
    numbers = rng.sample(range(10, 99), 4)
    return {
        f"notes/{number}.txt": f"Note {number} : tension {rng.randint(9, 17)}, été.\n".encode()
        for number in numbers
    }


def _kept(context: Context) -> tuple[dict[str, tuple[str, bytes]], list[str], list[str]]:
    """Renvoie les objets scellés (clé de chiffrement et octets), l'altéré, et les deux échangés."""
    rng = context.random()
    keys, _ = _keys(context)
    names = [f"recus/{number}.bin" for number in sorted(rng.sample(range(100, 999), 6))]
    damaged, *swapped = rng.sample(names, 3)
    sealed = {}
    one = rng.choice(sorted(keys))
    for rank, name in enumerate(names):
        key = one if name in swapped else sorted(keys)[rank % len(keys)]
        data = seal(rng, keys[key], name, f"Reçu n° {rng.randint(1000, 9999)}".encode())
        sealed[name] = key, data
    first, second = swapped
    sealed[first], sealed[second] = sealed[second], sealed[first]
    key, data = sealed[damaged]
    place = rng.randrange(NONCE, len(data))
    sealed[damaged] = key, data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
    return sealed, [damaged], swapped


def _prepare(context: Context) -> None:
    keys, active = _keys(context)
    fill(context, "bureau", _notes(context), "text/plain; charset=utf-8")
    ring = {name: b64encode(key).decode() for name, key in keys.items()}
    put_json(context, "bureau", "cles.json", {"active": active, "cles": ring})
    context.make_bucket("hebergeur")
    for name, (key, data) in _kept(context)[0].items():
        context.put("hebergeur", name, data, content_type=_BYTES, metadata={"cle-id": key})


def _verify(context: Context) -> None:
    if not context.client.bucket_exists(bucket_name=context.bucket("hebergeur")):
        raise bucket_lost(context, "hebergeur")
    in_steps(
        (2, partial(_expect_sealed, context)),
        (1, partial(_expect_altered, context)),
    )


def _expect_altered(context: Context) -> None:
    sealed, damaged, swapped = _kept(context)
    _, active = _keys(context)
    known = (
        Known(damaged, "Il en manque : deux objets ont été échangés, sans changer un seul octet."),
        Known(
            [name for name in sealed if name not in damaged + swapped],
            "Ce sont les objets intacts : la question porte sur les autres.",
        ),
        Known(
            [name for name, (key, _) in sealed.items()
             if key != active or name in damaged + swapped],
            "Des objets intacts y sont : chacun se déchiffre avec la clé que nomme sa métadonnée "
            "cle-id, même si elle ne sert plus à chiffrer, et avec sa clé d'objet pour données "
            "associées.",
        ),
    )  # fmt: skip
    expect_answer(context, damaged + swapped, ordered=False, known=known)


def _expect_sealed(context: Context) -> None:
    notes = _notes(context)
    if not any(key.startswith("notes/") for key in context.keys("hebergeur")):
        raise Todo("Rien n'est déposé sous « notes/ », dans « hebergeur ».")
    nonces: dict[bytes, str] = {}
    for key, text in notes.items():
        expect_object(context, "hebergeur", key)
        found = context.read("hebergeur", key)
        _expect_secret(context, key, found, text)
        _expect_named(context, key)
        if (other := nonces.setdefault(found[:NONCE], key)) != key:
            raise Review(
                f"« {key} » et « {other} » ont le même nonce, avec la même clé : l'hébergeur peut "
                "en tirer leur différence. Tirez-en un par objet.",
                points=1,
            )


def _expect_secret(context: Context, key: str, found: bytes, text: bytes) -> None:
    keys, active = _keys(context)
    secret = keys[active]
    opened = unsealed(secret, found, key.encode())
    if opened == text:
        return
    if text in found:
        raise Review(f"« {key} » est en clair chez l'hébergeur.")
    if opened is not None:
        raise Review(f"« {key} » s'ouvre, mais son contenu n'est pas celui de la note.")
    raise Review(_why_closed(keys, active, key, found), expected="le nonce, puis le chiffré")


def _why_closed(keys: dict[str, bytes], active: str, key: str, found: bytes) -> str:
    """Dit pourquoi un objet ne s'ouvre pas avec la bonne clé et le nom de l'objet."""
    secret = keys[active]
    try:
        plain = b64decode(found, validate=True)
    except binascii.Error:
        plain = b""
    if found.startswith(b"gAAAA"):
        return f"« {key} » est chiffré par Fernet, qui ne lie pas le contenu à la clé de l'objet."
    if plain and unsealed(secret, plain, key.encode()) is not None:
        return f"« {key} » est encodé en base64 : déposez les octets eux-mêmes."
    for name, other in keys.items():
        if name != active and unsealed(other, found, key.encode()) is not None:
            return f"« {key} » est chiffré avec la clé {name} ; la clé active est {active}."
    ends = (None, key.rpartition("/")[2].encode(), active.encode(), f"hebergeur/{key}".encode())
    for rank, associated in enumerate(ends):
        if unsealed(secret, found, associated) is not None:
            told = ("il n'y a pas de données associées" if rank == 0 else
                    "les données associées ne sont pas la clé de l'objet")  # fmt: skip
            return f"« {key} » est chiffré, mais {told} : deux objets pourraient être échangés."
    turned = found[-NONCE:] + found[:-NONCE]
    if unsealed(secret, turned, key.encode()) is not None:
        return f"Le nonce de « {key} » est à la fin : il va en tête de l'objet."
    return f"« {key} » ne s'ouvre pas avec la clé active et sa clé d'objet pour données associées."


def _expect_named(context: Context, key: str) -> None:
    keys, active = _keys(context)
    metadata = user_metadata(stat_of(context, "hebergeur", key))
    for secret in keys.values():
        if {b64encode(secret).decode(), secret.hex()} & set(metadata.values()):
            raise Review(
                f"La clé de chiffrement elle-même est dans les métadonnées de « {key} » : "
                "l'hébergeur peut tout lire."
            )
    if metadata.get("cle-id") != active:
        raise Review(
            f"La métadonnée cle-id de « {key} » doit nommer la clé qui a servi.",
            found=metadata.get("cle-id", "absente"),
            expected=active,
            points=1,
        )


def _reordered(context: Context) -> bool:
    sealed, damaged, swapped = _kept(context)
    first, second = swapped
    return sealed[first][0] == sealed[second][0] and damaged[0] not in swapped


EXERCISES = (
    Exercise(
        "seal",
        "Sceller",
        points=3,
        hints=(
            "Le bon ordre : un nonce neuf de 12 octets, AESGCM(cle).encrypt(nonce, note, "
            "cle_objet.encode()), puis nonce + chiffré dans l'objet.",
            'b64decode donne les 32 octets d\'une clé ; metadata={"cle-id": …} en donne le nom, '
            "jamais la valeur.",
            "Pour juger un objet reçu, déchiffrez-le avec la clé que nomme sa métadonnée cle-id : "
            "InvalidTag dit qu'il a été modifié, ou qu'il n'est pas à sa place.",
        ),
        verify=_verify,
        prepare=_prepare,
        answers=True,
        traps={
            "deux objets échangés, de la même clé": _reordered,
            "la clé active n'est ni la première ni la dernière": lambda context: (
                _keys(context)[1] == sorted(_keys(context)[0])[1]
            ),
            "des objets intacts d'une autre clé": lambda context: any(
                key != _keys(context)[1]
                for name, (key, _) in _kept(context)[0].items()
                if name not in [*_kept(context)[1], *_kept(context)[2]]
            ),
        },
    ),
)
