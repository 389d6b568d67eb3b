"""Sous la carte d'une vérification : un indice, la solution, recommencer cet exercice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from helpers.widgets.parts import Displayed
from kit_minio.checks.buttons import WRAP, button, explained

if TYPE_CHECKING:
    from helpers.components import Card
    from kit_minio.checks.workbook import Task


@dataclass(repr=False)
class Actions(Displayed):
    """Les boutons d'un exercice, et ce que le dernier a montré.

    Args:
        task: l'exercice.
    """

    task: Task

    def summary(self) -> Sequence[str]:
        """Renvoie les appels qui font la même chose, là où les boutons ne sont plus."""
        name = f"tp.{self.task.exercise.name}"
        return [
            f"{name}.hint() donne un indice, {name}.solution() la solution ; {name}.reset() "
            "recommence cet exercice."
        ]

    def build(self) -> Any:
        """Renvoie le widget."""
        task = self.task
        error, answer = w.HTML(), w.HTML()

        def showing(made: Callable[[], Card]) -> Callable[[], None]:
            def press() -> None:
                with explained(error):
                    answer.value = made()._repr_html_()
                refresh()

            return press

        def refresh() -> None:
            given, count = task.hints_given, len(task.exercise.hints)
            hint.description = f"Indice {min(given + 1, count)}/{count}"
            hint.disabled = given >= count
            solution.disabled = not task.may_see_solution

        hint = button("", "lightbulb-o", showing(task.next_hint))
        solution = button("Solution", "check", showing(task.given_solution))
        again = button("Recommencer cet exercice", "undo", showing(task.renewed))
        refresh()
        return w.VBox([w.HBox([hint, solution, again], layout=WRAP), error, answer])
