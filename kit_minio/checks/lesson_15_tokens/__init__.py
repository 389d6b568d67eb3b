"""Les exercices de la leçon 15 : la fin d'un lien, le nécessaire, six refus.

Entrent la graine et le serveur S3 ; sort la série. ``tokens`` invente clés et jetons ; puis
viennent ``links`` (l'exercice 1), ``necessary`` (2) et ``refusals`` (3).
"""

from kit_minio.checks.lesson_15_tokens import links, necessary, refusals
from kit_minio.checks.model import Series

SERIES = Series(
    "15",
    "jetons-temporaires",
    (*links.EXERCISES, *necessary.EXERCISES, *refusals.EXERCISES),
)
