"""Un encart : ce qui a été constaté, trouvé, attendu, et la suite."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from helpers.components.badge import Badge
from helpers.components.forms import Component


@dataclass(frozen=True, repr=False)
class Card(Component):
    """Un encart ; l'état est écrit et porte un signe : la couleur ne dit rien de plus.

    Args:
        state: l'état, comme « réussi » ou « erreur ».
        title: de quoi il s'agit.
        lines: ce qui a été constaté, en phrases.
        footer: le pied, une phrase.
        code: du code Python, que l'on copie en un clic.
        found: ce qui a été trouvé ; ``expected``, ce qui était attendu, à côté.
        notes: des phrases, après la comparaison.
        quote: une ligne citée, telle quelle.
        link: une adresse et son texte.
        details: un titre, et le texte qu'il replie.
    """

    state: str
    title: str
    lines: Sequence[str] = ()
    footer: str = ""
    code: str = ""
    found: str = ""
    expected: str = ""
    notes: Sequence[str] = ()
    quote: str = ""
    link: tuple[str, str] | tuple[()] = ()
    details: tuple[str, str] | tuple[()] = ()

    @property
    def tone(self) -> str:
        """Le ton de l'état."""
        return Badge(self.state).tone

    @property
    def heading(self) -> str:
        """L'état et le titre, sur une ligne."""
        return f"{Badge(self.state)} — {self.title}"

    def __str__(self) -> str:
        body = [*self.lines, self.quote]
        body += [f"Trouvé : {self.found}"] if self.found else []
        body += [f"Attendu : {self.expected}"] if self.expected else []
        body += [*self.notes, " ".join(filter(None, [self.footer, *self.link[1:]]))]
        lines = [line for part in body for line in part.splitlines() if line]
        parts = [self.heading, *(f"  {line}" for line in lines)]
        parts += ["", self.code] if self.code else []
        parts += ["", *self.details] if self.details else []
        return "\n".join(parts)
