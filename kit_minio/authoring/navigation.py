"""Les liens entre notebooks : la même ligne en tête et à la fin de chaque leçon et exercice.

Elle suit le titre de la première cellule, et finit la dernière si c'est du texte ; sinon, elle a
une cellule à elle. On l'écrit d'après les fichiers du cours, jamais à la main.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from helpers.files import ROOT
from kit_minio.authoring.notebooks import LESSONS, read, write

# La cible du sommaire, vue de notebooks/, de solutions/ et d'exercises/ ; le laboratoire l'adapte.
CONTENTS = "../README.md#le-cours"
_FOOTER = "navigation"  # l'identifiant de la cellule ajoutée
_BAR = re.compile(r"\n*^.*\[Sommaire\]\(.*$", re.M)


def bar(path: Path) -> str:
    """Renvoie la ligne de liens d'un notebook : précédente, sommaire, exercices, suivante.

    Args:
        path: une leçon, une solution ou un exercice ; ses voisins sont à côté, dans ``notebooks/``.
    """
    lessons = sorted((path.parent.parent / LESSONS.name).glob("*.ipynb"))
    following = next((lesson for lesson in lessons if lesson.name > path.name), None)
    earlier = [lesson for lesson in lessons if lesson.name < path.name][-1:]
    links = [f"[Sommaire]({CONTENTS})"]
    if path.parent.name == LESSONS.name:
        links[:0] = [f"[← {_title(lesson)}]({lesson.name})" for lesson in earlier]
        if (path.parent.parent / "exercises" / path.name).exists():
            links += [f"[Exercices](../exercises/{path.name})"]
        links += [f"[{_title(following)} →]({following.name})"] if following else []
    else:
        folder = f"../{LESSONS.name}"
        own = [lesson for lesson in lessons if lesson.name == path.name]
        links[:0] = [f"[← Leçon\u00a0: {_title(lesson)}]({folder}/{lesson.name})" for lesson in own]
        if following:
            links += [f"[Suite\u00a0: {_title(following)} →]({folder}/{following.name})"]
    return " · ".join(links)


def _title(path: Path) -> str:
    """Renvoie le titre d'une leçon, sans son numéro."""
    source = json.loads(path.read_bytes())["cells"][0]["source"]
    heading = "".join(source).partition("\n")[0]
    return re.sub(r"^# *(?:\d+ · )?", "", heading).strip()


def navigated(notebook: NotebookNode, path: Path) -> NotebookNode:
    """Renvoie une copie d'un notebook, ses liens à jour.

    Args:
        notebook: son contenu.
        path: son chemin, dans le dossier du kit.
    """
    line = bar(path)
    new: NotebookNode = nbformat.from_dict(notebook)
    if new.cells[-1].cell_type != "markdown":
        new.cells.append(nbformat.v4.new_markdown_cell("", id=_FOOTER))
    first, last = new.cells[0], new.cells[-1]
    heading, _, rest = _BAR.sub("", first.source).partition("\n")
    first.source = "\n\n".join(filter(None, (heading, line, rest.strip("\n"))))
    if last is not first:
        last.source = "\n\n".join(filter(None, (_BAR.sub("", last.source).strip("\n"), line)))
    return new


def write_all(*, check: bool = False) -> list[str]:
    """Met à jour les liens des leçons et des solutions ; renvoie les fichiers qui changent.

    Les exercices tiennent les leurs de leur solution.

    Args:
        check: n'écrit rien, se contente de renvoyer les noms.

    Raises:
        ContentError: un notebook est illisible, ou ne peut pas être écrit.
    """
    changed = []
    for folder in (LESSONS, ROOT / "solutions"):
        for path in sorted(folder.glob("*.ipynb")):
            notebook = read(path)
            new = navigated(notebook, path)
            if new.cells == notebook.cells:
                continue
            changed.append(f"{folder.name}/{path.name}")
            if not check:
                write(new, path)
    return changed
