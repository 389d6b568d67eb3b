"""Les fichiers d'exemple des leçons.

Les leçons affichent leur taille et leur MD5 ; kit_minio/authoring/data sait les refaire.
"""

from pathlib import Path

from helpers.errors import ContentError

DATA = Path(__file__).parent / "data"

# Le nom de chaque fichier, et son type MIME.
SAMPLES: dict[str, str] = {
    "logo.png": "image/png",
    "maree.jpg": "image/jpeg",
    "maree.mp4": "video/mp4",
    "phare.jpg": "image/jpeg",
    "port.jpg": "image/jpeg",
    "velib.csv": "text/csv",
}


def sample(name: str) -> Path:
    """Renvoie le chemin d'un fichier d'exemple.

    Args:
        name: le nom du fichier, l'un de ceux de ``SAMPLES``.

    Raises:
        ContentError: aucun fichier d'exemple ne porte ce nom.
    """
    if name not in SAMPLES:
        raise ContentError.of("samples.name", name=name, names=", ".join(SAMPLES))
    return DATA / name
