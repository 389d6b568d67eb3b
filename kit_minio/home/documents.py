"""Ce qui se garde sous la main : l'aide-mémoire, le glossaire, les différences, les références."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt

from helpers.files import ROOT

FOLDER = ROOT / "docs"
NAMES = ("aide-memoire.html", "glossaire.md", "differences.md", "plus-loin.md")
_TITLE = re.compile(r"^# (.+)$|<title>(.+)</title>", re.M)


@dataclass(frozen=True)
class Document:
    """Une page de ``docs/`` faite pour les étudiants.

    Attributes:
        path: son fichier.
        title: son titre, qu'elle dit elle-même.
    """

    path: Path
    title: str

    def html(self) -> str:
        """Renvoie son contenu en HTML ; une page déjà faite l'est telle quelle."""
        text = self.path.read_text(encoding="utf-8")
        if self.path.suffix == ".html":
            return text
        # « js-default » échappe le HTML, et connaît les tableaux.
        return str(MarkdownIt("js-default").render(text))


def documents(folder: Path = FOLDER) -> dict[str, Document]:
    """Renvoie, par nom de fichier, les pages qui sont dans ce kit.

    Args:
        folder: leur dossier.
    """
    found = {}
    for name in NAMES:
        path = folder / name
        if path.is_file() and (title := _TITLE.search(path.read_text(encoding="utf-8"))):
            found[name] = Document(path, title[1] or title[2])
    return found


def cited(folder: Path = FOLDER) -> dict[str, Path]:
    """Renvoie, par nom dans ``docs/``, ce qu'un notebook peut citer : ces pages, et des images.

    Args:
        folder: leur dossier.
    """
    pages = {name: document.path for name, document in documents(folder).items()}
    return pages | {f"images/{path.name}": path for path in sorted(folder.glob("images/*.png"))}
