"""Exercices de la leçon 12 : les jetons temporaires."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import random
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from helpers.errors import ContentError
from helpers.exercises.model import Context, Exercise, Review, Series
from helpers.topics.policies import read_policy
from helpers.topics.tokens import parse_token
from kit_minio.checks.policy_engine import allows


def _key(rng: random.Random) -> str:
    return "ASIA" + "".join(rng.choices("ABCDEFGHJKLMNPQRSTUVWXYZ234567", k=16))


def _start(rng: random.Random) -> datetime:
    return datetime(2027, rng.randint(1, 12), rng.randint(1, 28), rng.randint(8, 17), tzinfo=UTC)


def _iso(date: datetime) -> str:
    return date.isoformat().replace("+00:00", "Z")


def session_token(claims: dict[str, Any]) -> str:
    """Renvoie un jeton de session de la forme de ceux de MinIO, qu'aucun serveur n'accepte."""

    def encode(data: bytes) -> str:
        return base64.urlsafe_b64encode(data).decode().rstrip("=")

    parts = [{"alg": "HS256", "typ": "JWT"}, claims]
    text = ".".join(encode(json.dumps(part).encode()) for part in parts)
    signature = hmac.digest(b"cle des exercices", text.encode(), hashlib.sha256)
    return f"{text}.{encode(signature)}"


def _put_json(context: Context, name: str, key: str, document: Any) -> None:
    context.make_bucket(name)
    data = json.dumps(document, ensure_ascii=False, indent=1).encode()
    context.put(name, key, data, content_type="application/json")


def _letters(context: Context, expected: dict[str, Any], what: str) -> dict[str, Any]:
    answer = context.answer
    if not isinstance(answer, dict) or set(answer) != set(expected):
        raise Review(
            f"La réponse doit donner {what} pour chaque lettre de l'énoncé.",
            found=", ".join(map(str, answer)) if isinstance(answer, (dict, list)) else answer,
            expected=", ".join(expected),
        )
    return answer


# --- 1. La vie des liens -----------------------------------------------------------------------


def _links(context: Context) -> dict[str, tuple[str, datetime]]:
    """Renvoie, pour chaque lettre, une URL présignée et l'instant où elle cesse de servir."""
    rng = context.random()
    kinds = ["jeton", "jeton", "url", "url", "permanente"]
    rng.shuffle(kinds)
    found = {}
    for letter, kind in zip("ABCDE", kinds, strict=True):
        signed, key = _start(rng) + timedelta(seconds=rng.randint(0, 3599)), _key(rng)
        short = timedelta(minutes=rng.randint(10, 50))
        long = timedelta(hours=rng.randint(2, 9), seconds=rng.randint(1, 50))
        lives = long if kind == "jeton" else short
        token = ""
        if kind == "permanente":
            key = key.replace("ASIA", "AKIA", 1)
        else:
            end = signed + (short if kind == "jeton" else long)
            token = session_token({"accessKey": key, "exp": int(end.timestamp())})
            token = f"&X-Amz-Security-Token={token}"
        url = (
            f"https://s3.exemple.org/rapports/{rng.getrandbits(24):06x}.pdf"
            "?X-Amz-Algorithm=AWS4-HMAC-SHA256"
            f"&X-Amz-Credential={key}%2F{signed:%Y%m%d}%2Fus-east-1%2Fs3%2Faws4_request"
            f"&X-Amz-Date={signed:%Y%m%dT%H%M%SZ}&X-Amz-Expires={int(lives.total_seconds())}"
            f"{token}&X-Amz-SignedHeaders=host&X-Amz-Signature={rng.getrandbits(256):064x}"
        )
        found[letter] = (url, signed + short)
    return found


def _prepare_links(context: Context) -> None:
    urls = {letter: url for letter, (url, _) in _links(context).items()}
    _put_json(context, "liens", "liens.json", urls)


def _moment(text: Any) -> datetime:
    try:
        date = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        raise Review(
            "Une des réponses n'est pas une date au format ISO.",
            found=text,
            expected="2027-01-31T09:30:00Z",
        ) from None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def _verify_links(context: Context) -> None:
    expected = {letter: end for letter, (_, end) in _links(context).items()}
    answer = _letters(context, expected, "une date")
    found = {letter: _moment(answer[letter]) for letter in expected}
    wrong = [letter for letter in expected if found[letter] != expected[letter]]
    if wrong:
        late = found[wrong[0]] > expected[wrong[0]]
        raise Review(
            f"{5 - len(wrong)} sur 5 : le lien {wrong[0]} "
            + ("ne vit pas si longtemps." if late else "vit plus longtemps que cela."),
            found=answer[wrong[0]],
            points=1 if len(wrong) == 1 else 0,
        )


