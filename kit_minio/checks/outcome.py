"""L'issue d'une vérification : la même dans le notebook, à la correction et dans les retours."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """Les quatre issues d'une vérification."""

    PASSED = "réussi"
    REVIEW = "à revoir"
    ERROR = "erreur"
    TODO = "à faire"


@dataclass(frozen=True)
class Outcome:
    """Le résultat d'une vérification.

    Attributes:
        verdict: l'issue.
        message: ce qui a été constaté, une phrase.
        found: ce qui a été trouvé, en texte.
        expected: ce qui était attendu, en texte.
        points: les points obtenus.
    """

    verdict: Verdict
    message: str
    found: str = ""
    expected: str = ""
    points: float = 0
