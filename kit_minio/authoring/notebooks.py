"""Exécuter les leçons et réécrire leurs sorties, sans bruit dans le dépôt."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode, ValidationError
from traitlets.config import Config

from helpers.errors import ContentError, system_cause
from helpers.files import ROOT, write_at_once

LESSONS = ROOT / "notebooks"
SANITIZE = ROOT / "tests" / "sanitize.cfg"
_TIMEOUT = 120  # secondes par cellule
_UNCOMPARED = "nbval-ignore-output"  # cette sortie dépend du serveur


def lessons() -> list[Path]:
    """Renvoie les leçons, dans l'ordre du cours."""
    return sorted(LESSONS.glob("*.ipynb"))


def run_all(notebooks: Iterable[Path], say: Callable[[str], None]) -> int:
    """Réexécute des notebooks (toutes les leçons par défaut) ; renvoie 0 si tous ont abouti.

    Un notebook qui échoue reste tel qu'il était sur le disque.
    """
    failed = 0
    for path in list(notebooks) or lessons():
        try:
            changed = refresh(path)
        except ContentError as error:
            failed += 1
            say(f"✗ {path.name} : {error}")
        else:
            plural = "s" if changed > 1 else ""
            what = f"{changed} cellule{plural} réécrite{plural}" if changed else "inchangé"
            say(f"✓ {path.name} : {what}")
    return 1 if failed else 0


def refresh(path: Path) -> int:
    """Réexécute un notebook et réécrit ce qui a changé ; renvoie le nombre de cellules réécrites.

    Une sortie qui ne diffère que par une date, un port ou une signature (les règles de
    ``tests/sanitize.cfg``) ou par le dessin d'une courbe est gardée telle quelle, comme celle d'une
    cellule étiquetée ``nbval-ignore-output`` ; pour la refaire, effacez-la d'abord.

    Raises:
        ContentError: le fichier n'est pas un notebook, ou une cellule échoue.
    """
    before = read(path)
    after = execute(before, path.parent)
    changed = set(differing(before, after))
    for number, (old, new) in enumerate(zip(before.cells, after.cells, strict=True), 1):
        if old.cell_type != "code":
            continue
        if number not in changed:
            new.outputs = old.outputs
        if old.execution_count != new.execution_count:
            changed.add(number)
    write(after, path)
    return len(changed)


def differing(before: NotebookNode, after: NotebookNode) -> list[int]:
    """Renvoie les numéros des cellules, à partir de 1, dont la sortie a vraiment changé.

    Les règles de ``tests/sanitize.cfg`` disent ce qui ne compte pas.

    Args:
        before: un notebook.
        after: le même, exécuté ; ses sorties sont débarrassées de ce qui ne vaut que pour elles.
    """
    rules = _rules()
    changed = []
    for number, (old, new) in enumerate(zip(before.cells, after.cells, strict=True), 1):
        if old.cell_type != "code":
            continue
        new.outputs = [_tidy(output) for output in new.outputs]
        kept = old.outputs and _UNCOMPARED in old.metadata.get("tags", [])
        if not kept and not _same(old.outputs, new.outputs, rules):
            changed.append(number)
    return changed


def read(path: Path) -> NotebookNode:
    """Lit un notebook au format 4.

    Raises:
        ContentError: le fichier est absent ou n'est pas un notebook.
    """
    try:
        notebook: NotebookNode = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
        return notebook
    except FileNotFoundError:
        raise ContentError(
            f"Le notebook {path} n'existe pas.", "Vérifiez le chemin donné."
        ) from None
    except (ValueError, TypeError, LookupError, AttributeError, OSError, ValidationError) as error:
        raise ContentError(
            f"Le fichier {path} n'est pas un notebook lisible ({type(error).__name__}).",
            "Restaurez-le avec git, ou ouvrez-le dans JupyterLab pour voir ce qui manque.",
        ) from error


def execute(notebook: NotebookNode, folder: Path) -> NotebookNode:
    """Exécute une copie d'un notebook dans un noyau neuf et la renvoie.

    Args:
        notebook: le notebook lu par ``read``.
        folder: le dossier de travail du noyau.

    Raises:
        ContentError: une cellule échoue, dépasse 120 secondes ou tue le noyau.
    """
    copy = nbformat.from_dict(notebook)
    runner = NotebookClient(
        copy,
        timeout=_TIMEOUT,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,
        # Sans chiffrement, chaque noyau écrit un avertissement en anglais dans le terminal.
        config=Config({"KernelManager": {"transport_encryption": "auto"}}),
        resources={"metadata": {"path": str(folder)}},
    )
    try:
        return runner.execute()
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        number = runner.code_cells_executed
        raise ContentError(
            f"La cellule de code {number} {what_happened(error)}.",
            "Corrigez-la dans JupyterLab, puis relancez la commande.",
        ) from error


def what_happened(error: Exception) -> str:
    """Dit en français comment une cellule a échoué ; nbclient le dit en anglais."""
    if isinstance(error, CellExecutionError):
        return f"échoue ({error.ename} : {error.evalue})"
    if isinstance(error, CellTimeoutError):
        return f"dure plus de {_TIMEOUT} secondes"
    return "met fin au noyau"


def write(notebook: NotebookNode, path: Path) -> None:
    """Écrit un notebook aux métadonnées propres, d'un coup.

    Raises:
        ContentError: le disque est plein, ou le dossier refuse l'écriture ; le notebook est resté
            tel qu'il était.
    """
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {
                "display_name": "Python 3 (ipykernel)",
                "language": "python",
                "name": "python3",
            },
            "language_info": {"name": "python"},
        }
        # Ce que le kit a écrit lui-même : l'empreinte d'un notebook d'exercice.
        | {name: value for name, value in notebook.metadata.items() if name == "kit"}
    )
    for cell in notebook.cells:
        tags = cell.metadata.get("tags")
        cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})
    try:
        write_at_once(path, f"{nbformat.writes(notebook)}\n".encode())
    except OSError as error:
        raise ContentError(
            f"Le notebook {path} ne peut pas être écrit ({system_cause(error)}).",
            "Libérez de la place, ou travaillez dans un dossier où vous pouvez écrire.",
        ) from error


def _tidy(output: NotebookNode) -> NotebookNode:
    output.get("metadata", {}).pop("execution", None)
    # Un widget n'existe que dans son noyau : le texte qui l'accompagne suffit au dépôt.
    output.get("data", {}).pop("application/vnd.jupyter.widget-view+json", None)
    return output


def _rules() -> list[tuple[re.Pattern[str], str]]:
    text = SANITIZE.read_text(encoding="utf-8")
    patterns = re.findall(r"^regex: (.*)$", text, flags=re.M)
    replacements = re.findall(r"^replace: (.*)$", text, flags=re.M)
    return [
        (re.compile(pattern), replacement)
        for pattern, replacement in zip(patterns, replacements, strict=True)
    ]


def _same(old: Any, new: Any, rules: list[tuple[re.Pattern[str], str]]) -> bool:
    before, after = nbformat.v4.writes(_holder(old)), nbformat.v4.writes(_holder(new))
    for pattern, replacement in rules:
        before, after = pattern.sub(replacement, before), pattern.sub(replacement, after)
    return bool(before == after)


def _holder(outputs: Any) -> Any:
    outputs = nbformat.from_dict(outputs)
    for output in outputs:
        if "image/png" in output.get("data", {}):
            output.data["image/png"] = ""  # Une courbe montre des durées : jamais deux fois égales.
    cell = nbformat.v4.new_code_cell(outputs=outputs, id="x")
    return nbformat.v4.new_notebook(cells=[cell])
