RIGHT = {
    "niveau par niveau": """
bucket = tp.bucket("maison")


def branch(prefix):
    return {
        item.object_name.removeprefix(prefix).rstrip("/"): branch(item.object_name)
        if item.is_dir
        else item.size
        for item in client.list_objects(bucket_name=bucket, prefix=prefix)
    }


tree = branch("")
""",
    "numpy et defaultdict": """
from collections import defaultdict

import numpy


def node():
    return defaultdict(node)


tree = node()
for item in client.list_objects(bucket_name=tp.bucket("maison"), recursive=True):
    *steps, name = item.object_name.split("/")
    place = tree
    for step in steps:
        place = place[step]
    place[name] = numpy.int32(item.size)
""",
    "récursif, clé par clé": """
def insert(branch, steps, size):
    head, *rest = steps
    if rest:
        insert(branch.setdefault(head, {}), rest, size)
    else:
        branch[head] = size


tree = dict()
for item in client.list_objects(tp.bucket("maison"), recursive=True):
    insert(tree, item.object_name.split("/"), item.size)
""",
    "reduce, tailles demandées une à une": """
from functools import reduce

bucket = tp.bucket("maison")
keys = sorted(item.object_name for item in client.list_objects(bucket, recursive=True))
tree = {}
for key in keys:
    folders, _, name = key.rpartition("/")
    steps = folders.split("/") if folders else []
    size = client.stat_object(bucket, key).size
    reduce(lambda branch, step: branch.setdefault(step, {}), steps, tree)[name] = float(size)
""",
    "groupé par premier morceau": """
def nest(sizes):
    tree = {key: size for key, size in sizes.items() if "/" not in key}
    for head in {key.partition("/")[0] for key in sizes if "/" in key}:
        inside = {k[len(head) + 1:]: s for k, s in sizes.items() if k.startswith(head + "/")}
        tree[head] = nest(inside)
    return tree


found = client.list_objects(bucket_name=tp.bucket("maison"), recursive=True)
tree = nest({item.object_name: item.size for item in found})
""",
}

_FOUND = """
found = client.list_objects(bucket_name=tp.bucket("maison"), recursive=True)
"""
_NEST = (
    _FOUND
    + """
tree = {{}}
for item in found:
    *steps, name = {key}
    branch = tree
    for step in steps:
        branch = branch.setdefault(step, {{}})
    branch[name] = {size}
"""
)
_KEY = 'item.object_name.split("/")'

WRONG = {
    "clés entières": (
        _FOUND + "tree = {item.object_name: item.size for item in found}",
        "contient une barre oblique",
        0,
    ),
    "barres finales gardées": (
        """
bucket = tp.bucket("maison")


def branch(prefix):
    return {
        item.object_name.removeprefix(prefix): branch(item.object_name) if item.is_dir
        else item.size
        for item in client.list_objects(bucket_name=bucket, prefix=prefix)
    }


tree = branch("")
""",
        "garde sa barre finale",
        0,
    ),
    "premier niveau seulement": (
        """
found = client.list_objects(bucket_name=tp.bucket("maison"))
tree = {item.object_name.rstrip("/"): {} if item.is_dir else item.size for item in found}
""",
        "Sous « photos » : il manque",
        0,
    ),
    "deux niveaux": (
        _NEST.format(key='item.object_name.split("/", 1)', size="item.size"),
        "contient une barre oblique",
        0,
    ),
    "feuilles sans taille": (
        _NEST.format(key=_KEY, size="None"),
        "un nombre est attendu, pas None",
        2,
    ),
    "tailles en texte": (
        _NEST.format(key=_KEY, size="str(item.size)"),
        "un nombre est attendu, pas un texte",
        2,
    ),
    "tailles écrites en français": (
        "from helpers.french import size\n" + _NEST.format(key=_KEY, size="size(item.size)"),
        "un nombre est attendu, pas un texte",
        2,
    ),
    "vide pris pour un dossier": (
        _NEST.format(key=_KEY, size="item.size or {}"),
        "Sous « vide.txt » : un nombre est attendu, pas un dictionnaire",
        0,
    ),
    "un dictionnaire de trop": (
        _FOUND
        + """
tree = {}
for item in found:
    branch = tree
    for step in item.object_name.split("/"):
        branch = branch.setdefault(step, {})
""",
        "un nombre est attendu, pas un dictionnaire",
        0,
    ),
    "des listes": (
        _FOUND
        + """
tree = {}
for item in found:
    step, _, rest = item.object_name.partition("/")
    if rest:
        tree.setdefault(step, []).append(rest)
    else:
        tree[step] = item.size
""",
        "un dictionnaire est attendu, pas une liste",
        0,
    ),
    "une liste de clés": (
        _FOUND + "tree = [item.object_name for item in found]",
        "un dictionnaire est attendu",
        0,
    ),
    "les dossiers à plat": (
        _FOUND
        + """
tree = {}
for item in found:
    *steps, name = item.object_name.split("/")
    tree.setdefault(steps[-1], {})[name] = item.size if steps else tree.update({name: item.size})
""",
        "La réponse",
        0,
    ),
    "le préfixe enlevé partout": (
        """
bucket = tp.bucket("maison")


def branch(prefix):
    return {
        item.object_name.replace(prefix, "").rstrip("/"): (
            branch(item.object_name) if item.is_dir else item.size
        )
        for item in client.list_objects(bucket_name=bucket, prefix=prefix)
    }


tree = branch("")
""",
        "Sous « sons »",
        0,
    ),
}

THEN = {
    "clés entières": (WRONG["clés entières"][0], None),
    "feuilles sans taille": (WRONG["feuilles sans taille"][0], None),
}
