"""Envoyer : réessayer ce qui peut passer, et n'envoyer que tant d'objets à la fois.

Dans le store, ``send`` note ses appels, et ``deposit`` ce qui était en cours avec lui.
"""

from __future__ import annotations

import json

from helpers.french import count_of
from kit_minio.checks.comparison import gap, same, shown_list
from kit_minio.checks.model import Context, Exercise, Review, Todo
from kit_minio.checks.preparation import put_json, put_text

# --- 3. Réessayer -------------------------------------------------------------------------------

_ATTEMPTS = 4
_REFUSED = "refus"
_CALLS = "appels/"


def _faults(context: Context) -> dict[str, int | str]:
    """Renvoie, pour chaque clé, le nombre de coupures avant la réussite, ou un refus."""
    rng = context.random()
    names = [f"mesures/{number:05}.csv" for number in rng.sample(range(10**5), 10)]
    faults: list[int | str] = [0, 0, 0, 1, 1, 2, 3, _ATTEMPTS, _REFUSED, _REFUSED]
    rng.shuffle(faults)
    return dict(zip(names, faults, strict=True))


def _expected(fault: int | str) -> int:
    """Renvoie le nombre d'appels qu'il faut."""
    return min(int(fault) + 1, _ATTEMPTS) if isinstance(fault, int) else 1


def _prepare_retries(context: Context) -> None:
    context.make_bucket("envois")
    put_json(context, "envois", "pannes.json", _faults(context))


def _calls(context: Context) -> dict[str, int]:
    """Renvoie, pour chaque clé, le nombre d'appels que ``send`` a notés."""
    found = {}
    for key in context.keys("envois"):
        if key.startswith(_CALLS):
            text = context.read("envois", key).decode(errors="replace")
            found[key.removeprefix(_CALLS)] = int(text[:9]) if text.isdecimal() else 0
    return found


def _verify_retries(context: Context) -> None:
    faults, answer, calls = _faults(context), context.answer, _calls(context)
    stored = set(context.keys("envois"))
    named = dict.fromkeys(answer, 0) if isinstance(answer, dict) else answer
    if shape := gap(named, dict.fromkeys(faults, 0)):
        raise Review(shape.message, found=shape.found, expected=shape.expected)
    if unsent := [key for key in faults if key not in calls]:
        raise Review(
            f"send() n'a pas été appelée pour {count_of(len(unsent), 'clé', 'clés')} : c'est elle "
            "qui dépose.",
            found=shown_list(unsent),
        )
    for key, fault in faults.items():
        if calls[key] != _expected(fault):
            raise Review(
                f"« {key} » {_cause(fault, calls[key])}.",
                found=count_of(calls[key], "appel", "appels"),
                expected=count_of(_expected(fault), "appel", "appels"),
                points=0.5,
            )
        if isinstance(fault, int) and fault < _ATTEMPTS and key not in stored:
            raise Review("Un objet qui est passé n'est plus dans le bucket.", found=key, points=0.5)
    for key, count in calls.items():
        if key in answer and not same(answer[key], count):
            raise Review(
                f"Les envois sont justes, mais « tries » ne dit pas ce qui s'est passé : send() a "
                f"été appelée {count_of(count, 'fois', 'fois')} pour « {key} ».",
                found=answer[key],
                points=1,
            )


def _cause(fault: int | str, calls: int) -> str:
    if fault == _REFUSED:
        return "est refusée par le serveur : recommencer n'y change rien"
    if fault == _ATTEMPTS:
        return f"ne passe jamais : il faut s'arrêter après {_ATTEMPTS} essais, et pas avant"
    if calls > _expected(fault):
        return "avait réussi : il ne fallait pas recommencer après la réussite"
    return f"pouvait passer : après une connexion coupée, il faut {_ATTEMPTS} essais au plus"


# --- 2. Borner ----------------------------------------------------------------------------------


def _quota(context: Context) -> tuple[int, list[str]]:
    """Renvoie le nombre de dépôts permis à la fois, et les clés à déposer."""
    rng = context.random()
    limit = rng.randint(3, 7)
    count = limit * rng.randint(3, 4) + rng.randint(1, limit - 1)
    return limit, [f"trame-{number:02}.bin" for number in range(count)]


def _prepare_bounded(context: Context) -> None:
    limit, keys = _quota(context)
    context.make_bucket("flux")
    put_text(context, "flux", "consigne.txt", "\n".join([str(limit), *keys]))


def _peak(context: Context, keys: list[str]) -> int:
    """Renvoie le plus grand nombre de dépôts en cours à la fois, d'après ce qu'ils ont noté."""
    peak = 0
    for key in keys:
        try:
            together = json.loads(context.read("flux", key))
        except ValueError:
            together = None
        if not isinstance(together, list) or key not in together:
            raise Review("Un objet n'a pas été déposé par deposit().", found=key)
        peak = max(peak, len(together))
    return peak


def _verify_bounded(context: Context) -> None:
    limit, keys = _quota(context)
    stored = [key for key in context.keys("flux") if key != "consigne.txt"]
    if not stored:
        raise Todo(
            "Aucun objet n'est déposé : sans await devant l'appel, une coroutine ne s'exécute pas."
        )
    missing, extra = sorted(set(keys) - set(stored)), sorted(set(stored) - set(keys))
    if missing:
        raise Review(
            f"Il manque {count_of(len(missing), 'objet', 'objets')} de la consigne : déposez-les "
            "tous, et attendez le dernier avec await.",
            found=count_of(len(stored), "objet", "objets"),
            expected=count_of(len(keys), "objet", "objets"),
        )
    if extra:
        raise Review("Un objet n'est pas dans la consigne.", found=extra[0], points=1)
    peak = _peak(context, keys)
    if peak > limit:
        raise Review(
            "Trop de dépôts à la fois : le serveur de la consigne les refuserait.",
            found=f"{peak} à la fois",
            expected=f"{limit} au plus",
            points=1,
        )
    if peak < limit:
        raise Review(
            "La limite est respectée, mais il y a moins de dépôts à la fois qu'elle n'en permet.",
            found=f"{peak} à la fois",
            expected=f"{limit} à la fois",
            points=1,
        )


EXERCISES = (
    Exercise(
        "retries",
        "Réessayer, mais pas toujours",
        points=2,
        hints=(
            "Une boucle for sur les essais, et un try à l'intérieur.",
            "Après une réussite, sortez de la boucle avec break.",
            "ConnectionError mérite un nouvel essai ; PermissionError, non.",
            "Notez tries[key] = numéro de l'essai avant d'appeler send(key).",
        ),
        verify=_verify_retries,
        prepare=_prepare_retries,
        answers=True,
        traps={
            "de zéro coupure à une de trop, et un refus": lambda context: (
                set(_faults(context).values()) == {0, 1, 2, 3, _ATTEMPTS, _REFUSED}
            ),
        },
    ),
    Exercise(
        "bounded",
        "Tant à la fois, et pas plus",
        points=2,
        hints=(
            "asyncio.Semaphore(limit) a autant de jetons que la consigne le permet.",
            "async with slots: prend un jeton, et le rend à la sortie du bloc.",
            "await asyncio.gather(…) lance les coroutines et attend la dernière.",
        ),
        verify=_verify_bounded,
        prepare=_prepare_bounded,
        traps={
            "un dernier paquet incomplet": lambda context: (
                len(_quota(context)[1]) % _quota(context)[0] > 0
            ),
            "plus d'objets que de places": lambda context: (
                len(_quota(context)[1]) > 2 * _quota(context)[0]
            ),
        },
    ),
)
