"""Un état, une mesure, un message : ce qui tient en une ligne, et les quatre tons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from helpers.components.forms import Component
from helpers.french import number

if TYPE_CHECKING:
    from rich.text import Text

# Le signe dit le ton à qui ne voit pas la couleur.
_MARKS = {"passed": "✓", "review": "✗", "error": "!", "todo": "•"}
_TONES = {"réussi": "passed", "à revoir": "review", "erreur": "error"}
COLORS = {"passed": "green", "review": "yellow", "error": "red", "todo": "dim"}


def tone_of(state: str) -> str:
    """Renvoie le ton d'un état : ``passed``, ``review``, ``error`` ou ``todo``, qui est neutre."""
    return _TONES.get(state, "todo")


def told(state: str) -> str:
    """Renvoie un état avec son signe : ``✓ Réussi``."""
    mark = "○" if state == "à faire" else _MARKS[tone_of(state)]
    return f"{mark} {state[:1].upper()}{state[1:]}"


def _text(text: str, style: str = "") -> Text:
    from rich.text import Text

    return Text(text, style)


@dataclass(frozen=True, repr=False)
class Badge(Component):
    """Un état en deux mots, comme « ✓ Réussi »."""

    state: str

    @property
    def tone(self) -> str:
        """Le ton de l'état."""
        return tone_of(self.state)

    def __str__(self) -> str:
        return told(self.state)

    def __rich__(self) -> Text:
        return _text(str(self), f"bold {COLORS[self.tone]}")


@dataclass(frozen=True, repr=False)
class Meter(Component):
    """Une part d'un tout, en barre et en mots : « 5 sur 12 points ».

    Args:
        value: la part.
        total: le tout.
        unit: ce que l'on compte, au pluriel.
        tone: le ton de la barre ; celui d'une réussite quand tout y est.
    """

    value: float
    total: float
    unit: str = ""
    tone: str = "passed"

    @property
    def percent(self) -> int:
        """La part sur 100, bornée."""
        return round(100 * max(0, min(1, self.value / self.total))) if self.total else 0

    @property
    def label(self) -> str:
        """Ce que la barre montre, en mots."""
        return f"{number(self.value)} sur {number(self.total)} {self.unit}".strip()

    def __str__(self) -> str:
        full = round(self.percent / 10)
        return f"{'█' * full}{'░' * (10 - full)} {self.label}"

    def __rich__(self) -> Text:
        bar, label = str(self)[:10], str(self)[10:]
        return _text(bar, COLORS[self.tone]).append(label, "default")


@dataclass(frozen=True, repr=False)
class Message(Component):
    """Un fait, et ce que l'on peut y faire.

    Args:
        fact: ce qui se passe, une phrase.
        remedy: ce que la personne peut faire.
        tone: ``passed``, ``review``, ``error`` ou ``todo``, qui est neutre et n'a pas de signe.
        role: le rôle ARIA (``alert``, ``status``) qui fait lire la phrase dès qu'elle paraît.
    """

    fact: str
    remedy: str = ""
    tone: str = "todo"
    role: str = ""

    @property
    def heading(self) -> str:
        """Le fait, après le signe de son ton."""
        return self.fact if self.tone == "todo" else f"{_MARKS[self.tone]} {self.fact}"

    def __str__(self) -> str:
        return f"{self.heading} {self.remedy}".strip()

    def __rich__(self) -> Text:
        style = "" if self.tone == "todo" else COLORS[self.tone]
        return _text(self.heading, style).append(
            f" {self.remedy}" if self.remedy else "", "default"
        )
