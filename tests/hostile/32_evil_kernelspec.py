"""Le notebook demande un noyau, installé là où Jupyter le trouve, qui exécuterait un programme."""

import json


def copies(notebook: bytes) -> dict[str, dict]:
    """Nomme ce noyau dans le notebook, et le met aussi dans la copie."""
    document = json.loads(notebook)
    document["metadata"]["kernelspec"] = {"name": "mal", "display_name": "Mal", "language": "sh"}
    document["metadata"]["language_info"] = {"name": "bash"}
    return {
        "noyau": {"x.ipynb": json.dumps(document), "kernels/mal/kernel.json": KERNEL},
    }


KERNEL = json.dumps({"argv": ["touch", "MARKER"], "display_name": "Mal", "language": "sh"})
EXPECTED = {"noyau": (7, "« kernels/mal/kernel.json » n'est pas lu")}
