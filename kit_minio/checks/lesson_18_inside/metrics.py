"""Deux lectures des mesures de trois serveurs : combien de requêtes entre les deux."""

from __future__ import annotations

from kit_minio.checks.answers import Known, expect_answer
from kit_minio.checks.model import Context, Exercise
from kit_minio.checks.preparation import put_text

Counts = dict[tuple[str, str], int]  # (opération, serveur)

_SERVERS = ("nord:9000", "ouest:9000", "sud:9000")
_APIS = ("deleteobject", "getobject", "headobject", "putobject")
_NEW = "copyobject"  # absente de la première lecture
_NAME = "minio_s3_requests_total"


def _readings(context: Context) -> tuple[Counts, Counts]:
    """Renvoie les compteurs lus, à cinq minutes d'écart ; un serveur a redémarré entre les deux."""
    rng = context.random()
    restarted = rng.choice(_SERVERS)
    before = {
        (api, server): rng.randrange(5_000, 9_000) * (1_000 if api == "getobject" else 1)
        for api in _APIS
        for server in _SERVERS
    }
    after = {
        each: rng.randrange(10, 400)
        if each[1] == restarted
        else count + rng.randrange(5_000, 9_000)
        for each, count in before.items()
    }
    after[_NEW, rng.choice(_SERVERS)] = rng.randrange(10, 90)
    return before, after


def _text(context: Context, counts: Counts, *, reversed_labels: bool) -> str:
    """Écrit une lecture au format de Prometheus, avec des mesures voisines."""
    rng = context.random()
    lines = []
    for name, scale in (("minio_s3_requests_errors_total", 0.01), (_NAME, 1)):
        lines += [f"# HELP {name} Total number of S3 requests", f"# TYPE {name} counter"]
        for (api, server), count in counts.items():
            labels = [f'api="{api}"', f'server="{server}"']
            inside = ",".join(labels[::-1] if reversed_labels else labels)
            value = int(count * scale)
            shown = f"{value:e}" if value >= 1_000_000 else str(value)
            lines.append(f"{name}{{{inside}}} {shown}")
    for server in _SERVERS:
        lines.append(f'minio_s3_requests_incoming_total{{server="{server}"}} {rng.randrange(999)}')
        lines.append(f'minio_cluster_drive_online_total{{server="{server}"}} 4')
    return "\n".join(lines) + "\n"


def _between(before: Counts, after: Counts, *, resets: bool = True) -> dict[str, int]:
    """Renvoie les requêtes faites entre deux lectures, par opération."""
    total: dict[str, int] = {}
    for (api, server), count in after.items():
        earlier = before.get((api, server), 0)
        grown = count if resets and count < earlier else count - earlier
        total[api] = total.get(api, 0) + grown
    return total


def _prepare(context: Context) -> None:
    before, after = _readings(context)
    context.make_bucket("mesures")
    put_text(context, "mesures", "12-00.txt", _text(context, before, reversed_labels=False))
    put_text(context, "mesures", "12-05.txt", _text(context, after, reversed_labels=True))


def _verify(context: Context) -> None:
    before, after = _readings(context)
    right = _between(before, after)
    known = (
        Known(
            _between(before, after, resets=False),
            "Un serveur a redémarré : son compteur est reparti de zéro. Si la seconde valeur est "
            "plus petite que la première, l'augmentation est cette seconde valeur.",
            points=1,
        ),
        Known(
            {api: count for api, count in right.items() if api != _NEW},
            "Une opération manque : un compteur absent de la première lecture y valait zéro.",
            points=1.5,
        ),
        Known(
            _between({}, after),
            "Ce sont les valeurs de la seconde lecture : un compteur part du démarrage, et la "
            "question porte sur les cinq minutes.",
        ),
        Known(
            _merged(before, after),
            "Les serveurs ont été additionnés avant de comparer les lectures : le redémarrage de "
            "l'un ne se voit plus.",
            points=0.5,
        ),
    )
    expect_answer(context, right, known=known)


def _merged(before: Counts, after: Counts) -> dict[str, int]:
    first, second = (_between({}, counts) for counts in (before, after))
    return _between(
        {(api, ""): count for api, count in first.items()},
        {(api, ""): count for api, count in second.items()},
    )


EXERCISES = (
    Exercise(
        "metrics",
        "Les requêtes de cinq minutes",
        points=2,
        hints=(
            "Une ligne utile commence par « minio_s3_requests_total{ » : l'accolade écarte les "
            "mesures voisines.",
            "Une expression rationnelle lit chaque précision à part, r'api=\"(\\w+)\"' puis "
            'r\'server="([^"]+)"\' : leur ordre change. float lit « 5.2e+06 ».',
            "Comparez chaque compteur (opération et serveur) à lui-même, puis additionnez les "
            "serveurs : s'il a baissé, il est reparti de zéro.",
        ),
        verify=_verify,
        prepare=_prepare,
        answers=True,
        traps={
            "un redémarrage": lambda c: (
                _between(*_readings(c)) != _between(*_readings(c), resets=False)
            ),
            "une opération nouvelle": lambda c: (
                _NEW not in {api for api, _ in _readings(c)[0]} and _NEW in _between(*_readings(c))
            ),
            "une valeur en notation scientifique": lambda c: (
                "e+" in _text(c, _readings(c)[0], reversed_labels=False)
            ),
            "la somme des serveurs cache le redémarrage": lambda c: (
                _merged(*_readings(c))
                not in (_between(*_readings(c)), _between({}, _readings(c)[1]))
            ),
        },
    ),
)