# --- 2. Suivre un fichier de jeton --------------------------------------------------------------


def _readings(context: Context) -> list[dict[str, str]]:
    """Renvoie ce qu'un client a lu, requête après requête, dans un fichier de jeton."""
    rng = context.random()
    clock = _start(rng)

    def token(lasts: int, zone: int = 0) -> str:
        end = (clock + timedelta(minutes=lasts)).astimezone(timezone(timedelta(hours=zone)))
        document = {
            "Version": 1,
            "AccessKeyId": _key(rng),
            "SecretAccessKey": f"secret-{rng.getrandbits(40):010x}",
            "SessionToken": f"jeton-{rng.getrandbits(40):010x}",
            "Expiration": _iso(end),
        }
        return json.dumps(document)

    def read(content: str, after: int) -> dict[str, str]:
        nonlocal clock
        clock += timedelta(minutes=after)
        return {"at": _iso(clock), "content": content}

    def cut(text: str) -> str:
        return text[: rng.randint(20, len(text) - 5)]

    first, quick = token(15), rng.randint(1, 3)
    story = [read("", 0), read(first, 1), read(cut(first), quick), read(first, 10 - quick)]
    # Le premier jeton expire pendant que le second s'écrit.
    late = token(20, zone=2)
    story += [read(cut(late), 6), read(late, 1)]
    # Un outil mal réglé écrit d'autres noms, puis un jeton déjà expiré.
    other = json.dumps({"utilisateur": "etude", "motdepasse": f"{rng.getrandbits(32):08x}"})
    story += [read(other, 2), read("", 1)]
    stale = token(-rng.randint(1, 9), zone=1)
    story += [read(stale, 2), read(cut(stale), 1)]
    last = token(30)
    story += [read(last, 1), read(last, rng.randint(31, 39))]
    return story


def _in_use(readings: list[dict[str, str]]) -> list[str | None]:
    """Renvoie la clé d'accès qui sert à chaque requête, comme ``connect_from_token``."""
    current, keys = None, []
    for reading in readings:
        with suppress(ContentError):  # le jeton précédent reste alors en service
            current = parse_token(reading["content"].encode(), Path("jeton.json"))
        now = datetime.fromisoformat(reading["at"]).replace(tzinfo=None)
        valid = current is not None and current.expiration and current.expiration > now
        keys.append(current.access_key if current and valid else None)
    return keys


def _prepare_current(context: Context) -> None:
    _put_json(context, "releves", "releves.json", _readings(context))


def _verify_current(context: Context) -> None:
    readings = _readings(context)
    expected = _in_use(readings)
    answer = context.answer
    if not isinstance(answer, list) or len(answer) != len(expected):
        raise Review(
            "La réponse doit être une liste : une clé d'accès, ou None, par requête.",
            found=f"{len(answer)} valeurs" if isinstance(answer, list) else type(answer).__name__,
            expected=f"{len(expected)} valeurs",
        )
    wrong = [rank for rank, key in enumerate(expected) if answer[rank] != key]
    if not wrong:
        return
    rank = wrong[0]
    if expected[rank] is None:
        why = "aucun jeton valable n'était disponible"
    elif answer[rank] is None:
        why = "un jeton valable était disponible"
    else:
        why = "ce n'est pas ce jeton qui sert"
    raise Review(
        f"{len(expected) - len(wrong)} requêtes sur {len(expected)} sont justes. À la requête "
        f"n° {rank}, à {readings[rank]['at'][11:16]}, {why}.",
        found=answer[rank],
        points={1: 2, 2: 1}.get(len(wrong), 0),
    )


# --- 3. Une politique de session ----------------------------------------------------------------

Demand = tuple[str, str, dict[str, str]]  # action, ressource, préfixe listé


def _need(context: Context) -> dict[str, str]:
    """Renvoie ce dont a besoin le programme à qui l'on prête un jeton."""
    rng = context.random()
    station = rng.choice(("brest", "cherbourg", "roscoff", "concarneau"))
    return {
        "bucket": f"mesures-{rng.randint(2020, 2027)}",
        "read": f"{station}/entrees/",
        "write": f"{station}/sorties/",
    }


