"""Les exercices de la leçon 09 : lire en parallèle, rendre compte, réessayer, borner, se méfier."""

from __future__ import annotations

import hashlib
import json
from random import Random
from typing import Any

from helpers.exercises.model import Context, Exercise, Review, Series, Todo


def _some(names: list[str]) -> str:
    """Renvoie les premiers noms d'une liste, en texte."""
    return ", ".join(names[:5]) + (f"… ({len(names)} en tout)" if len(names) > 5 else "")


def _dictionary(context: Context, keys: set[str] | None = None) -> dict[str, Any]:
    """Renvoie la réponse, un dictionnaire, aux clés données s'il y en a."""
    answer = context.answer
    if not isinstance(answer, dict) or (keys is not None and set(answer) != keys):
        raise Review(
            "La réponse doit être le dictionnaire que demande l'énoncé.",
            found=_some(list(answer)) if isinstance(answer, dict) else type(answer).__name__,
            expected=", ".join(sorted(keys)) if keys else "un dictionnaire",
        )
    return answer


# --- 1. Lire en parallèle -----------------------------------------------------------------------


def _readings(context: Context) -> dict[str, str]:
    rng = context.random()
    days = sorted(rng.sample(range(1, 29), 24))
    return {
        f"releves/2026-03-{day:02}.csv": "heure;niveau\n"
        + "".join(f"{hour:02}:00;{rng.uniform(0, 12):.2f}\n" for hour in range(rng.randint(3, 20)))
        for day in days
    }


def _prepare_threads(context: Context) -> None:
    context.make_bucket("releves")
    for key, text in _readings(context).items():
        context.put("releves", key, text.encode(), content_type="text/csv")


def _verify_threads(context: Context) -> None:
    expected = {key: text.count("\n") - 1 for key, text in _readings(context).items()}
    answer = _dictionary(context)
    if answer == expected:
        return
    missing = [key for key in expected if key not in answer]
    if missing or len(answer) > len(expected):
        raise Review(
            "Le dictionnaire n'a pas une entrée par relevé.",
            found=f"{len(answer)} clés",
            expected=f"{len(expected)} clés, dont {missing[0]}" if missing else "",
        )
    if answer == {key: lines + 1 for key, lines in expected.items()}:
        raise Review("La ligne des titres est comptée : ce n'est pas une mesure.", points=1)
    if sorted(map(str, answer.values())) == sorted(map(str, expected.values())):
        raise Review(
            "Les nombres sont bons, mais pas en face de leurs clés : les résultats n'arrivent pas "
            "dans l'ordre des départs.",
            points=1,
        )
    wrong = next(key for key in expected if answer[key] != expected[key])
    raise Review(
        f"Le nombre de mesures de « {wrong} » n'est pas le bon.",
        found=answer[wrong],
        expected=expected[wrong],
    )


# --- 2. Rendre compte ---------------------------------------------------------------------------


def _order(context: Context) -> tuple[dict[str, bytes], list[str]]:
    """Renvoie les photos du bucket, et les clés commandées, dont certaines n'y sont pas."""
    rng = context.random()
    names = [f"photos/{rng.randrange(10**6):06}.jpg" for _ in range(20)]
    photos = {name: rng.randbytes(rng.randint(200, 900)) for name in names[4:]}
    wanted = rng.sample(names[4:], 12) + names[: rng.randint(2, 4)]
    rng.shuffle(wanted)
    return photos, wanted


def _prepare_report(context: Context) -> None:
    context.make_bucket("phototheque")
    photos, wanted = _order(context)
    for key, data in photos.items():
        context.put("phototheque", key, data, content_type="image/jpeg")
    text = "\n".join(wanted)
    context.put("phototheque", "commande.txt", text.encode(), content_type="text/plain")


def _verify_report(context: Context) -> None:
    photos, wanted = _order(context)
    answer = _dictionary(context, {"recues", "echecs"})
    received, failures = answer["recues"], answer["echecs"]
    if not isinstance(received, dict) or not isinstance(failures, dict):
        raise Review(
            "« recues » et « echecs » doivent être des dictionnaires.",
            found=f"{type(received).__name__} et {type(failures).__name__}",
        )
    lost = [key for key in wanted if key not in received and key not in failures]
    if lost:
        raise Review(
            "Des clés commandées ne sont ni parmi les reçues, ni parmi les échecs.",
            found=_some(lost),
            expected=f"{len(wanted)} clés en tout",
        )
    absent = {key for key in wanted if key not in photos}
    if set(failures) != absent or set(received) != set(wanted) - absent:
        raise Review(
            "Une clé est rangée parmi les reçues ou les échecs, et ne devrait pas y être.",
            found=_some(sorted(set(failures) ^ absent) or sorted(set(received) - set(wanted))),
        )
    digests = {key: hashlib.sha256(photos[key]).hexdigest() for key in received}
    if received != digests:
        wrong = next(key for key in digests if received[key] != digests[key])
        raise Review(f"L'empreinte de « {wrong} » n'est pas celle de ses octets.", points=1)
    if set(failures.values()) != {"NoSuchKey"}:
        raise Review(
            "Les échecs sont les bons, mais leur cause n'est pas le code d'erreur du serveur.",
            found=_some([str(cause) for cause in failures.values()]),
            points=1,
        )


