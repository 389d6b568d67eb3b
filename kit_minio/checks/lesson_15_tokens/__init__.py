"""Les exercices de la leçon 15 : la fin d'un lien, le nécessaire, six refus, un jeton prêté.

Entrent la graine et le serveur S3 ; sort la série. ``tokens`` invente clés et jetons ; puis
viennent ``links`` (l'exercice 1), ``necessary`` (2), ``refusals`` (3), et ``lending`` (4), sur un
serveur que l'étudiant administre.
"""

from kit_minio.checks.lesson_15_tokens import lending, links, necessary, refusals
from kit_minio.checks.model import Series

SERIES = Series(
    "15",
    "jetons-temporaires",
    (*links.EXERCISES, *necessary.EXERCISES, *refusals.EXERCISES, *lending.EXERCISES),
)
