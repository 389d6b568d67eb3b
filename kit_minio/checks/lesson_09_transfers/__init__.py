"""Les exercices de la leçon 09 : lire en parallèle, rendre compte, réessayer, borner, se méfier.

Entrent la graine et le store de l'élève ; sort la série : ``readings`` (les exercices 1 et 2),
``sendings`` (3 et 4), ``names`` (5). Ce que l'élève a vraiment fait se lit dans le store, où ses
envois laissent une trace, et non dans ses variables.
"""

from kit_minio.checks.lesson_09_transfers import names, readings, sendings
from kit_minio.checks.model import Series

SERIES = Series(
    "09",
    "transferts-concurrents",
    (*readings.EXERCISES, *sendings.EXERCISES, *names.EXERCISES),
)
