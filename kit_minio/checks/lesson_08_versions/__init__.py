"""Les exercices de la leçon 08 : garder, relire, restaurer, effacer, peser, faire expirer.

Entrent la graine et le store de l'élève ; sort la série. ``histories`` lit les versions d'une clé ;
puis viennent ``settings`` (les exercices 1 et 2), ``removals`` (3 et 4) et ``upkeep`` (5 et 6).
"""

from kit_minio.checks.lesson_08_versions import removals, settings, upkeep
from kit_minio.checks.model import Series

SERIES = Series(
    "08",
    "versions-et-cycle-de-vie",
    (*settings.EXERCISES, *removals.EXERCISES, *upkeep.EXERCISES),
)
