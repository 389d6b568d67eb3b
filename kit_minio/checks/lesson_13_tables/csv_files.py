"""Leçon 13, exercices 1 et 2 : lire un CSV, en écrire un."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable
from typing import Any

from helpers.french import count_of
from kit_minio.checks.answers import Known, expect_answer, expect_same_text
from kit_minio.checks.comparison import same
from kit_minio.checks.expectations import expect_intact, stat_of
from kit_minio.checks.lesson_13_tables.files import (
    COMMUNES,
    CSV_TYPE,
    csv_bytes,
    small,
)
from kit_minio.checks.model import Context, Exercise, Review, Todo
from kit_minio.checks.steps import keeping

# --- 1. Lire un CSV -----------------------------------------------------------------------------

_STATIONS = 60


def _bikes(context: Context) -> list[list[Any]]:
    """Renvoie des stations, dans le désordre : identifiant, commune, en service, vélos, km.

    Chaque commune a des stations hors service, et des stations sans vélo ; une de celles-ci, en
    service, a un identifiant qui commence par des zéros.
    """
    rng = context.random()
    numbers = [*rng.sample(range(100, 9999), 8), *rng.sample(range(10000, 99999), _STATIONS - 8)]
    found = []
    for rank, number in enumerate(numbers):
        working = "NON" if rank % 4 == 3 else "OUI"
        bikes = 0 if rank % 3 == 0 else rng.randint(1, 30)
        bikes = 1 if rank == 1 else bikes  # « presque vide » n'est pas vide
        km = rng.randint(0, 400) + rng.randint(2, 4) / 10
        found.append([f"{number:05}", COMMUNES[rank % 5], working, bikes, km])
    rng.shuffle(found)
    return found


def _working(context: Context) -> list[list[Any]]:
    return [row for row in _bikes(context) if row[2] == "OUI"]


def _prepare_totals(context: Context) -> None:
    rows = [[*row[:4], f"{row[4]:.1f}".replace(".", ",")] for row in _bikes(context)]
    context.make_bucket("stations")
    headers = ["station", "commune", "en service", "velos", "km"]
    context.put("stations", "stations.csv", csv_bytes(headers, rows), content_type=CSV_TYPE)


_Totals = dict[str, dict[str, float]]


def _by_commune(rows: list[list[Any]], read: Callable[[float], float] = float) -> _Totals:
    """Renvoie les totaux par commune ; ``read`` dit ce que l'on comprend d'un kilométrage."""
    totals: _Totals = {}
    for _, commune, _, bikes, km in rows:
        total = totals.setdefault(commune, {"velos": 0, "km": 0})
        total["velos"] += bikes
        total["km"] = round(total["km"] + read(km), 1)
    return totals


def _means(rows: list[list[Any]]) -> _Totals:
    sizes = Counter(row[1] for row in rows)
    return {
        commune: {name: value / sizes[commune] for name, value in total.items()}
        for commune, total in _by_commune(rows).items()
    }


def _rounded(totals: _Totals) -> _Totals:
    return {name: total | {"km": round(total["km"])} for name, total in totals.items()}


def _mistaken_totals(context: Context) -> list[Known]:
    rows, working = _bikes(context), _working(context)
    counts = Counter(row[1] for row in working)
    decimal = "dans ce fichier, la virgule des kilomètres est décimale."
    return [
        Known(_by_commune(rows), "Les stations hors service sont comptées."),
        Known(
            _by_commune([row for row in rows if row[2] != "OUI"]),
            "Ces totaux sont ceux des stations hors service.",
        ),
        Known(_means(working), "Ce sont des moyennes : des totaux sont demandés."),
        Known(
            _rounded(_by_commune(working)),
            "Les kilomètres sont arrondis : leur total garde sa décimale.",
        ),
        Known(
            {
                name: total | {"km": int(total["km"])}
                for name, total in _by_commune(working).items()
            },
            "Les kilomètres sont tronqués : leur total garde sa décimale.",
        ),
        Known(
            {name: {"velos": count, "km": count} for name, count in counts.items()},
            "Ce sont des nombres de stations : des totaux sont demandés.",
        ),
        Known(_by_commune(working, int), f"Les décimales sont perdues : {decimal}"),
        Known(_by_commune(working, lambda km: km * 10), f"Les km sont dix fois trop : {decimal}"),
    ]


def _verify_totals(context: Context) -> None:
    expected, answer = _by_commune(_working(context)), context.answer
    if isinstance(answer, dict) and set(answer) == {"velos", "km"}:
        raise Review(
            "Le dictionnaire est à l'envers : à chaque commune, un dictionnaire de deux nombres.",
            found=answer,
            expected='{"Clichy": {"velos": …, "km": …}, …}',
        )
    with keeping(1 if same(_only_bikes(answer), _only_bikes(expected)) else 0):
        totals = answer.values() if isinstance(answer, dict) else ()
        texts = [total["km"] for total in totals if isinstance(total, dict) and "km" in total]
        if texts and isinstance(texts[0], str):
            raise Review(
                'Les km sont du texte, et non des nombres : decimal="," dit à pandas que la '
                "virgule est décimale.",
                found=texts[0],
            )
        expect_answer(context, expected, tolerance=0.06, known=_mistaken_totals(context))


def _only_bikes(totals: Any) -> Any:
    if not isinstance(totals, dict):
        return None
    return {
        name: total.get("velos") if isinstance(total, dict) else None
        for name, total in totals.items()
    }


# --- 2. Écrire un CSV ---------------------------------------------------------------------------

_HEADERS = ["station", "commune"]


def _prepare_write_back(context: Context) -> None:
    context.make_bucket("reseau")
    context.put("reseau", "stations.csv", _network_csv(context), content_type=CSV_TYPE)


def _network_csv(context: Context) -> bytes:
    headers = ["station", "commune", "en service", "velos"]
    return csv_bytes(headers, [row[:4] for row in _bikes(context)])


def _empty_stations(context: Context) -> list[list[str]]:
    return sorted(row[:2] for row in _working(context) if row[3] == 0)


def _verify_write_back(context: Context) -> None:
    expect_intact(context, "reseau", {"stations.csv": _network_csv(context)})
    keys = context.keys("reseau")
    if "vides.csv" not in keys:
        others = [key for key in keys if key != "stations.csv"]
        if not others:
            raise Todo("L'objet « vides.csv » n'est pas dans le bucket « reseau ».")
        raise Review(
            "L'objet déposé n'a pas le nom demandé.", found=others[0], expected="vides.csv"
        )
    rows = _rows(small(context, "reseau", "vides.csv"))
    expected = _empty_stations(context)
    _expect_stations(context, [row[0] for row in rows], [row[0] for row in expected])
    with keeping(1):
        _expect_rows(rows, expected)
        _expect_csv_type(context)


def _rows(data: bytes) -> list[list[str]]:
    """Renvoie les lignes d'un CSV de l'étudiant, sans celle des titres."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Review('Le fichier n\'est pas en UTF-8 : encoding="utf-8".') from None
    if text.startswith("\ufeff"):
        raise Review(
            "Une marque invisible (BOM) précède le texte : écrivez en « utf-8 », sans « -sig »."
        )
    first = text.split("\n")[0].strip()
    headers, *rows = [row for row in csv.reader(io.StringIO(text), delimiter=";") if row] or [[]]
    wanted = ";".join(_HEADERS)
    if headers == _HEADERS:
        if any(len(row) != 2 for row in rows):
            raise Review("Chaque ligne a deux valeurs : la station, puis sa commune.")
        return rows
    if len(headers) == 1 and any(mark in first for mark in ",\t|"):
        message = "Les colonnes ne sont pas séparées par des points-virgules."
    elif headers[:1] == [""]:
        message = "Il y a une colonne sans nom en tête : l'index des lignes de pandas."
    elif sorted(headers) == sorted(_HEADERS):
        message = "Les deux colonnes sont dans l'autre ordre."
    elif headers[:1] and headers[0][:1].isdigit():
        message = "La première ligne, celle des titres, manque."
    else:
        message = "Les colonnes ne sont pas celles demandées."
    raise Review(message, found=first or "rien", expected=wanted)


