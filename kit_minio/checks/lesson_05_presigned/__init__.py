"""Les exercices de la leçon 05 : partager, faire déposer, limiter, comprendre un refus.

Entrent une URL ou un formulaire signés par l'étudiant ; en sortent les issues. ``urls`` lit une URL
et s'en sert sans parler à un autre serveur ; viennent ensuite ``sharing`` (les exercices 1 et 2),
``form`` (3) et ``refusals`` (4).
"""

from kit_minio.checks.lesson_05_presigned import form, refusals, sharing
from kit_minio.checks.model import Series

SERIES = Series("05", "urls-presignees", (*sharing.EXERCISES, *form.EXERCISES, *refusals.EXERCISES))
