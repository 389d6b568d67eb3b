"""Les exercices de la leçon 03 : lire, décrire, classer, retrouver, corriger.

Entrent le serveur S3 de l'étudiant et ses réponses ; sort la série. ``cards`` tire la fiche d'une
image ; puis viennent ``describing`` (les exercices 1, 2 et 5) et ``classifying`` (3 et 4).
"""

from kit_minio.checks.lesson_03_metadata import classifying, describing
from kit_minio.checks.model import Series

_describe, _read_back, _edit = describing.EXERCISES
# Du plus simple au plus difficile.
SERIES = Series("03", "metadonnees", (_read_back, _describe, *classifying.EXERCISES, _edit))