def trials(need: dict[str, str]) -> list[tuple[bool, str, Demand]]:
    """Renvoie des demandes : permise ou non, en mots, et ce qu'en voit le serveur."""
    bucket, read, write = need["bucket"], need["read"], need["write"]
    near = f"{read.rstrip('/')}-privees/"
    below = f"{read}2026/"
    return [
        (True, f"lire sous {read}", ("s3:GetObject", f"{bucket}/{read}a.csv", {})),
        (True, f"lire plus bas, sous {below}", ("s3:GetObject", f"{bucket}/{below}a.csv", {})),
        (True, f"déposer sous {write}", ("s3:PutObject", f"{bucket}/{write}a.csv", {})),
        (True, f"lister {read}", ("s3:ListBucket", bucket, {"prefix": read})),
        (False, f"lire sous {write}", ("s3:GetObject", f"{bucket}/{write}a.csv", {})),
        (False, f"lire sous {near}", ("s3:GetObject", f"{bucket}/{near}a.csv", {})),
        (False, f"déposer sous {read}", ("s3:PutObject", f"{bucket}/{read}a.csv", {})),
        (False, f"supprimer sous {write}", ("s3:DeleteObject", f"{bucket}/{write}a.csv", {})),
        (False, f"supprimer sous {read}", ("s3:DeleteObject", f"{bucket}/{read}a.csv", {})),
        (False, "lister tout le bucket", ("s3:ListBucket", bucket, {"prefix": ""})),
        (False, f"lister {write}", ("s3:ListBucket", bucket, {"prefix": write})),
        (False, f"lister {near}", ("s3:ListBucket", bucket, {"prefix": near})),
        (False, "lire dans un autre bucket", ("s3:GetObject", f"{bucket}-2/{read}a.csv", {})),
    ]


def _prepare_policy(context: Context) -> None:
    _put_json(context, "besoin", "besoin.json", _need(context))


def _verify_policy(context: Context) -> None:
    try:
        policy = read_policy(context.answer)
        outcomes = [
            (welcome, words, allows(policy, action, resource, **known))
            for welcome, words, (action, resource, known) in trials(_need(context))
        ]
    except ContentError as error:
        raise Review(error.fact, expected=error.remedy) from None
    refused = [words for welcome, words, allowed in outcomes if welcome and not allowed]
    extra = [words for welcome, words, allowed in outcomes if allowed and not welcome]
    if refused:
        raise Review(f"Le programme ne pourrait pas {refused[0]}.", points=0 if extra else 1)
    if extra:
        raise Review(
            f"Le programme peut faire son travail, mais il pourrait aussi {extra[0]}.",
            points=2 if len(extra) == 1 else 1,
        )


# --- 4. Comprendre un refus ---------------------------------------------------------------------

_CAUSES = (
    "jeton expiré",
    "jeton absent",
    "jeton d'une autre session",
    "préfixe hors de la politique",
    "action hors de la politique",
    "horloge fausse",
)


def _refusals(context: Context) -> dict[str, str]:
    """Renvoie cinq lettres et, pour chacune, la cause du refus."""
    return dict(zip("ABCDE", context.random().sample(_CAUSES, 5), strict=True))


def _entry(cause: str, rng: random.Random) -> dict[str, Any]:
    """Renvoie une requête refusée pour cette seule cause, telle qu'un journal la garde."""
    at, key = _start(rng) + timedelta(seconds=rng.randint(0, 3599)), _key(rng)
    allowed, other = rng.sample(("brest", "cherbourg", "roscoff", "concarneau"), 2)
    statement = {
        "Effect": "Allow",
        "Action": ["s3:GetObject"],
        "Resource": [f"arn:aws:s3:::mesures/{allowed}/*"],
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]}).encode()
    left = -rng.randint(20, 900) if cause == "jeton expiré" else rng.randint(60, 3000)
    claims = {
        "accessKey": _key(rng) if cause == "jeton d'une autre session" else key,
        "exp": int((at + timedelta(seconds=left)).timestamp()),
        "parent": "etude",
        "sessionPolicy": base64.b64encode(policy).decode(),
    }
    drift = timedelta(minutes=rng.randint(20, 50) * rng.choice((1, -1)))
    signed = at + (drift if cause == "horloge fausse" else timedelta(seconds=-1))
    station = other if cause == "préfixe hors de la politique" else allowed
    method = "PUT" if cause == "action hors de la politique" else "GET"
    headers = {
        "Authorization": f"AWS4-HMAC-SHA256 Credential={key}/{signed:%Y%m%d}/us-east-1/s3/"
        f"aws4_request, SignedHeaders=host;x-amz-date, Signature={rng.getrandbits(256):064x}",
        "X-Amz-Date": f"{signed:%Y%m%dT%H%M%SZ}",
    }
    if cause != "jeton absent":
        headers["X-Amz-Security-Token"] = session_token(claims)
    path = f"/mesures/{station}/{rng.getrandbits(24):06x}.csv"
    return {"received": _iso(at), "request": f"{method} {path}", "headers": headers, "status": 403}


