"""Exécuter les étapes, plusieurs à la fois, puis en donner le bilan."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from pathlib import Path
from threading import Event

from kit_minio.authoring.notebooks import LESSONS, read
from kit_minio.suite.command import run_command
from kit_minio.suite.report import Report
from kit_minio.suite.stages import Stage, chosen
from kit_minio.terminal import say

# Chaque étape attend souvent un serveur, un noyau ou une page. À deux cœurs, quatre à la fois les
# saturent : les essais y perdent plus que la suite n'y gagne. Un conteneur annonce parfois bien
# plus de cœurs qu'il n'en donne.
_AT_ONCE = min(os.cpu_count() or 2, 4) + 1
_BUILD_SECONDS = 3000  # trois minutes de deux cœurs, quand les étapes les lui laissent


def run(only: Iterable[str] = (), everything: bool = False) -> int:
    """Exécute les étapes et renvoie 0 si tout est réussi.

    Args:
        only: les noms des seules étapes à lancer.
        everything: lance aussi celles que l'on ne lance pas tous les jours.

    Raises:
        SettingsError: une étape nommée n'existe pas.
    """
    stages = chosen(only, everything)
    # La première fois, matplotlib l'écrirait dans la sortie d'une leçon.
    subprocess.run([sys.executable, "-c", "import matplotlib.font_manager"], check=False)
    started = time.monotonic()
    reports = _run_all(stages)
    for report in sorted(reports, key=lambda report: stages.index(report.stage)):
        say(report)
    print(f"Durée totale : {time.monotonic() - started:.0f} s")
    for cell in minio_only():
        print(f"Sur MinIO seulement : {cell}")
    total: Counter[str] = sum((report.counts for report in reports), Counter())
    print(f"{total['passed']} passed, {total['failed']} failed, {total['skipped']} skipped")
    return 1 if total["failed"] or not total["passed"] else 0


def _run_all(stages: list[Stage]) -> list[Report]:
    """Exécute les étapes, pendant que Go construit MinIO s'il le faut."""
    interrupted = Event()
    reports = []
    with ThreadPoolExecutor(1) as aside, ThreadPoolExecutor(_AT_ONCE) as pool:
        try:
            waited = any(stage.built for stage in stages)
            minio = aside.submit(_minio_folder, interrupted) if waited else None
            runs = [pool.submit(run_stage, stage, minio, interrupted) for stage in stages]
            for done in as_completed(runs):
                reports.append(done.result())
                say(reports[-1])
        except BaseException:
            interrupted.set()
            pool.shutdown(cancel_futures=True)
            raise
    return reports


def _minio_folder(interrupted: Event) -> Path | None:
    """Renvoie le dossier d'un vrai MinIO, construit avec Go au besoin ; sinon dit pourquoi pas."""
    lines: list[str] = []

    def say(line: str) -> None:
        lines.append(line)
        _say("minio", line)

    with tempfile.TemporaryDirectory(prefix="kit-") as name:
        deadline = time.monotonic() + _BUILD_SECONDS
        build = ["tests.support.minio_build"]
        ended = run_command(build, Path(name), os.environ, deadline, say, interrupted)
    if ended.code == 0 and lines and Path(lines[-1]).is_dir():
        return Path(lines[-1])
    _say("minio", "Les étapes sur MinIO sont laissées de côté.")
    return None


def minio_only() -> list[str]:
    """Renvoie les cellules de leçon qui ne font rien ailleurs que sur MinIO."""
    return [
        f"{path.name}, cellule {number}"
        for path in sorted(LESSONS.glob("*.ipynb"))
        for number, cell in enumerate(read(path).cells, 1)
        if cell.cell_type == "code" and "MinIO seulement" in cell.source
    ]


def run_stage(stage: Stage, minio: Future[Path | None] | None, interrupted: Event) -> Report:
    """Exécute une étape dans un dossier jetable, avec un serveur à elle, dans son délai.

    Args:
        stage: l'étape.
        minio: le dossier de MinIO, attendu seulement par une étape qui l'emploie.
        interrupted: arrête l'étape, quand il est levé.
    """
    report = Report(stage)
    environment = dict(os.environ)
    # Des conteneurs la posent : chacun des noyaux recompilerait alors tout ce qu'il importe.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    # Les étapes se partagent déjà les cœurs : à un serveur S3 qui n'en prend qu'un, la même requête
    # coûte 15 % de moins.
    environment["GOMAXPROCS"] = "1"
    if stage.built:
        programs = minio and minio.result()
        if programs is None:
            report.counts["failed" if os.environ.get("CI") == "true" else "skipped"] = 1
            report.notes = ["ignoré : MinIO n'a pas été construit"]
            return report
        environment["PATH"] = f"{programs}{os.pathsep}{environment['PATH']}"
    started = time.monotonic()
    deadline = started + stage.seconds
    with tempfile.TemporaryDirectory(prefix="kit-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o711)  # un compte ordinaire traverse ce dossier jusqu'au sien
        environment |= {"KIT_SERVER": stage.server, "KIT_DATA": str(folder / "kit"), "TMPDIR": name}
        for number, command in enumerate(stage.commands):
            results = folder / f"{number}.xml"
            more = [f"--junitxml={results}", f"--basetemp={folder / 't'}"]
            ended = run_command(
                [*command, *(more if command[0] == "pytest" else [])],
                folder, environment, deadline, lambda line: _say(stage.name, line), interrupted,
            )  # fmt: skip
            report.cpu_seconds += ended.cpu_seconds
            report.add(ended.code or int(ended.late), results)
            if ended.late:
                report.notes.append(
                    f"arrêtée au bout de {stage.seconds} s : elle n'en finissait pas"
                )
                break
    report.seconds = time.monotonic() - started
    return report


def _say(name: str, line: str) -> None:
    """Écrit une ligne d'un seul geste, précédée de son étape : plusieurs parlent à la fois."""
    sys.stdout.write(f"{name:16} │ {line}\n")
    sys.stdout.flush()
