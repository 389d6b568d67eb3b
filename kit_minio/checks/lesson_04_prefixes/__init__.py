"""Les exercices de la leçon 04 : compter, regrouper, reprendre, dessiner, renommer.

Entrent la graine et le store de l'élève ; sort la série. ``sizes`` prépare des objets qui ne
comptent que par leur clé et leur taille ; puis viennent ``listing`` (les exercices 1 à 3) et
``shaping`` (4 et 5).
"""

from kit_minio.checks.lesson_04_prefixes import listing, shaping
from kit_minio.checks.model import Series

SERIES = Series("04", "prefixes", (*listing.EXERCISES, *shaping.EXERCISES))
