"""Les commandes du kit : ``python3 kit.py …``, ou ``python -m kit_minio …`` une fois installé."""

from __future__ import annotations

import gettext
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from helpers import server as servers
from helpers.errors import KIT, ServerError, SettingsError
from helpers.files import ROOT
from helpers.server.addresses import with_tunnel
from kit_minio.classroom.commands import collect_class, register
from kit_minio.leftovers import sweep_throwaways
from kit_minio.server import borrow, is_changing, keep
from kit_minio.terminal import AUTHOR, STUDENT, TEACHER, Between, Commands, run, say

if TYPE_CHECKING:
    from kit_minio.grading.batch import OpenGrader
    from kit_minio.grading.round import CopyGrader
    from kit_minio.grading.settings import Settings

# click demande ses propres phrases à gettext ; les nôtres sont dans locale/fr.
os.environ["LANGUAGE"] = "fr"
gettext.bindtextdomain("messages", str(Path(__file__).parent / "locale"))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def commands() -> None:
    """Kit pédagogique MinIO et S3 : leçons, exercices et serveur, en français."""


@commands.command(section=STUDENT)
@click.option("--no-browser", is_flag=True, help="N'ouvre pas le navigateur.")
@click.option("--port", type=Between(1, 65535), metavar="N", help="Port de JupyterLab.")
@click.option("--full", is_flag=True, help="Installe d'abord les paquets des leçons 11 à 17 et 19.")
@click.option("--blank", is_flag=True, help="Donne les leçons sans leurs résultats, à prédire.")
@click.option("--author", is_flag=True, help="Montre le dossier du kit, et non vos copies.")
def lab(no_browser: bool, port: int | None, full: bool, blank: bool, author: bool) -> None:
    """Ouvre JupyterLab sur l'accueil, serveur S3 prêt."""
    from kit_minio.home.copies import prepare, work_folder
    from kit_minio.lab import FIRST_LESSON, run_lab

    if blank and author:
        raise click.UsageError("--blank et --author ne vont pas ensemble.")
    if full:
        from helpers.extras import ensure_extras

        ensure_extras(say)
    with borrow(say) as server:
        say(server.sentence)
        if author:
            code = run_lab(ROOT, port, not no_browser, FIRST_LESSON)
        else:
            for sentence in prepare(blank=blank):
                say(sentence)
            code = run_lab(work_folder(), port, not no_browser)
    sys.stdout.flush()
    # Sans attendre les fils : une requête que JupyterLab a abandonnée en retiendrait un sans fin.
    os._exit(code)


@commands.command(section=STUDENT)
def up() -> None:
    """Démarre le serveur S3 s'il ne tourne pas."""
    server = keep(say)
    say(server.sentence)
    if server.console:
        say(f"Console : {with_tunnel(f'http://{server.console}')}")
        say(f"Ses identifiants sont dans {servers.env_file()}.")


@commands.command(section=STUDENT)
def down() -> None:
    """Arrête le serveur S3 du kit ; les données restent."""
    server = servers.stop(say=say)
    sweep_throwaways()
    if server is None:
        say("Aucun serveur du kit ne tournait.")
    else:
        say(f"Serveur S3 arrêté ({server.endpoint}) ; vos données sont conservées.")


@commands.command(section=STUDENT)
def status() -> None:
    """Dit quel serveur S3 est utilisé et s'il répond."""
    server = servers.find()
    if server is None and is_changing():
        say("Un autre programme du kit démarre ou arrête le serveur en ce moment.")
        return
    if server is None:
        say(f"Aucun serveur S3 ne tourne ; « {KIT} up » en démarre un.")
        return
    say(server.sentence)
    if not servers.is_ready(server):
        raise ServerError("Il ne répond pas à son adresse de contrôle.", servers.remedy_for(server))
    say("Il répond.")


@commands.command(section=STUDENT)
@click.option("--yes", is_flag=True, help="Ne demande pas de confirmation.")
@click.option(
    "--everything", is_flag=True, help="Efface aussi toutes les données des serveurs du kit."
)
def reset(yes: bool, everything: bool) -> None:
    """Supprime ce que le kit a créé, avancement compris (demande d'abord)."""
    from kit_minio import reset as resets

    with nullcontext() if everything else borrow(say) as server:
        if server is not None:
            say(server.sentence)
        plan = resets.plan(server)
        if plan.nothing:
            say("Il n'y a rien à supprimer : le kit n'a rien marqué ici.")
            for sentence in plan.kept:
                say(sentence)
            return
        say(str(plan))
        try:
            answer = yes or click.prompt("Tapez « oui » pour supprimer", "", show_default=False)
        except click.Abort:  # Ctrl-C, ou personne pour répondre
            raise click.ClickException("Abandonné : rien n'a été supprimé.") from None
        if answer not in (True, "oui"):
            say("Abandonné : rien n'a été supprimé.")
            return
        resets.carry_out(plan, server)
        say("Supprimé.")


