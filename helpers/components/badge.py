"""Un état, une mesure, un message : ce qui tient en une ligne, et les quatre tons."""

from __future__ import annotations

from dataclasses import dataclass

from helpers.components.forms import Component
from helpers.french import number

# Le signe dit le ton à qui ne voit pas la couleur.
_STATES = {"réussi": ("passed", "✓"), "à revoir": ("review", "✗"), "erreur": ("error", "!")}
_NEUTRAL = ("todo", "•")
_MARKS = {**dict(_STATES.values()), "todo": ""}


@dataclass(frozen=True, repr=False)
class Badge(Component):
    """Un état en deux mots, comme « ✓ Réussi » ; un état que l'on ne connaît pas est neutre."""

    state: str

    @property
    def tone(self) -> str:
        """Le ton de l'état : ``passed``, ``review``, ``error``, ou ``todo``, qui est neutre."""
        return _STATES.get(self.state, _NEUTRAL)[0]

    def __str__(self) -> str:
        mark = "○" if self.state == "à faire" else _STATES.get(self.state, _NEUTRAL)[1]
        return f"{mark} {self.state[:1].upper()}{self.state[1:]}"


@dataclass(frozen=True, repr=False)
class Meter(Component):
    """Une part d'un tout, en barre et en mots : « 5 sur 12 points ».

    Args:
        value: la part.
        total: le tout.
        unit: ce que l'on compte, au pluriel.
        tone: le ton de la barre.
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
        return f"{_MARKS[self.tone]} {self.fact}".strip()

    def __str__(self) -> str:
        return f"{self.heading} {self.remedy}".strip()
