"""Des étiquettes qui feraient sauter des cellules ou taire leurs erreurs."""

from typing import Any

CELLS = {"names": "reasons = 1 / 0"}
POINTS = {"create": 1, "clean_up": 2, "names": 0, "ensure": 2}


def change(notebook: Any) -> None:
    """Étiquette toutes les cellules."""
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        cell.metadata["tags"] = [*tags, "raises-exception", "skip-execution", "nbval-skip"]
