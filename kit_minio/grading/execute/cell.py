"""Une cellule en cours dans un noyau : ce qu'il en dit, et l'exception qui l'a arrêtée."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from helpers.errors import KitError

# Le nom d'une cellule : un nombre tiré de son texte, chez ipykernel ; ou celui que lui donne
# IPython, qui la découpe avant de l'exécuter. « <string> » est un texte donné à eval().
_CELL_NAME = re.compile(r" \((?:\d+\.py|<tokenize>|<ipython-input[\w-]*>), line (\d{1,6})\)$")
# La ligne d'une cellule, dans la trace d'IPython ou dans celle de helpers.tracebacks.
_LINES = re.compile(r"Cell In\s?\[(\d+)\], line (\d{1,6})|^()ligne (\d{1,6}) : `", re.M)
_COLOR = re.compile(r"\x1b\[[\d;]*m")


Hear = Callable[[str, Mapping[str, object]], None]


class KernelStopped(Exception):
    """Le noyau ne répondra plus ; le texte de l'erreur dit pourquoi, à la personne qui lira."""


class KernelLost(KitError):
    """Le noyau s'est arrêté, et ni la copie ni ses plafonds n'en sont la cause.

    Args:
        how: ce que l'on en sait.
    """

    def __init__(self, how: str) -> None:
        super().__init__(
            f"Le noyau de la copie a été arrêté par autre chose qu'elle ({how}).",
            "La machine manque peut-être de mémoire : fermez d'autres programmes, ou donnez un "
            "nombre plus petit à --workers, puis relancez la même commande.",
        )


@dataclass
class CellError:
    """L'exception qui a arrêté une cellule, telle que le noyau la raconte ; 0 : ligne inconnue."""

    name: str
    text: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.name} : {self.text}" if self.text else self.name

    def where(self, source: str) -> str:
        """Renvoie la ligne, prise au texte de la cellule : « Ligne 2 : `1 / 0`. »"""
        lines = source.splitlines()
        # IPython exécute une cellule sans les lignes vides de son début.
        line = self.line + len(lines) - len(source.lstrip().splitlines())
        text = lines[line - 1].strip() if self.line and line <= len(lines) else ""
        return f"Ligne {line} : `{_short(text, 120)}`." if text else ""


class TooLong(CellError):
    """La cellule a duré trop longtemps, et s'est laissé interrompre."""

    def __init__(self, seconds: int) -> None:
        super().__init__("Temps dépassé", f"la cellule a été interrompue au bout de {seconds} s")


class RunningCell:
    """Une cellule en cours : ce que le noyau en a dit.

    Args:
        message: l'identifiant du message qui l'a envoyée.
        hear: reçoit le genre et le contenu de ce qu'elle dit.
    """

    def __init__(self, message: str, hear: Hear = lambda _, __: None) -> None:
        self.message = message
        self.hear = hear
        self.idle = False  # vrai quand plus rien n'en viendra
        self.replied = 0.0  # l'heure (time.monotonic()) de sa réponse
        self.error: CellError | None = None

    def see(self, kind: str, parent: Mapping[str, object], content: Mapping[str, object]) -> None:
        """Tient compte d'un message.

        Args:
            kind: son genre.
            parent: ce qu'il dit du message auquel il répond.
            content: son contenu.
        """
        if parent.get("msg_id") != self.message:
            return
        if kind == "status" and content["execution_state"] == "idle":
            self.idle = True
        elif kind == "execute_reply":
            self.replied = time.monotonic()
        # Les deux messages arrivent dans un ordre ou dans l'autre ; la réponse, elle, peut ignorer
        # de quelle exception il s'agit, quand tracebacks.install_handler() l'a montrée.
        failed = kind == "execute_reply" and content.get("status") == "error"
        if kind == "error" or (failed and self.error is None):
            text = str(content["evalue"])
            named = _CELL_NAME.search(text)
            self.error = CellError(
                _short(str(content["ename"]), 80),
                _short(_CELL_NAME.sub(r" (ligne \1 de votre cellule)", text), 2000),
                _line(content.get("traceback")) or int(named[1] if named else 0),
            )
        self.hear(kind, content)


def _line(trace: object) -> int:
    """Renvoie la ligne la plus profonde de la cellule qui s'exécutait, ou 0."""
    text = "\n".join(map(str, trace)) if isinstance(trace, list) else ""
    found = _LINES.findall(_COLOR.sub("", text))
    return next(
        (int(line or own) for cell, line, _, own in reversed(found) if cell == found[0][0]), 0
    )


def _short(text: str, limit: int) -> str:
    return text[:limit].encode("utf-8", "replace").decode()
