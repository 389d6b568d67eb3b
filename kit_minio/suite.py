"""Tout vérifier : les étapes des tests, en parallèle, puis un bilan.

Une étape est un programme à part, avec son propre dossier de données et donc son propre serveur.
La dernière ligne, « N passed, N failed, N skipped », est celle que lit l'intégration continue.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

from helpers.errors import SettingsError
from helpers.files import ROOT
from kit_minio.authoring.notebooks import LESSONS, read

NBVAL = ("--nbval", "--nbval-sanitize-with=tests/sanitize.cfg", "--nbval-kernel-name=python3")
_EXERCISES = "tests/answers/test_answers.py"
_HOSTILE = "tests/hostile/test_hostile.py"
_GRADING = ("tests/kit_minio/grading", "tests/classroom")
# Les fichiers qui ont leur étape à eux ; tout autre fichier de tests/ est un module.
_APART = (*_GRADING, _HOSTILE, _EXERCISES, "tests/compose/test_compose.py", "tests/test_kit.py")
_REST = tuple(f"--ignore={path}" for path in _APART)


@dataclass(frozen=True)
class Stage:
    """Une étape : des commandes, exécutées l'une après l'autre sur un serveur donné.

    Args:
        name: le nom de l'étape, que ``--only`` accepte.
        commands: les arguments de ``python -m``, une liste par commande.
        server: la valeur de ``KIT_SERVER``.
    """

    name: str
    commands: tuple[tuple[str, ...], ...]
    server: str = "embedded"


_AT_ONCE = 2  # étapes : à trois, cent secondes de moins, et des échecs rares, dus à la charge

# Les plus longues d'abord.
STAGES = (
    Stage("correction", (("pytest", *_GRADING),)),
    Stage("modules", (("pytest", "tests", "-m", "not browser", *_REST),)),
    Stage("compose", (("pytest", "tests/compose/test_compose.py"),)),
    Stage("navigateur", (("pytest", "tests", "-m", "browser"),)),
    Stage("exercices", (("pytest", _EXERCISES),)),
    # L'étape compose exécute aussi les leçons, sur MinIO et dans l'ordre inverse.
    Stage("leçons", (("pytest", *NBVAL, "notebooks", "solutions"),)),
    Stage(
        "modules-minio",
        (("pytest", "tests", "-m", "server and not browser", *_REST),),
        server="native",
    ),
    Stage("hostiles", (("pytest", _HOSTILE),)),
    Stage("exercices-minio", (("pytest", "-m", "server", _EXERCISES),), server="native"),
    Stage(
        "correction-minio",
        (("pytest", "-m", "server", *_GRADING, _HOSTILE),),
        server="native",
    ),
    Stage("installation", (("pytest", "tests/test_kit.py"),)),
    Stage("style", (("ruff", "format", "--check", "."), ("ruff", "check", "."))),
)


@dataclass
class Report:
    """Le bilan d'une étape : durée en secondes, nombres de tests, sortie à montrer."""

    stage: Stage
    seconds: float = 0.0
    counts: Counter[str] = field(default_factory=Counter)
    skips: list[str] = field(default_factory=list)
    output: str = ""

    def __str__(self) -> str:
        mark = "✗" if self.counts["failed"] else "✓"
        passed, failed, skipped = (self.counts[key] for key in ("passed", "failed", "skipped"))
        details = f"{passed} réussis, {failed} échoués, {skipped} ignorés"
        return f"{mark} {self.stage.name:14} {self.seconds:6.1f} s   {details}"


