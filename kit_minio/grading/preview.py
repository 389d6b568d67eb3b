"""Ce qui serait corrigé, dit sans rien exécuter : les élèves, les leçons, les lignes de Moodle."""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from helpers.components import Table
from helpers.display import say
from helpers.french import count_of
from kit_minio.grading.intake.copies import Batch, open_batch
from kit_minio.grading.intake.names import display_name
from kit_minio.grading.intake.places import STUB
from kit_minio.grading.model import Copy, Result
from kit_minio.grading.report.moodle import with_full_names
from kit_minio.grading.report.worksheet import Worksheet, read_worksheet
from kit_minio.grading.results import Results, Standing, folder_for

_WIDEST = 32  # signes d'un nom ou d'un chemin, dans le tableau


def preview(
    source: str,
    out: Path | None = None,
    *,
    lessons: tuple[str, ...] = (),
    worksheet: Path | None = None,
) -> list[Copy]:
    """Dit comment un lot est compris et ce qu'un humain doit y regarder ; renvoie les copies.

    Rien n'est exécuté ni écrit, et aucun serveur n'est démarré.

    Args:
        source: une archive, un dossier de copies ou ``s3://bucket/préfixe``.
        out: le dossier d'une correction précédente ; par défaut, celui qu'elle aurait ici.
        lessons: les leçons à corriger ; par défaut celles que contiennent les copies.
        worksheet: la feuille d'évaluation de Moodle.

    Raises:
        KitError: la source, le dossier ou la feuille fait défaut, ou une leçon n'existe pas.
    """
    results = Results(folder_for(source, out))
    sheet = read_worksheet(worksheet) if worksheet else None
    with open_batch(source, lessons or None) as batch:
        copies = list(batch)
        rows, remarks = _rows_of(copies, sheet)
        again = _again(copies, results)  # avant que la feuille ne change leurs noms
        if sheet:
            copies = _named(copies, sheet)
        known = ", ".join(batch.lessons) or "aucune reconnue"
        say(f"{count_of(len(copies), 'copie', 'copies')}. Leçons à corriger : {known}.")
        say(f"\n{_table(batch, copies, rows)!r}\n")
        for heading, sentences in (
            ("À regarder par un humain", _troubles(copies)),
            ("Comment le lot a été compris", batch.understood),
            ("Fichiers laissés de côté", batch.remarks),
            ("Feuille d'évaluation de Moodle", remarks),
            ("Versions de Python des notebooks", _pythons(copies)),
            (f"Correction précédente, dans {results.out}", again),
        ):
            if sentences:
                say(f"{heading} :")
            for sentence in sentences:
                say(f"  {sentence}")
    say("Rien n'a été exécuté ; sans --dry-run, la même commande corrige.")
    return copies


def _again(copies: Sequence[Copy], results: Results) -> list[str]:
    """Renvoie combien de copies seraient gardées, et combien corrigées de nouveau, pourquoi."""
    if not results.folder.is_dir():
        return []
    counts = Counter(results.standing(copy) for copy in copies)
    told = {
        Standing.KEPT: ("copie gardée telle quelle", "copies gardées telles quelles"),
        Standing.NEW: ("copie pas encore corrigée", "copies pas encore corrigées"),
    }
    again = ("copie serait corrigée de nouveau", "copies seraient corrigées de nouveau")
    return [
        f"{count_of(counts[one], *told.get(one, again))}{'' if one in told else f' : {one}'}."
        for one in Standing
        if counts[one]
    ]


def _named(copies: Sequence[Copy], sheet: Worksheet) -> list[Copy]:
    """Renvoie les copies avec les noms de la feuille."""
    names = {one.copy_id: one.name for one in with_full_names(_expected(copies), sheet)}
    return [replace(copy, name=names[copy.id]) for copy in copies]


def _expected(copies: Sequence[Copy]) -> list[Result]:
    return [Result(copy.id, copy.name, copy.moodle_id, possible=1) for copy in copies]


