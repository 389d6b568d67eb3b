"""Leçon 10, exercices 1 et 2 : lire un CSV, en écrire un."""

from __future__ import annotations

import csv
import io
from typing import Any

from helpers.exercises.model import Context, Exercise, Review, Todo
from kit_minio.checks.lesson_10_tables.files import (
    COMMUNES,
    CSV_TYPE,
    csv_bytes,
    small,
)

# --- 1. Lire un CSV -----------------------------------------------------------------------------


def _bikes(context: Context) -> list[list[Any]]:
    """Renvoie des stations : identifiant, commune, en service, vélos, kilomètres du jour."""
    rng = context.random()
    found = []
    for number in sorted(rng.sample(range(100, 99999), 60)):
        working = rng.random() < 0.8
        bikes, km = rng.choice((0, rng.randint(1, 30))), rng.randint(0, 4000) / 10
        commune = rng.choice(COMMUNES)
        found.append([f"{number:05}", commune, "OUI" if working else "NON", bikes, km])
    return found


def _prepare_totals(context: Context) -> None:
    rows = [[*row[:4], f"{row[4]:.1f}".replace(".", ",")] for row in _bikes(context)]
    context.make_bucket("stations")
    headers = ["station", "commune", "en service", "velos", "km"]
    context.put("stations", "stations.csv", csv_bytes(headers, rows), content_type=CSV_TYPE)


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
    context.put("reseau", "stations.csv", csv_bytes(headers, rows), content_type=CSV_TYPE)


def _verify_write_back(context: Context) -> None:
    if "vides.csv" not in context.keys("reseau"):
        raise Todo
    expected = [row[:2] for row in _bikes(context) if row[2] == "OUI" and row[3] == 0]
    text = small(context, "reseau", "vides.csv").decode("utf-8", errors="replace")
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
)
