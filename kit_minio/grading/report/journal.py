"""Ce qui est dit à l'écran, et gardé dans ``journal.txt``."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from helpers.components import Table
from helpers.display import say
from helpers.french import count_of, number
from kit_minio.grading.model import Result
from kit_minio.grading.report.statistics import Spread, is_judged

_journal = logging.getLogger("kit_minio.grading")
# Ce qu'un terminal exécuterait, et ce qui y retourne la lecture.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


@contextmanager
def journal_in(out: Path) -> Iterator[None]:
    """Écrit le journal dans ``journal.txt``, à la suite des corrections précédentes."""
    handler = logging.FileHandler(out / "journal.txt", encoding="utf-8", errors="backslashreplace")
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%d/%m/%Y %H:%M:%S"))
    _journal.addHandler(handler)
    _journal.setLevel(logging.INFO)
    try:
        yield
    except BaseException as error:
        _journal.error("Arrêt : %s", str(error) or type(error).__name__)
        raise
    finally:
        _journal.removeHandler(handler)
        handler.close()


def tell(sentence: str) -> None:
    """Dit une phrase, et l'écrit dans le journal ; un caractère de contrôle s'y lit, inerte."""
    sentence = _inert(sentence)
    say(sentence)
    _journal.info("%s", sentence)


def _inert(text: str) -> str:
    return _CONTROL.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)


def note(result: Result) -> None:
    """Écrit dans le journal ce qu'est devenue une copie."""
    _journal.info(
        "%s : %s / %s, %s s, isolation %s%s",
        result.copy_id,
        number(result.points),
        number(result.out_of),
        number(round(result.seconds, 1)),
        result.isolation,
        "".join(
            "\n    " + _inert(text).replace("\n", "\n    ")
            for text in filter(None, [result.trouble, *result.remarks, result.failure])
        ),
    )


def tell_results(results: Sequence[Result], notes: Mapping[str, Sequence[str]]) -> None:
    """Dit la répartition des notes, les copies à revoir, et les remarques sur tout le lot.

    Args:
        results: les résultats du lot.
        notes: les remarques, par titre.
    """
    if judged := [result for result in results if is_judged(result)]:
        _tell_spread(Spread.of(judged))
    if troubled := [result for result in results if result.trouble]:
        tell(f"À revoir par un humain : {count_of(len(troubled), 'copie', 'copies')}.")
        for result in troubled:
            tell(f"  {result.name} : {result.trouble}")
    for heading, sentences in notes.items():
        if sentences:
            tell(f"{heading} :")
            for sentence in sentences:
                tell(f"  {sentence}")


def _tell_spread(spread: Spread) -> None:
    """Dit la répartition des notes, en une phrase puis en barres."""
    tell(
        f"Notes sur {number(spread.scale)} : médiane {number(spread.median)}, "
        f"moyenne {number(spread.mean)}, de {number(spread.lowest)} à {number(spread.highest)}."
    )
    rows = [
        [bin.label, str(bin.count), "█" * -(-20 * bin.count // spread.tallest)]
        for bin in spread.bins
    ]
    tell(repr(Table(["Note", "Copies", ""], rows, right=frozenset({"Copies"}))))
