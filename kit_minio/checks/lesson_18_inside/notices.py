"""Des avis de dépôt et de suppression, tels qu'un serveur les envoie : retrouver ce qui reste."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote_plus, unquote, unquote_plus

from kit_minio.checks.answers import Known, expect_answer
from kit_minio.checks.model import Context, Exercise
from kit_minio.checks.preparation import fill

Notice = dict[str, Any]

_PLACES = ("pointe du raz", "île-tudy", "a+b", "camaret", "le conquet", "ouessant", "molène")
_PUT, _COPY, _PARTS = (
    f"s3:ObjectCreated:{how}" for how in ("Put", "Copy", "CompleteMultipartUpload")
)
_GONE, _MARKED, _READ = (
    "s3:ObjectRemoved:Delete",
    "s3:ObjectRemoved:DeleteMarkerCreated",
    "s3:ObjectAccessed:Get",
)


def _story(context: Context) -> list[Notice]:
    """Renvoie les avis dans l'ordre où les choses sont arrivées.

    Au milieu, le nombre ``sequencer`` gagne un chiffre : comparés comme des textes, les avis
    seraient mal rangés.
    """
    rng = context.random()
    year = rng.choice((2025, 2026))
    places = rng.sample(_PLACES[3:], 4)
    keys = [f"{year}/{place}.csv" for place in (*_PLACES[:3], *places)]
    raz, tudy, plus, gone, again, grown, late = keys
    sizes = rng.sample(range(100, 1000), 12)
    happened = [
        (_PUT, raz), (_PUT, tudy), (_PUT, plus), (_PUT, gone), (_PUT, again), (_COPY, grown),
        None,  # le nombre gagne un chiffre
        (_GONE, gone), (_MARKED, again), (_PARTS, again), (_PUT, grown), (_PUT, late),
        (_READ, tudy), (_MARKED, late), (_READ, gone),
    ]  # fmt: skip
    number, notices = 0xFFFF_0000 + rng.randrange(0x8000), []
    for each in happened:
        if each is None:
            number = 0x1_0000_0000 + rng.randrange(0x8000)
            continue
        number += rng.randrange(1, 200)
        event, key = each
        size = sizes.pop() if event.startswith("s3:ObjectCreated") else None
        notices.append(_notice(event, key, number, size))
    return notices


def _notice(event: str, key: str, number: int, size: int | None) -> Notice:
    described: dict[str, Any] = {"key": quote_plus(key), "sequencer": f"{number:X}"}
    if size is not None:
        described["size"] = size
    return {
        "eventVersion": "2.0",
        "eventSource": "minio:s3",
        "eventName": event,
        "s3": {"bucket": {"name": "releves"}, "object": described},
    }


def _received(context: Context) -> list[Notice]:
    """Renvoie les avis dans l'ordre d'arrivée : mêlés, certains deux fois.

    Une suppression arrive en premier, et le dépôt qu'elle suit en dernier.
    """
    rng = context.random()
    story = _story(context)
    first = next(each for each in story if each["eventName"] == _GONE)
    last = next(each for each in story if _key(each) == _key(first))
    middle = [each for each in story if each is not first and each is not last]
    middle += rng.sample([each for each in middle if each != _decisive(context)], 2)
    rng.shuffle(middle)
    return [first, *middle, last]


def _decisive(context: Context) -> Notice:
    """Renvoie l'avis qui arrive toujours en second dans son document, et qui compte."""
    return [each for each in _story(context) if each["eventName"] == _MARKED][-1]


def _key(notice: Notice) -> str:
    return str(notice["s3"]["object"]["key"])


def _number(notice: Notice) -> int:
    return int(notice["s3"]["object"]["sequencer"], 16)


def _left(
    notices: Iterable[Notice],
    *,
    decode: Callable[[str], str] = unquote_plus,
    ignored: str = "s3:ObjectAccessed",
) -> dict[str, int | None]:
    """Renvoie la taille de ce qui reste, si les avis sont suivis dans cet ordre."""
    found: dict[str, int | None] = {}
    for notice in notices:
        key = decode(_key(notice))
        if notice["eventName"].startswith("s3:ObjectRemoved"):
            found.pop(key, None)
        elif not notice["eventName"].startswith(ignored):
            found[key] = notice["s3"]["object"].get("size")
    return found


def _prepare(context: Context) -> None:
    rng = context.random()
    pending = _received(context)
    objects: dict[str, bytes] = {}
    while pending:
        count = min(len(pending), rng.choice((1, 1, 2)))
        if _decisive(context) in pending[1:3]:
            count = pending.index(_decisive(context)) % 2 + 1
        together, pending = pending[:count], pending[count:]
        data = json.dumps({"Records": together}, indent=1).encode()
        objects[f"recus/{len(objects) + 1:04}.json"] = data
    fill(context, "avis", objects, "application/json")


def _verify(context: Context) -> None:
    story, received = _story(context), _received(context)
    known = (
        Known(
            _left(received),
            "Les avis ont été suivis dans leur ordre d'arrivée : leur champ sequencer donne "
            "l'ordre dans lequel les choses ont eu lieu.",
            points=0.5,
        ),
        Known(
            _left(sorted(received, key=lambda notice: notice["s3"]["object"]["sequencer"])),
            "Les sequencer ont été comparés comme des textes : ce sont des nombres en "
            "hexadécimal, qui n'ont pas tous autant de chiffres.",
            points=1,
        ),
        *(
            Known(
                _left(story, decode=decode),
                "Les clés d'un avis sont encodées comme dans un formulaire : le « + » y vaut une "
                "espace, et unquote_plus les décode.",
                points=1,
            )
            for decode in (unquote, str)
        ),
        Known(
            _left(story, ignored="rien"),
            "Un avis de lecture (s3:ObjectAccessed) ne crée pas d'objet.",
            points=1,
        ),
    )
    expect_answer(context, _left(story), known=known)


EXERCISES = (
    Exercise(
        "notices",
        "Ranger des avis, puis les suivre",
        points=2,
        hints=(
            "Réunissez tous les avis avant de les suivre : chaque fichier en a un ou plusieurs, "
            "dans « Records ».",
            "int(texte, 16) lit un nombre en hexadécimal ; sorted(…, key=…) range les avis.",
            "Un dictionnaire suffit : un dépôt y écrit la taille, une suppression l'en retire "
            "(pop(clé, None)), une lecture n'y change rien.",
        ),
        verify=_verify,
        prepare=_prepare,
        answers=True,
        traps={
            "l'ordre d'arrivée trompe": lambda c: _left(_received(c)) != _left(_story(c)),
            "l'ordre des textes trompe": lambda c: (
                _left(sorted(_received(c), key=lambda n: n["s3"]["object"]["sequencer"]))
                != _left(_story(c))
            ),
            "une clé à décoder": lambda c: _left(_story(c), decode=unquote) != _left(_story(c)),
            "une lecture qui suit une suppression": lambda c: (
                _left(_story(c), ignored="rien") != _left(_story(c))
            ),
            "des doubles": lambda c: len(_received(c)) > len(_story(c)),
        },
    ),
)
