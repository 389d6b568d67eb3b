"""Les exercices de la leçon 10 : faire expirer, faire le ménage des versions, geler, retenir.

Entrent la graine et le serveur S3 ; sort la série. ``rules`` a les durées de vie (les exercices 1
et 2), ``locks`` les verrous (3 et 4).
"""

from kit_minio.checks.lesson_10_lifecycle import locks, rules
from kit_minio.checks.model import Series

SERIES = Series("10", "cycle-de-vie-et-verrous", (*rules.EXERCISES, *locks.EXERCISES))
