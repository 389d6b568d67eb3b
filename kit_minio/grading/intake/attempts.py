"""De plusieurs notebooks d'une même leçon dans une copie, celui que l'on corrige."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kit_minio.grading.intake.entries import File
from kit_minio.grading.intake.names import display_name, without_extension
from kit_minio.grading.intake.reading import Cell
from kit_minio.grading.intake.repair import Repaired, repair
from kit_minio.grading.intake.words import attempt_in, person_in, tokens
from kit_minio.grading.model import Copy, Kept


@dataclass(frozen=True)
class Draft:
    """Un notebook d'une copie, reconnu et réparé.

    Attributes:
        path: son chemin chez l'élève.
        file: le fichier.
        repaired: le notebook à corriger.
        remarks: ce qu'il a fallu réparer ou convertir.
        python: la version de Python qui l'a exécuté, ou un texte vide.
    """

    path: str
    file: File
    repaired: Repaired
    remarks: list[str]
    python: str = ""

    @property
    def shown(self) -> str:
        """Son chemin, entre guillemets."""
        return f"« {display_name(self.path)} »"


def keep_one(
    copy: Copy, lesson: str, drafts: Sequence[Draft], master: Any, about: str, *, scattered: bool
) -> list[str]:
    """Garde, pour une leçon, la dernière remise ; renvoie ce qu'un humain doit trancher.

    Args:
        copy: la copie, où le notebook et les remarques sont écrits.
        lesson: la leçon.
        drafts: les notebooks de cette leçon.
        master: le notebook d'origine.
        about: le début des remarques.
        scattered: vrai si la copie réunit des fichiers de même nom d'élève.
    """
    if not drafts:
        unsolved = [Cell(cell.id, cell.cell_type, cell.source) for cell in master.cells]
        copy.notebooks[lesson] = repair(master, unsolved).notebook
        copy.remarks.append(f"{about}aucun notebook n'en a été lu ; ses exercices restent à faire.")
        return []
    best, why = _chosen(drafts)
    copy.notebooks[lesson] = best.repaired.notebook
    copy.kept[lesson] = Kept(
        display_name(best.path), len(drafts), best.repaired.filled, best.python
    )
    copy.remarks += [f"{about}{remark}" for remark in best.remarks]
    others = [draft for draft in drafts if draft is not best]
    copy.remarks += [
        f"{about}plusieurs notebooks ; {best.shown}, {why}, a été corrigé, {other.shown} laissé "
        "de côté."
        for other in others
    ]
    return _of_several(drafts, about) or (_of_namesakes(drafts, about) if scattered else [])


def _chosen(drafts: Sequence[Draft]) -> tuple[Draft, str]:
    """Renvoie le notebook à corriger, et pourquoi celui-là.

    Ce qui est vierge ne compte pas. Une date ou un numéro que tous portent décide ; sinon, c'est
    le plus complet, puis le plus récent.
    """
    tried = [draft for draft in drafts if draft.repaired.filled] or list(drafts)
    if len(tried) == 1:
        return tried[0], "le seul complété"
    attempts = {draft.path: attempt_in(draft.path) for draft in tried}
    standing = max(attempt.standing for attempt in attempts.values())
    tried = [draft for draft in tried if attempts[draft.path].standing == standing]
    if len(tried) == 1:
        return tried[0], "dit final" if standing else "le seul qui ne soit pas un brouillon"
    said = {attempts[draft.path].said for draft in tried}
    if len(said) == len(tried) and () not in said:
        return max(tried, key=lambda draft: attempts[draft.path].said), "le dernier remis"

    def order(draft: Draft) -> tuple[int, tuple[int, ...], tuple[int, ...], str]:
        shown = attempts[draft.path].shown
        return draft.repaired.filled, shown, draft.file.modified, draft.path

    best = max(tried, key=order)
    rivals = [one for one in tried if one.repaired.filled == best.repaired.filled]
    return best, "le plus récent" if rivals[1:] else "le plus complet"


def _of_namesakes(drafts: Sequence[Draft], about: str) -> list[str]:
    """Dit que des notebooks de même nom d'élève, et de même rang, sont peut-être de deux élèves."""
    done = [draft for draft in drafts if draft.repaired.filled]
    ranks = {(attempt_in(draft.path).standing, attempt_in(draft.path).said) for draft in done}
    if len(ranks) == len(done):
        return []
    shown = ", ".join(draft.shown for draft in done)
    said = f"{about}ces notebooks sont-ils d'un étudiant, ou d'homonymes : {shown} ?"
    return [said[0].upper() + said[1:]]


def _of_several(drafts: Sequence[Draft], about: str) -> list[str]:
    """Dit que des notebooks complétés d'une même copie portent les noms de plusieurs personnes."""
    done = [draft for draft in drafts if draft.repaired.filled]
    named = {
        " ".join(sorted(tokens(person))): draft
        for draft in done
        if len(person := person_in(without_extension(draft.path.rpartition("/")[2]))) > 2
    }
    if len(named) < 2 or len(named) < len(done):
        return []
    shown = ", ".join(draft.shown for draft in named.values())
    said = f"{about}cette copie est-elle d'un étudiant, ou de plusieurs : {shown} ?"
    return [said[0].upper() + said[1:]]
