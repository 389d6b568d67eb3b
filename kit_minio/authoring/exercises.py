"""Du notebook de solution au notebook d'exercice.

L'enseignant ne modifie que ``solutions/`` ; deux marques délimitent ce que l'élève écrit :
``### BEGIN SOLUTION`` et ``### END SOLUTION`` ; l'étiquette ``solution`` retire une cellule.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from helpers.errors import ContentError
from helpers.files import ROOT
from kit_minio.authoring.notebooks import read, write
from kit_minio.checks.model import Series

SOLUTIONS = ROOT / "solutions"
EXERCISES = ROOT / "exercises"
REGION = re.compile(
    r"^(?P<indent>[ \t]*)### BEGIN SOLUTION[ \t]*\n(?P<code>.*?)^[ \t]*### END SOLUTION[ \t]*$",
    flags=re.M | re.S,
)
_CHECK = re.compile(r"\btp\.(\w+)\.check\(")
_DIGEST = "reference"  # dans les métadonnées d'un notebook d'exercice
STUB = "{indent}# Votre code ici\n{indent}..."


def solutions() -> list[Path]:
    """Renvoie les notebooks de solution, dans l'ordre du cours."""
    return sorted(SOLUTIONS.glob("*.ipynb"))


def generate(solution: NotebookNode) -> NotebookNode:
    """Renvoie le notebook d'exercice tiré d'un notebook de solution.

    Raises:
        ContentError: une marque de solution n'a pas sa paire, ou n'est pas seule sur sa ligne.
    """
    exercise: NotebookNode = nbformat.from_dict(solution)
    exercise.cells = [
        cell for cell in exercise.cells if "solution" not in cell.metadata.get("tags", [])
    ]
    for cell in exercise.cells:
        if cell.cell_type == "code":
            cell.source = REGION.sub(lambda found: STUB.format(indent=found["indent"]), cell.source)
            cell.outputs, cell.execution_count = [], None
        if "SOLUTION" in cell.source:
            raise ContentError(
                f"Une marque de solution est seule dans la cellule {cell.id}.",
                "Écrivez ### BEGIN SOLUTION et ### END SOLUTION, chacune sur sa ligne.",
            )
    exercise.metadata.kit = nbformat.from_dict({_DIGEST: _digest(exercise)})
    return exercise


def _digest(notebook: NotebookNode) -> str:
    """Renvoie l'empreinte de ce qu'une personne lit et modifie : le texte des cellules."""
    cells = [[cell.cell_type, cell.get("id"), cell.source] for cell in notebook.cells]
    return hashlib.sha256(json.dumps(cells).encode()).hexdigest()


def references() -> dict[str, NotebookNode]:
    """Renvoie le notebook d'exercice de chaque leçon, tel que le kit l'a écrit.

    Qui a rempli un exercice dans JupyterLab, pour le montrer, n'a pas changé la référence : elle
    est alors tirée de nouveau de la solution.

    Raises:
        ContentError: un notebook d'exercice a été modifié, et rien ne permet de le retrouver.
    """
    return {path.stem.split("-")[0]: reference(path) for path in sorted(EXERCISES.glob("*.ipynb"))}


def modified() -> list[str]:
    """Renvoie les notebooks d'exercice qui ne sont plus tels que le kit les a écrits."""
    return [path.name for path in sorted(EXERCISES.glob("*.ipynb")) if not is_intact(read(path))]


def reference(path: Path) -> NotebookNode:
    """Renvoie un notebook d'exercice tel que le kit l'a écrit, quoi qu'on en ait fait depuis.

    Raises:
        ContentError: il a été modifié, et rien ne permet de le retrouver.
    """
    found = read(path)
    if is_intact(found):
        return found
    solution = SOLUTIONS / path.name
    if solution.exists():
        return generate(read(solution))
    raise ContentError(
        f"exercises/{path.name} a été modifié : la correction ne peut plus s'y fier.",
        "Reprenez ce fichier du kit d'origine. Pour une démonstration, travaillez sur une copie.",
    )


def is_intact(notebook: NotebookNode) -> bool:
    """Dit si un notebook d'exercice est tel que le kit l'a écrit."""
    return bool(notebook.metadata.get("kit", {}).get(_DIGEST) == _digest(notebook))


def write_all(*, check: bool = False) -> list[str]:
    """Écrit tous les notebooks d'exercice ; renvoie les noms de ceux qui changent.

    Args:
        check: n'écrit rien, se contente de renvoyer les noms.

    Raises:
        ContentError: un notebook d'exercice n'a plus de solution, ou une solution est mal marquée.
    """
    drafts = {path.name: generate(read(path)) for path in solutions()}
    strays = sorted({path.name for path in EXERCISES.glob("*.ipynb")} - set(drafts))
    if strays:
        raise ContentError(
            f"exercises/{strays[0]} n'a pas de solution dans solutions/.",
            "Supprimez-le, ou écrivez sa solution : les exercices sont engendrés, jamais modifiés.",
        )
    changed = []
    for name, draft in drafts.items():
        path = EXERCISES / name
        if path.exists() and _same(read(path), draft):
            continue
        changed.append(name)
        if not check:
            EXERCISES.mkdir(exist_ok=True)
            write(draft, path)
    return changed


def _same(one: NotebookNode, other: NotebookNode) -> bool:
    return bool(one.cells == other.cells and one.metadata.get("kit") == other.metadata.kit)


def sections(notebook: NotebookNode) -> dict[str, list[NotebookNode]]:
    """Renvoie, pour chaque exercice, ses cellules de code, la dernière étant sa vérification.

    Celles qui précèdent le premier exercice sont sous la clé ``""`` : jusqu'au premier titre qui
    suit ``open_exercises``.
    """
    found: dict[str, list[NotebookNode]] = {}
    current: list[NotebookNode] = []
    for cell in notebook.cells:
        if cell.cell_type != "code":
            opened = any("open_exercises(" in earlier.source for earlier in current)
            if opened and cell.source.startswith("## "):
                found[""], current = current, []
            continue
        current.append(cell)
        if check := _CHECK.search(cell.source):
            found[check[1]], current = current, []
    return found


def blanks_of(series: Series) -> tuple[str, ...]:
    """Renvoie les cellules de code du notebook distribué ; aucune s'il n'est pas dans ce kit."""
    path = SOLUTIONS / f"{series.lesson}-{series.slug}.ipynb"
    if not path.exists():
        return ()
    cells = generate(read(path)).cells
    return tuple(cell.source for cell in cells if cell.cell_type == "code")


def solution_of(series: Series, name: str) -> str | None:
    """Renvoie le code de la solution d'un exercice, ou ``None`` si elle n'est pas dans ce kit."""
    path = SOLUTIONS / f"{series.lesson}-{series.slug}.ipynb"
    if not path.exists():
        return None
    cells = sections(read(path)).get(name, [])
    return "\n\n".join(REGION.sub(r"\g<code>", cell.source).strip() for cell in cells[:-1]) or None
