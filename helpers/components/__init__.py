"""Les six composants de ce qui se montre : Card, Table, Badge, Meter, Message, Tree.

Entrent des textes, sortent trois formes qui disent les mêmes mots : du HTML (``_repr_html_``), du
texte (``str``), des couleurs à la largeur d'un terminal (``rich``). ``forms`` est ce qu'ils ont en
commun, ``badge`` les tons, puis ``card``, ``table`` et ``tree`` ; ``figure`` y ajoute les images,
les graphiques et les vidéos. ``components.html`` les dessine, et ``sheet.css`` est la seule feuille
de variables du kit.
"""

from helpers.components.badge import Badge, Message, Meter
from helpers.components.card import Card
from helpers.components.figure import Figure
from helpers.components.forms import FOLDER, Component, is_watched, sheet
from helpers.components.table import Table
from helpers.components.tree import Tree

__all__ = [
    "FOLDER",
    "Badge",
    "Card",
    "Component",
    "Figure",
    "Message",
    "Meter",
    "Table",
    "Tree",
    "is_watched",
    "sheet",
]
