"""Six refus, chacun d'une cause, à lire dans le journal d'un serveur."""

from __future__ import annotations

import base64
import json
import random
from datetime import timedelta
from typing import Any

from kit_minio.checks.answers import expect_judgements
from kit_minio.checks.lesson_15_tokens.tokens import iso, key, session_token, start
from kit_minio.checks.model import Context, Exercise
from kit_minio.checks.preparation import put_json

_CAUSES = (
    "jeton expiré",
    "jeton absent",
    "jeton d'une autre session",
    "préfixe hors de la politique",
    "action hors de la politique",
    "horloge fausse",
)


def _refusals(context: Context) -> dict[str, str]:
    """Renvoie six lettres et, pour chacune, la cause du refus : toutes y sont."""
    return dict(zip("ABCDEF", context.random().sample(_CAUSES, 6), strict=True))


def _entry(cause: str, rng: random.Random) -> dict[str, Any]:
    """Renvoie une requête refusée pour cette seule cause, telle qu'un journal la garde."""
    at, access = start(rng) + timedelta(seconds=rng.randint(0, 3599)), key(rng)
    allowed, other = rng.sample(("brest", "cherbourg", "roscoff", "concarneau"), 2)
    statement = {
        "Effect": "Allow",
        "Action": ["s3:GetObject"],
        "Resource": [f"arn:aws:s3:::mesures/{allowed}/*"],
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]}).encode()
    left = -rng.randint(20, 900) if cause == "jeton expiré" else rng.randint(60, 3000)
    claims = {
        "accessKey": key(rng) if cause == "jeton d'une autre session" else access,
        "exp": int((at + timedelta(seconds=left)).timestamp()),
        "parent": "etude",
        "sessionPolicy": base64.b64encode(policy).decode(),
    }
    drift = timedelta(minutes=rng.randint(20, 50) * rng.choice((1, -1)))
    signed = at + (drift if cause == "horloge fausse" else timedelta(seconds=-1))
    station = other if cause == "préfixe hors de la politique" else allowed
    method = "PUT" if cause == "action hors de la politique" else "GET"
    headers = {
        "Authorization": f"AWS4-HMAC-SHA256 Credential={access}/{signed:%Y%m%d}/us-east-1/s3/"
        f"aws4_request, SignedHeaders=host;x-amz-date, Signature={rng.getrandbits(256):064x}",
        "X-Amz-Date": f"{signed:%Y%m%dT%H%M%SZ}",
    }
    if cause != "jeton absent":
        headers["X-Amz-Security-Token"] = session_token(claims)
    path = f"/mesures/{station}/{rng.getrandbits(24):06x}.csv"
    return {"received": iso(at), "request": f"{method} {path}", "headers": headers, "status": 403}


def _prepare(context: Context) -> None:
    context.make_bucket("journal")
    rng = context.random()
    journal = {letter: _entry(cause, rng) for letter, cause in _refusals(context).items()}
    put_json(context, "journal", "refus.json", journal)


_ADVICE = {
    "jeton expiré": "exp est comparé à l'heure où le serveur a reçu la requête",
    "jeton absent": "l'en-tête X-Amz-Security-Token manque",
    "jeton d'une autre session": "la clé du jeton n'est pas celle de Credential",
    "préfixe hors de la politique": "le chemin ne suit pas la ressource permise",
    "action hors de la politique": "la méthode n'est pas celle de l'action permise",
    "horloge fausse": "X-Amz-Date s'écarte de plus de 15 minutes de received",
}


def _verify(context: Context) -> None:
    expect_judgements(context, _refusals(context), _CAUSES, each=0.5, advice=_ADVICE)


EXERCISES = (
    Exercise(
        "refusals",
        "Six refus",
        points=3,
        hints=(
            "La clé d'accès est après Credential= ; comparez-la à celle du jeton.",
            "Le serveur a reçu la requête à l'instant received : comparez-le à exp, et à "
            "X-Amz-Date (l'écart permis est de 15 minutes).",
            "sessionPolicy est une politique JSON codée en base64 : "
            "json.loads(base64.b64decode(…)).",
        ),
        verify=_verify,
        prepare=_prepare,
        answers=True,
        traps={
            "les six causes": lambda context: (
                sorted(_refusals(context).values()) == sorted(_CAUSES)
            ),
        },
    ),
)
