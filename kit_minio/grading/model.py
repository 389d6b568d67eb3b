"""Ce qui passe d'une étape de la correction à la suivante."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from kit_minio.checks.outcome import Outcome, Verdict

FAILED = "La correction elle-même a échoué."
AGAIN = "Relancez la même commande : cette copie sera reprise."
UNEXPECTED = f"La cause est dans journal.txt. {AGAIN}"


@dataclass(frozen=True)
class Kept:
    """Le notebook d'une copie que l'on corrige, pour une leçon.

    Attributes:
        path: son chemin chez l'élève, à montrer.
        attempts: le nombre de notebooks de cette leçon dans la copie.
        filled: le nombre de cellules que l'élève a complétées.
        python: la version de Python qui l'a exécuté ; vide si le notebook ne le dit pas.
    """

    path: str
    attempts: int = 1
    filled: int = 0
    python: str = ""


@dataclass
class Copy:
    """Une copie, telle que la lit la correction.

    Attributes:
        id: un identifiant sûr et unique dans le lot (minuscules, chiffres, tirets).
        name: le nom affiché, débarrassé des caractères de contrôle.
        moodle_id: l'identifiant du travail dans Moodle, ou ``None``.
        notebooks: par numéro de leçon, le notebook réparé.
        kept: par numéro de leçon, d'où il vient ; rien si le notebook manquait.
        beside: par numéro de leçon, le texte des fichiers rendus à côté et dont il se sert, par
            chemin depuis son dossier.
        remarks: ce qui a été réparé, converti ou refusé, en phrases.
        trouble: pourquoi une personne doit regarder cette copie ; ``None`` si tout va bien.
    """

    id: str
    name: str
    moodle_id: str | None = None
    notebooks: dict[str, Any] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    trouble: str | None = None
    kept: dict[str, Kept] = field(default_factory=dict)
    beside: dict[str, dict[str, str]] = field(default_factory=dict)


@dataclass
class Mark:
    """Le résultat d'un exercice pour une copie.

    Attributes:
        lesson: le numéro de la leçon.
        exercise: le nom de l'exercice.
        outcome: l'issue, ce qui a été trouvé et attendu, les points.
        out_of: les points possibles.
        hint: l'indice pour la prochaine fois, si l'exercice n'est pas réussi.
        code: ce que l'élève a écrit.
        seconds: la durée de ses cellules.
        teacher: ce que dit l'enseignant qui a corrigé l'exercice lui-même ; ``None`` s'il ne l'a
            pas fait.
    """

    lesson: str
    exercise: str
    title: str
    outcome: Outcome
    out_of: float
    hint: str = ""
    code: str = ""
    seconds: float = 0.0
    teacher: str | None = None


@dataclass
class Result:
    """Le résultat d'une copie, écrit sur le disque dès qu'il est connu.

    Attributes:
        trouble: pourquoi une personne doit regarder cette copie ; ``None`` si tout va bien.
        failure: la cause, pour le journal, si c'est la correction qui a échoué et non la copie.
        teacher: ce que dit l'enseignant qui a regardé la copie entière ; ``None`` s'il ne l'a pas
            fait.
        decided: les points de la copie, qu'il a fixés ; ``None`` additionne ceux des exercices.
        possible: les points possibles d'une copie sans exercice lu.
        scale: la note finale est sur ce nombre de points.
        penalty: ce qu'un retard ôte à la note finale.
        late: le retard, en une phrase.
        newer: la version de Python de son notebook, si elle est plus récente qu'ici.
        executed: le notebook exécuté, en JSON ; il est écrit à part, et n'est plus ici ensuite.
    """

    copy_id: str
    name: str
    moodle_id: str | None
    marks: list[Mark] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    trouble: str | None = None
    isolation: int = 0
    server: str = ""
    seed: int = 1
    seconds: float = 0.0
    failure: str = ""
    teacher: str | None = None
    decided: float | None = None
    possible: float = 0.0
    scale: float = 20.0
    penalty: float = 0.0
    late: str = ""
    newer: str = ""
    executed: str = ""

    @property
    def points(self) -> float:
        """Les points obtenus."""
        if self.decided is not None:
            return self.decided
        return sum(mark.outcome.points for mark in self.marks)

    @property
    def out_of(self) -> float:
        """Les points possibles."""
        return self.possible or sum(mark.out_of for mark in self.marks)

    @property
    def note(self) -> float:
        """La note finale, retard ôté."""
        return max(0.0, self.scale * self.points / self.out_of - self.penalty)

    @property
    def passed(self) -> int:
        """Le nombre d'exercices réussis."""
        return sum(mark.outcome.verdict is Verdict.PASSED for mark in self.marks)
