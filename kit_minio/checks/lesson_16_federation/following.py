"""Suivre un fichier de jeton : quel jeton sert à chaque requête."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from pathlib import Path

from helpers.errors import ContentError
from helpers.french import count_of
from helpers.topics.tokens import parse_token
from kit_minio.checks.comparison import kind
from kit_minio.checks.lesson_15_tokens.tokens import iso, key, start
from kit_minio.checks.model import Context, Exercise, Review
from kit_minio.checks.preparation import put_json


def _readings(context: Context) -> list[dict[str, str]]:
    """Renvoie ce qu'un client a lu, requête après requête, dans un fichier de jeton."""
    rng = context.random()
    clock = start(rng)

    def token(lasts: int, zone: int = 0) -> str:
        end = (clock + timedelta(minutes=lasts)).astimezone(timezone(timedelta(hours=zone)))
        document = {
            "Version": 1,
            "AccessKeyId": key(rng),
            "SecretAccessKey": f"secret-{rng.getrandbits(40):010x}",
            "SessionToken": f"jeton-{rng.getrandbits(40):010x}",
            "Expiration": iso(end),
        }
        return json.dumps(document)

    def read(content: str, after: int) -> dict[str, str]:
        nonlocal clock
        clock += timedelta(minutes=after)
        return {"at": iso(clock), "content": content}

    def cut(text: str) -> str:  # la clé d'accès est entière, la date non
        return text[: rng.randint(text.index("SecretAccessKey"), len(text) - 5)]

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
    context.make_bucket("releves")
    put_json(context, "releves", "releves.json", _readings(context))


def _verify_current(context: Context) -> None:
    readings = _readings(context)
    expected = _in_use(readings)
    answer = context.answer
    if not isinstance(answer, list) or len(answer) != len(expected):
        told = count_of(len(answer), "valeur", "valeurs") if isinstance(answer, list) else ""
        raise Review(
            "La réponse doit être une liste : une clé d'accès, ou None, par requête.",
            found=told or kind(answer),
            expected=f"{len(expected)} valeurs",
        )
    wrong = [rank for rank, key in enumerate(expected) if answer[rank] != key]
    if not wrong:
        return
    rank = wrong[0]
    if answer[rank] is not None and not isinstance(answer[rank], str):
        why = "la réponse doit être une clé d'accès, un texte"
    elif expected[rank] is None and answer[rank] in ("", "None"):
        why = "aucun jeton valable n'était disponible : None s'écrit sans guillemets"
    elif expected[rank] is None:
        why = "aucun jeton valable n'était disponible"
    elif answer[rank] is None:
        why = "un jeton valable était disponible"
    else:
        why = "ce n'est pas ce jeton qui sert"
    right = len(expected) - len(wrong)
    raise Review(
        f"{count_of(right, 'requête juste', 'requêtes justes')} sur {len(expected)}. À la requête "
        f"n° {rank + 1}, à {readings[rank]['at'][11:16]}, {why}.",
        found=answer[rank],
        points={1: 2, 2: 1}.get(len(wrong), 0),
    )


def _contents(context: Context) -> list[str]:
    return [reading["content"] for reading in _readings(context)]


EXERCISES = (
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
        traps={
            "un contenu vide": lambda context: "" in _contents(context),
            "un jeton coupé après sa clé d'accès": lambda context: any(
                "AccessKeyId" in content and not content.endswith("}")
                for content in _contents(context)
            ),
            "un document qui n'est pas un jeton": lambda context: any(
                "motdepasse" in content for content in _contents(context)
            ),
            "un autre fuseau": lambda context: any(
                "+02:00" in content for content in _contents(context)
            ),
            "aucune clé au début, au milieu et à la fin": lambda context: (
                _in_use(_readings(context))[0] is None
                and _in_use(_readings(context))[-1] is None
                and None in _in_use(_readings(context))[1:-1]
            ),
        },
    ),
)