def _rows_of(
    copies: Sequence[Copy], sheet: Worksheet | None
) -> tuple[dict[str, str] | None, list[str]]:
    """Renvoie la ligne de chaque copie dans la feuille, et ce qu'il faut en dire."""
    if sheet is None:
        return None, []
    pairs, remarks = sheet.match(_expected(copies))
    rows: dict[str, list[str]] = {}
    for row, result in pairs:
        rows.setdefault(result.copy_id, []).append(row.id)
    found = count_of(len(pairs), "ligne trouvée", "lignes trouvées")
    return (
        {copy_id: ", ".join(ids) for copy_id, ids in rows.items()},
        [f"{found} sur {len(sheet.rows)}.", *remarks],
    )


def _table(batch: Batch, copies: Sequence[Copy], rows: dict[str, str] | None) -> Table:
    """Renvoie une ligne par copie : ce qu'elle a complété, et le notebook retenu."""
    lessons = [f"Leçon {lesson}" for lesson in batch.lessons]
    where = {submission.id: submission.where for submission in batch.submissions}
    lines = [
        [
            _short(copy.name),
            _short(where[copy.id]),
            *(_filled(copy, lesson, batch) for lesson in batch.lessons),
            str(sum(kept.attempts for kept in copy.kept.values())),
            *([rows.get(copy.id, "–")] if rows is not None else []),
            ", ".join(sorted({_minor(kept.python) for kept in copy.kept.values()} - {""})) or "–",
            "oui" if copy.trouble else "",
        ]
        for copy in copies
    ]
    sheet = ["Ligne"] if rows is not None else []
    headers = ["Étudiant", "Dossier ou fichier", *lessons, "Notebooks", *sheet, "Python", "À voir"]
    return Table(headers, lines, right=frozenset({"Notebooks", *lessons}))


def _filled(copy: Copy, lesson: str, batch: Batch) -> str:
    """Renvoie combien de cellules à compléter l'ont été ; un tiret si le notebook manque."""
    if lesson not in copy.kept:
        return "–"
    cells = batch.masters[lesson].cells
    return f"{copy.kept[lesson].filled}/{sum(STUB in cell.source for cell in cells)}"


def _lessons(numbers: Sequence[str]) -> str:
    return f"leçon{'s' if numbers[1:] else ''} {', '.join(numbers)}"


def _troubles(copies: Sequence[Copy]) -> list[str]:
    """Renvoie ce qu'un humain doit regarder, une phrase par copie."""
    found = [f"{copy.name} : {copy.trouble}" for copy in copies if copy.trouble]
    for copy in copies:
        blank = [lesson for lesson, kept in copy.kept.items() if not kept.filled]
        missing = sorted(set(copy.notebooks) - set(copy.kept))
        if copy.trouble:
            continue
        if blank:
            found.append(f"{copy.name} : rien n'est complété ({_lessons(blank)}).")
        if missing:
            found.append(f"{copy.name} : aucun notebook ({_lessons(missing)}).")
        found += [
            f"{copy.name} : {kept.attempts} notebooks de la leçon {lesson}, {kept.path} est retenu."
            for lesson, kept in copy.kept.items()
            if kept.attempts > 1
        ]
    return found


def _pythons(copies: Sequence[Copy]) -> list[str]:
    """Renvoie les versions de Python des notebooks, et celle qui les exécuterait."""
    counts = Counter(
        _minor(kept.python) for copy in copies for kept in copy.kept.values() if kept.python
    )
    here = _minor(platform.python_version())
    if not counts or set(counts) == {here}:
        return []
    said = ", ".join(f"{version} ({counts[version]})" for version in sorted(counts, key=_numbers))
    newer = any(_numbers(version) > _numbers(here) for version in counts)
    more = " Un notebook peut employer ce que cette version n'a pas encore." if newer else ""
    return [f"{said} ; ici, {here}.{more}"]


def _minor(version: str) -> str:
    """Renvoie les deux premiers nombres d'une version : ``3.12``."""
    return ".".join(version.split(".")[:2])


def _numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]


def _short(text: str) -> str:
    text = display_name(text, limit=1000)
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"
