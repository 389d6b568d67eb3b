"""Quand un lien présigné cesse de servir : à la fin de l'URL, ou à celle du jeton."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from helpers.french import count_of
from kit_minio.checks.comparison import gap
from kit_minio.checks.lesson_15_tokens.tokens import key, session_token, start
from kit_minio.checks.model import Context, Exercise, Review
from kit_minio.checks.preparation import put_json


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
)
