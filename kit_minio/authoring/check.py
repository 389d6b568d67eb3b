"""Tout ce qui se dit d'une leçon et de ses exercices : ``kit.py check NN``, pour qui l'écrit.

Les étapes, dans l'ordre : la forme des trois notebooks, la cohérence de la série, deux exécutions
de la leçon comparées à ses sorties, ses blocs « Hors du kit », les preuves de chaque exercice.
Chaque reproche nomme un fichier, une cellule s'il y en a une, et le remède.
"""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from helpers.connection import connect
from helpers.errors import ContentError, SettingsError
from helpers.files import ROOT
from helpers.spaces import fresh_bucket
from kit_minio import checks
from kit_minio.authoring.exercises import EXERCISES, SOLUTIONS, generate, sections
from kit_minio.authoring.form import Finding, form_of, misnamed, unannounced
from kit_minio.authoring.notebooks import LESSONS, differing, execute, read
from kit_minio.authoring.outside import blocks, environment, run
from kit_minio.checks.model import Exercise, Series

ANSWERS = ROOT / "tests" / "answers"
FEWEST = {"RIGHT": 4, "WRONG": 6, "THEN": 2}  # réponses écrites pour chaque exercice
_PROOFS = "tests/answers/test_answers.py"
_LONGEST = 300  # caractères d'un reproche cité


def check(lesson: str) -> list[Finding]:
    """Renvoie tout ce qu'il y a à redire d'une leçon et de ses exercices.

    Args:
        lesson: son numéro, ``"04"`` ou ``"4"``.

    Raises:
        SettingsError: cette leçon n'existe pas.
        ContentError: un de ses notebooks n'est pas lisible.
    """
    page = page_of(lesson)
    lesson = page.name[:2]
    series = checks.series(lesson) if lesson in checks.MODULES else None
    found = [*_form(page, lesson), *(_series(series) if series else ())]
    # Ensemble : la leçon, ses blocs et ses preuves n'ont pas le même espace.
    with ThreadPoolExecutor() as pool:
        runs = [pool.submit(lambda: list(_twice(page)))]
        runs += [pool.submit(lambda: list(_alone(page)))]
        runs += [pool.submit(lambda: list(_proofs(series)))] if series else []
        for done in runs:
            found += done.result()
    return found


def page_of(lesson: str) -> Path:
    """Renvoie le notebook d'une leçon.

    Raises:
        SettingsError: cette leçon n'existe pas.
    """
    page = _only(LESSONS, lesson.zfill(2))
    if page is None:
        known = ", ".join(path.name[:2] for path in sorted(LESSONS.glob("*.ipynb")))
        raise SettingsError(f"La leçon « {lesson} » n'existe pas.", f"Choisissez parmi : {known}.")
    return page


def _only(folder: Path, lesson: str) -> Path | None:
    """Renvoie le notebook d'une leçon dans un dossier, s'il y en a un."""
    return next(folder.glob(f"{lesson}-*.ipynb"), None)


def _form(page: Path, lesson: str) -> Iterator[Finding]:
    plan = page.parent.parent / "README.md"
    yield from unannounced(page, plan.read_text(encoding="utf-8"))
    for path in (page, _only(SOLUTIONS, lesson), _only(EXERCISES, lesson)):
        if path is not None:
            yield from form_of(path)


# --- La série -----------------------------------------------------------------------------------


def _series(series: Series) -> Iterator[Finding]:
    """Dit ce qui ne va pas ensemble : l'énoncé, la solution, l'exercice et les réponses."""
    name = f"{series.lesson}-{series.slug}.ipynb"
    if not (SOLUTIONS / name).exists():
        yield Finding(
            f"solutions/{name}", "la série n'a pas de notebook de solution", "Écrivez-le."
        )
        return
    solution = read(SOLUTIONS / name)
    try:
        generated = generate(solution)
    except ContentError as error:
        yield Finding(f"solutions/{name}", error.fact.rstrip("."), error.remedy)
        return
    if not (EXERCISES / name).exists() or read(EXERCISES / name).cells != generated.cells:
        yield Finding(
            f"exercises/{name}",
            "l'exercice n'est pas à jour",
            "Lancez « python3 kit.py exercises ».",
        )
    checked = [task for task in sections(solution) if task]
    expected = [exercise.name for exercise in series.exercises]
    if checked != expected:
        yield Finding(
            f"solutions/{name}",
            f"les vérifications sont celles de {', '.join(checked) or 'aucun exercice'}, et la "
            f"série contient {', '.join(expected)}",
            "Donnez à chaque exercice une cellule tp.<nom>.check(), dans l'ordre de la série.",
        )
    prose = "\n".join(cell.source for cell in solution.cells if cell.cell_type == "markdown")
    for exercise in series.exercises:
        if exercise.title not in prose:
            yield Finding(
                f"solutions/{name}",
                f"aucun énoncé ne porte le titre « {exercise.title} »",
                "Écrivez-le en tête de l'énoncé.",
            )
        for word, chosen in misnamed(" ".join((exercise.title, *exercise.hints))):
            yield Finding(
                checks.__name__.replace(".", "/") + f"/{checks.MODULES[series.lesson]}.py",
                f"l'exercice {exercise.name} dit « {word} » dans son titre ou un indice",
                f"Le cours dit « {chosen} ».",
            )
        if len(exercise.hints) < 2:
            yield Finding(
                checks.__name__.replace(".", "/") + f"/{checks.MODULES[series.lesson]}.py",
                f"l'exercice {exercise.name} a moins de deux indices",
                "Donnez-en deux, du plus léger au plus précis.",
            )
        yield from _answers(series, exercise)


