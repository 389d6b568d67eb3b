"""SSE-C : une clé par objet, dérivée d'une seule, et ce que le client en envoie."""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import Callable
from hashlib import md5, sha256
from typing import Any

from kit_minio.checks.answers import about, expect_same
from kit_minio.checks.comparison import gap
from kit_minio.checks.model import Context, Exercise, Review
from kit_minio.checks.preparation import fill, put_json

_PREFIX = "x-amz-server-side-encryption-customer-"
_NAMES = (f"{_PREFIX}algorithm", f"{_PREFIX}key", f"{_PREFIX}key-md5")
_PATIENTS = ("zoé", "omar", "nina", "léa", "ali", "inès", "paul", "jeanne")


def _given(context: Context) -> tuple[bytes, list[str]]:
    """Renvoie la clé maîtresse, et les clés des objets : l'une au moins a un accent."""
    rng = context.random()
    accented = [name for name in _PATIENTS if not name.isascii()]
    plain = [name for name in _PATIENTS if name.isascii()]
    names = [*rng.sample(accented, 2), *rng.sample(plain, 2)]
    rng.shuffle(names)
    return rng.randbytes(32), [f"dossiers/{name}-{rng.randint(10, 99)}.bin" for name in names]


def _prepare(context: Context) -> None:
    master, keys = _given(context)
    fill(context, "derivation", {"maitre.key": master})
    put_json(context, "derivation", "cles.json", keys)


def _headers(key: bytes) -> dict[str, str]:
    digest = md5(key, usedforsecurity=False).digest()
    values = ("AES256", b64encode(key).decode(), b64encode(digest).decode())
    return dict(zip(_NAMES, values, strict=True))


_MISTAKES: tuple[tuple[Callable[[bytes, bytes], bytes], str], ...] = (
    (
        lambda master, name: master,
        "la clé maîtresse elle-même part au serveur ; dérivez une clé par objet",
    ),
    (
        lambda master, name: sha256(master + name).digest(),
        "la clé est le SHA-256 des deux textes mis bout à bout ; HMAC est un autre calcul",
    ),
    (
        lambda master, name: hmac.digest(name, master, "sha256"),
        "les arguments de HMAC sont inversés : la clé maîtresse vient d'abord",
    ),
    (
        lambda master, name: hmac.digest(master, name.rpartition(b"/")[2], "sha256"),
        "HMAC porte sur la fin de la clé d'objet ; il doit porter sur la clé entière",
    ),
)


def _verify(context: Context) -> None:
    master, keys = _given(context)
    answer = context.answer
    names = dict.fromkeys(answer, "") if isinstance(answer, dict) else answer
    if fault := gap(names, dict.fromkeys(keys, "")):
        raise Review(fault.message, found=fault.found, expected=fault.expected)
    for key in keys:
        with about(f"Pour « {key} »"):
            _expect_headers(answer[key], master, key.encode())


def _expect_headers(found: Any, master: bytes, name: bytes) -> None:
    if not isinstance(found, dict):
        raise Review("Les en-têtes doivent être un dictionnaire.", found=found)
    sent = {str(header).lower(): value for header, value in found.items()}
    if fault := gap(dict.fromkeys(sent, ""), dict.fromkeys(_NAMES, "")):
        raise Review(fault.message, found=fault.found, expected=fault.expected)
    key = hmac.digest(master, name, "sha256")
    wanted = _headers(key)
    given, declared = sent[_NAMES[1]], sent[_NAMES[2]]
    if given == key.hex():
        raise Review("La clé est en hexadécimal ; elle s'envoie en base64.", found=given)
    for mistake, message in _MISTAKES:
        if given == b64encode(mistake(master, name)).decode():
            raise Review(f"{message[:1].upper()}{message[1:]}.", found=given)
    if given == wanted[_NAMES[1]] and declared != wanted[_NAMES[2]]:
        raise Review(_about_digest(declared, key), found=declared, points=1)
    expect_same(sent, wanted)


def _about_digest(found: Any, key: bytes) -> str:
    if found == md5(key, usedforsecurity=False).hexdigest():
        return "Le MD5 est en hexadécimal ; il s'envoie en base64."
    text = md5(b64encode(key), usedforsecurity=False)
    if found in (text.hexdigest(), b64encode(text.digest()).decode()):
        return "Le MD5 est celui de la clé écrite en base64 ; c'est celui des 32 octets."
    return "La clé est juste, mais son MD5 ne l'est pas."


EXERCISES = (
    Exercise(
        "derive",
        "Une clé par objet",
        points=2,
        hints=(
            'hmac.digest(maitresse, cle.encode(), "sha256") donne les 32 octets d\'un objet.',
            "SseCustomerKey(octets).headers(), de minio.sse, donne les trois en-têtes.",
            "À la main : la clé en base64, et base64 du MD5 des 32 octets, et non de leur texte.",
        ),
        verify=_verify,
        prepare=_prepare,
        answers=True,
        traps={
            "une clé d'objet avec un accent": lambda context: any(
                not key.isascii() for key in _given(context)[1]
            ),
        },
    ),
)
