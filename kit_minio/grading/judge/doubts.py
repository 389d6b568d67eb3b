"""Ce qu'un humain doit trancher après une exécution : la faute n'est peut-être pas à l'élève."""

from __future__ import annotations

import platform
import re
import sys
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from importlib.metadata import packages_distributions
from typing import TYPE_CHECKING

from kit_minio.checks.outcome import Verdict

if TYPE_CHECKING:
    from kit_minio.grading.execute.run import Run
    from kit_minio.grading.judge.marks import Outcomes

_MISSING = re.compile(r"Le module « (\w+) » n'est ni")  # told.py
# Ce qu'un Python plus ancien ne sait pas lire, ou n'a pas encore dans sa bibliothèque.
_TOO_NEW = re.compile(
    r"SyntaxError : |ImportError : cannot import name '\w+' from '(?P<source>\w+)"
    r"|AttributeError : (?:module '(?P<module>\w+)|type object '\w+)' has no attribute"
)


def doubts_on(run: Run, outcomes: Outcomes, python: str) -> list[str]:
    """Renvoie ce qu'un humain doit trancher, en phrases.

    Args:
        run: l'exécution.
        outcomes: l'issue de chacun de ses exercices.
        python: la version de Python du notebook, ou un texte vide.
    """
    errors = [
        (rank, error)
        for rank, exercise in enumerate(run.series.exercises, 1)
        for error in run.errors.get(exercise.name, ())
        if outcomes[exercise.name].verdict is not Verdict.PASSED
    ]
    return [*dict.fromkeys(_doubts(errors, python))]


def _doubts(errors: list[tuple[int, str]], python: str) -> Iterator[str]:
    for rank, error in errors:
        if (found := _MISSING.match(error)) and not _is_misspelt(found[1]):
            yield (
                f"Exercice {rank} : le code importe « {found[1]} », qui n'est ni dans la copie ni "
                "parmi les paquets du cours."
            )
        elif is_newer(python) and (found := _TOO_NEW.match(error)):
            module = found["source"] or found["module"]
            if module is None or module in sys.stdlib_module_names:
                yield (
                    f"Exercice {rank} : le notebook vient de Python {python}, et la correction, "
                    f"avec Python {platform.python_version()}, ne sait pas lire cette cellule "
                    f"({error.partition('. ')[0][:200]})."
                )


def is_newer(python: str) -> bool:
    """Dit si une version, ``3.13.2``, est plus récente que celle qui corrige."""
    found = re.match(r"3\.(\d+)", python)
    return found is not None and (3, int(found[1])) > sys.version_info[:2]


def _is_misspelt(module: str) -> bool:
    """Dit si un module absent a presque le nom d'un autre : c'est une faute de frappe."""
    return bool(get_close_matches(module, _known_modules(), n=1, cutoff=0.8))


@cache
def _known_modules() -> list[str]:
    return sorted({*sys.stdlib_module_names, *packages_distributions(), "helpers"})
