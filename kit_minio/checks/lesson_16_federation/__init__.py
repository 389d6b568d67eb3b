"""Les exercices de la leçon 16 : un rôle pour tous, un fichier de jeton suivi, des jetons jugés.

Entrent la graine et le serveur S3 ; sort la série. ``role`` (l'exercice 1), ``following`` (2) et
``admission`` (3) ; les clés et les heures inventées sont celles de la leçon 15. ``ending`` (4) se
fait sur un serveur que l'étudiant administre.
"""

from kit_minio.checks.lesson_16_federation import admission, ending, following, role
from kit_minio.checks.model import Series

SERIES = Series(
    "16",
    "federation",
    (*role.EXERCISES, *following.EXERCISES, *admission.EXERCISES, *ending.EXERCISES),
)
