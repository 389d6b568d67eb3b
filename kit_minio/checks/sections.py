"""Où relire la leçon : la section qui sert à un exercice, d'après ``sections.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from urllib.parse import quote

from kit_minio.authoring.notebooks import lessons

# Du dossier d'un notebook d'exercices à celui des leçons : dans le travail, puis dans le kit.
_FOLDERS = ("../lecons", "../notebooks")


@cache
def sections() -> dict[str, dict[str, str]]:
    """Renvoie, par leçon, le titre de la section de chaque exercice."""
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def section_link(lesson: str, exercise: str) -> tuple[str, str] | tuple[()]:
    """Renvoie l'adresse et le texte d'un lien vers la section ; rien si la leçon n'est pas là.

    L'adresse part du notebook ouvert, dont le dossier est celui du noyau.
    """
    title = sections().get(lesson, {}).get(exercise, "")
    name = next((path.name for path in lessons() if path.name.startswith(lesson)), "")
    folder = next((one for one in _FOLDERS if Path(one, name).is_file()), "")
    if not (title and folder):
        return ()
    title = title.replace("`", "")
    anchor = quote(title.replace(" ", "-"))  # comme JupyterLab nomme ses titres
    return f"{folder}/{name}#{anchor}", f"Relire « {title} », leçon {lesson}"