def _prepare_refusals(context: Context) -> None:
    rng = context.random()
    journal = {letter: _entry(cause, rng) for letter, cause in _refusals(context).items()}
    _put_json(context, "journal", "refus.json", journal)


def _verify_refusals(context: Context) -> None:
    expected = _refusals(context)
    answer = _letters(context, expected, "une cause")
    strange = [cause for cause in answer.values() if cause not in _CAUSES]
    if strange:
        raise Review(
            "Une des causes données n'est pas dans la liste de l'énoncé.",
            found=strange[0],
            expected=", ".join(_CAUSES),
        )
    wrong = [letter for letter in expected if answer[letter] != expected[letter]]
    if wrong:
        right = 5 - len(wrong)
        raise Review(
            f"{right} cause{'s' if right > 1 else ''} sur 5 juste{'s' if right > 1 else ''}. "
            f"Reprenez par exemple la requête {wrong[0]}.",
            found=answer[wrong[0]],
            points={4: 2, 3: 1}.get(right, 0),
        )


SERIES = Series(
    "12",
    "jetons-temporaires",
    (
        Exercise(
            "links",
            "La vie des liens",
            points=2,
            hints=(
                "Une URL présignée cesse de servir au premier de deux instants.",
                "Le premier se calcule avec X-Amz-Date et X-Amz-Expires ; le second est exp, dans "
                "le jeton, quand il y en a un.",
                "datetime.strptime(date, '%Y%m%dT%H%M%SZ').replace(tzinfo=UTC) lit X-Amz-Date ; "
                "datetime.fromtimestamp(exp, UTC) lit exp ; min() choisit.",
            ),
            verify=_verify_links,
            prepare=_prepare_links,
            answers=True,
        ),
        Exercise(
            "current",
            "Le jeton du moment",
            points=3,
            hints=(
                "Gardez d'une requête à l'autre le dernier jeton lu en entier.",
                "json.loads() lève une ValueError pour un texte vide ou coupé ; un objet sans "
                "AccessKeyId n'est pas un jeton non plus.",
                "Comparez des datetime qui ont un fuseau : datetime.fromisoformat() comprend Z "
                "comme +02:00. Un jeton expiré ne sert pas, mais il a bien remplacé le précédent.",
            ),
            verify=_verify_current,
            prepare=_prepare_current,
            answers=True,
        ),
        Exercise(
            "policy",
            "Juste le nécessaire",
            points=3,
            hints=(
                "Trois déclarations suffisent : lire, déposer, lister.",
                "Lire et déposer portent sur des objets (bucket/préfixe*) ; lister porte sur le "
                "bucket lui-même.",
                "s3:ListBucket se limite par une condition : "
                '{"StringEquals": {"s3:prefix": "…"}}, ou StringLike.',
            ),
            verify=_verify_policy,
            prepare=_prepare_policy,
            answers=True,
        ),
        Exercise(
            "refusals",
            "Cinq refus",
            points=3,
            hints=(
                "La clé d'accès est après Credential= ; comparez-la à celle du jeton.",
                "Le serveur a reçu la requête à l'instant received : comparez-le à exp, et à "
                "X-Amz-Date (l'écart permis est de 15 minutes).",
                "sessionPolicy est une politique JSON codée en base64 : "
                "json.loads(base64.b64decode(…)).",
            ),
            verify=_verify_refusals,
            prepare=_prepare_refusals,
            answers=True,
        ),
    ),
)
