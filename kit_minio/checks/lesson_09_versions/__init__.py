"""Les exercices de la leçon 09 : garder, relire, effacer, peser, restaurer.

Entrent la graine et le serveur S3 ; sort la série. ``histories`` lit les versions d'une clé ;
puis viennent ``settings`` (les exercices 1 et 2), ``removals`` (3 et 5) et ``weights`` (4).
"""

from kit_minio.checks.lesson_09_versions import removals, settings, weights
from kit_minio.checks.model import Series

_RESTORE, _ERASE = removals.EXERCISES
SERIES = Series("09", "versions", (*settings.EXERCISES, _ERASE, *weights.EXERCISES, _RESTORE))
