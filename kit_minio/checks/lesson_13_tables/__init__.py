"""Les exercices de la leçon 13 : lire et écrire un CSV, l'index d'un Parquet, interroger, découper.

Entrent la graine et le serveur S3 ; sort la série. ``csv_files`` a les exercices 1 et 2,
``parquet_files`` les exercices 3 et 5, ``questions`` l'exercice 4 ; ``reader`` lit des Parquet dans
un processus à part.
"""

from kit_minio.checks.lesson_13_tables import csv_files, parquet_files, questions
from kit_minio.checks.model import Series

_FOOTER, _PARTITION = parquet_files.EXERCISES
SERIES = Series(
    "13",
    "donnees-tabulaires",
    (*csv_files.EXERCISES, _FOOTER, *questions.EXERCISES, _PARTITION),
)
