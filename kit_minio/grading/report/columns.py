"""Les titres que Moodle donne aux colonnes de sa feuille d'évaluation, langue par langue."""

from __future__ import annotations

import re
from collections.abc import Sequence

# En français, en anglais, en espagnol, en allemand ; la casse a changé d'une version à l'autre.
COLUMNS = {
    "id": ("identifiant", "identifier", "identificador", "id"),
    "name": ("nom complet", "full name", "nombre completo", "vollständiger name"),
    "email": (
        *("adresse de courriel", "email address", "adresse e-mail", "courriel", "email"),
        *("dirección de correo", "e-mail-adresse"),
    ),
    "username": ("nom d'utilisateur", "nom d’utilisateur", "username"),
    "number": ("numéro d'identification", "numéro d’identification", "id number", "id-nummer"),
    "group": ("groupe", "group", "grupo", "gruppe"),
    "grade": ("note", "grade", "calificación", "bewertung"),
    "maximum": ("note maximale", "maximum grade", "calificación máxima", "bestwertung"),
    "open": (
        *("la note peut être modifiée", "grade can be changed"),
        *("la calificación puede ser cambiada", "la calificación puede cambiarse"),
        "bewertung kann geändert werden",
    ),
    "submitted": (
        "dernière modification (travail remis)",
        "last modified (submission)",
        "última modificación (entrega)",
        "zuletzt geändert (abgabe)",
    ),
    "graded_on": (
        *("dernière modification (note)", "last modified (grade)"),
        *("última modificación (calificación)", "zuletzt geändert (bewertung)"),
    ),
    "comment": (
        *("feedback par commentaires", "feedback comments"),
        *("comentarios de retroalimentación", "feedback als kommentar"),
    ),
}
LOGINS = ("email", "username", "number")
REQUIRED = ("id", "grade", "maximum", "graded_on")
PARTICIPANT = re.compile(r"\s*(?:participante?|teilnehmer/?in)\s*([0-9]+)\s*", flags=re.I)


def columns_of(titles: Sequence[str]) -> dict[str, int]:
    """Renvoie le rang de chaque colonne connue.

    Args:
        titles: les titres de la feuille, dans l'ordre.
    """
    found = [title.strip().casefold() for title in titles]
    return {
        name: found.index(title)
        for name, known in COLUMNS.items()
        for title in known
        if title in found
    }
