"""Anciens formats, autres encodages, fichiers abîmés : convertis, ou à revoir par un humain."""

import nbformat


def copies(notebook: bytes) -> dict[str, dict]:
    """Écrit le même notebook de plusieurs façons."""
    text = notebook.decode()
    old = nbformat.convert(nbformat.reads(text, as_version=4), 3)
    return {
        "nbformat 3": {"x.ipynb": nbformat.writes(old)},
        "nbformat 99": {"x.ipynb": text.replace('"nbformat": 4', '"nbformat": 99')},
        "BOM": {"x.ipynb": b"\xef\xbb\xbf" + notebook},
        "UTF-16": {"x.ipynb": text.encode("utf-16")},
        "tronqué": {"x.ipynb": notebook[: len(notebook) // 2]},
        "vide": {"x.ipynb": b""},
    }


EXPECTED = {
    "nbformat 3": (7, "Ancien format de notebook (nbformat 3)"),
    "nbformat 99": (None, "son format (nbformat 99) est inconnu"),
    "BOM": (7, "marque d'ordre (BOM)"),
    "UTF-16": (7, "Le fichier était en UTF-16"),
    "tronqué": (None, "tronqué ou abîmé"),
    "vide": (None, "le fichier est vide"),
}
