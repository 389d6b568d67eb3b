"""Les exercices de la leçon 14 : lire une sortie, comparer, taper une commande, en traduire.

Entrent la graine et le serveur S3 ; sort la série. ``commands`` a les exercices 1 et 4,
``mirrors`` les exercices 2 et 5, ``shell`` l'exercice 3.
"""

from kit_minio.checks.lesson_14_command_line import commands, mirrors, shell
from kit_minio.checks.model import Series

_READ_OUTPUT, _TRANSLATE = commands.EXERCISES
_DIFFER, _MIRROR = mirrors.EXERCISES
SERIES = Series(
    "14", "ligne-de-commande", (_READ_OUTPUT, _DIFFER, *shell.EXERCISES, _TRANSLATE, _MIRROR)
)