# --- 3. Réessayer -------------------------------------------------------------------------------

_ATTEMPTS = 4
_REFUSED = "refus"


def _faults(context: Context) -> dict[str, int | str]:
    """Renvoie, pour chaque clé, le nombre de coupures avant la réussite, ou un refus."""
    rng = context.random()
    names = [f"mesures/{rng.randrange(10**5):05}.csv" for _ in range(10)]
    faults: list[int | str] = [0, 0, 0, 1, 1, 2, 3, _ATTEMPTS, _REFUSED, _REFUSED]
    rng.shuffle(faults)
    return dict(zip(names, faults, strict=True))


def _prepare_retries(context: Context) -> None:
    context.make_bucket("envois")
    data = json.dumps(_faults(context)).encode()
    context.put("envois", "pannes.json", data, content_type="application/json")


def _verify_retries(context: Context) -> None:
    faults = _faults(context)
    stored = [key for key in context.keys("envois") if key != "pannes.json"]
    if not stored and not context.answer:
        raise Todo
    answer = _dictionary(context, set(faults))
    for key, fault in faults.items():
        tries = answer[key]
        if fault == _REFUSED and tries != 1:
            raise Review(
                f"« {key} » est refusée par le serveur : recommencer n'y change rien.",
                found=f"{tries} essais",
                expected="1 essai",
                points=1,
            )
        if fault == _ATTEMPTS and tries != _ATTEMPTS:
            raise Review(
                f"« {key} » ne passe jamais : il faut s'arrêter après {_ATTEMPTS} essais.",
                found=f"{tries} essais",
                expected=f"{_ATTEMPTS} essais",
                points=1,
            )
    expected = [
        key for key, fault in faults.items() if isinstance(fault, int) and fault < _ATTEMPTS
    ]
    missing = [key for key in expected if key not in stored]
    if missing:
        raise Review(
            "Des objets qui pouvaient passer ne sont pas dans le bucket.",
            found=_some(missing),
            expected=f"{len(expected)} objets déposés",
        )
    for key in expected:
        if answer[key] != int(faults[key]) + 1:
            raise Review(
                f"« {key} » a réussi, mais pas au bon essai : il en faut un de plus que de pannes, "
                "et aucun après la réussite.",
                found=f"{answer[key]} essais",
                points=1,
            )


# --- 4. Borner ----------------------------------------------------------------------------------


def _quota(context: Context) -> tuple[int, list[str]]:
    """Renvoie le nombre de dépôts permis à la fois, et les clés à déposer."""
    rng = context.random()
    return rng.randint(3, 7), [f"trame-{number:02}.bin" for number in range(rng.randint(20, 30))]


def _prepare_bounded(context: Context) -> None:
    limit, keys = _quota(context)
    context.make_bucket("flux")
    text = "\n".join([str(limit), *keys])
    context.put("flux", "consigne.txt", text.encode(), content_type="text/plain")


def _peak(events: Any, keys: list[str]) -> int:
    """Renvoie le nombre de dépôts en cours à la fois, d'après le journal."""
    if not isinstance(events, list) or not all(
        isinstance(event, list) and len(event) == 2 for event in events
    ):
        raise Review("La réponse doit être le journal des dépôts.", found=type(events).__name__)
    running: set[str] = set()
    done: set[str] = set()
    peak = 0
    for what, key in events:
        if what == "début":
            running.add(key)
            peak = max(peak, len(running))
        elif key in running:
            running.remove(key)
            done.add(key)
    if running:
        raise Review(
            "Des dépôts sont commencés et pas finis : il faut attendre le dernier.",
            found=_some(sorted(running)),
        )
    if done != set(keys):
        raise Review(
            "Le journal n'a pas le début et la fin de chaque dépôt demandé.",
            found=f"{len(done)} dépôts finis",
            expected=f"{len(keys)} dépôts",
        )
    return peak


def _verify_bounded(context: Context) -> None:
    limit, keys = _quota(context)
    stored = [key for key in context.keys("flux") if key != "consigne.txt"]
    if not stored and context.answer == []:
        raise Todo
    peak = _peak(context.answer, keys)
    if stored != keys:
        raise Review(
            "Le bucket n'a pas tous les objets de la consigne.",
            found=f"{len(stored)} objets",
            expected=f"{len(keys)} objets",
        )
    if peak > limit:
        raise Review(
            "Trop de dépôts à la fois : le serveur de la consigne les refuserait.",
            found=f"{peak} à la fois",
            expected=f"{limit} au plus",
            points=1,
        )
    if peak < limit:
        raise Review(
            "La consigne est respectée, mais il en passe moins à la fois qu'elle ne le permet.",
            found=f"{peak} à la fois",
            expected=f"{limit} à la fois",
            points=1,
        )


