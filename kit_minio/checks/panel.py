"""Le tableau de bord des exercices : ce qui est réussi, ce qui reste, les points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from helpers.components import Card, Message, Table
from helpers.french import number, points_of
from helpers.widgets.parts import Displayed
from kit_minio.checks.buttons import WRAP, button, explained
from kit_minio.checks.outcome import Verdict
from kit_minio.classroom.joining import joined

if TYPE_CHECKING:
    from kit_minio.checks.workbook import Workbook


@dataclass(repr=False)
class Panel(Displayed):
    """L'avancement dans une série d'exercices, tel que le serveur le garde : ``tp.panel()``.

    Args:
        tp: ce que renvoie ``open_exercises()``.
    """

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
            heading = Card(verdict.value, exercise.title).heading
            shown = f"{number(points)} / {number(exercise.points)}"
            rows.append([heading, f"tp.{exercise.name}", shown])
        total = sum(exercise.points for exercise in exercises)
        plural = "s" if passed > 1 else ""
        table = Table(["Exercice", "Nom", "Points"], rows, right=frozenset({"Points"}))
        return table, (
            f"{passed} exercice{plural} réussi{plural} sur {len(exercises)}, "
            f"{points_of(earned)} sur {number(total)}."
        )

    def build(self) -> Any:
        """Renvoie le widget : l'erreur s'il y en a une, le tableau, le total, les boutons."""
        error, content = w.HTML(), w.HTML()

        def refresh() -> None:
            with explained(error):
                table, total = self.summary()
                content.value = table._repr_html_() + Message(total, role="status").html()

        tasks = [(task.exercise.title, task) for task in self.tp.tasks.values()]
        chosen = w.Dropdown(options=tasks, description="Exercice")

        def restart() -> None:
            with explained(error):
                chosen.value.restore()
                title = chosen.value.exercise.title
                done = f"« {title} » : données de départ remises."
                content.value += Message(done, tone="passed", role="status").html()

        refresh()
        self.tp.watchers.append(refresh)
        head = w.HTML(f"<strong>Exercices de la leçon {self.tp.series.lesson}</strong>")
        once_more = button("Recommencer cet exercice", "undo", restart)

        def hand_in() -> None:
            with explained(error):
                content.value += self.tp.handed_in()._repr_html_()

        deliver = [button("Remettre ce notebook", "paper-plane", hand_in)] if joined() else []
        return w.VBox([head, error, content, w.HBox([chosen, once_more, *deliver], layout=WRAP)])
