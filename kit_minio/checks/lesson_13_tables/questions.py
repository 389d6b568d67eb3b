"""Leçon 13, exercice 4 : une question posée à plusieurs fichiers Parquet."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

from kit_minio.checks.answers import Known, expect_answer
from kit_minio.checks.comparison import same
from kit_minio.checks.lesson_13_tables.files import COMMUNES, CSV_TYPE, csv_bytes, parquets
from kit_minio.checks.making import made
from kit_minio.checks.model import Context, Exercise
from kit_minio.checks.steps import keeping


def _network(context: Context) -> tuple[str, dict[str, list[list[Any]]], dict[int, str]]:
    """Renvoie le jour demandé, les relevés de chaque jour, et la commune de chaque station."""
    rng = context.random()
    days = [(date(2025, 3, 24) + timedelta(days=day)).isoformat() for day in range(5)]
    stations = sorted(rng.sample(range(1001, 9999), 20))
    # Chaque commune a un nombre de vélos à elle : pas d'ex æquo.
    communes = {station: COMMUNES[rank % 5] for rank, station in enumerate(stations)}
    order = rng.sample(range(5), 5)
    rows = {
        day: [
            [station, 20 * order[(rank + number) % 5] + rng.randint(0, 9)]
            for rank, station in enumerate(stations)
        ]
        for number, day in enumerate(days)
    }
    # Le bon classement n'est pas l'ordre alphabétique.
    names = {day: [name for name, _ in _totals(lines, communes)[:3]] for day, lines in rows.items()}
    return rng.choice([day for day in days if names[day] != sorted(names[day])]), rows, communes


def _listed(communes: dict[int, str]) -> list[list[Any]]:
    """Renvoie les lignes de communes.csv : l'ordre n'est pas celui des relevés."""
    return [[station, name] for name, station in sorted((n, s) for s, n in communes.items())]


def _totals(rows: list[list[int]], communes: dict[int, str]) -> list[list[Any]]:
    """Renvoie chaque commune et ses vélos, de la plus fournie à la moins fournie."""
    totals: Counter[str] = Counter()
    for station, bikes in rows:
        totals[communes[station]] += bikes
    return [[commune, total] for commune, total in totals.most_common()]


def _prepare_question(context: Context) -> None:
    day, rows, communes = _network(context)
    context.make_bucket("semaine")
    context.put("semaine", "jour.txt", day.encode(), content_type="text/plain")
    table = csv_bytes(["station", "commune"], _listed(communes))
    context.put("semaine", "communes.csv", table, content_type=CSV_TYPE)
    tables = [
        dict(zip(("station", "velos"), map(list, zip(*lines, strict=True)), strict=True))
        for lines in rows.values()
    ]
    for name, data in zip(rows, made(context, parquets, tables, {}), strict=True):
        context.put(
            "semaine",
            f"releves/jour={name}/part-0.parquet",
            data,
            content_type="application/vnd.apache.parquet",
        )


def _question(context: Context) -> tuple[list[list[Any]], list[Known]]:
    """Renvoie la réponse, et les mauvaises que l'on sait expliquer."""
    day, rows, communes = _network(context)
    totals = _totals(rows[day], communes)
    expected = totals[:3]
    everything = _totals([row for lines in rows.values() for row in lines], communes)
    ranks = zip(sorted(communes), (name for _, name in _listed(communes)), strict=True)
    stations = sorted(rows[day], key=lambda row: -row[1])[:3]
    known = [
        Known(_totals(rows[day], dict(ranks))[:3], "Les communes sont mises en face des stations "
              "par leur rang : c'est la station qui les relie."),
        Known(stations, "Ce sont des stations : ce sont des communes qui sont demandées."),
        Known([value for pair in expected for value in pair],
              "Une liste de couples est demandée : ici, tout est à la suite.", 1),
        Known(everything[:3], "Ces totaux sont ceux de tous les jours."),
        Known([[total, name] for name, total in expected],
              "Chaque couple donne d'abord la commune, puis ses vélos.", 1),
        Known(expected[::-1], "Ces trois couples vont de la moins fournie à la plus fournie.", 1),
        Known(totals[::-1][:3], "Ce sont les trois communes les moins fournies."),
        Known(totals[2:], "Ce sont les trois communes les moins fournies."),
        Known(totals, "Trois communes sont demandées, et elles sont toutes là.", 1),
        Known([name for name, _ in expected], "Il manque à chaque commune le nombre de ses vélos.",
              1),
        Known([[name, str(total)] for name, total in expected],
              "Les vélos doivent être des nombres, pas des textes.", 1),
        Known([[name, total / 4] for name, total in expected],
              "Ces nombres sont des moyennes par station : des totaux sont demandés.", 1),
    ]  # fmt: skip
    others = [lines for other, lines in rows.items() if other != day]
    message = f"Ces totaux sont ceux d'un autre jour que le {day}."
    return expected, known + [Known(_totals(lines, communes)[:3], message) for lines in others]


def _verify_question(context: Context) -> None:
    expected, known = _question(context)
    names, bikes = _columns(context.answer)
    right = names == [name for name, _ in expected]
    if right and bikes != [total for _, total in expected]:
        known.append(Known(context.answer, "Les communes sont les bonnes, pas leurs vélos."))
    with keeping(1 if right else 0):
        expect_answer(context, expected, known=known, out_of_order=1)


def _columns(answer: Any) -> tuple[list[Any], list[Any]]:
    """Renvoie ce que sont les premiers de chaque couple, et les seconds ; rien sans couples."""
    pairs = isinstance(answer, list) and all(
        isinstance(pair, list) and len(pair) == 2 for pair in answer
    )
    return ([pair[0] for pair in answer], [pair[1] for pair in answer]) if pairs else ([], [])


EXERCISES = (
    Exercise(
        "question",
        "Une question à plusieurs fichiers",
        points=2,
        hints=(
            'ds.dataset(…, partitioning="hive") donne une colonne « jour », tirée des clés.',
            "Dans duckdb.sql(), le nom d'une variable Python (jeu de données ou DataFrame) "
            "désigne une table.",
            "Joignez les relevés du jour et les communes sur la station, GROUP BY commune, "
            "ORDER BY … DESC, LIMIT 3 ; puis une liste de listes.",
        ),
        verify=_verify_question,
        prepare=_prepare_question,
        answers=True,
        traps={
            "les mauvais classements diffèrent tous du bon": lambda context: (
                not any(
                    same(wrong.answer, _question(context)[0]) for wrong in _question(context)[1]
                )
            ),
        },
    ),
)
