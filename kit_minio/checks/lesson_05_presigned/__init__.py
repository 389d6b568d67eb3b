"""Les exercices de la leçon 05 : partager, faire déposer, limiter, comprendre un refus.

Entrent une URL ou un formulaire signés par l'élève ; en sortent les issues. ``urls`` lit une URL et
s'en sert sans parler à un autre serveur ; viennent ensuite ``sharing`` (les exercices 1 et 2),
``form`` (3) et ``refusals`` (4).
"""

from helpers.exercises.model import Series
from kit_minio.checks.lesson_05_presigned import form, refusals, sharing

SERIES = Series("05", "urls-presignees", (*sharing.EXERCISES, *form.EXERCISES, *refusals.EXERCISES))
