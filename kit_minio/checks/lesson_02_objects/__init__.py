"""Les exercices de la leçon 02 : importer, recevoir un flux, lire la fin, supprimer, réparer.

Entrent le serveur S3 de l'étudiant et ses réponses ; sort la série. ``deposits`` tient les
exercices 1 et 2, ``tail`` le 3, ``upkeep`` les deux derniers.
"""

from kit_minio.checks.lesson_02_objects import deposits, tail, upkeep
from kit_minio.checks.model import Series

SERIES = Series("02", "objets", (*deposits.EXERCISES, *tail.EXERCISES, *upkeep.EXERCISES))