@commands.command(section=STUDENT)
def doctor() -> None:
    """Examine l'installation, avec le remède de chaque problème."""
    from kit_minio.doctor import examine

    findings = list(examine())
    for finding in findings:
        say(str(finding))
    sys.exit(1 if any(finding.mark == "✗" for finding in findings) else 0)


@commands.command(section=AUTHOR)
@click.option("--check", is_flag=True, help="N'écrit rien ; échoue s'il y aurait à écrire.")
@click.option(
    "--nbgrader",
    type=click.Path(path_type=Path),
    metavar="DOSSIER",
    help="Écrit plutôt le cours dans ce dossier, au format de nbgrader.",
)
def exercises(check: bool, nbgrader: Path | None) -> None:
    """Réécrit les exercices et les liens, d'après les solutions."""
    from kit_minio.authoring import navigation
    from kit_minio.authoring.exercises import write_all

    if nbgrader:
        from kit_minio.authoring.nbgrader import ADVICE, export

        if check:
            raise click.UsageError("--check et --nbgrader ne vont pas ensemble.")
        for path in (new := export(nbgrader)):
            say(f"Écrit : {nbgrader / path}")
        say(ADVICE if new else "Rien à écrire : ce dossier a déjà tout le cours.")
        return
    changed = navigation.write_all(check=check)
    changed += [f"exercises/{name}" for name in write_all(check=check)]
    for name in changed:
        say(f"{'À réécrire' if check else 'Réécrit'} : {name}")
    if not changed:
        say("Tous les exercices sont à jour.")
    sys.exit(1 if check and changed else 0)


@commands.command(section=TEACHER)
@click.argument("source")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DOSSIER",
    help="Dossier des résultats ; par défaut, correction-<nom du lot>.",
)
@click.option(
    "--worksheet",
    type=click.Path(path_type=Path),
    metavar="CSV",
    help="Feuille d'évaluation de Moodle, à remplir.",
)
@click.option(
    "--lesson",
    "lessons",
    multiple=True,
    metavar="NN",
    help="Leçon à corriger ; par défaut, celles que contiennent les copies.",
)
@click.option(
    "--dry-run",
    is_flag=True,
    help="Dit qui serait corrigé, sur quoi, et ce qu'un humain doit voir, sans rien exécuter.",
)
@click.option(
    "--min-isolation",
    type=Between(0, 2),
    metavar="N",
    help="Niveau d'isolation exigé, 1 par défaut ; rien n'est exécuté en dessous.",
)
@click.option(
    "--accept-no-isolation",
    is_flag=True,
    help="Accepte le niveau 0, où une copie a les mêmes droits que vous.",
)
@click.option(
    "--scale",
    type=click.Path(path_type=Path),
    metavar="TOML",
    help="Barème : note finale, points des exercices, retards ; gardé avec les résultats.",
)
@click.option(
    "--only",
    multiple=True,
    metavar="NOM",
    help="Ne corrige de nouveau que cet étudiant, ou cet exercice (01.2) ; le reste est gardé.",
)
@click.option(
    "--restart", is_flag=True, help="Recommence tout, sans rien reprendre (demande d'abord)."
)
@click.option("--yes", is_flag=True, help="Avec --restart, ne demande pas de confirmation.")
@click.option(
    "--workers",
    type=Between(min=1),
    metavar="N",
    help="Copies corrigées en même temps ; par défaut, selon les cœurs et la mémoire.",
)
@click.option(
    "--seed",
    type=Between(min=0),
    metavar="N",
    help="Graine de la seconde exécution, tirée au hasard par défaut.",
)
@click.option(
    "--scheduler",
    metavar="ADRESSE",
    help="Planificateur dask dont les ouvriers corrigent, par exemple tcp://machine:8786.",
)
def grade(
    source: str,
    out: Path | None,
    worksheet: Path | None,
    lessons: tuple[str, ...],
    dry_run: bool,
    min_isolation: int | None,
    accept_no_isolation: bool,
    scale: Path | None,
    only: tuple[str, ...],
    restart: bool,
    yes: bool,
    workers: int | None,
    seed: int | None,
    scheduler: str | None,
) -> None:
    """Corrige des copies : notes, retours, page de la classe.

    SOURCE est le zip des travaux remis de Moodle, un dossier de copies (un notebook ou un dossier
    par étudiant), s3://bucket/préfixe, ou « class » : ce que la classe a remis. Une correction
    interrompue reprend où elle en était.
    """
    if dry_run:
        from kit_minio.grading.preview import preview

        preview(source, out, lessons=lessons, worksheet=worksheet)
        return
    from kit_minio.grading.batch import grade as grade_batch
    from kit_minio.grading.grader import Grader
    from kit_minio.grading.restart import confirm_restart
    from kit_minio.grading.results import folder_for
    from kit_minio.grading.settings import Settings

    if source == "class":
        source = str(collect_class(lessons))
    if restart and only:
        raise click.UsageError("--only et --restart ne vont pas ensemble.")
    if restart and not yes:
        confirm_restart(folder_for(source, out))
    open_grader: OpenGrader = Grader
    if scheduler:
        from kit_minio.grading.scheduler import Cluster

        if workers:
            raise click.UsageError("--workers et --scheduler ne vont pas ensemble.")
        open_grader = partial(Cluster, scheduler)
    lowest = 0 if accept_no_isolation else 1
    settings = Settings(
        minimum_isolation=lowest if min_isolation is None else min_isolation,
        accept_no_isolation=accept_no_isolation,
    )
    if workers:
        settings = replace(settings, workers=workers)
    results = grade_batch(
        source,
        out,
        settings=settings,
        seed=seed,
        lessons=lessons,
        worksheet=worksheet,
        scale=scale,
        only=only,
        restart=restart,
        open_grader=partial(_borrowing, open_grader),
    )
    if any(result.failure for result in results):
        sys.exit(1)  # la correction elle-même a échoué pour ces copies : il faut la relancer


