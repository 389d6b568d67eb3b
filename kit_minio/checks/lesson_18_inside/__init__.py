"""Les exercices de la leçon 18 : ce qui reste possible, des avis, des mesures, un morceau perdu.

Entrent le serveur S3 de l'étudiant et ses réponses ; sort la série. ``quorum`` tient l'exercice 1,
``notices`` le 2, ``metrics`` le 3, ``shards`` le 4. Aucun ne demande un serveur MinIO.
"""

from kit_minio.checks.lesson_18_inside import metrics, notices, quorum, shards
from kit_minio.checks.model import Series

SERIES = Series(
    "18",
    "minio-de-l-interieur",
    (*quorum.EXERCISES, *notices.EXERCISES, *metrics.EXERCISES, *shards.EXERCISES),
)
