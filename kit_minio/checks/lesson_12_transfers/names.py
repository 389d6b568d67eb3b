"""Se méfier des clés : celles qui mèneraient hors du dossier, ou l'une sur l'autre."""

from __future__ import annotations

import re

from helpers.french import count_of
from kit_minio.checks.comparison import kind
from kit_minio.checks.differences import difference
from kit_minio.checks.model import Context, Exercise, Review
from kit_minio.checks.preparation import put_json

_SAFE = (
    "port.jpg",
    "été/plage.jpg",
    "notes..txt",
    "...suite.txt",
    "2026/03/a b.csv",
    "Plans/LISEZMOI",
)
_UNSAFE = (
    *("../secret.txt", "a/../../secret.txt", "/etc/passwd", "a//b.txt", "photos/"),
    *("C:/windows.ini", "a\\b.txt", "../../.bashrc", "./a.txt", "b/.."),
)


def _foreign(context: Context) -> tuple[list[str], list[str], list[str]]:
    """Renvoie les clés d'un autre store : sûres, dangereuses, et deux qui se confondent."""
    rng = context.random()
    number = rng.randint(10, 99)
    safe = [*(f"{number}/{name}" for name in _SAFE), f".profil-{number}"]
    twin = f"{number}/jumeau-{rng.randint(1, 9)}.txt"
    return safe, [*_UNSAFE, f"../../../{safe[0]}"], [twin, twin.replace("jumeau", "Jumeau")]


def _prepare(context: Context) -> None:
    context.make_bucket("echanges")
    put_json(context, "echanges", "cles.json", sorted(key for keys in _foreign(context)
                                                      for key in keys))  # fmt: skip


def _verify(context: Context) -> None:
    safe, unsafe, twins = _foreign(context)
    answer = context.answer
    if not isinstance(answer, list) or not all(isinstance(key, str) for key in answer):
        raise Review("La réponse doit être une liste de clés.", found=kind(answer))
    kept = set(answer)
    bad = [key for key in unsafe if key in kept]
    if bad:
        many = "clés qui ne sont pas des chemins sûrs"
        told = count_of(len(bad), "clé qui n'est pas un chemin sûr", many)
        raise Review(f"La liste garde {told} : {_danger(bad[0])}.")
    if strange := kept - {*safe, *twins}:
        wrong = min(strange)
        why = next(filter(None, (difference(wrong, key) for key in [*safe, *twins])), "")
        told = f" : {why}" if why else ""
        raise Review(f"Une clé n'est pas telle que dans la liste donnée{told}.", found=ascii(wrong))
    lost = [key for key in safe if key not in kept]
    if lost or not kept & set(twins):
        raise Review(
            "Une clé sans danger est écartée.",
            found=ascii(lost[0]) if lost else "aucune des deux qui se confondent n'est gardée",
        )
    if kept >= set(twins):
        raise Review(
            "Sous Windows et macOS, deux des clés gardées seraient un même fichier.",
            points=1,
        )
    if len(answer) > len(kept):
        raise Review(
            "Une clé y est deux fois.",
            found=next(key for key in answer if answer.count(key) > 1),
            points=1,
        )


def _danger(key: str) -> str:
    """Dit ce qui rend une clé dangereuse."""
    pieces = key.split("/")
    if "\\" in key:
        return "sous Windows, « \\ » sépare des dossiers"
    if re.match("[A-Za-z]:", key):
        return "sous Windows, « C: » désigne un disque"
    if ".." in pieces:
        return "un morceau « .. » remonte hors du dossier"
    if "." in pieces:
        return "un morceau « . » n'est pas un nom"
    return "un morceau est vide : au début, à la fin, ou entre deux barres"


EXERCISES = (
    Exercise(
        "names",
        "Se méfier des clés",
        points=3,
        hints=(
            "Découpez la clé à chaque « / » : aucun morceau ne doit être vide, ni « . », "
            "ni « .. ».",
            "Un chemin de Windows se reconnaît à « \\ », ou à « : » après une lettre.",
            "casefold() efface la différence entre majuscules et minuscules : gardez, dans un "
            "ensemble, ce que vous avez déjà vu.",
        ),
        verify=_verify,
        prepare=_prepare,
        answers=True,
        traps={
            "chaque danger y est": lambda context: (
                len({_danger(key) for key in _foreign(context)[1]}) == 5
            ),
            "des points au milieu d'un nom": lambda context: any(
                ".." in key for key in _foreign(context)[0]
            ),
            "une clé sûre qui commence par un point": lambda context: any(
                key.startswith(".") for key in _foreign(context)[0]
            ),
            "une clé sûre en majuscules": lambda context: any(
                key.lower() not in _foreign(context)[2] and key != key.lower()
                for key in _foreign(context)[0]
            ),
            "deux clés que seules les majuscules distinguent": lambda context: (
                len({key.casefold() for key in _foreign(context)[2]}) == 1
            ),
        },
    ),
)
