"""Du HTML actif partout où une copie écrit : du texte, dans toutes les pages."""

import json

PAYLOAD = "<script>document.title='pris'</script><img src=x onerror=alert(1)>"


def copies(notebook: bytes) -> dict[str, dict]:
    """Met ces balises dans le nom de l'élève, un nom de fichier, le code et une exception."""
    document = json.loads(notebook)
    for cell in document["cells"]:
        if "reasons = " in "".join(cell["source"]):
            cell["source"] = f"# {PAYLOAD}\nraise RuntimeError({PAYLOAD!r})"
    name = PAYLOAD.replace("/", "")
    return {name: {"x.ipynb": json.dumps(document), f"{name}.txt": b""}}


EXPECTED = {PAYLOAD.replace("/", ""): (5, "<script>")}
