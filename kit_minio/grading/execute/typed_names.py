"""Un nom de bucket recopié de l'écran vaut à la correction comme dans le notebook.

L'espace d'une ouverture, ``exercice-01-3f2a``, change à chaque fois : celui de la copie le remplace
dans ce que l'élève a écrit. Elle n'y gagne rien que ``tp.bucket(…)`` ne lui donne.
"""

from __future__ import annotations

import re

# Sur un serveur partagé, l'espace de l'élève précède : « zoe-exercice-01-3f2a ».
_SPACE = r"(?<![A-Za-z0-9.-])(?:[a-z0-9][a-z0-9-]*-)?exercice-{lesson}-[0-9a-f]{{4}}(?![A-Za-z0-9])"


def at_home(text: str, lesson: str, space: str) -> str:
    """Renvoie un texte de l'élève, où l'espace de la copie remplace celui de ses ouvertures.

    Args:
        text: du code, ou un fichier rendu à côté.
        lesson: le numéro de la leçon.
        space: l'espace de la copie, pour cette série.
    """
    return re.sub(_SPACE.format(lesson=lesson), space, text)
