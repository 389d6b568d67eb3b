"""Les exercices de la leçon 07 : reprendre un accès, lire une règle CORS, limiter un dépôt.

Entrent le bucket où un étudiant a repris ce que des URL prêtaient (``leak``), ses jugements sur une
règle (``origins``), un formulaire signé (``form``) ; en sortent les issues.
"""

from kit_minio.checks.lesson_07_receiving import form, leak, origins
from kit_minio.checks.model import Series

SERIES = Series(
    "07",
    "recevoir-du-navigateur",
    (*leak.EXERCISES, *origins.EXERCISES, *form.EXERCISES),
)
