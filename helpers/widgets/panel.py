"""Le tableau de bord des exercices : ce qui est réussi, ce qui reste, les points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from helpers.display import Card, Table
from helpers.exercises.model import Verdict
from helpers.exercises.workbook import Workbook
from helpers.french import number, points_of
from helpers.widgets.parts import Displayed, button, explained, paragraph


def panel(tp: Workbook) -> Panel:
    """Montre l'avancement dans une série d'exercices, tel que le serveur le garde.

    Args:
        tp: ce que renvoie ``open_exercises()``.
    """
    return Panel(tp)


@dataclass(repr=False)
class Panel(Displayed):
    """L'avancement : un widget et son bouton dans JupyterLab, du texte ailleurs."""

    tp: Workbook

    def summary(self) -> tuple[Table, str]:
        """Renvoie le tableau des exercices, puis la phrase du total."""
        exercises = self.tp.series.exercises
        done = self.tp.progress()
        rows, earned, passed = [], 0.0, 0
        for exercise in exercises:
            outcome = done.get(exercise.name)
            verdict = outcome.verdict if outcome else Verdict.TODO
            points = outcome.points if outcome else 0
            earned += points
            passed += verdict is Verdict.PASSED
            rows.append(
                [
                    Card(verdict.value, exercise.title).heading,
                    f"tp.{exercise.name}",
                    f"{number(points)} / {number(exercise.points)}",
                ]
            )
        total = sum(exercise.points for exercise in exercises)
        plural = "s" if passed > 1 else ""
        table = Table(["Exercice", "Nom", "Points"], rows, right=frozenset({"Points"}))
        return table, (
            f"{passed} exercice{plural} réussi{plural} sur {len(exercises)}, "
            f"{points_of(earned)} sur {number(total)}."
        )

    def build(self) -> Any:
        """Renvoie le widget : les boutons, l'erreur s'il y en a une, le tableau, le total."""
        import ipywidgets

        error, content = ipywidgets.HTML(), ipywidgets.HTML()

        def refresh() -> None:
            with explained(error):
                table, total = self.summary()
                content.value = table._repr_html_() + paragraph(total, "status")

        tasks = [(task.exercise.title, task) for task in self.tp.tasks.values()]
        chosen = ipywidgets.Dropdown(options=tasks, description="Exercice")

        def restart() -> None:
            with explained(error):
                chosen.value.restore()
                refresh()
                title = chosen.value.exercise.title
                content.value += paragraph(f"« {title} » : données de départ remises.", "status")

        refresh()
        title = ipywidgets.HTML(f"<strong>Exercices de la leçon {self.tp.series.lesson}</strong>")
        head = ipywidgets.HBox(
            [title, button("Actualiser", "refresh", refresh)], layout={"align_items": "center"}
        )
        again = button("Recommencer cet exercice", "undo", restart)
        return ipywidgets.VBox([head, error, content, ipywidgets.HBox([chosen, again])])
