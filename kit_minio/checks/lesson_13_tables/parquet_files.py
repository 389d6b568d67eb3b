"""Leçon 13, exercices 3 et 5 : l'index d'un Parquet, le découpage par mois."""

from __future__ import annotations

import io
import re
from collections import Counter
from datetime import date, timedelta
from typing import Any, NamedTuple

from helpers.french import count_of
from kit_minio.checks.answers import Known, expect_answer
from kit_minio.checks.expectations import expect_intact
from kit_minio.checks.lesson_13_tables.files import (
    CSV_TYPE,
    MAX_FILES,
    csv_bytes,
    parquets,
    small,
)
from kit_minio.checks.lesson_13_tables.reader import read_parquets
from kit_minio.checks.making import made
from kit_minio.checks.model import Context, Exercise, Review, Todo

# --- 3. L'index ---------------------------------------------------------------------------------


def _sensors(context: Context) -> tuple[dict[str, list[Any]], int]:
    """Renvoie les colonnes d'un fichier, et le nombre de lignes d'un groupe.

    La plus lourde ne l'est ni dans le premier groupe, ni dans le dernier, ni sans compression, et
    son plus lourd morceau n'est pas le plus lourd de tous.
    """
    rng = context.random()
    group, groups = rng.randint(60, 90), rng.choice((4, 5, 7, 8))
    count = group * (groups - 1) + rng.randint(20, group - 1)
    last = group * (groups - 1)
    names = rng.sample(["libelle", "signature", "message", "empreinte"], 4)

    def text(long: bool, most: int = 40) -> str:
        return rng.randbytes(most if long else 2).hex()

    columns: dict[str, list[Any]] = {
        "capteur": [rng.randint(1, 9) for _ in range(count)],
        names[0]: [text(rank < group, 48) for rank in range(count)],
        names[1]: [text(group <= rank < last) for rank in range(count)],
        names[2]: [text(rank >= last) for rank in range(count)],
        names[3]: ["-" * 200 + str(rank) for rank in range(count)],  # se compresse très bien
        "valeur": [rng.random() for _ in range(count)],
    }
    order = ["capteur", *rng.sample(names, 4), "valeur"]  # ni la première ni la dernière
    return {name: columns[name] for name in order}, group


def _sensors_file(context: Context) -> bytes:
    columns, group = _sensors(context)
    return made(context, parquets, [columns], {"row_group_size": group})[0]


def _prepare_footer(context: Context) -> None:
    context.make_bucket("capteurs")
    context.put(
        "capteurs",
        "capteurs.parquet",
        _sensors_file(context),
        content_type="application/vnd.apache.parquet",
    )


class _Index(NamedTuple):
    """Ce que dit l'index d'un fichier.

    Attributes:
        rows: le nombre de lignes de chaque groupe.
        weights: pour chaque groupe, le poids compressé de chaque colonne, en octets.
        plain: le poids de chaque colonne dans tout le fichier, sans compression.
    """

    rows: list[int]
    weights: list[Counter[str]]
    plain: Counter[str]


def _index(context: Context) -> _Index:
    index = _Index([], [], Counter())
    for rows, columns in made(context, _read_index, _sensors_file(context)):
        index.rows.append(rows)
        index.weights.append(Counter({name: size for name, size, _ in columns}))
        for name, _, plain in columns:
            index.plain[name] += plain
    return index


def _read_index(data: bytes) -> list[tuple[int, list[tuple[str, int, int]]]]:
    """Renvoie, par groupe, ses lignes, et par colonne son nom et ses poids, compressé et non."""
    import pyarrow.parquet as pq

    read = pq.read_metadata(io.BytesIO(data))
    found = []
    for rank in range(read.num_row_groups):
        group = read.row_group(rank)
        columns = [group.column(number) for number in range(read.num_columns)]
        sizes = [
            (one.path_in_schema, one.total_compressed_size, one.total_uncompressed_size)
            for one in columns
        ]
        found.append((group.num_rows, sizes))
    return found


