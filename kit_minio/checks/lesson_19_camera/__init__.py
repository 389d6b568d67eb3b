"""Les exercices de la leçon 19 : nommer, régler, laisser expirer, détecter, enregistrer.

Entrent la graine et le serveur S3 ; sort la série. ``keeping`` a les trois premiers
exercices ; ``films`` les deux derniers, qui regardent des images, que ``shots`` lit à part.
"""

from kit_minio.checks.lesson_19_camera import films, keeping
from kit_minio.checks.model import Series

SERIES = Series("19", "projet-video", (*keeping.EXERCISES, *films.EXERCISES))
