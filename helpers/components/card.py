"""Un encart : ce qui a été constaté, trouvé, attendu, et la suite."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from helpers.components.badge import COLORS, told, tone_of
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
        return tone_of(self.state)

    @property
    def heading(self) -> str:
        """L'état et le titre, sur une ligne."""
        return f"{told(self.state)} — {self.title}"

    def _body(self) -> list[str]:
        body = [*self.lines, *([self.quote] if self.quote else [])]
        body += [f"Trouvé : {self.found}"] if self.found else []
        body += [f"Attendu : {self.expected}"] if self.expected else []
        return [*body, *self.notes]

    def _foot(self) -> str:
        return " ".join(filter(None, [self.footer, *self.link[1:]]))

    def __str__(self) -> str:
        body = [line for part in [*self._body(), self._foot()] for line in part.splitlines()]
        parts = [self.heading, *(f"  {line}" for line in body if line)]
        parts += ["", self.code] if self.code else []
        parts += ["", *self.details] if self.details else []
        return "\n".join(parts)

    def __rich__(self) -> Any:
        from rich.console import Group
        from rich.padding import Padding
        from rich.syntax import Syntax
        from rich.text import Text

        style = "bold" if self.tone == "todo" else f"bold {COLORS[self.tone]}"
        inside: list[Any] = [Text(line) for line in self._body()]
        inside += [Text(self._foot(), "dim")] if self._foot() else []
        after: list[Any] = (
            [Text(""), Syntax(self.code, "python", theme="ansi_dark")] if self.code else []
        )
        after += [Text("\n".join(["", *self.details]), "dim")] if self.details else []
        return Group(Text(self.heading, style), Padding(Group(*inside), (0, 0, 0, 2)), *after)
