"""Les exercices de la leçon 11 : lire une sortie, traduire, comparer, faire un miroir.

Entrent la graine et le store de l'étudiant ; sort la série. ``commands`` a les exercices 1 et 2,
``mirrors`` les exercices 3 et 4.
"""

from kit_minio.checks.lesson_11_command_line import commands, mirrors
from kit_minio.checks.model import Series

SERIES = Series("11", "ligne-de-commande", (*commands.EXERCISES, *mirrors.EXERCISES))
