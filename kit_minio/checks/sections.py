"""Où relire la leçon : la section qui sert à un exercice, d'après ``sections.toml``."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

from kit_minio.authoring.notebooks import lessons, read

# Du dossier d'un notebook d'exercices à celui des leçons : dans le travail, puis dans le kit.
_FOLDERS = ("../lecons", "../notebooks")


@cache
def sections() -> dict[str, dict[str, str]]:
    """Renvoie, par leçon, le titre de la section de chaque exercice."""
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def section_named(lesson: str, exercise: str) -> str:
    """Renvoie le titre de la section d'un exercice, à mettre entre guillemets ; vide sans lui."""
    title = sections().get(lesson, {}).get(exercise, "")
    return title.replace("`", "").replace("«\u00a0", "“").replace("\u00a0»", "”")


def section_link(lesson: str, exercise: str) -> tuple[str, str] | tuple[()]:
    """Renvoie l'adresse et le texte d'un lien vers la section ; rien si la leçon n'est pas là.

    L'adresse part du notebook ouvert, dont le dossier est celui du noyau.
    """
    title = sections().get(lesson, {}).get(exercise, "")
    path = next((path for path in lessons() if path.name.startswith(lesson)), None)
    folder = path and next((one for one in _FOLDERS if Path(one, path.name).is_file()), "")
    if not (title and path and folder):
        return ()
    shown = f"Relire « {section_named(lesson, exercise)} », leçon {lesson}"
    return f"{folder}/{path.name}{_cell(path, title)}", shown


@cache
def _cell(path: Path, title: str) -> str:
    """Renvoie la cellule de ce titre, telle qu'une adresse la désigne.

    JupyterLab ne trouve un titre que si le notebook est déjà ouvert ; une cellule, toujours.
    """
    heading = re.compile(rf"^#+ {re.escape(title)}$", re.M)
    found = [cell.id for cell in read(path).cells if heading.search(cell.source)]
    return f"#cell-id={found[0]}" if found else ""