def _heaviest(weights: Counter[str]) -> str:
    return weights.most_common(1)[0][0]


def _summary(index: _Index) -> dict[str, Any]:
    return {
        "lignes": sum(index.rows),
        "groupes": len(index.rows),
        "plus_lourde": _heaviest(sum(index.weights, Counter())),
    }


def _mistaken_summaries(index: _Index) -> list[Known]:
    faults: list[tuple[str, Any, str]] = [
        (
            "plus_lourde",
            _heaviest(index.weights[0]),
            "Cette colonne est la plus lourde du premier groupe, pas de tout le fichier : le poids "
            "d'une colonne est la somme de ses morceaux.",
        ),
        (
            "plus_lourde",
            _heaviest(index.weights[-1]),
            "Cette colonne est la plus lourde du dernier groupe, pas de tout le fichier.",
        ),
        (
            "plus_lourde",
            _heaviest(index.plain),
            "Cette colonne est la plus lourde sans compression : comptez total_compressed_size.",
        ),
        ("lignes", index.rows[0], "« lignes » est le nombre de lignes d'un groupe."),
        ("lignes", index.rows[-1], "« lignes » est le nombre de lignes du dernier groupe."),
        ("groupes", len(index.plain), "« groupes » est le nombre de colonnes."),
    ]
    return [Known(_summary(index) | {name: value}, told, 1) for name, value, told in faults]


def _verify_footer(context: Context) -> None:
    index = _index(context)
    expect_answer(context, _summary(index), known=_mistaken_summaries(index), each=0.5)


# --- 5. Découper --------------------------------------------------------------------------------


_COLUMNS = ["date", "station", "velos"]


def _journal(context: Context) -> list[list[Any]]:
    """Renvoie des relevés : date, station, vélos ; de part et d'autre du Nouvel An, sans ordre.

    Certains jours en ont deux.
    """
    rng = context.random()
    start = date(2025, rng.randint(10, 12), 1)
    days = rng.sample(range(120), 60)
    days += days[:6]
    return [
        [(start + timedelta(days=day)).isoformat(), rng.randint(1001, 9999), rng.randint(0, 40)]
        for day in days
    ]


def _journal_csv(context: Context) -> bytes:
    return csv_bytes(_COLUMNS, _journal(context))


def _prepare_partition(context: Context) -> None:
    context.make_bucket("journal")
    context.put("journal", "releves.csv", _journal_csv(context), content_type=CSV_TYPE)


def _months(context: Context) -> dict[str, Counter[tuple[str, float, float]]]:
    """Renvoie, par mois, ses relevés."""
    months: dict[str, Counter[tuple[str, float, float]]] = {}
    for day, station, bikes in _journal(context):
        months.setdefault(day[:7], Counter())[day, station, bikes] += 1
    return months


_KEY = re.compile(r"releves/mois=(\d{4}-\d{2})/[^/]+\.parquet")


def _verify_partition(context: Context) -> None:
    expect_intact(context, "journal", {"releves.csv": _journal_csv(context)})
    keys = [key for key in context.keys("journal") if key != "releves.csv"]
    if not keys:
        raise Todo("Rien n'est encore sous « releves/ ».")
    expected = _months(context)
    files = [key for key in keys if not key.endswith("/")]
    month_of = {key: shape[1] for key in files if (shape := _KEY.fullmatch(key))}
    strange = [key for key in files if key not in month_of]
    if strange or not files:
        raise _leftover(
            context,
            "Une clé n'a pas la forme demandée.",
            found=(strange or keys)[0],
            expected="releves/mois=2025-03/….parquet",
        )
    months = sorted(set(month_of.values()))
    if months != sorted(expected) or len(files) > MAX_FILES:
        raise _leftover(
            context,
            "Les mois ne sont pas ceux des relevés.",
            found=f"{', '.join(months[:8])} ({count_of(len(files), 'objet', 'objets')})",
            expected=", ".join(sorted(expected)),
            points=0.5,
        )
    contents = read_parquets(context, {key: small(context, "journal", key) for key in files})
    for key, content in contents.items():
        _verify_columns(key, content)
    for month, lines in expected.items():
        mine = [contents[key]["rows"] for key in files if month_of[key] == month]
        found = Counter(_reading(row) for rows in mine for row in rows)
        if found != lines:
            raise _leftover(context, _lost(month, found, lines), points=1)
    if len(files) != len(keys):
        raise _leftover(
            context,
            "Les relevés sont bien découpés, mais il y a des objets vides, pour des dossiers.",
            found=next(key for key in keys if key.endswith("/")),
            points=2,
        )


