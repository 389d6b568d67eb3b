"""Des modules du nom de ceux que la correction importe : aucun n'est importé."""

EVIL = "open('MARKER', 'w').close()"
NAMES = ("nbclient.py", "conftest.py", "sitecustomize.py", "helpers/__init__.py", "json.py")


def copies(notebook: bytes) -> dict[str, dict]:
    """Met ces modules à côté du notebook."""
    return {"modules": {"x.ipynb": notebook, **dict.fromkeys(NAMES, EVIL)}}


EXPECTED = {"modules": (7, "Seuls les notebooks sont corrigés ; laissé de côté : « conftest.py »")}
