"""Les exercices de la leçon 04 : regrouper, compter, reprendre, renommer, dessiner.

Entrent la graine et le serveur S3 de l'étudiant ; sort la série. ``sizes`` prépare des objets qui
ne comptent que par leur clé et leur taille ; puis viennent ``listing`` (les exercices 1 à 3) et
``shaping`` (4 et 5).
"""

from kit_minio.checks.lesson_04_prefixes import listing, shaping
from kit_minio.checks.model import Series

_count, _folders, _resume = listing.EXERCISES
_tree, _rename = shaping.EXERCISES
# Du plus simple au plus difficile.
SERIES = Series("04", "prefixes", (_folders, _count, _resume, _rename, _tree))
