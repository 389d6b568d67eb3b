"""Les six composants de ce qui se montre : Card, Table, Badge, Meter, Message, Tree.

Entrent des textes, sortent trois formes qui disent les mêmes mots : du HTML (``_repr_html_``), du
texte (``str``), des couleurs à la largeur d'un terminal (``rich``). ``forms`` est ce qu'ils ont en
commun, ``badge`` les tons, puis ``card``, ``table`` et ``tree`` ; ``figure`` y ajoute les images,
les graphiques et les vidéos. ``components.html`` les dessine, et ``sheet.css`` est la seule feuille
de variables du kit.
"""

from helpers.components.badge import Badge as Badge
from helpers.components.badge import Message as Message
from helpers.components.badge import Meter as Meter
from helpers.components.card import Card as Card
from helpers.components.figure import Figure as Figure
from helpers.components.forms import FOLDER as FOLDER
from helpers.components.forms import Component as Component
from helpers.components.forms import is_watched as is_watched
from helpers.components.forms import sheet as sheet
from helpers.components.table import Table as Table
from helpers.components.tree import Tree as Tree
