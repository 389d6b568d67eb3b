"""Les exercices de la leçon 08 : ouvrir un préfixe, lire une politique, en écrire, refermer.

Entrent la graine et le serveur S3 ; sort la série. ``stranger`` demande sans clé, et lit la
politique pour ce qui n'est pas encore dans le bucket ; puis viennent ``opening`` (les exercices 1
et 3), ``documents`` (2 et 4), ``closing`` (5) et ``users`` (6), sur un serveur que l'étudiant
administre.
"""

from kit_minio.checks.lesson_08_access import closing, documents, opening, users
from kit_minio.checks.model import Series

_PUBLISH, _EXCEPTION = opening.EXERCISES
_JUDGE, _TEAM = documents.EXERCISES
SERIES = Series(
    "08",
    "acces-et-partage",
    (_PUBLISH, _JUDGE, _EXCEPTION, _TEAM, *closing.EXERCISES, *users.EXERCISES),
)
