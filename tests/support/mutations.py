"""Abîmer des octets : ce que donne un hasard qui connaît les formats que l'on lit."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from typing import Any

# Ce sur quoi un lecteur trébuche : bornes, demi-caractères, contrôles, formules, échappements.
TEXTS = (
    *("", "\x00", "\ud800", "\udfff\ud800", "\x1b[31m", "\x7f", "\u202e", "\ufeff", "\ufffd", "é"),
    *("a" * 5000, "../..", "*" * 300, "=HYPERLINK(1)", "<script>", "%s%n", "{0.__class__}", "NaN"),
    *("9" * 5000, "1e999", "-0", "*x", "&x", "!!python/object", "<<", "\r\n", ";", '"', "'", "[["),
)
VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 2**63, 10**400, 1e308, float("inf"), float("nan"), 0.1),
    *([], {}, [[]], {"": None}, [None] * 300, {str(rank): rank for rank in range(300)}),
)
BLOCKS = (
    *(text.encode("utf-8", "surrogatepass") for text in TEXTS),
    *(b"\xff\xfe", b"\xff" * 8, bytes(64), b"\x80\x04\x95", b"PK\x05\x06", b"\x1f\x8b\x08"),
    *(b"[" * 2000, b'{"a":' * 500, b"\xed\xa0\x80", b"\xf0\x9f", (2**31).to_bytes(4, "little")),
)

_BIGGEST = 300_000  # octets


def deep(levels: int) -> Any:
    """Renvoie des listes les unes dans les autres."""
    value: Any = []
    for _ in range(levels):
        value = [value]
    return value


def mutated(rng: random.Random, seeds: Sequence[bytes]) -> bytes:
    """Renvoie l'un de ces exemples, abîmé à quelques endroits."""
    data = rng.choice(seeds)
    if rng.random() < 0.5 and (changed := _as_json(rng, data)) is not None:
        return changed[:_BIGGEST]
    for _ in range(rng.choice((1, 1, 2, 4, 8))):
        data = rng.choice(_EDITS)(rng, data, seeds)
    return data[:_BIGGEST]


def _place(rng: random.Random, data: bytes) -> int:
    return rng.randint(0, len(data))


def _flip(rng: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    at = _place(rng, data)
    return data[:at] + bytes([rng.randrange(256)]) + data[at + 1 :]


def _insert(rng: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    at = _place(rng, data)
    return data[:at] + rng.choice(BLOCKS) + data[at:]


def _cut(rng: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    start, end = sorted((_place(rng, data), _place(rng, data)))
    return data[:start] + data[end:]


def _repeat(rng: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    start, end = sorted((_place(rng, data), _place(rng, data)))
    return data[:start] + data[start:end] * rng.choice((2, 3, 50)) + data[end:]


def _graft(rng: random.Random, data: bytes, seeds: Sequence[bytes]) -> bytes:
    other = rng.choice(seeds)
    start, end = sorted((_place(rng, other), _place(rng, other)))
    at = _place(rng, data)
    return data[:at] + other[start:end] + data[at:]


_EDITS: tuple[Callable[[random.Random, bytes, Sequence[bytes]], bytes], ...] = (
    *(_flip, _flip, _insert, _cut, _repeat, _graft),
)


def _as_json(rng: random.Random, data: bytes) -> bytes | None:
    """Renvoie un document JSON dont une valeur ou un nom est devenu étrange."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return None
    for _ in range(rng.choice((1, 1, 2, 5))):
        document = _odd(rng, document)
    try:
        return json.dumps(document, ensure_ascii=rng.random() < 0.5).encode(
            "utf-8", "surrogatepass"
        )
    except (ValueError, RecursionError):
        return None


def _odd(rng: random.Random, value: Any) -> Any:
    if isinstance(value, dict) and value and rng.random() < 0.9:
        name = rng.choice(list(value))
        fate = rng.random()
        if fate < 0.1:
            return {key: item for key, item in value.items() if key != name}
        if fate < 0.2:
            return value | {rng.choice(TEXTS): value[name]}
        return value | {name: _odd(rng, value[name])}
    if isinstance(value, list) and value and rng.random() < 0.9:
        at = rng.randrange(len(value))
        fate = rng.random()
        if fate < 0.1:
            return value[:at] + value[at + 1 :]
        if fate < 0.2:
            return value + value[at : at + 1] * rng.choice((1, 50))
        return [*value[:at], _odd(rng, value[at]), *value[at + 1 :]]
    if rng.random() < 0.05:
        return deep(rng.choice((30, 200, 900)))
    return rng.choice((*TEXTS, *VALUES))