def _number(identifier: str) -> int:
    """Renvoie le nombre qu'un identifiant est devenu ; -1 si ce n'en est pas un."""
    try:
        return int(float(identifier))
    except (ValueError, OverflowError):
        return -1


def _expect_stations(context: Context, found: list[str], expected: list[str]) -> None:
    numbers, wanted = Counter(map(_number, found)), Counter(map(_number, expected))
    if numbers == wanted:
        return
    every = _bikes(context)
    known = {
        "Des stations hors service y sont : il faut être en service, et sans vélo.": [
            row for row in every if row[3] == 0
        ],
        "Des stations qui ont des vélos y sont : il faut être en service, et sans vélo.": [
            row for row in every if row[2] == "OUI"
        ],
        "Toutes les stations y sont : seules celles en service et sans vélo sont demandées.": every,
    }
    for message, rows in known.items():
        if numbers == Counter(_number(row[0]) for row in rows):
            raise Review(message, found=_lines(len(found)))
    extra, missing = (numbers - wanted).total(), (wanted - numbers).total()
    told = [count_of(missing, "station manque", "stations manquent")] if missing else []
    told += [count_of(extra, "ligne est de trop", "lignes sont de trop")] if extra else []
    raise Review(
        f"Ce ne sont pas les stations en service et sans vélo : {', '.join(told)}.",
        found=_lines(len(found)),
        expected=_lines(len(expected)),
    )


