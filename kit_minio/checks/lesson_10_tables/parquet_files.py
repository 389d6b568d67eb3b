"""Leçon 10, exercices 3 à 5 : l'index d'un Parquet, le découpage par mois, une question en SQL."""

from __future__ import annotations

import io
import re
from collections import Counter
from datetime import date, timedelta
from typing import Any

from helpers.exercises.model import Context, Exercise, Review, Todo
from kit_minio.checks.lesson_10_tables.files import (
    COMMUNES,
    CSV_TYPE,
    MAX_FILES,
    csv_bytes,
    parquet_bytes,
    small,
)
from kit_minio.checks.lesson_10_tables.reader import read_parquets

# --- 3. L'index ---------------------------------------------------------------------------------


def _sensors(context: Context) -> tuple[dict[str, list[Any]], int]:
    """Renvoie les colonnes d'un fichier, et le nombre de lignes d'un groupe.

    La colonne la plus lourde du fichier ne l'est pas dans le premier groupe.
    """
    rng = context.random()
    group, count = rng.randint(60, 90), rng.randint(300, 500)
    light, heavy = rng.sample(["libelle", "signature", "message", "empreinte"], 2)

    def text(length: int) -> str:
        return rng.randbytes(length).hex()

    return {
        "capteur": [rng.randint(1, 9) for _ in range(count)],
        light: [text(40 if rank < group else 2) for rank in range(count)],
        heavy: [text(2 if rank < group else 40) for rank in range(count)],
        "valeur": [rng.random() for _ in range(count)],
    }, group


def _sensors_file(context: Context) -> bytes:
    columns, group = _sensors(context)
    return parquet_bytes(columns, row_group_size=group)


def _prepare_footer(context: Context) -> None:
    context.make_bucket("capteurs")
    context.put(
        "capteurs",
        "capteurs.parquet",
        _sensors_file(context),
        content_type="application/vnd.apache.parquet",
    )


def _verify_footer(context: Context) -> None:
    import pyarrow.parquet as pq

    index = pq.read_metadata(io.BytesIO(_sensors_file(context)))
    weights: Counter[str] = Counter()
    first: Counter[str] = Counter()
    for rank in range(index.num_row_groups):
        for number in range(index.num_columns):
            column = index.row_group(rank).column(number)
            weights[column.path_in_schema] += column.total_compressed_size
            if rank == 0:
                first[column.path_in_schema] = column.total_compressed_size
    expected = {
        "lignes": index.num_rows,
        "groupes": index.num_row_groups,
        "plus_lourde": weights.most_common(1)[0][0],
    }
    answer = context.answer
    if not isinstance(answer, dict) or set(answer) != set(expected):
        raise Review(
            "La réponse doit être un dictionnaire de trois valeurs.",
            found=answer,
            expected='{"lignes": …, "groupes": …, "plus_lourde": …}',
        )
    if answer == expected:
        return
    good = sum(answer[name] == value for name, value in expected.items())
    points = good / 2 if good < 3 else 0
    if answer["plus_lourde"] == first.most_common(1)[0][0]:
        raise Review(
            "Cette colonne est la plus lourde du premier groupe, pas de tout le fichier.",
            found=answer["plus_lourde"],
            points=points,
        )
    wrong = next(name for name, value in expected.items() if answer[name] != value)
    raise Review(f"« {wrong} » n'est pas ce que dit l'index.", found=answer[wrong], points=points)


# --- 4. Découper --------------------------------------------------------------------------------


def _journal(context: Context) -> list[list[Any]]:
    """Renvoie des relevés : date, station, vélos ; plusieurs mois, dans le désordre."""
    rng = context.random()
    start = date(2025, rng.randint(1, 8), 1)
    days = rng.sample(range(130), 60)
    return [
        [(start + timedelta(days=day)).isoformat(), rng.randint(1001, 9999), rng.randint(0, 40)]
        for day in days
    ]


def _prepare_partition(context: Context) -> None:
    context.make_bucket("journal")
    table = csv_bytes(["date", "station", "velos"], _journal(context))
    context.put("journal", "releves.csv", table, content_type=CSV_TYPE)


def _verify_partition(context: Context) -> None:
    keys = [key for key in context.keys("journal") if key != "releves.csv"]
    if not keys:
        raise Todo
    expected: dict[str, list[list[str]]] = {}
    for row in _journal(context):
        expected.setdefault(row[0][:7], []).append([str(value) for value in row])
    files = [key for key in keys if not key.endswith("/")]
    shape = re.compile(r"releves/mois=(\d{4}-\d{2})/[^/]+\.parquet")
    month_of = {key: shape.sub(r"\1", key) for key in files if shape.fullmatch(key)}
    strange = [key for key in files if key not in month_of]
    if strange or not files:
        raise Review(
            "Une clé n'a pas la forme demandée.",
            found=(strange or keys)[0],
            expected="releves/mois=2025-03/….parquet",
        )
    months = sorted(set(month_of.values()))
    if months != sorted(expected) or len(files) > MAX_FILES:
        raise Review(
            "Les mois ne sont pas ceux des relevés.",
            found=f"{', '.join(months[:8])} ({len(files)} objets)",
            expected=", ".join(sorted(expected)),
            points=0.5,
        )
    found = read_parquets({key: small(context, "journal", key) for key in files})
    rows: dict[str, list[list[str]]] = {}
    for key, content in found.items():
        _verify_columns(key, content)
        rows.setdefault(month_of[key], []).extend(
            [row[0][:10], *row[1:]] for row in content["rows"]
        )
    for month, lines in expected.items():
        if sorted(rows[month]) != sorted(lines):
            raise Review(
                f"Le mois {month} n'a pas exactement ses relevés.",
                found=f"{len(rows[month])} lignes",
                expected=f"{len(lines)} lignes",
                points=1,
            )
    if len(files) != len(keys):
        raise Review(
            "Les relevés sont bien découpés, mais des objets vides tiennent lieu de dossiers.",
            found=next(key for key in keys if key.endswith("/")),
            points=2,
        )


