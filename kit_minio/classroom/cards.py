"""Les cartes à imprimer, une par étudiant : l'adresse de la classe et un code."""

from __future__ import annotations

from pathlib import Path

from markupsafe import Markup

from helpers.components.forms import sheet, templates
from helpers.files import write_at_once
from kit_minio.classroom.processes import class_folder
from kit_minio.classroom.register import Register

_TEMPLATES = Path(__file__).parent / "templates"


def cards_page(register: Register) -> bytes:
    """Renvoie la page des cartes, en A4, huit par feuille."""
    page = templates(_TEMPLATES).get_template("cards.html")
    style = Markup(sheet())  # noqa: S704 - la feuille du kit
    return page.render(register=register, students=register.active, sheet=style).encode()


def write_cards(register: Register) -> Path:
    """Écrit la page des cartes dans le dossier privé de la classe ; renvoie son chemin."""
    path = class_folder() / "cartes.html"
    write_at_once(path, cards_page(register), private=True)
    return path
