"""Les exercices de la leçon 13 : nommer, détecter, enregistrer, régler, laisser expirer.

Entrent la graine et le store de l'étudiant ; sort la série. ``films`` a les exercices 2 et 3, qui
regardent des images, que ``shots`` lit à part ; ``keeping`` les exercices 1, 4 et 5.
"""

from kit_minio.checks.lesson_13_camera import films, keeping
from kit_minio.checks.model import Series

_NAMING, *_SETTLING = keeping.EXERCISES
SERIES = Series("13", "projet-video", (_NAMING, *films.EXERCISES, *_SETTLING))
