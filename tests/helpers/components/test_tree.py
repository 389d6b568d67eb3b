"""Un arbre : les mêmes branches en HTML et en texte."""

from __future__ import annotations

import re
from html import unescape

from helpers.components import Tree

LEAVES = {"b/": {"<i>": "1 o", "vide/": {}}, "a": "2 o"}


def test_branches_are_drawn_in_text_and_in_html():
    tree = Tree(LEAVES)
    assert str(tree).splitlines() == ["├── a (2 o)", "└── b/", "    ├── <i> (1 o)", "    └── vide/"]
    assert unescape(re.sub(r"<[^>]+>", "", tree.html())) == str(tree)


def test_an_empty_tree_says_so():
    assert str(Tree({})) == "Aucun objet."
    assert ">Aucun objet.</p>" in Tree({}).html()
