"""Les exercices de la leçon 11 : comparer, déclarer, réserver, reprendre, voter.

Entrent le serveur S3 de l'étudiant, ses réponses et ses API ; sort la série. ``fingerprints`` tient
les exercices 1 et 2, ``rivals`` les 3 et 5, ``unfinished`` le 4.
"""

from kit_minio.checks.lesson_11_integrity import fingerprints, rivals, unfinished
from kit_minio.checks.model import Series

_BOOK, _VOTE = rivals.EXERCISES
SERIES = Series("11", "integrite", (*fingerprints.EXERCISES, _BOOK, *unfinished.EXERCISES, _VOTE))
