"""Corriger un lot comme « kit.py grade », et ce que l'enseignant y lit."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from pathlib import Path
from typing import Any

from helpers.files import ROOT
from kit_minio import checks
from kit_minio.grading.batch import grade
from kit_minio.grading.model import Result
from kit_minio.grading.settings import Settings
from tests.support.classroom import answered

TRIALS = ROOT / "tests" / "trials"


def graded(source: Path, out: Path, **options: Any) -> list[Result]:
    """Corrige un lot pour de vrai, au niveau 1."""
    return grade(str(source), out, settings=Settings(replay_seed=7, workers=3), **options)


def notes_of(results: list[Result]) -> dict[str, float | None]:
    """Renvoie les points de chaque copie ; ``None`` si un humain doit la regarder."""
    assert len({result.name for result in results}) == len(results)
    return {result.name: None if result.trouble else result.points for result in results}


def text_of(page: Path) -> str:
    """Renvoie le texte d'une page, tel qu'il se lit."""
    text = re.sub(r"<style.*?</style>|<[^>]+>", " ", page.read_text("utf-8"), flags=re.S)
    return " ".join(html.unescape(text).split())


def grades_in(sheet: Path) -> dict[str, str]:
    """Renvoie la note de chaque nom d'une feuille de Moodle remplie."""
    rows = list(csv.DictReader(io.StringIO(sheet.read_bytes().decode("utf-8-sig"))))
    return {row["Nom complet"]: row["Note"] for row in rows}


def solved(lesson: str = "01", **choices: str) -> bytes:
    """Renvoie un notebook résolu, sauf les exercices dont le choix est donné."""
    tasks = [task.name for task in checks.series(lesson).exercises]
    return json.dumps(answered(lesson, dict.fromkeys(tasks, "solution") | choices)[0]).encode()


def write(folder: Path, files: dict[str, bytes]) -> Path:
    """Écrit des fichiers sous un dossier, et le renvoie."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder
