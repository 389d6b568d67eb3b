"""Les corrections à la main, ``corrections.csv`` : appliquées en dernier, jamais perdues.

    Copie;Exercice;Points;Commentaire
    petit-zoe;01.2;2;Juste, la vérification se trompait.
    Ana Roux;;5;Copie illisible, corrigée sur papier.
    12345;;;Relue : les points trouvés sont les bons.

Une ligne sans exercice est pour la copie entière : elle fixe ses points, ou les laisse, et dit dans
les deux cas qu'une personne a regardé la copie.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from helpers.errors import ContentError, SettingsError, system_cause
from helpers.french import number, points_of
from kit_minio.checks.outcome import Verdict
from kit_minio.grading.model import Result
from kit_minio.grading.results import write_file
from kit_minio.grading.teacher.naming import Key, find_copies, find_exercise
from kit_minio.grading.teacher.scale import Scale

FILE = "corrections.csv"
TITLES = ("Copie", "Exercice", "Points", "Commentaire")
_LARGEST = 1_000_000  # octets
_REMEDY = f"Une ligne s'écrit « {';'.join(TITLES)} »."


@dataclass(frozen=True)
class Correction:
    """Une ligne de l'enseignant.

    Attributes:
        line: son numéro dans le fichier.
        copy: la copie, telle qu'il la désigne.
        exercise: l'exercice ; vide pour la copie entière.
        points: les points donnés ; ``None`` laisse ceux de la correction.
        comment: ce qu'il en dit à l'élève.
    """

    line: int
    copy: str
    exercise: str
    points: float | None
    comment: str


def read_corrections(out: Path) -> list[Correction]:
    """Lit les corrections gardées dans un dossier de résultats ; en prépare le fichier.

    Args:
        out: le dossier de la correction.

    Raises:
        ContentError: une ligne n'a pas de sens ; elle est nommée.
        SettingsError: le fichier ne se lit pas, ou ne s'écrit pas.
    """
    path = out / FILE
    if not path.exists():
        write_file(path, f"{';'.join(TITLES)}\r\n".encode("utf-8-sig"))
        return []
    try:
        data = path.read_bytes()[: _LARGEST + 1]
    except OSError as error:
        raise SettingsError(
            f"{path} ne se lit pas ({system_cause(error)}).",
            "Fermez-le s'il est ouvert dans un autre programme, puis relancez la même commande.",
        ) from error
    if len(data) > _LARGEST:
        raise ContentError(f"{FILE} est trop long pour des corrections.", _REMEDY)
    if data.startswith(b"PK"):
        raise ContentError(f"{FILE} est un classeur : enregistrez-le au format CSV.", _REMEDY)
    return list(_corrections(data))


def _corrections(data: bytes) -> Iterator[Correction]:
    text = _decoded(data)
    delimiter = max(";,\t", key=text.partition("\n")[0].count)
    order = [0, 1, 2]
    for line, row in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter), 1):
        fields = [field.strip() for field in row]
        titles = [field.casefold() for field in fields] if line == 1 else []
        if {"points", "exercice"} <= {*titles}:
            order = _order(titles)
        if {*titles} & {"points", "exercice", "copie"} or not any(fields):
            continue
        fields += [""] * (max(order) + 2 - len(fields))
        copy, exercise, points = (fields[rank] for rank in order)
        comment = fields[max(order) + 1 :]
        if not copy:
            raise ContentError(f"{FILE}, ligne {line} : la copie manque.", _REMEDY)
        if not exercise and not points and not any(comment):
            raise ContentError(
                f"{FILE}, ligne {line} : il y manque des points, ou un commentaire.",
                _REMEDY,
            )
        yield Correction(line, copy, exercise, _points(points, line), " ".join(comment).strip())


def _order(titles: Sequence[str]) -> list[int]:
    """Renvoie les rangs de la copie, de l'exercice et des points, d'après les titres."""
    copy = next((name for name in ("copie", "nom", "étudiant") if name in titles), titles[0])
    return [titles.index(name) for name in (copy, "exercice", "points")]


def _decoded(data: bytes) -> str:
    """Renvoie le texte d'un fichier qu'un tableur a pu enregistrer à sa façon."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _points(text: str, line: int) -> float | None:
    if not text:
        return None
    try:
        found = float(text.replace(",", "."))
    except ValueError:
        found = -1
    if not 0 <= found <= 1000:  # NaN et l'infini n'y sont pas
        raise ContentError(
            f"{FILE}, ligne {line} : « {text} » n'est pas un nombre de points.", _REMEDY
        )
    return found


