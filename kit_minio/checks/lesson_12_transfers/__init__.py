"""Les exercices de la leçon 12 : lire en parallèle, borner, réessayer, rendre compte, se méfier.

Entrent la graine et le serveur S3 ; sort la série : ``readings`` (les exercices 1 et 4),
``sendings`` (3 et 2), ``names`` (5). Ce que l'étudiant a vraiment fait se lit dans le store, où ses
envois laissent une trace, et non dans ses variables.
"""

from kit_minio.checks.lesson_12_transfers import names, readings, sendings
from kit_minio.checks.model import Series

_THREADS, _REPORT = readings.EXERCISES
_RETRIES, _BOUNDED = sendings.EXERCISES
SERIES = Series(
    "12", "transferts-concurrents", (_THREADS, _BOUNDED, _RETRIES, _REPORT, *names.EXERCISES)
)
