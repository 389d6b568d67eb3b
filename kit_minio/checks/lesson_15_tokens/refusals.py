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


def _entry(cause: str, method: str, rng: random.Random) -> dict[str, Any]:
    """Renvoie une requête refusée pour cette seule cause, telle qu'un journal la garde.

    La requête a attendu quelques minutes entre sa signature et le serveur : l'heure de l'une n'est
    pas celle de l'autre. ``method`` est celle des deux refus d'où la méthode ne dit rien : hors
    de la politique, par le préfixe ou par l'action.
    """
    at, access = start(rng) + timedelta(seconds=rng.randint(0, 3599)), key(rng)
    allowed = rng.choice(("brest", "cherbourg", "roscoff", "concarneau"))
    verbs = {"GET": "s3:GetObject", "PUT": "s3:PutObject"}
    permitted = method
    if cause == "action hors de la politique":
        permitted = "PUT" if method == "GET" else "GET"
    statement = {
        "Effect": "Allow",
        "Action": [verbs[permitted]],
        "Resource": [f"arn:aws:s3:::mesures/{allowed}/*"],
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]}).encode()
    left = -rng.randint(20, 90) if cause == "jeton expiré" else rng.randint(60, 3000)
    claims = {
        "accessKey": key(rng) if cause == "jeton d'une autre session" else access,
        "exp": int((at + timedelta(seconds=left)).timestamp()),
        "parent": "etude",
        "sessionPolicy": base64.b64encode(policy).decode(),
    }
    # Une horloge en avance : un écart calculé sans valeur absolue ne la voit pas.
    drift = timedelta(minutes=rng.randint(20, 50))
    waited = timedelta(seconds=rng.randint(400, 800))
    signed = at + (drift if cause == "horloge fausse" else -waited)
    # Le voisin commence de même : la barre finale du préfixe compte.
    station = f"{allowed}-nord" if cause == "préfixe hors de la politique" else allowed
    headers = {
        "Authorization": f"AWS4-HMAC-SHA256 Credential={access}/{signed:%Y%m%d}/us-east-1/s3/"
        f"aws4_request, SignedHeaders=host;x-amz-date, Signature={rng.getrandbits(256):064x}",
        "X-Amz-Date": f"{signed:%Y%m%dT%H%M%SZ}",
    }
    if cause != "jeton absent":
        headers["X-Amz-Security-Token"] = session_token(claims)
    path = f"/mesures/{station}/{rng.getrandbits(24):06x}.csv"
    return {"received": iso(at), "request": f"{method} {path}", "headers": headers, "status": 403}


def _journal(context: Context) -> dict[str, dict[str, Any]]:
    rng = context.random()
    beyond = rng.choice(("GET", "PUT"))
    return {
        letter: _entry(cause, beyond if "politique" in cause else rng.choice(("GET", "PUT")), rng)
        for letter, cause in _refusals(context).items()
    }


def _prepare(context: Context) -> None:
    context.make_bucket("journal")
    put_json(context, "journal", "refus.json", _journal(context))


def _methods(context: Context) -> set[str]:
    """Renvoie les méthodes des deux refus que cause la politique."""
    causes = _refusals(context)
    return {
        entry["request"].split()[0]
        for letter, entry in _journal(context).items()
        if "politique" in causes[letter]
    }


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
            "la méthode seule ne dit pas la cause": lambda context: len(_methods(context)) == 1,
        },
    ),
)
