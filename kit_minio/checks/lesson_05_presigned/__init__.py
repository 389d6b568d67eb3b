"""Les exercices de la leçon 05 : partager, faire déposer, comprendre un refus.

Entre une URL signée par l'étudiant ; en sortent les issues. ``urls`` lit une URL et s'en sert sans
parler à un autre serveur ; viennent ensuite ``sharing`` (les exercices 1 et 2) et ``refusals`` (3).
"""

from kit_minio.checks.lesson_05_presigned import refusals, sharing
from kit_minio.checks.model import Series

SERIES = Series("05", "urls-presignees", (*sharing.EXERCISES, *refusals.EXERCISES))
