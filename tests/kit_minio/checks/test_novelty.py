"""Des clés nouvelles : ce qui le restera, et ce qui finira par se répéter."""

from __future__ import annotations

import itertools
import random
import secrets
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from kit_minio.checks.model import Review
from kit_minio.checks.novelty import expect_new_keys

_count = itertools.count(1)
_padded = itertools.count(7)

NEW: dict[str, Callable[[], str]] = {
    "uuid4": lambda: uuid.uuid4().hex,
    "uuid4 et son nom": lambda: f"recus/{uuid.uuid4()}-rapport.pdf",
    "uuid1": lambda: str(uuid.uuid1()),
    "quatre octets": lambda: f"rapport-{secrets.token_hex(4)}.pdf",
    "base 64": lambda: secrets.token_urlsafe(8),
    "un grand nombre": lambda: f"{random.randint(1, 10**9)}/rapport.pdf",
    "un nombre décimal": lambda: f"{random.random()}.pdf",
    "l'heure en nanosecondes": lambda: str(time.time_ns()),
}

WEAK: dict[str, tuple[Callable[[], str], str]] = {
    "le nom": (lambda: "rapport.pdf", "la même clé"),
    "trois chiffres": (lambda: f"{random.randint(100, 999)}-rapport.pdf", "chiffres y changent"),
    "quatre caractères": (lambda: f"{uuid.uuid4().hex[:4]}.pdf", "caractères y changent"),
    "un compteur": (lambda: f"{next(_count)}-rapport.pdf", "chiffre"),
    "un compteur long": (lambda: f"document-{next(_padded):08}", "numéros qui se suivent"),
    "la seconde": (lambda: f"{int(time.time())}-rapport.pdf", "la même clé"),
    "la seconde, en toutes lettres": (lambda: f"{datetime.now(UTC):%Y%m%d-%H%M}.pdf", "la même"),
    "la milliseconde": (
        lambda: f"{int(time.time() * 1000) + 7 * next(_count)}.pdf",
        "l'heure est la même",
    ),
}


@pytest.mark.parametrize("name", NEW)
def test_keys_that_stay_new_are_accepted(name: str) -> None:
    for size in (3, 8):
        expect_new_keys([NEW[name]() for _ in range(size)])


@pytest.mark.parametrize("name", WEAK)
def test_keys_that_will_repeat_are_refused_with_the_reason(name: str) -> None:
    draw, reason = WEAK[name]
    with pytest.raises(Review, match=reason):
        expect_new_keys([draw() for _ in range(3)])
