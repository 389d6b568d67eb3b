"""Noter des copies par vos propres moyens, avec ``papermill.execute_notebook``.

    .venv/bin/python docs/noter_avec_papermill.py 01 copies/ana.ipynb copies/zoe.ipynb

À copier et à changer. Trois précautions font la différence entre une note et un hasard :

- un espace neuf pour chaque copie : l'avancement est gardé sur le serveur, et une copie qui échoue
  aurait sinon les points de la précédente ;
- ``allow_errors`` : papermill s'arrête à la première exception, et les exercices suivants
  n'auraient aucun point ;
- lisez les points sur le serveur, et non dans ce que la copie affiche.

Rien n'enferme les copies ici : elles s'exécutent avec vos droits, et l'une d'elles peut écrire
elle-même ses points. « python3 kit.py grade » les enferme, et juge hors d'elles.
"""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path

import papermill
from papermill.exceptions import PapermillExecutionError

from helpers import connect, open_exercises


def grade(lesson: str, copies: Sequence[Path], executed: Path) -> dict[str, dict[str, float]]:
    """Exécute des copies l'une après l'autre ; renvoie les points de chacune, par exercice.

    Args:
        lesson: le numéro de la leçon, par exemple ``"01"``.
        copies: les notebooks remis ; leur nom est celui de l'étudiant.
        executed: le dossier où écrire les notebooks exécutés.
    """
    client = connect()
    run = secrets.token_hex(3)  # une seconde correction ne lit rien de la première
    executed.mkdir(parents=True, exist_ok=True)
    found = {}
    for number, copy in enumerate(copies, 1):
        os.environ["KIT_SPACE"] = f"papermill-{run}-{number}"
        try:
            papermill.execute_notebook(
                copy,
                executed / copy.name,
                parameters={"seed": 7},
                kernel_name="python3",
                allow_errors=True,
                execution_timeout=60,
                progress_bar=False,
            )
        except PapermillExecutionError as error:
            print(f"{copy.stem} : la cellule {error.exec_count} s'arrête sur {error.ename}.")
        except Exception as error:  # noqa: BLE001 — une copie illisible n'arrête pas les autres
            print(f"{copy.stem} : à regarder vous-même ({type(error).__name__}).")
        outcomes = open_exercises(lesson, client).progress()  # lu dans l'espace de cette copie
        found[copy.stem] = {name: outcome.points for name, outcome in outcomes.items()}
    return found


if __name__ == "__main__":
    for student, points in grade(sys.argv[1], [*map(Path, sys.argv[2:])], Path("executes")).items():
        # Sans aucune vérification exécutée, ce n'est pas un zéro : la copie est à regarder.
        print(student, f"{sum(points.values()):g}" if points else "sans note", points)
