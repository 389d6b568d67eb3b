"""Les fichiers d'un rapport : ``retours/``, ``copies/``, ``notes.csv`` et ``index.html``."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from kit_minio.grading.model import Result
from kit_minio.grading.report.moodle import FILES
from kit_minio.grading.report.pages import (
    ORDERS,
    About,
    Around,
    class_page,
    student_page,
    teacher_page,
)
from kit_minio.grading.report.table import marks_csv
from kit_minio.grading.results import COPIES, PAGES, write_file


def write_pages(out: Path, results: Sequence[Result], title: str) -> None:
    """Écrit ``retours/``, ce que lisent les élèves, et ``copies/``, les mêmes pour l'enseignant.

    Args:
        out: le dossier de la correction.
        results: les résultats du lot.
        title: le titre du lot.

    Raises:
        SettingsError: un fichier ne s'écrit pas.
    """
    ordered = in_order(results)
    ids = ["", *(result.copy_id for result in ordered), ""]
    names = ["", *(result.name for result in ordered), ""]
    for folder in (PAGES, COPIES):
        (out / folder).mkdir(exist_ok=True)
    for rank, result in enumerate(ordered):
        name = f"{result.copy_id}.html"
        executed = (out / COPIES / f"{result.copy_id}.ipynb").exists()
        around = Around(ids[rank], ids[rank + 2], executed, (names[rank], names[rank + 2]))
        page = student_page(result, title)
        write_file(out / PAGES / name, page)
        write_file(out / COPIES / name, teacher_page(page, result.copy_id, around))


def write_class(out: Path, results: Sequence[Result], about: About) -> None:
    """Écrit ``notes.csv`` et la page de la classe.

    Args:
        out: le dossier de la correction.
        results: les résultats du lot.
        about: ce qu'il faut dire du lot.

    Raises:
        SettingsError: un fichier ne s'écrit pas.
    """
    ordered = in_order(results)
    write_file(out / "notes.csv", marks_csv(ordered))
    for _, file, _ in ORDERS:
        write_file(out / file, class_page(ordered, about, file))


def remove_stale(out: Path, results: Sequence[Result], kept: Collection[str]) -> list[str]:
    """Retire les rapports d'une correction précédente ; renvoie ce qu'il faut en dire.

    Args:
        out: le dossier de la correction.
        results: les résultats que les rapports vont montrer.
        kept: les fichiers de Moodle qui sont de cette correction.
    """
    pages = {f"{result.copy_id}.html" for result in results}
    notebooks = {f"{result.copy_id}.ipynb" for result in results}
    gone = [path for path in sorted((out / PAGES).glob("*.html")) if path.name not in pages]
    copies = [
        path
        for path in [*(out / COPIES).glob("*.html"), *(out / COPIES).glob("*.ipynb")]
        if path.name not in pages | notebooks
    ]
    stale = [out / name for name in FILES if name not in kept and (out / name).exists()]
    for path in (*gone, *copies, *stale):
        path.unlink()
    told = []
    if stale:
        names = " et ".join(path.name for path in stale)
        told.append(f"Retirés : {names}. Avec --worksheet, la correction finie les refait.")
    if gone:
        told.append(f"Retirées de retours/, sans copie : {', '.join(path.name for path in gone)}.")
    return told


def in_order(results: Iterable[Result]) -> list[Result]:
    """Renvoie les résultats par ordre alphabétique, sans égard aux accents."""
    return sorted(results, key=lambda result: result.copy_id)
