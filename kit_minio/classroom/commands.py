"""Les commandes de la classe : ``kit.py class …``, ``kit.py join`` et ``kit.py leave``."""

from __future__ import annotations

import os
from pathlib import Path

import click

from kit_minio.terminal import STUDENT, Between, Command, Commands, say


def register(commands: click.Group) -> None:
    """Ajoute ces commandes à celles du kit."""
    for command in (classroom, join, leave):
        commands.add_command(command)


def collect_class(lessons: tuple[str, ...]) -> Path:
    """Ramasse ce que la classe a remis, pour la correction, et renvoie le dossier."""
    from kit_minio.classroom.collect import collect

    return collect(None, say, lessons=lessons)


@click.group("class", cls=Commands)
def classroom() -> None:
    """Une classe sur un serveur : clés, tableau, copies, retours."""


@classroom.command("open")
@click.argument(
    "roster", required=False, type=click.Path(path_type=Path), metavar="[ETUDIANTS.csv]"
)
@click.option("--address", default="", metavar="HÔTE[:PORT]", help="Adresse que la salle appelle.")
@click.option("--title", default="", metavar="NOM", help="Nom de la classe.")
@click.option("--deadline", default="", metavar="DATE", help="Date limite : 2026-12-01 18:00.")
@click.option("--renew", multiple=True, metavar="NOM", help="Donne un nouveau code à cet étudiant.")
@click.option(
    "--server",
    type=click.Choice(["external", "docker", "native", "embedded"]),
    help="Serveur à employer, comme KIT_SERVER.",
)
@click.option("--without-tls", is_flag=True, help="Sans certificat : tout le réseau voit tout.")
def open_room(
    roster: Path | None,
    address: str,
    title: str,
    deadline: str,
    renew: tuple[str, ...],
    server: str | None,
    without_tls: bool,
) -> None:
    """Ouvre la classe à la salle, ou la met à jour.

    La liste est un fichier CSV, une ligne par étudiant. Relancée, la commande ajoute et retire des
    étudiants d'après elle ; rien n'est jamais effacé de ce qu'ils ont fait.
    """
    from kit_minio.classroom.opening import Asked, open_class

    if server:
        os.environ["KIT_SERVER"] = server
    asked = Asked(roster, address, title, renew, deadline, tls=not without_tls)
    open_class(asked, say)


@classroom.command("board")
@click.option("--port", type=Between(1, 65535), metavar="N", help="Port de la page.")
@click.option("--no-browser", is_flag=True, help="N'ouvre pas le navigateur.")
def show_board(port: int | None, no_browser: bool) -> None:
    """Montre où en est la salle, en direct, sur cette machine."""
    from kit_minio.classroom.screen import run_board

    run_board(say, port=port or 0, browser=not no_browser)


@classroom.command("collect")
@click.option("--out", type=click.Path(path_type=Path), metavar="DOSSIER", help="Où les ranger.")
@click.option("--before", default="", metavar="DATE", help="Reçues jusque-là : 2026-12-01 18:00.")
@click.option("--lesson", "lessons", multiple=True, metavar="NN", help="Leçon à ramasser.")
def collect_copies(out: Path | None, before: str, lessons: tuple[str, ...]) -> None:
    """Ramasse les copies remises, pour « kit.py grade ».

    De chaque notebook, la dernière version d'avant la date limite.
    """
    from kit_minio.classroom.collect import collect
    from kit_minio.classroom.opening import read_deadline

    collect(out, say, before=read_deadline(before) if before else None, lessons=lessons)


@classroom.command("give-back")
@click.argument("out", required=False, type=click.Path(path_type=Path), metavar="[CORRECTION]")
def give_pages_back(out: Path | None) -> None:
    """Rend à chaque étudiant la page de sa correction.

    CORRECTION est le dossier des résultats ; par défaut, celui de « kit.py grade class ».
    """
    from kit_minio.classroom.give_back import give_back

    give_back(out, say)


@classroom.command("close")
def close_room() -> None:
    """Ferme la classe à la salle ; rien n'est effacé."""
    from kit_minio.classroom.opening import close_class

    close_class(say)


@click.command(cls=Command, section=STUDENT)
@click.argument("card", nargs=-1, metavar="ADRESSE/CODE")
def join(card: tuple[str, ...]) -> None:
    """Rejoint une classe, avec la ligne d'une carte.

    Sans code, retourne dans la classe que ce kit avait rejointe.
    """
    from kit_minio.classroom.joining import join as join_class

    join_class(card, say)


@click.command(cls=Command, section=STUDENT)
def leave() -> None:
    """Quitte la classe : le kit revient à son propre serveur."""
    from kit_minio.classroom.joining import leave as leave_class

    leave_class(say)