def apply(
    results: Sequence[Result],
    corrections: Sequence[Correction],
    scale: Scale,
    lessons: Sequence[str],
) -> tuple[list[Result], list[str]]:
    """Renvoie les résultats corrigés, et ce qu'il faut dire des lignes qui n'ont pas servi.

    Args:
        results: les résultats du lot, au barème de l'enseignant.
        corrections: ses lignes ; la dernière l'emporte.
        scale: son barème.
        lessons: les leçons du lot.
    """
    found = {result.copy_id: result for result in results}
    remarks = []
    for correction in corrections:
        try:
            result = found[_copy(correction, results)]
            if correction.exercise:
                key = find_exercise(correction.exercise, lessons)
                found[result.copy_id] = _with_mark(result, key, correction, scale)
            else:
                found[result.copy_id] = _as_a_whole(result, correction, scale, lessons)
        except LookupError as error:
            remarks.append(f"{FILE}, ligne {correction.line}, sans effet : {error.args[0]}.")
    return list(found.values()), remarks


def _copy(correction: Correction, results: Sequence[Result]) -> str:
    named = find_copies(correction.copy, results)
    if len(named) > 1:
        raise LookupError(
            f"plusieurs copies sont « {correction.copy} » : {', '.join(sorted(named))}"
        )
    if not named:
        raise LookupError(f"aucune copie « {correction.copy} »")
    return named.pop()


def _with_mark(result: Result, key: Key, correction: Correction, scale: Scale) -> Result:
    """Renvoie le résultat, où l'enseignant a fixé les points d'un exercice."""
    marks = {(mark.lesson, mark.exercise): mark for mark in result.marks}
    if key not in marks:  # la copie, ou sa leçon, n'a pas été lue
        marks |= scale.exercises([key[0]])
    mark = marks[key]
    points = mark.outcome.points if correction.points is None else correction.points
    if points > mark.out_of:
        raise LookupError(f"l'exercice vaut {points_of(mark.out_of)}, et non {number(points)}")
    verdict = mark.outcome.verdict
    if points >= mark.out_of:
        verdict = Verdict.PASSED
    elif verdict is Verdict.PASSED:
        verdict = Verdict.REVIEW
    outcome = replace(mark.outcome, verdict=verdict, points=points)
    marks[key] = replace(mark, outcome=outcome, teacher=correction.comment)
    return replace(result, marks=list(marks.values()))


def _as_a_whole(
    result: Result, correction: Correction, scale: Scale, lessons: Sequence[str]
) -> Result:
    """Renvoie le résultat d'une copie que l'enseignant a regardée lui-même."""
    marks = result.marks or [*scale.exercises(lessons).values()]
    possible = sum(mark.out_of for mark in marks)
    points = correction.points
    if points is None and not result.marks:
        raise LookupError("cette copie n'a pas de points : donnez-les")
    if points is not None and points > possible:
        raise LookupError(f"la copie vaut {points_of(possible)}, et non {number(points)}")
    seen = [f"Relue par l'enseignant. Auparavant : {result.trouble}"] if result.trouble else []
    return replace(
        result,
        possible=possible,
        decided=points,
        teacher=correction.comment,
        trouble=None,
        failure="",
        remarks=[*result.remarks, *seen],
    )
