"""Recommencer une correction : ce qui serait oublié, dit d'abord."""

from __future__ import annotations

from pathlib import Path

import click

from helpers.french import count_of
from kit_minio.grading.results import FOLDER


def confirm_restart(out: Path) -> None:
    """Demande avant d'oublier les résultats d'un dossier.

    Raises:
        click.ClickException: la réponse n'est pas oui.
    """
    known = len(list((out / FOLDER).glob("*.json")))
    if not known:
        return
    copies = count_of(known, "copie", "copies")
    click.echo(
        f"Les résultats de {copies}, dans {out}, seront oubliés, et les copies exécutées de "
        "nouveau. Ce que vous avez corrigé à la main (corrections.csv, bareme.toml) reste."
    )
    try:
        answer = click.prompt(
            "Tapez « oui » pour recommencer", "", show_default=False, prompt_suffix=" : "
        )
    except click.Abort:  # Ctrl-C, ou personne pour répondre
        answer = ""
    if answer != "oui":
        raise click.ClickException("Abandonné : rien n'a changé.")
