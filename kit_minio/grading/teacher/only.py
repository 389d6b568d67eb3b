"""Ce que ``--only`` fait corriger de nouveau : des copies, des exercices ; le reste est gardé."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from helpers.errors import SettingsError
from kit_minio.grading.intake.submissions import Submission
from kit_minio.grading.model import Copy, Result
from kit_minio.grading.teacher.naming import Key, find_copies, find_exercise

UNTOUCHED = "Cette copie n'est pas encore corrigée : relancez la même commande sans --only."


@dataclass(frozen=True)
class Only:
    """Ce qui est à corriger de nouveau.

    Attributes:
        copies: les identifiants des copies ; ``None`` les désigne toutes.
        exercises: les exercices ; aucun les désigne tous.
    """

    copies: frozenset[str] | None = None
    exercises: frozenset[Key] = frozenset()

    def wants(self, copy: Copy) -> bool:
        """Dit si une copie est à corriger de nouveau."""
        return self.copies is None or copy.id in self.copies


def merged(result: Result, before: Result, exercises: Collection[Key]) -> Result:
    """Renvoie ce que vient de donner la correction ; les autres exercices gardent leurs points.

    La copie entière vient d'être exécutée : ce qu'un humain doit y regarder est d'aujourd'hui. Si
    elle était à revoir, elle n'avait pas de note : il n'y a rien à garder.

    Args:
        result: ce que vient de donner la correction.
        before: le résultat gardé.
        exercises: les exercices corrigés de nouveau.
    """
    if result.failure or before.trouble:
        return result
    fresh = {(mark.lesson, mark.exercise): mark for mark in result.marks}
    keys = [(mark.lesson, mark.exercise) for mark in before.marks]
    marks = [
        fresh.get(key, mark) if key in exercises else mark
        for key, mark in zip(keys, before.marks, strict=True)
    ]
    return replace(result, marks=marks, isolation=min(result.isolation, before.isolation))


def read_only(
    texts: Sequence[str], submissions: Iterable[Submission], lessons: Sequence[str]
) -> Only | None:
    """Renvoie ce que désignent les textes donnés à ``--only`` ; ``None`` s'il n'y en a pas.

    Args:
        texts: des copies (nom, identifiant) ou des exercices (``01.2``).
        submissions: ce que chaque élève a remis.
        lessons: les leçons du lot.

    Raises:
        SettingsError: un texte ne désigne ni une copie ni un exercice.
    """
    submissions = list(submissions)
    copies: set[str] = set()
    exercises: set[Key] = set()
    for text in texts:
        if found := find_copies(text, submissions):
            copies |= found
            continue
        try:
            exercises.add(find_exercise(text, lessons))
        except LookupError as error:
            raise SettingsError(
                f"--only « {text} » ne désigne aucune copie, et {error.args[0]}.",
                "Donnez le nom d'un étudiant, l'identifiant de sa copie, ou un exercice "
                "(« 01.2 »).",
            ) from error
    if not texts:
        return None
    return Only(frozenset(copies) if copies else None, frozenset(exercises))