@contextmanager
def _borrowing(
    open_grader: OpenGrader, settings: Settings, told: Callable[[str], None]
) -> Iterator[CopyGrader]:
    """Ouvre une correction, et lui emprunte le serveur : elle n'en laisse pas en marche."""
    with borrow(told), open_grader(settings, told) as grader:
        yield grader


@commands.command(section=AUTHOR)
@click.option("--all", "everything", is_flag=True, help="Aussi ce qui est long ou demande Go.")
@click.option("--only", multiple=True, metavar="ÉTAPE", help="Ne lance que cette étape.")
def test(everything: bool, only: tuple[str, ...]) -> None:
    """Vérifie le kit : style, leçons, exercices, correction."""
    from kit_minio.suite import runner

    if not (ROOT / "solutions").is_dir():
        raise SettingsError(
            "Le dossier solutions/ est absent : cette copie ne peut pas vérifier les exercices.",
            "Lancez cette commande dans le kit entier ; pour une copie distribuée sans les "
            f"solutions, « {KIT} doctor » examine l'installation.",
        )
    sys.exit(runner.run(only, everything))


@commands.command(section=AUTHOR)
@click.argument("lesson", metavar="NN")
def check(lesson: str) -> None:
    """Examine une leçon et ses exercices."""
    from kit_minio.authoring.check import check as check_lesson
    from kit_minio.authoring.check import page_of

    page = page_of(lesson)  # avant de démarrer un serveur pour rien
    with borrow(say) as server:
        say(server.sentence)
        findings = check_lesson(lesson)
    for finding in findings:
        say(f"✗ {finding}")
    if not findings:
        say(f"✓ Leçon {page.name[:2]} : rien à redire.")
    sys.exit(1 if findings else 0)


@commands.command("run-notebooks", section=AUTHOR)
@click.argument("notebooks", nargs=-1, type=click.Path(path_type=Path), metavar="[NOTEBOOK]…")
def run_notebooks(notebooks: tuple[Path, ...]) -> None:
    """Réexécute les leçons et réécrit leurs sorties."""
    from kit_minio.authoring.notebooks import run_all

    with borrow(say) as server:
        say(server.sentence)
        code = run_all(notebooks, say)
    sys.exit(code)


register(commands)


def main() -> None:
    """Exécute la commande demandée."""
    run(commands, KIT)
