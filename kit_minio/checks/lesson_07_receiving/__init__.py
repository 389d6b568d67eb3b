"""Les exercices de la leçon 07 : reprendre un accès, lire une règle CORS, limiter, examiner.

Entrent le bucket où un étudiant a repris ce que des URL prêtaient (``leak``), ses jugements sur une
règle (``origins``), un formulaire signé (``form``), l'API qui examine ce qui est arrivé
(``admission``) ; en sortent les issues.
"""

from kit_minio.checks.lesson_07_receiving import admission, form, leak, origins
from kit_minio.checks.model import Series

SERIES = Series(
    "07",
    "recevoir-du-navigateur",
    (*leak.EXERCISES, *origins.EXERCISES, *form.EXERCISES, *admission.EXERCISES),
)
