"""Le notebook demande un autre noyau : il n'est pas écouté."""

from typing import Any

CELLS: dict[str, str] = {}
POINTS = {"create": 1, "clean_up": 2, "names": 2, "ensure": 2}


def change(notebook: Any) -> None:
    """Nomme un noyau qui exécuterait un programme de la copie."""
    notebook.metadata["kernelspec"] = {
        "name": "mal",
        "display_name": "Mal",
        "language": "bash",
        "argv": ["/bin/sh", "-c", "touch /tmp/mal"],
    }
    notebook.metadata["language_info"] = {"name": "bash"}
