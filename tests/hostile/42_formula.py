"""Un nom qui serait une formule dans un tableur : c'est du texte."""


def copies(notebook: bytes) -> dict[str, dict]:
    """Donne ce nom à un élève."""
    return {"=HYPERLINK(mal.example)": {"x.ipynb": notebook}}


EXPECTED = {"=HYPERLINK(mal.example)": (7, "")}
CSV = '"\'=HYPERLINK(mal.example)"'
