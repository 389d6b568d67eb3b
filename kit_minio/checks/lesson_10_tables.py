"""Les exercices de la leçon 10 : lire et écrire un CSV, l'index de Parquet, découper, interroger.

pyarrow n'est chargé qu'à l'usage : ce module est importé même là où il n'est pas installé.
"""

from __future__ import annotations

import base64
import csv
import io
import json
import re
import subprocess
import sys
from collections import Counter
from datetime import date, timedelta
from typing import Any

from helpers.exercises.model import Context, Exercise, Review, Series, Todo

_CSV = "text/csv; charset=utf-8"
_COMMUNES = ("Clichy", "Créteil", "Montreuil", "Pantin", "Vincennes")
_MAX_FILE = 1024 * 1024  # octets d'un objet que la vérification lit
_MAX_FILES = 30


def _csv_bytes(headers: list[str], rows: list[list[Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(headers)
    writer.writerows(rows)
    return text.getvalue().encode()


def _parquet_bytes(columns: dict[str, list[Any]], **options: Any) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(columns), sink, **options)
    return sink.getvalue().to_pybytes()


# --- 1. Lire un CSV -----------------------------------------------------------------------------


def _bikes(context: Context) -> list[list[Any]]:
    """Renvoie des stations : identifiant, commune, en service, vélos, kilomètres du jour."""
    rng = context.random()
    found = []
    for number in sorted(rng.sample(range(100, 99999), 60)):
        working = rng.random() < 0.8
        bikes, km = rng.choice((0, rng.randint(1, 30))), rng.randint(0, 4000) / 10
        commune = rng.choice(_COMMUNES)
        found.append([f"{number:05}", commune, "OUI" if working else "NON", bikes, km])
    return found


def _prepare_totals(context: Context) -> None:
    rows = [[*row[:4], f"{row[4]:.1f}".replace(".", ",")] for row in _bikes(context)]
    context.make_bucket("stations")
    headers = ["station", "commune", "en service", "velos", "km"]
    context.put("stations", "stations.csv", _csv_bytes(headers, rows), content_type=_CSV)


def _by_commune(rows: list[list[Any]]) -> dict[str, dict[str, float]]:
    totals: dict[str, dict[str, float]] = {}
    for _, commune, _, bikes, km in rows:
        total = totals.setdefault(commune, {"velos": 0, "km": 0})
        total["velos"] += bikes
        total["km"] = round(total["km"] + km, 1)
    return totals


def _close(found: Any, expected: float) -> bool:
    number = isinstance(found, (int, float)) and not isinstance(found, bool)
    return number and abs(found - expected) < 0.06


def _same(answer: dict[str, Any], expected: dict[str, dict[str, float]], *names: str) -> bool:
    return all(
        _close(answer[commune][name], total[name])
        for commune, total in expected.items()
        for name in names
    )


def _verify_totals(context: Context) -> None:
    rows, answer = _bikes(context), context.answer
    expected = _by_commune([row for row in rows if row[2] == "OUI"])
    shape = isinstance(answer, dict) and all(
        isinstance(total, dict) and set(total) == {"velos", "km"} for total in answer.values()
    )
    if not shape:
        raise Review(
            "La réponse doit donner, pour chaque commune, un dictionnaire de deux nombres.",
            found=answer,
            expected='{"Clichy": {"velos": …, "km": …}, …}',
        )
    if set(answer) != set(expected):
        raise Review(
            "Les communes ne sont pas celles du fichier.",
            found=", ".join(answer) or "aucune",
            expected=", ".join(sorted(expected)),
        )
    if _same(answer, expected, "velos", "km"):
        return
    if _same(answer, _by_commune(rows), "velos"):
        raise Review("Les stations hors service sont comptées.", found=answer)
    if _same(answer, expected, "velos"):
        raise Review(
            "Les vélos sont bien comptés, pas les kilomètres : dans ce fichier, leur virgule est "
            "décimale.",
            found=answer,
            points=1,
        )
    raise Review("Ce ne sont pas les totaux par commune.", found=answer)


# --- 2. Écrire un CSV ---------------------------------------------------------------------------


def _prepare_write_back(context: Context) -> None:
    context.make_bucket("reseau")
    rows = [row[:4] for row in _bikes(context)]
    headers = ["station", "commune", "en service", "velos"]
    context.put("reseau", "stations.csv", _csv_bytes(headers, rows), content_type=_CSV)


def _small(context: Context, name: str, key: str) -> bytes:
    """Renvoie les octets d'un objet de l'élève, s'il n'est pas démesuré."""
    stat = context.client.stat_object(bucket_name=context.bucket(name), object_name=key)
    if (stat.size or 0) > _MAX_FILE:
        raise Review("Un objet est bien trop lourd.", found=key, expected=f"{_MAX_FILE} octets")
    return context.read(name, key)


def _verify_write_back(context: Context) -> None:
    if "vides.csv" not in context.keys("reseau"):
        raise Todo
    expected = [row[:2] for row in _bikes(context) if row[2] == "OUI" and row[3] == 0]
    text = _small(context, "reseau", "vides.csv").decode("utf-8", errors="replace")
    found = list(csv.reader(io.StringIO(text), delimiter=";"))
    headers, rows = (found[0], found[1:]) if found else ([], [])
    if len(headers) == 1 and "," in headers[0]:
        raise Review("Les colonnes ne sont pas séparées par des points-virgules.", found=headers[0])
    if headers[:1] == [""]:
        raise Review(
            "Il y a une colonne sans nom en tête : l'étiquette des lignes de pandas.",
            found=text.split("\n")[0],
            expected="station;commune",
        )
    if headers != ["station", "commune"]:
        raise Review(
            "Les colonnes ne sont pas celles demandées.",
            found=";".join(headers) or "rien",
            expected="station;commune",
        )
    if sorted([row[0].zfill(5), *row[1:]] for row in rows if row) != expected:
        raise Review(
            "Les lignes ne sont pas les stations en service et sans vélo.",
            found=f"{len(rows)} lignes",
            expected=f"{len(expected)} lignes",
        )
    if sorted(rows) != expected:
        raise Review(
            "Des identifiants ont perdu leurs zéros de tête.",
            found=min(row[0] for row in rows),
            expected=expected[0][0],
            points=1,
        )
    if rows != expected:
        raise Review("Les lignes ne sont pas triées par station.", found=rows[0][0], points=1)
    stat = context.client.stat_object(bucket_name=context.bucket("reseau"), object_name="vides.csv")
    if not (stat.content_type or "").startswith("text/csv"):
        raise Review(
            "Le contenu est bon, pas le type de contenu.",
            found=stat.content_type,
            expected="text/csv",
            points=1,
        )


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
    return _parquet_bytes(columns, row_group_size=group)


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

# Un fichier de l'élève est lu dans un processus à part : il peut être fait pour prendre toute la
# mémoire, ou pour arrêter la bibliothèque qui le lit.
_READER = """
import base64, io, json, sys
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (2 * 1024**3, 2 * 1024**3))
except (ImportError, OSError, ValueError):  # Windows n'en a pas, macOS peut la refuser
    pass
import pyarrow as pa
import pyarrow.parquet as pq

def read(data):
    file = pq.ParquetFile(io.BytesIO(data))
    if file.metadata.num_rows > 5000:
        return {"error": "trop de lignes"}
    names = [name for name in ("date", "station", "velos") if name in file.schema_arrow.names]
    table = file.read(columns=names, use_threads=False)
    whole = [name for name in names if pa.types.is_integer(table.schema.field(name).type)]
    rows = [[str(row[name])[:40] for name in names] for row in table.to_pylist()]
    return {"names": names, "integers": whole, "rows": rows}

found = {}
for key, data in json.load(sys.stdin).items():
    try:
        found[key] = read(base64.b64decode(data))
    except Exception as error:
        found[key] = {"error": type(error).__name__}
json.dump(found, sys.stdout)
"""
_READER_SECONDS = 30


def _read_parquets(files: dict[str, bytes]) -> dict[str, Any]:
    """Renvoie, par clé, les colonnes et les lignes de fichiers Parquet, ou une erreur.

    Raises:
        Review: leur lecture ne finit pas, ou s'arrête.
    """
    sent = json.dumps({key: base64.b64encode(data).decode() for key, data in files.items()})
    try:
        done = subprocess.run(
            [sys.executable, "-c", _READER],
            input=sent,
            capture_output=True,
            text=True,
            timeout=_READER_SECONDS,
            check=True,
        )
        return json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError):
        raise Review("Vos fichiers Parquet ne se lisent pas.", found=next(iter(files))) from None


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
    table = _csv_bytes(["date", "station", "velos"], _journal(context))
    context.put("journal", "releves.csv", table, content_type=_CSV)


def _verify_partition(context: Context) -> None:
    keys = [key for key in context.keys("journal") if key != "releves.csv"]
    if not keys:
        raise Todo
    expected: dict[str, list[list[str]]] = {}
    for row in _journal(context):
        expected.setdefault(row[0][:7], []).append([str(value) for value in row])
    files = [key for key in keys if not key.endswith("/")]
    shape = re.compile(r"releves/mois=(\d{4}-\d{2})/[^/]+\.parquet")
    strange = [key for key in files if not shape.fullmatch(key)]
    if strange or not files:
        raise Review(
            "Une clé n'a pas la forme demandée.",
            found=(strange or keys)[0],
            expected="releves/mois=2025-03/….parquet",
        )
    months = sorted({shape.fullmatch(key)[1] for key in files})
    if months != sorted(expected) or len(files) > _MAX_FILES:
        raise Review(
            "Les mois ne sont pas ceux des relevés.",
            found=f"{', '.join(months[:8])} ({len(files)} objets)",
            expected=", ".join(sorted(expected)),
            points=0.5,
        )
    found = _read_parquets({key: _small(context, "journal", key) for key in files})
    rows: dict[str, list[list[str]]] = {}
    for key, content in found.items():
        _verify_columns(key, content)
        rows.setdefault(shape.fullmatch(key)[1], []).extend(
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
    communes = {station: _COMMUNES[rank % 5] for rank, station in enumerate(stations)}
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
    table = _csv_bytes(["station", "commune"], [list(pair) for pair in communes.items()])
    context.put("semaine", "communes.csv", table, content_type=_CSV)
    for name, lines in rows.items():
        stations, bikes = zip(*lines, strict=True)
        context.put(
            "semaine",
            f"releves/jour={name}/part-0.parquet",
            _parquet_bytes({"station": list(stations), "velos": list(bikes)}),
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


SERIES = Series(
    "10",
    "donnees-tabulaires",
    (
        Exercise(
            "totals",
            "Lire un CSV",
            points=2,
            hints=(
                "read_csv() a une option pour le séparateur, et une autre pour la virgule "
                "décimale.",
                'Avec sep=";" et decimal=",", les deux colonnes sont des nombres.',
                'Gardez les lignes en service, puis groupby("commune")[["velos", "km"]].sum(); '
                'to_dict("index") en fait le dictionnaire demandé.',
            ),
            verify=_verify_totals,
            prepare=_prepare_totals,
            answers=True,
        ),
        Exercise(
            "write_back",
            "Écrire un CSV",
            points=2,
            hints=(
                "pandas lit « 00417 » comme le nombre 417, sauf si dtype dit le contraire.",
                "to_csv() écrit aussi l'étiquette des lignes, sauf avec index=False.",
                'fs.open(chemin, "w", ContentType="text/csv") donne le type ; écrivez dedans avec '
                'to_csv(file, sep=";", index=False).',
            ),
            verify=_verify_write_back,
            prepare=_prepare_write_back,
        ),
        Exercise(
            "footer",
            "Un index Parquet",
            points=2,
            hints=(
                "pq.read_metadata() lit l'index et lui seul.",
                "Le fichier a plusieurs groupes de lignes : index.num_row_groups, "
                "index.row_group(i).",
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
    ),
)
