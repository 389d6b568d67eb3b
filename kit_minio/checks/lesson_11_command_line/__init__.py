"""Les exercices de la leçon 11 : lire une sortie, comparer, traduire, faire un miroir.

Entrent la graine et le serveur S3 ; sort la série. ``commands`` a les exercices 1 et 3,
``mirrors`` les exercices 2 et 4.
"""

from kit_minio.checks.lesson_11_command_line import commands, mirrors
from kit_minio.checks.model import Series

_READ_OUTPUT, _TRANSLATE = commands.EXERCISES
_DIFFER, _MIRROR = mirrors.EXERCISES
SERIES = Series("11", "ligne-de-commande", (_READ_OUTPUT, _DIFFER, _TRANSLATE, _MIRROR))
