"""Les trois formes d'un composant, et la feuille qu'il apporte là où elle n'est pas déjà."""

from __future__ import annotations

import os
import re
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment

FOLDER = Path(__file__).parent  # sheet.css et components.html, que les pages du kit emploient aussi
_COLORS = {"passed": "bold green", "review": "bold yellow", "error": "bold red", "todo": ""}
IN_THE_LAB = "KIT_LAB"  # posé par kit.py lab, dont JupyterLab a déjà la feuille


class Component:
    """Ce qui se montre en HTML dans un notebook, en couleurs dans un terminal, en texte ailleurs.

    Une classe donne ``__str__`` et son ton ; son HTML est la macro de son nom.
    """

    @property
    def tone(self) -> str:
        """Le ton : ``todo``, qui est neutre, si la classe n'en dit rien."""
        return "todo"

    def __repr__(self) -> str:
        return str(self)

    def __rich__(self) -> Any:
        """Renvoie ce que ``rich`` écrit dans un terminal : la couleur du ton en tête."""
        from rich.text import Text

        first, line, rest = str(self).partition("\n")
        return Text.assemble((first, _COLORS[self.tone]), line, rest)

    def html(self) -> str:
        """Renvoie le HTML seul, échappé, sans la feuille."""
        macros: Any = templates().get_template("components.html").module
        return str(getattr(macros, type(self).__name__.lower())(self))

    def _repr_html_(self) -> str:
        return brought_sheet() + self.html()


@cache
def templates(*folders: Path) -> Environment:
    """Renvoie l'environnement qui lit ces dossiers, puis ``components.html``, et échappe tout."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader([*folders, FOLDER]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"python": highlighted, "ticked": ticked, "spaced": spaced}
    return made


def ticked(text: str) -> Any:
    """Renvoie une phrase en HTML, échappée, où ce qui est entre accents graves est du code.

    Hors du code, les espaces de la ponctuation française sont insécables.
    """
    from markupsafe import Markup

    pieces = re.split(r"`([^`\n]+)`", text)  # une phrase, du code, une phrase…
    return Markup("").join(
        Markup("<code>{}</code>").format(piece) if rank % 2 else spaced(piece)
        for rank, piece in enumerate(pieces)
    )


def spaced(text: str) -> str:
    """Renvoie une phrase où les espaces de la ponctuation française sont insécables."""
    return re.sub(r" (?=[;?!»]|:(?!\w))|(?<=«) ", "\N{NO-BREAK SPACE}", text)


def highlighted(code: str) -> Any:
    """Renvoie du code Python coloré, en HTML, échappé par pygments."""
    from markupsafe import Markup
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    return Markup(highlight(code, PythonLexer(), HtmlFormatter(nowrap=True)).rstrip())  # noqa: S704


@cache
def sheet() -> str:
    """Renvoie la feuille de style, sans ses commentaires."""
    text = (FOLDER / "sheet.css").read_text(encoding="utf-8")
    return re.sub(r"/\*.*?\*/", "", text, flags=re.S).strip()


def brought_sheet() -> str:
    """Renvoie ``<style>…</style>`` là où la feuille manque ; rien si personne ne regarde.

    Une leçon enregistrée ne la répète donc pas, et reste lisible sans elle.
    """
    return f"<style>{sheet()}</style>" if is_watched() and IN_THE_LAB not in os.environ else ""


def is_watched() -> bool:
    """Dit si quelqu'un est devant ce notebook, dans JupyterLab ou VS Code.

    Ailleurs (papermill, nbval, un terminal), un bouton ne servirait à personne.
    """
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    names = getattr(shell, "user_ns", {})
    return "__vsc_ipynb_file__" in names or (bool(names) and "JPY_SESSION_NAME" in os.environ)


def write(item: object) -> None:
    """Écrit une phrase ou un composant : en couleurs dans un terminal, en texte ailleurs.

    Sous les yeux de quelqu'un, les espaces d'une phrase sont insécables ; ce qui s'enregistre ne
    change pas.
    """
    if isinstance(item, Component) and sys.stdout is not None and sys.stdout.isatty():
        from rich.console import Console

        Console(highlight=False).print(item)
    else:
        seen = isinstance(item, str) and is_watched()
        print(spaced(str(item)) if seen else item, flush=True)