# --- 5. Se méfier des clés ----------------------------------------------------------------------

_SAFE = ("port.jpg", "été/plage.jpg", "notes..txt", "...suite.txt", "2026/03/a b.csv")
_UNSAFE = (
    *("../secret.txt", "a/../../secret.txt", "/etc/passwd", "a//b.txt", "photos/"),
    *("C:/windows.ini", "a\\b.txt", "../../.bashrc", "./a.txt", "b/.."),
)


def _foreign(context: Context) -> dict[str, list[str]]:
    """Renvoie les clés d'un autre store : sûres, dangereuses, et celles qui se confondent."""
    rng: Random = context.random()
    number = rng.randint(10, 99)
    safe = [f"{number}/{name}" for name in rng.sample(_SAFE, 4)]
    twin = f"{number}/jumeau-{rng.randint(1, 9)}.txt"
    return {
        "safe": [*safe, twin.replace("jumeau", "Jumeau")],
        "unsafe": [*rng.sample(_UNSAFE, 6), f"../../../{safe[0]}"],
        "twins": [twin],
    }


def _prepare_names(context: Context) -> None:
    context.make_bucket("echanges")
    keys = sorted(key for keys in _foreign(context).values() for key in keys)
    data = json.dumps(keys).encode()
    context.put("echanges", "cles.json", data, content_type="application/json")


def _verify_names(context: Context) -> None:
    found = _foreign(context)
    answer = context.answer
    if not isinstance(answer, list) or not all(isinstance(key, str) for key in answer):
        raise Review("La réponse doit être une liste de clés.", found=type(answer).__name__)
    kept = set(answer)
    bad = [key for key in found["unsafe"] if key in kept]
    if bad:
        raise Review(
            "La liste garde une clé qui n'est pas un chemin sûr.",
            found=ascii(bad[0]),
        )
    twins = {key.casefold() for key in found["twins"]}
    if sum(key.casefold() in twins for key in kept) > 1:
        raise Review(
            "Sous Windows et macOS, deux des clés gardées seraient un même fichier.",
            points=1,
        )
    single = [key for key in found["safe"] if key.casefold() not in twins]
    lost = [key for key in single if key not in kept]
    if lost or not any(key.casefold() in twins for key in kept):
        raise Review(
            "Une clé sans danger est écartée.",
            found=ascii(lost[0]) if lost else "aucune des deux qui se confondent n'est gardée",
        )
    if len(answer) != len(found["safe"]):
        raise Review("La liste a des clés de trop, ou deux fois la même.", found=len(answer))


SERIES = Series(
    "09",
    "transferts-concurrents",
    (
        Exercise(
            "threads",
            "Lire avec des fils",
            points=2,
            hints=(
                "Écrivez une fonction qui reçoit une clé et renvoie le nombre de ses mesures.",
                "pool.map(fonction, clés) donne les résultats dans l'ordre des clés.",
                "dict(zip(clés, pool.map(fonction, clés))) les met en face les uns des autres.",
            ),
            verify=_verify_threads,
            prepare=_prepare_threads,
            answers=True,
        ),
        Exercise(
            "report",
            "Rendre compte de chaque échec",
            points=3,
            hints=(
                "pool.submit(fonction, clé) renvoie une promesse ; gardez la clé à côté.",
                "future.result() renvoie le résultat, ou lève l'erreur de cette clé-là.",
                "S3Error a un attribut code : c'est lui que l'on attend dans « echecs ».",
                "hashlib.sha256(octets).hexdigest() donne l'empreinte.",
            ),
            verify=_verify_report,
            prepare=_prepare_report,
            answers=True,
        ),
        Exercise(
            "retries",
            "Réessayer, mais pas toujours",
            points=3,
            hints=(
                "Une boucle for sur les essais, et un try à l'intérieur.",
                "Après une réussite, sortez de la boucle avec break.",
                "ConnectionError mérite un nouvel essai ; PermissionError, non.",
                "Notez tries[key] = numéro de l'essai avant d'appeler send(key).",
            ),
            verify=_verify_retries,
            prepare=_prepare_retries,
            answers=True,
        ),
        Exercise(
            "bounded",
            "Tant à la fois, et pas plus",
            points=3,
            hints=(
                "asyncio.Semaphore(limit) a autant de jetons que la consigne le permet.",
                "async with slots: prend un jeton, et le rend à la sortie du bloc.",
                "await asyncio.gather(…) lance les coroutines et attend la dernière.",
            ),
            verify=_verify_bounded,
            prepare=_prepare_bounded,
            answers=True,
        ),
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
            verify=_verify_names,
            prepare=_prepare_names,
            answers=True,
        ),
    ),
)