def _leftover(context: Context, fact: str, **options: Any) -> Review:
    """Renvoie un refus qui dit aussi comment effacer ce qu'un essai précédent a laissé."""
    remedy = f"tp.{context.name}.reset() efface ce qui vient d'un essai précédent."
    return Review(f"{fact} {remedy}", **options)


def _reading(row: list[str]) -> tuple[str, float, float]:
    day, *numbers = row
    try:
        station, bikes = map(float, numbers)
    except ValueError:
        return day[:10], -1, -1
    return day[:10], station, bikes


def _lost(month: str, found: Counter[Any], expected: Counter[Any]) -> str:
    """Dit ce qui manque à un mois, et ce qui y est de trop."""
    missing, extra = (expected - found).total(), (found - expected).total()
    told = [f"il en manque {missing}"] if missing else []
    if extra and set(found) <= set(expected):
        told.append(count_of(extra, "ligne y est en double", "lignes y sont en double"))
    elif extra:
        told.append(count_of(extra, "ligne n'en est pas", "lignes n'en sont pas"))
    return f"Le mois {month} n'a pas exactement ses relevés : {', '.join(told)}."


def _verify_columns(key: str, content: dict[str, Any]) -> None:
    if "error" in content:
        raise Review("Un objet n'est pas un fichier Parquet lisible.", found=key)
    if content["names"] != _COLUMNS:
        raise Review(
            "Il manque une colonne dans un fichier.",
            found=f"{key} : {', '.join(content['names']) or 'aucune des trois'}",
            expected=", ".join(_COLUMNS),
            points=1,
        )
    if "velos" not in content["numbers"]:
        raise Review("Dans Parquet, les vélos doivent être des nombres.", found=key, points=1)


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
        traps={
            "le plus lourd morceau est d'une autre colonne": lambda context: (
                max(
                    (weight, name)
                    for group in _index(context).weights
                    for name, weight in group.items()
                )[1]
                != _summary(_index(context))["plus_lourde"]
            ),
            "les mauvais résumés diffèrent tous du bon": lambda context: (
                _summary(_index(context))
                not in [wrong.answer for wrong in _mistaken_summaries(_index(context))]
            ),
        },
    ),
    Exercise(
        "partition",
        "Découper par mois",
        points=3,
        hints=(
            "Ajoutez une colonne « mois » : les sept premiers caractères de la date.",
            "ds.write_dataset() découpe d'après partitioning=[…], et met le nom de la colonne "
            'dans la clé avec partitioning_flavor="hive".',
            "Sans create_dir=False, pyarrow dépose des objets vides pour des dossiers ; avec "
            'existing_data_behavior="overwrite_or_ignore", il remplace ce qu\'il a déjà écrit.',
        ),
        verify=_verify_partition,
        prepare=_prepare_partition,
        traps={
            "les relevés passent le Nouvel An": lambda context: (
                {month[:4] for month in _months(context)} == {"2025", "2026"}
            ),
            "deux relevés du même jour": lambda context: (
                len({day for day, _, _ in _journal(context)}) < len(_journal(context))
            ),
            "les relevés sont dans le désordre": lambda context: (
                _journal(context) != sorted(_journal(context))
            ),
        },
    ),
)
