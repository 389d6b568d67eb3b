"""Les fichiers d'un rapport : ``retours/``, ``notes.csv`` et ``index.html``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from kit_minio.grading.model import Result
from kit_minio.grading.report.pages import About, class_page, student_page
from kit_minio.grading.report.table import marks_csv
from kit_minio.grading.results import PAGES, write_file


def write_reports(out: Path, results: Sequence[Result], about: About) -> None:
    """Écrit ``retours/``, ``notes.csv`` et ``index.html``.

    Args:
        out: le dossier de la correction.
        results: les résultats du lot.
        about: ce qu'il faut dire du lot.

    Raises:
        SettingsError: un fichier ne s'écrit pas.
    """
    ordered = in_order(results)
    (out / PAGES).mkdir(exist_ok=True)
    for result in ordered:
        write_file(out / PAGES / f"{result.copy_id}.html", student_page(result, about.title))
    write_file(out / "notes.csv", marks_csv(ordered))
    write_file(out / "index.html", class_page(ordered, about))


def in_order(results: Iterable[Result]) -> list[Result]:
    """Renvoie les résultats par ordre alphabétique, sans égard aux accents."""
    return sorted(results, key=lambda result: result.copy_id)
