"""Les exercices de la leçon 03 : décrire, lire, corriger, classer, retrouver.

Entrent le store de l'élève et ses réponses ; sort la série. ``cards`` tire la fiche d'une image ;
puis viennent ``describing`` (les exercices 1 à 3) et ``classifying`` (4 et 5).
"""

from kit_minio.checks.lesson_03_metadata import classifying, describing
from kit_minio.checks.model import Series

SERIES = Series("03", "metadonnees", (*describing.EXERCISES, *classifying.EXERCISES))
