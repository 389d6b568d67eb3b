"""Des instants : quand un lien cesse de servir, et quel jeton sert à chaque requête."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from helpers.errors import ContentError
from helpers.french import count_of
from helpers.topics.tokens import parse_token
from kit_minio.checks.comparison import gap, kind
from kit_minio.checks.lesson_15_tokens.tokens import iso, key, session_token, start
from kit_minio.checks.model import Context, Exercise, Review
from kit_minio.checks.preparation import put_json

# --- 1. La vie des liens -----------------------------------------------------------------------


@dataclass(frozen=True)
class _Link:
    """Une URL présignée, la fin que dit l'URL, et celle que dit le jeton, s'il y en a un."""

    url: str
    own: datetime
    token: datetime | None

    @property
    def end(self) -> datetime:
        return min(self.own, self.token or self.own)


def _links(context: Context) -> dict[str, _Link]:
    """Renvoie un lien par lettre."""
    rng = context.random()
    kinds = ["jeton", "jeton", "url", "url", "permanente"]
    rng.shuffle(kinds)
    found = {}
    for letter, sort in zip("ABCDE", kinds, strict=True):
        signed, access = start(rng) + timedelta(seconds=rng.randint(0, 3599)), key(rng)
        short = timedelta(minutes=rng.randint(10, 50))
        long = timedelta(hours=rng.randint(2, 9), seconds=rng.randint(1, 50))
        lives = long if sort == "jeton" else short
        token, end = "", None
        if sort == "permanente":
            access = access.replace("ASIA", "AKIA", 1)
        else:
            end = signed + (short if sort == "jeton" else long)
            token = session_token({"accessKey": access, "exp": int(end.timestamp())})
            token = f"&X-Amz-Security-Token={token}"
        url = (
            f"https://s3.exemple.org/rapports/{rng.getrandbits(24):06x}.pdf"
            "?X-Amz-Algorithm=AWS4-HMAC-SHA256"
            f"&X-Amz-Credential={access}%2F{signed:%Y%m%d}%2Fus-east-1%2Fs3%2Faws4_request"
            f"&X-Amz-Date={signed:%Y%m%dT%H%M%SZ}&X-Amz-Expires={int(lives.total_seconds())}"
            f"{token}&X-Amz-SignedHeaders=host&X-Amz-Signature={rng.getrandbits(256):064x}"
        )
        found[letter] = _Link(url, signed + lives, end)
    return found


def _prepare_links(context: Context) -> None:
    context.make_bucket("liens")
    urls = {letter: link.url for letter, link in _links(context).items()}
    put_json(context, "liens", "liens.json", urls)


def _moment(text: Any) -> datetime:
    try:
        date = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        raise Review(
            "Une des réponses n'est pas une date au format ISO.",
            found=text,
            expected="2027-01-31T09:30:00Z",
        ) from None
    return date.astimezone(UTC) if date.tzinfo else date.replace(tzinfo=UTC)


def _verify_links(context: Context) -> None:
    links, answer = _links(context), context.answer
    if fault := gap(dict.fromkeys(answer, "") if isinstance(answer, dict) else answer,
                    dict.fromkeys(links, "")):  # fmt: skip
        raise Review(fault.message, found=fault.found, expected=fault.expected)
    found = {letter: _moment(answer[letter]) for letter in links}
    wrong = [letter for letter, link in links.items() if found[letter] != link.end]
    if wrong:
        right = len(links) - len(wrong)
        told = count_of(right, "lien juste", "liens justes")
        raise Review(
            f"{told} sur {len(links)}. {_advice(links[wrong[0]], found[wrong[0]])}",
            found=answer[wrong[0]],
            points=1 if right == len(links) - 1 else 0,
        )


def _advice(link: _Link, found: datetime) -> str:
    """Dit pourquoi un lien ne finit pas à l'instant donné."""
    if found == link.own:
        return "L'URL dit cet instant, mais son jeton de session expire avant."
    if found == link.token:
        return "Le jeton dit cet instant, mais l'URL cesse de fonctionner avant."
    if f"X-Amz-Date={found:%Y%m%dT%H%M%SZ}" in link.url:
        return "C'est l'instant de la signature : ajoutez-lui X-Amz-Expires, en secondes."
    if found in (link.end.replace(second=0), link.end.replace(hour=0, minute=0, second=0)):
        return "Donnez l'instant à la seconde près, heure comprise."
    gap_of_hours = abs(found - link.end)
    if gap_of_hours % timedelta(minutes=15) == timedelta() and gap_of_hours <= timedelta(hours=14):
        return "Un instant est juste à un fuseau horaire près : donnez-le en temps universel."
    late = found > link.end
    told = "moins" if late else "plus"
    return f"Un lien reste valable {told} longtemps que votre réponse."


# --- 2. Suivre un fichier de jeton --------------------------------------------------------------


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
        "links",
        "La vie des liens",
        points=2,
        hints=(
            "Une URL présignée cesse de fonctionner au premier de deux instants.",
            "Calculez le premier avec X-Amz-Date et X-Amz-Expires ; le second est exp, dans le "
            "jeton, quand il y en a un.",
            "datetime.strptime(date, '%Y%m%dT%H%M%SZ').replace(tzinfo=UTC) lit X-Amz-Date ; "
            "datetime.fromtimestamp(exp, UTC) lit exp ; min() choisit.",
        ),
        verify=_verify_links,
        prepare=_prepare_links,
        answers=True,
        traps={
            "un jeton finit avant son URL": lambda context: any(
                link.token is not None and link.token < link.own
                for link in _links(context).values()
            ),
            "une URL finit avant son jeton": lambda context: any(
                link.token is not None and link.token > link.own
                for link in _links(context).values()
            ),
            "une clé permanente": lambda context: any(
                link.token is None for link in _links(context).values()
            ),
        },
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