def _answers(series: Series, exercise: Exercise) -> Iterator[Finding]:
    """Dit quelles réponses éprouvées manquent à un exercice."""
    path = ANSWERS / f"{series.lesson}_{exercise.name}.py"
    file = f"tests/answers/{path.name}"
    if not path.exists():
        yield Finding(file, "aucune réponse n'éprouve cet exercice", "Écrivez ce fichier.")
        return
    written = runpy.run_path(str(path))
    for kind, fewest in FEWEST.items():
        if (count := len(written.get(kind, ()))) < fewest:
            yield Finding(
                file, f"{kind} contient {count} réponses", f"Il en faut au moins {fewest}."
            )


# --- Ce qui s'exécute ---------------------------------------------------------------------------


def _twice(page: Path) -> Iterator[Finding]:
    """Exécute une leçon deux fois, et dit quelles cellules ne donnent pas la sortie du dépôt."""
    file = f"{page.parent.name}/{page.name}"
    stored = read(page)
    for turn in ("première", "seconde"):
        try:
            new = execute(stored, page.parent)
        except ContentError as error:
            yield Finding(file, f"{turn} exécution : {error.fact.rstrip('.')}", error.remedy)
            return
        for number in differing(stored, new):
            yield Finding(
                file,
                f"la sortie de la {turn} exécution n'est pas celle du dépôt",
                "Rendez-la stable (triée, sans date ni identifiant), puis lancez "
                f"« python3 kit.py run-notebooks {file} ».",
                number,
            )


def _alone(page: Path) -> Iterator[Finding]:
    """Exécute les blocs « Hors du kit » d'une leçon, chacun seul."""
    if programs := list(blocks(read(page))):
        bucket = fresh_bucket(connect(quiet=True), "hors-du-kit")
        for block in programs:
            if fault := run(block, environment(bucket)):
                yield Finding(
                    f"{page.parent.name}/{page.name}",
                    f"un bloc de « Hors du kit » échoue seul ({fault})",
                    "Corrigez-le : il n'a que ses paquets et les cinq variables de la leçon 00.",
                )


def _proofs(series: Series) -> Iterator[Finding]:
    """Éprouve les exercices d'une série, et dit quelle réponse n'a pas le verdict attendu."""
    with tempfile.TemporaryDirectory(prefix="kit-") as folder:
        results = Path(folder) / "preuves.xml"
        done = subprocess.run(
            [sys.executable, "-m", "pytest", _PROOFS, f"-k={series.lesson}_ or [{series.lesson}",
             f"--junitxml={results}", "-p", "no:cacheprovider"],
            cwd=ROOT, env=os.environ | {"KIT_DATA": folder}, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, encoding="utf-8", errors="replace", check=False,
        )  # fmt: skip
        if not results.exists():
            last = (done.stdout + done.stderr).strip().splitlines()[-1:] or ["sans message"]
            yield Finding(
                _PROOFS, f"les preuves ne se lancent pas ({last[0]})", "Lisez ce message."
            )
            return
        for case in ET.parse(results).getroot().iter("testcase"):  # noqa: S314 - écrit par pytest
            fault = case.find("failure") if case.find("failure") is not None else case.find("error")
            if fault is not None:
                said = " ".join(fault.get("message", "").split())[:_LONGEST]
                yield Finding(
                    _PROOFS,
                    f"{case.get('name')} échoue ({said})",
                    f"Corrigez la vérification, ou tests/answers/{series.lesson}_*.py.",
                )
