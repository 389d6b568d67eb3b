"""Ce que Moodle reprend : la feuille remplie, le zip des retours, un commentaire par copie."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from helpers.french import count_of, number
from kit_minio.grading.intake.names import display_name
from kit_minio.grading.model import Mark, Result
from kit_minio.grading.report.pages import SIGNS
from kit_minio.grading.report.worksheet import Row, Worksheet
from kit_minio.grading.results import PAGES, write_file

FILES = ("moodle-notes.csv", "moodle-retours.zip")


def with_full_names(results: Sequence[Result], sheet: Worksheet) -> list[Result]:
    """Renvoie les résultats avec les noms de la feuille : ceux des dossiers perdent des signes."""
    if sheet.in_groups:
        return list(results)
    names: dict[str, list[str]] = {}
    for row, result in sheet.match(results)[0]:
        names.setdefault(result.copy_id, []).append(display_name(row.name))
    return [
        replace(result, name=" et ".join(names.get(result.copy_id, ())) or result.name)
        for result in results
    ]


def write_moodle(
    out: Path, sheet: Worksheet, results: Sequence[Result], when: datetime
) -> list[str]:
    """Écrit ``moodle-notes.csv`` et ``moodle-retours.zip`` ; renvoie ce qu'il faut en dire.

    Args:
        out: le dossier de la correction, où sont déjà les retours.
        sheet: la feuille d'évaluation, telle que Moodle l'a donnée.
        results: les résultats du lot.
        when: la date de la correction.

    Raises:
        SettingsError: un fichier ne s'écrit pas.
    """
    pairs, remarks = sheet.match(results)
    write_file(out / FILES[0], sheet.fill(pairs, when, comment))
    everyone = _with_rows(sheet, results)
    feedback = feedback_zip(
        everyone, lambda one: (out / PAGES / f"{one.copy_id}.html").read_bytes()
    )
    write_file(out / FILES[1], feedback)
    filled = count_of(len(pairs), "ligne remplie", "lignes remplies")
    return [f"{filled} sur {len(sheet.rows)}.", *remarks]


def _with_rows(sheet: Worksheet, results: Sequence[Result]) -> list[tuple[Row, Result]]:
    """Associe aux lignes toutes les copies, même à revoir : elles ont un retour, sans note."""
    by_id = {result.copy_id: result for result in results}
    noted = [replace(result, trouble=None, possible=result.out_of or 1) for result in results]
    return [(row, by_id[result.copy_id]) for row, result in sheet.match(noted)[0]]


def comment(result: Result) -> str:
    """Renvoie le commentaire d'une copie pour Moodle, en quelques lignes de texte."""
    lines = [f"{number(result.points)} / {number(result.out_of)} points."]
    lines += [f"Retard : {result.late}"] if result.late else []
    if result.teacher is not None:
        lines.append(f"Copie corrigée par l'enseignant. {result.teacher}".rstrip())
    lines += [
        f"{SIGNS[mark.outcome.verdict]} {mark.title} : {mark.outcome.verdict} "
        f"({number(mark.outcome.points)} / {number(mark.out_of)}){by_hand(mark)}"
        for mark in result.marks
    ]
    return "\n".join([*lines, "Le détail est dans le fichier retour.html."])


def by_hand(mark: Mark) -> str:
    """Dit que l'enseignant a corrigé un exercice lui-même, et son commentaire ; sinon rien."""
    if mark.teacher is None:
        return ""
    return f", corrigé par l'enseignant{f' : {mark.teacher}' if mark.teacher else ''}"


def feedback_zip(pairs: Iterable[tuple[Row, Result]], page: Callable[[Result], bytes]) -> bytes:
    """Renvoie le zip des retours, que Moodle distribue aux élèves.

    Les mêmes retours donnent les mêmes octets : les entrées sont triées et sans date.

    Args:
        pairs: ce que ``Worksheet.match`` a renvoyé.
        page: donne la page HTML d'un résultat.
    """
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for row, result in sorted(pairs, key=lambda pair: int(pair[0].id)):
            # Moodle ne lit que l'identifiant ; la barre basse finale sert aux versions d'avant 4.1.
            folder = f"{_file_name(row.name or result.name)}_{row.id}_assignsubmission_file_"
            entry = zipfile.ZipInfo(f"{folder}/retour.html")
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            archive.writestr(entry, page(result))
    return stream.getvalue()


def _file_name(name: str) -> str:
    return re.sub(r"[^\w .-]|_", " ", name).strip(" .") or "Participant"
