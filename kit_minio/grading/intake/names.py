"""Les noms venus d'un lot : ce que l'on en montre, ce que l'on en cache, ce que l'on en fait."""

from __future__ import annotations

import re
import unicodedata

# Le nom d'un fichier caché, ou d'un système ; mais un élève peut s'appeler « .NET » dans Moodle.
_NOISE = re.compile(
    r"(?!.*_assignsubmission_)(__MACOSX|\.[^.].*|desktop\.ini|Thumbs\.db)", flags=re.I | re.S
)
# Les dossiers que les outils remplissent : rien de ce qu'un élève écrit n'y est.
_TOOLS = re.compile(
    r"(?:.*/)?(?:\.?venv|\.?v?env|virtualenv|node_modules|bower_components|site-packages|"
    r"dist-packages|__pycache__|\.git|\.hg|\.svn|\.data|\.cache|\.tox|\.nox|\.conda|conda-meta|"
    r"\.(?:mypy|pytest|ruff)_cache|miniconda3?|anaconda3?|miniforge3?|mambaforge|\.idea|\.vscode|lib/python[0-9.]+)(?=/|$)",
    flags=re.I,
)
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", flags=re.I)
_NOTEBOOK = re.compile(r"\.ipynb|\.json$", flags=re.I)
LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ß": "ss"})


def display_name(text: str, limit: int = 100) -> str:
    """Renvoie un texte venu d'une copie, sans rien qui trompe l'œil ou un terminal.

    Les formes de compatibilité sont ramenées aux lettres ordinaires (NFKC) ; les caractères de
    contrôle, de mise en forme et de sens d'écriture disparaissent.
    """
    text = unicodedata.normalize("NFKC", text[: 10 * limit])
    text = "".join(
        " " if unicodedata.category(letter) in ("Zl", "Zp", "Cc") else letter
        for letter in text
        if unicodedata.category(letter) not in ("Cf", "Cs", "Co", "Cn")
    )
    return " ".join(text.split())[:limit]


def without_accents(text: str) -> str:
    """Renvoie un texte sans accents ni capitales : deux écritures d'un même mot y sont égales."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def slug(name: str) -> str:
    """Renvoie ce qui reste d'un nom en minuscules, chiffres et tirets, 40 signes au plus."""
    letters = unicodedata.normalize("NFKD", name.lower().translate(LIGATURES))
    letters = letters.encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", letters)[:40].strip("-")


def is_hidden(path: str) -> bool:
    """Dit si un fichier est caché, ou d'un système, ou dans un dossier qui l'est."""
    return any(_NOISE.fullmatch(part) for part in path.split("/"))


def is_shadow(path: str) -> bool:
    """Dit si un fichier n'est que l'ombre d'un autre, que macOS met dans ses archives."""
    return path.rpartition("/")[2].startswith("._")


def tools_folder(path: str) -> str:
    """Renvoie le chemin jusqu'au dossier d'outils où est un fichier (``.venv``), ou rien."""
    parts = path.split("/")
    heads = ("/".join(parts[: size + 1]) for size in range(len(parts)))
    return next((head for head in heads if _TOOLS.fullmatch(head)), "")


def hidden_folder(path: str) -> str:
    """Renvoie le chemin jusqu'au dossier caché où est un fichier, ou un texte vide."""
    parts = path.split("/")
    hidden = (size for size, part in enumerate(parts[:-1], 1) if _NOISE.fullmatch(part))
    return "/".join(parts[: next(hidden, 0)])


def named_by_moodle(path: str) -> bool:
    """Dit si un fichier porte le nom que Moodle donne à un travail remis."""
    return "_assignsubmission_" in path.rpartition("/")[2]


def is_reserved(name: str) -> bool:
    """Dit si Windows donne à ce nom un sens particulier."""
    return bool(_RESERVED.fullmatch(name))


def is_notebook(path: str) -> bool:
    """Dit si un fichier est un notebook, d'après son nom ; certains navigateurs le changent."""
    return bool(_NOTEBOOK.search(path.rpartition("/")[2]))


def without_extension(name: str) -> str:
    """Renvoie le nom d'un notebook sans ses extensions : ``zoé.ipynb.txt`` donne ``zoé``.

    ``01.ipynb - Zoé.ipynb`` donne ``01 - Zoé``.
    """
    *kept, last = _NOTEBOOK.split(name)
    return " - ".join(filter(None, (piece.strip(" _-") for piece in kept))) or last
