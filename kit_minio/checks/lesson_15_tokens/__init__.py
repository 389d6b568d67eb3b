"""Les exercices de la leçon 15 : la fin d'un lien, le jeton du moment, le nécessaire, six refus.

Entrent la graine et le serveur S3 ; sort la série. ``tokens`` invente clés et jetons ; puis
viennent ``instants`` (les exercices 1 et 2), ``necessary`` (3) et ``refusals`` (4).
"""

from kit_minio.checks.lesson_15_tokens import instants, necessary, refusals
from kit_minio.checks.model import Series

SERIES = Series(
    "15",
    "jetons-temporaires",
    (*instants.EXERCISES, *necessary.EXERCISES, *refusals.EXERCISES),
)