def run(only: Iterable[str] = ()) -> int:
    """Exécute les étapes (toutes, ou celles nommées) et renvoie 0 si tout est réussi.

    Raises:
        SettingsError: une étape nommée n'existe pas.
    """
    names = [stage.name for stage in STAGES]
    unknown = sorted(set(only) - set(names))
    if unknown:
        raise SettingsError(
            f"L'étape « {unknown[0]} » n'existe pas.", f"Choisissez parmi : {', '.join(names)}."
        )
    stages = [stage for stage in STAGES if not only or stage.name in only]
    minio = _minio_folder()
    # La première fois, matplotlib l'écrirait dans la sortie d'une leçon.
    subprocess.run([sys.executable, "-c", "import matplotlib.font_manager"], check=False)
    started = time.monotonic()
    reports = []
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        for done in as_completed([pool.submit(_run_stage, stage, minio) for stage in stages]):
            report = done.result()
            reports.append(report)
            if report.counts["failed"]:
                print(report.output, flush=True)
            print(report, flush=True)
            for reason in report.skips:
                print(f"    ignoré : {reason}")
    print(f"Durée totale : {time.monotonic() - started:.0f} s")
    for cell in minio_only():
        print(f"Sur MinIO seulement : {cell}")
    total: Counter[str] = sum((report.counts for report in reports), Counter())
    print(f"{total['passed']} passed, {total['failed']} failed, {total['skipped']} skipped")
    return 1 if total["failed"] or not total["passed"] else 0


def _minio_folder() -> Path | None:
    """Renvoie le dossier d'un vrai MinIO, construit avec Go au besoin ; sinon dit pourquoi pas."""
    built = subprocess.run(
        [sys.executable, "tests/support/minio_build.py"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        check=False,
    )
    lines = built.stdout.strip().splitlines()
    if built.returncode == 0 and lines and Path(lines[-1]).is_dir():
        return Path(lines[-1])
    print(*lines, "Les étapes sur MinIO sont laissées de côté.", sep="\n", flush=True)
    return None


def minio_only() -> list[str]:
    """Renvoie les cellules de leçon qui ne font rien ailleurs que sur MinIO."""
    return [
        f"{path.name}, cellule {number}"
        for path in sorted(LESSONS.glob("*.ipynb"))
        for number, cell in enumerate(read(path).cells, 1)
        if cell.cell_type == "code" and "MinIO seulement" in cell.source
    ]


def _run_stage(stage: Stage, minio: Path | None) -> Report:
    report = Report(stage)
    if stage.server == "native" and minio is None:
        report.counts["failed" if os.environ.get("CI") == "true" else "skipped"] = 1
        report.skips = ["MinIO n'a pas été construit"]
        return report
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="kit-", ignore_cleanup_errors=True) as name:
        environment = os.environ | {"KIT_SERVER": stage.server, "KIT_DATA": name}
        # Des conteneurs la posent : chacun des noyaux recompilerait alors tout ce qu'il importe.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        if stage.server == "native":
            environment["PATH"] = f"{minio}{os.pathsep}{environment['PATH']}"
        for number, command in enumerate(stage.commands):
            results = Path(name) / f"{number}.xml"
            junit = [f"--junitxml={results}"] if command[0] == "pytest" else []
            done = subprocess.run(
                [sys.executable, "-m", *command, *junit], cwd=ROOT, env=environment,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                encoding="utf-8", errors="replace", stdin=subprocess.DEVNULL,
            )  # fmt: skip
            report.output += done.stdout
            _count(report, done.returncode, results)
        subprocess.run([sys.executable, "-m", "kit_minio", "down"], cwd=ROOT, env=environment,
                       capture_output=True, check=False)  # fmt: skip
    report.seconds = time.monotonic() - started
    return report


def _count(report: Report, code: int, results: Path) -> None:
    """Ajoute au bilan les nombres d'une commande ; un échec sans résultat compte pour un."""
    before = report.counts["failed"]
    if results.exists():
        for suite in ET.parse(results).getroot().iter("testsuite"):  # noqa: S314 - écrit par pytest
            tests, failures, errors, skipped = (
                int(suite.get(key, 0)) for key in ("tests", "failures", "errors", "skipped")
            )
            report.counts["failed"] += failures + errors
            report.counts["skipped"] += skipped
            report.counts["passed"] += tests - failures - errors - skipped
            report.skips += sorted({skip.get("message", "") for skip in suite.iter("skipped")})
    elif code == 0:
        report.counts["passed"] += 1
    if code and report.counts["failed"] == before:
        report.counts["failed"] += 1
