"""Les exercices de la leçon 10 : lire et écrire un CSV, l'index d'un Parquet, découper, interroger.

Entrent la graine et le store de l'étudiant ; sort la série. ``csv_files`` a les exercices 1 et 2,
``parquet_files`` les exercices 3 et 4, ``questions`` l'exercice 5 ; ``reader`` lit des Parquet dans
un processus à part.
"""

from kit_minio.checks.lesson_10_tables import csv_files, parquet_files, questions
from kit_minio.checks.model import Series

SERIES = Series(
    "10",
    "donnees-tabulaires",
    (*csv_files.EXERCISES, *parquet_files.EXERCISES, *questions.EXERCISES),
)
