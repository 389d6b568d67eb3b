"""Les exercices de la leçon 17 : une autorité, six certificats, SSE-C, sceller, changer de clé.

Entrent la graine, le serveur S3 et les réponses de l'étudiant ; sort la série. ``authorities``
fabrique des certificats ; puis viennent ``certificates`` (les exercices 1 et 2), ``customer_keys``
(3), ``sealing`` (4) et ``wrapping`` (5). Le serveur du kit parle HTTP, qui ne suffit pas à SSE-C :
l'exercice 3 juge donc ce qu'un client enverrait.
"""

from kit_minio.checks.lesson_17_encryption import certificates, customer_keys, sealing, wrapping
from kit_minio.checks.model import Series

SERIES = Series(
    "17",
    "chiffrement-et-tls",
    (
        *certificates.EXERCISES,
        *customer_keys.EXERCISES,
        *sealing.EXERCISES,
        *wrapping.EXERCISES,
    ),
)
