"""Les exercices de la leçon 07 : ouvrir un préfixe, en excepter un autre, lire, écrire, refermer.

Entrent la graine et le store de l'élève ; sort la série. ``stranger`` demande sans clé, et lit la
politique pour ce qui n'est pas encore dans le bucket ; puis viennent ``opening`` (les exercices 1
et 2), ``documents`` (3 et 4) et ``closing`` (5).
"""

from kit_minio.checks.lesson_07_access import closing, documents, opening
from kit_minio.checks.model import Series

SERIES = Series(
    "07",
    "acces-et-partage",
    (*opening.EXERCISES, *documents.EXERCISES, *closing.EXERCISES),
)
