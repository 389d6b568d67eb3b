"""Un lien vers un fichier de l'enseignant, un tube : refusés, jamais suivis ni ouverts."""

import stat
import zipfile


def _special(name: str, mode: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.create_system, entry.external_attr = 3, (mode | 0o644) << 16
    return entry


def copies(notebook: bytes) -> dict[str, dict]:
    """Met un lien, puis un tube, à la place du notebook ou à côté de lui."""
    return {
        "lien": {_special("x.ipynb", stat.S_IFLNK): b"/etc/passwd"},
        "tube": {"x.ipynb": notebook, _special("y.ipynb", stat.S_IFIFO): b""},
    }


EXPECTED = {
    "lien": (None, "aucun notebook d'exercices lisible"),
    "tube": (7, "« y.ipynb » est refusé : ce n'est pas un fichier ordinaire"),
}
