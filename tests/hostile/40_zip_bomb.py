"""Une bombe compressée, un nom qui remonte dans les dossiers : refusés."""

import zipfile


def copies(notebook: bytes) -> dict[str, dict]:
    """Met dans le zip neuf millions d'espaces, et un chemin vers un autre dossier."""
    bomb = zipfile.ZipInfo("x.ipynb")
    bomb.compress_type = zipfile.ZIP_DEFLATED
    return {
        "bombe": {bomb: b" " * 9_000_000},
        "remonte": {"x.ipynb": notebook, "../../../sortie/notes.csv": b"20"},
    }


EXPECTED = {
    "bombe": (None, "aucun notebook d'exercices lisible"),
    "remonte": (7, ""),
}
BATCH = "laissé de côté : son chemin remonte dans les dossiers"
