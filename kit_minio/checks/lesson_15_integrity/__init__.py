"""Les exercices de la leçon 15 : comparer, déclarer, réparer, réserver, voter.

Entrent le serveur S3 de l'étudiant, ses réponses et ses API ; sort la série. ``fingerprints`` tient
les exercices 1 et 2, ``unfinished`` le 3, ``rivals`` les deux derniers.
"""

from kit_minio.checks.lesson_15_integrity import fingerprints, rivals, unfinished
from kit_minio.checks.model import Series

SERIES = Series(
    "15", "integrite", (*fingerprints.EXERCISES, *unfinished.EXERCISES, *rivals.EXERCISES)
)
