"""Des clés d'accès, des heures et des jetons inventés, de la forme exacte des vrais."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import random
from datetime import UTC, datetime
from typing import Any


def key(rng: random.Random) -> str:
    """Renvoie une clé d'accès temporaire."""
    return "ASIA" + "".join(rng.choices("ABCDEFGHJKLMNPQRSTUVWXYZ234567", k=16))


def start(rng: random.Random) -> datetime:
    """Renvoie une heure, en temps universel."""
    return datetime(2027, rng.randint(1, 12), rng.randint(1, 28), rng.randint(8, 17), tzinfo=UTC)


def iso(date: datetime) -> str:
    """Renvoie une date au format ISO."""
    return date.isoformat().replace("+00:00", "Z")


def session_token(claims: dict[str, Any]) -> str:
    """Renvoie un jeton de session de la forme de ceux de MinIO, qu'aucun serveur n'accepte."""

    def encode(data: bytes) -> str:
        return base64.urlsafe_b64encode(data).decode().rstrip("=")

    parts = [{"alg": "HS256", "typ": "JWT"}, claims]
    text = ".".join(encode(json.dumps(part).encode()) for part in parts)
    signature = hmac.digest(b"cle des exercices", text.encode(), hashlib.sha256)
    return f"{text}.{encode(signature)}"
