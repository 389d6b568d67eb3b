"""Sous la carte d'une vérification : un indice, la solution, recommencer cet exercice."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from helpers.components import Card
    from kit_minio.checks.workbook import Task


def is_watched() -> bool:
    """Dit si quelqu'un est devant ce notebook, dans JupyterLab ou VS Code.

    Ailleurs (papermill, nbval, un terminal), un bouton ne servirait à personne.
    """
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    names = getattr(shell, "user_ns", {})
    return "__vsc_ipynb_file__" in names or (bool(names) and "JPY_SESSION_NAME" in os.environ)


def actions(task: Task) -> Any:
    """Renvoie le widget : les boutons, et ce que le dernier a montré."""
    import ipywidgets as w

    from helpers.widgets.parts import WRAP, button, explained

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
