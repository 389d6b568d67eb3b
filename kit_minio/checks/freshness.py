"""Ce qu'une carte dit vaut à son heure : elle le dit dès que du code est exécuté de nouveau.

Les cellules d'un exercice sont celles qui ont été exécutées avant sa vérification, et après la
vérification d'avant. Une carte n'est suivie que dans un notebook que quelqu'un regarde.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from helpers.components import Card

_AGAIN = "Exécutez de nouveau cette vérification."


@dataclass
class _Shown:
    """Une carte à l'écran : ce qu'elle dit, et de quoi la remplacer."""

    card: Card
    handle: Any
    cell: str
    at: str


@dataclass
class Freshness:
    """Suit les cartes d'une série ; celles de la série d'avant ne valent plus."""

    _cards: dict[str, _Shown] = field(default_factory=dict)  # par exercice
    _owners: dict[str, str] = field(default_factory=dict)  # l'exercice de chaque cellule
    _since: list[str] = field(default_factory=list)  # les cellules depuis la vérification d'avant
    _running: str = ""  # la cellule en cours

    def __post_init__(self) -> None:
        events = _events()
        for known in events.callbacks["post_run_cell"][:]:
            if isinstance(before := getattr(known, "__self__", None), Freshness):
                before.close()
        events.register("pre_run_cell", self.runs)
        events.register("post_run_cell", self.ran)

    def show(self, name: str, card: Card) -> None:
        """Montre la carte d'un exercice, avec son heure."""
        from IPython.display import display

        at = f"{datetime.now():%H h %M}"
        card = replace(card, footer=f"{card.footer}, vérifié à {at}.")
        handle = display(card, display_id=True)
        self._cards[name] = _Shown(card, handle, self._running, at)
        for one in self._since:
            self._owners.setdefault(one, name)
        self._since.clear()

    def runs(self, info: Any) -> None:
        """Apprend qu'une cellule commence."""
        self._running = info.cell_id or ""

    def ran(self, result: Any) -> None:
        """Apprend qu'une cellule vient d'être exécutée."""
        cell = result.info.cell_id
        if not cell or any(shown.cell == cell for shown in self._cards.values()):
            return
        self._since.append(cell)
        failed = "a échoué" if result.error_in_exec or result.error_before_exec else "a été exécuté"
        self.expire(self._owners.get(cell, ""), f"du code de cet exercice {failed} depuis")

    def expire(self, name: str, why: str) -> None:
        """Dit d'une carte qu'elle ne vaut plus ; rien si l'exercice n'en a pas."""
        if shown := self._cards.get(name):
            state = f"{shown.card.state[:1].upper()}{shown.card.state[1:]} à {shown.at} ; {why}."
            lines = (f"{state} {_AGAIN}",)
            stale = Card("à revérifier", shown.card.title, lines, link=shown.card.link)
            shown.handle.update(stale)

    def close(self) -> None:
        """Oublie cette série, que l'on vient de rouvrir."""
        for name in self._cards:
            self.expire(name, "la série a été rouverte depuis")
        _events().unregister("pre_run_cell", self.runs)
        _events().unregister("post_run_cell", self.ran)


def _events() -> Any:
    """Renvoie les événements du noyau de ce notebook."""
    return sys.modules["IPython"].get_ipython().events