def _lines(count: int) -> str:
    return count_of(count, "ligne", "lignes")


def _expect_rows(found: list[list[str]], expected: list[list[str]]) -> None:
    for station, _ in found:
        zeros = f"{_number(station):05}"
        if station != zeros:
            raise Review(
                "Des identifiants ont perdu leurs zéros de tête, ou ne sont plus du texte.",
                found=station,
                expected=zeros,
            )
    if sorted(found) != expected:
        names = dict(expected)
        for station, commune in found:
            expect_same_text(commune, names[station], f"la commune de la station {station}")
    if found != expected:
        raise Review("Les lignes ne sont pas triées par station.", found=found[0][0])


def _expect_csv_type(context: Context) -> None:
    stat = stat_of(context, "reseau", "vides.csv")
    kind, *parameters = (stat.content_type or "").lower().replace(" ", "").split(";")
    stated = [parameter.replace('"', "") for parameter in parameters]
    if kind != "text/csv" or "header=present" not in stated:
        raise Review(
            "Le contenu est bon, pas le type de contenu.",
            found=stat.content_type,
            expected="text/csv; header=present",
        )


EXERCISES = (
    Exercise(
        "totals",
        "Lire un CSV",
        points=2,
        hints=(
            "read_csv() a une option pour le séparateur, et une autre pour la virgule décimale.",
            'Avec sep=";" et decimal=",", les deux colonnes sont des nombres.',
            'Gardez les lignes en service, puis groupby("commune")[["velos", "km"]].sum(); '
            'to_dict("index") en fait le dictionnaire demandé.',
        ),
        verify=_verify_totals,
        prepare=_prepare_totals,
        answers=True,
        traps={
            "les mauvais totaux diffèrent tous des bons": lambda context: (
                not any(
                    same(wrong.answer, _by_commune(_working(context)), tolerance=0.06)
                    for wrong in _mistaken_totals(context)
                )
            ),
        },
    ),
    Exercise(
        "write_back",
        "Écrire un CSV",
        points=2,
        hints=(
            "pandas lit « 00417 » comme le nombre 417, sauf si dtype dit le contraire.",
            "to_csv() écrit aussi l'index des lignes, sauf avec index=False.",
            'fs.open(chemin, "w", ContentType="…") donne le type ; écrivez dedans avec '
            'to_csv(file, sep=";", index=False).',
        ),
        verify=_verify_write_back,
        prepare=_prepare_write_back,
        traps={
            "un identifiant à zéros de tête": lambda context: any(
                station.startswith("0") for station, _ in _empty_stations(context)
            ),
            "les stations sont dans le désordre": lambda context: (
                [row[:2] for row in _working(context) if row[3] == 0] != _empty_stations(context)
            ),
            "une commune accentuée": lambda context: any(
                not commune.isascii() for _, commune in _empty_stations(context)
            ),
            "une station sans vélo hors service": lambda context: any(
                row[2] == "NON" and row[3] == 0 for row in _bikes(context)
            ),
        },
    ),
)