def _verify_columns(key: str, content: dict[str, Any]) -> None:
    if "error" in content:
        raise Review("Un objet n'est pas un fichier Parquet lisible.", found=key)
    if content["names"] != ["date", "station", "velos"]:
        raise Review(
            "Il manque une colonne dans un fichier.",
            found=f"{key} : {', '.join(content['names'])}",
            expected="date, station, velos",
            points=1,
        )
    if "velos" not in content["integers"]:
        raise Review(
            "Dans Parquet, les vélos doivent être des nombres entiers.", found=key, points=1
        )


# --- 5. Interroger ------------------------------------------------------------------------------


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
    return rng.choice(days), rows, communes


def _ranking(rows: list[list[int]], communes: dict[int, str]) -> list[list[Any]]:
    totals: Counter[str] = Counter()
    for station, bikes in rows:
        totals[communes[station]] += bikes
    return [[commune, total] for commune, total in totals.most_common(3)]


def _prepare_question(context: Context) -> None:
    day, rows, communes = _network(context)
    context.make_bucket("semaine")
    context.put("semaine", "jour.txt", day.encode(), content_type="text/plain")
    table = csv_bytes(["station", "commune"], [list(pair) for pair in communes.items()])
    context.put("semaine", "communes.csv", table, content_type=CSV_TYPE)
    for name, lines in rows.items():
        stations, bikes = zip(*lines, strict=True)
        context.put(
            "semaine",
            f"releves/jour={name}/part-0.parquet",
            parquet_bytes({"station": list(stations), "velos": list(bikes)}),
            content_type="application/vnd.apache.parquet",
        )


def _verify_question(context: Context) -> None:
    day, rows, communes = _network(context)
    expected = _ranking(rows[day], communes)
    answer = context.answer
    pairs = isinstance(answer, list) and all(isinstance(p, list) and len(p) == 2 for p in answer)
    if not pairs:
        raise Review(
            "La réponse doit être une liste de couples : la commune, puis ses vélos.",
            found=answer,
            expected='[["Pantin", 120], …]',
        )
    if answer == expected:
        return
    if len(answer) != 3:
        raise Review("Trois communes sont demandées.", found=f"{len(answer)} couples")
    everything = [row for lines in rows.values() for row in lines]
    if answer == _ranking(everything, communes):
        raise Review("Ces totaux sont ceux de tous les jours.", found=answer)
    if {tuple(map(str, pair)) for pair in answer} == {tuple(map(str, p)) for p in expected}:
        raise Review(
            "Les bonnes communes, mais pas de la plus fournie à la moins fournie, ou des nombres "
            "donnés en texte.",
            found=answer,
            points=1,
        )
    raise Review(f"Ce ne sont pas les trois communes les plus fournies le {day}.", found=answer)


EXERCISES = (
    Exercise(
        "footer",
        "Un index Parquet",
        points=2,
        hints=(
            "pq.read_metadata() lit l'index et lui seul.",
            "Le fichier a plusieurs groupes de lignes : index.num_row_groups, index.row_group(i).",
            "Le poids d'une colonne est la somme de ses total_compressed_size dans tous les "
            "groupes.",
        ),
        verify=_verify_footer,
        prepare=_prepare_footer,
        answers=True,
    ),
    Exercise(
        "partition",
        "Découper par mois",
        points=3,
        hints=(
            "Ajoutez une colonne « mois » : les sept premiers caractères de la date.",
            "ds.write_dataset() découpe d'après partitioning=[…], et met le nom de la colonne "
            'dans la clé avec partitioning_flavor="hive".',
            "Sans create_dir=False, pyarrow dépose des objets vides en guise de dossiers.",
        ),
        verify=_verify_partition,
        prepare=_prepare_partition,
    ),
    Exercise(
        "question",
        "Une question à plusieurs fichiers",
        points=2,
        hints=(
            'ds.dataset(…, partitioning="hive") donne une colonne « jour », tirée des clés.',
            "Une variable Python, jeu de données ou DataFrame, s'emploie comme une table dans "
            "duckdb.sql().",
            "Joignez les relevés du jour et les communes sur la station, GROUP BY commune, "
            "ORDER BY … DESC, LIMIT 3 ; puis une liste de listes.",
        ),
        verify=_verify_question,
        prepare=_prepare_question,
        answers=True,
    ),
)
