"""Le cours au format de nbgrader, pour qui corrige déjà avec lui.

Une vérification donne ses points à nbgrader par la valeur de sa cellule : les points partiels y
comptent donc. Elle juge dans le noyau de l'étudiant, ce que ``kit_minio.grading`` ne fait jamais.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from helpers.errors import KIT, SettingsError, system_cause
from kit_minio import checks as lessons
from kit_minio.authoring.exercises import SOLUTIONS, STUB, generate, sections
from kit_minio.authoring.notebooks import read
from kit_minio.checks.model import Series

CONFIG = "nbgrader_config.py"
ADVICE = (
    "Installez le kit là où nbgrader corrige. Les vérifications y jugent dans le noyau de "
    f"l'étudiant, où une copie malveillante peut se donner des points : « {KIT} grade » l'empêche."
)
_SETTINGS = f"""c = get_config()  # noqa: F821 - donné par nbgrader

# Ce qui remplace une solution : avec « ... », le notebook s'exécute jusqu'au bout.
c.ClearSolutions.code_stub = {{"python": {STUB.format(indent="")!r}}}
# En secondes : la première cellule démarre le serveur S3.
c.Execute.timeout = 120
"""


def export(folder: Path) -> list[Path]:
    """Écrit ``source/`` et la configuration d'un cours nbgrader ; renvoie les fichiers écrits.

    Le dossier peut être celui d'un cours : ce qu'il contient n'est jamais remplacé, et sa
    configuration est gardée. Tout est écrit à part, puis mis en place.

    Args:
        folder: le dossier du cours ; il est créé s'il n'existe pas.

    Raises:
        ContentError: une solution est illisible ou mal marquée.
        SettingsError: le dossier ne s'écrit pas, ou contient déjà d'autres fichiers de ces noms.
    """
    files = {Path(CONFIG): _SETTINGS.encode()}
    for series in lessons.all_series():
        name = f"{series.lesson}-{series.slug}"
        notebook = assignment(read(SOLUTIONS / f"{name}.ipynb"), series)
        files[Path("source", name, f"{name}.ipynb")] = f"{nbformat.writes(notebook)}\n".encode()
    try:
        return _write(folder, files)
    except OSError as error:
        raise SettingsError(
            f"Le dossier {folder} ne peut pas recevoir le cours ({system_cause(error)}).",
            "Donnez un dossier où vous pouvez écrire.",
        ) from error


def assignment(solution: NotebookNode, series: Series) -> NotebookNode:
    """Renvoie le devoir nbgrader (métadonnées de version 3) tiré d'un notebook de solution.

    Args:
        solution: le notebook de solution.
        series: ses exercices.

    Raises:
        ContentError: une marque de solution n'a pas sa paire.
    """
    kept = {cell.id for cell in generate(solution).cells}
    notebook: NotebookNode = nbformat.from_dict(solution)
    notebook.cells = [cell for cell in notebook.cells if cell.id in kept]
    checks = {cells[-1].id: name for name, cells in sections(notebook).items() if name}
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        cell.outputs, cell.execution_count = [], None
        written = "### BEGIN SOLUTION" in cell.source
        about = {
            "schema_version": 3,
            "grade_id": f"cell-{cell.id}",
            "grade": False,
            "solution": written,
            "locked": not written,
            "task": False,
        }
        if name := checks.get(cell.id):
            cell.source += f"\ntp.{name}.outcome.points"
            about |= {"grade_id": name, "grade": True, "points": series[name].points}
        cell.metadata["nbgrader"] = about
    return notebook


def _write(folder: Path, files: dict[Path, bytes]) -> list[Path]:
    found = {path for path in files if (folder / path).exists()}
    others = [
        str(path)
        for path in sorted(found - {Path(CONFIG)})
        if (folder / path).read_bytes() != files[path]
    ]
    if others:
        raise SettingsError(
            f"Le dossier {folder} contient déjà {', '.join(others)}, avec un autre contenu.",
            "Rien n'a été écrit. Déplacez ce qui s'y trouve, ou donnez un autre dossier.",
        )
    new = [path for path in files if path not in found]
    beside = folder if folder.exists() else folder.parent
    beside.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".kit-", dir=beside) as name:
        draft = Path(name) / "cours"
        for path in new:
            (draft / path).parent.mkdir(parents=True, exist_ok=True)
            (draft / path).write_bytes(files[path])
        if beside != folder:
            draft.rename(folder)  # un dossier neuf apparaît entier
            return new
        for path in new:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (draft / path).replace(folder / path)
    return new
