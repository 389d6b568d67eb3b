RIGHT = {
    "comparé encodé, à l'envers": """
from urllib.parse import quote

keys = {item.object_name for item in client.list_objects(bucket_name=collection)}
stats = [client.stat_object(bucket_name=collection, object_name=key) for key in keys]
here = [s.object_name for s in stats if s.metadata.get("X-Amz-Meta-Lieu") == quote(place)]
found = []
for key in reversed(here):
    tags = client.get_object_tags(bucket_name=collection, object_name=key)
    if tags and ("etat", "publie") in tags.items():
        found += [key]
""",
    "un ensemble, d'une intersection": """
from helpers.display import user_metadata

keys = [item.object_name for item in client.list_objects(collection) if "vue" in item.object_name]
here = {key for key in keys if user_metadata(client.stat_object(collection, key))["lieu"] == place}
tags = {key: client.get_object_tags(collection, key) or {} for key in keys}
found = here & {key for key in keys if tags[key].get("etat") == "publie"}
""",
    "un générateur": """
from urllib.parse import unquote


def matching():
    for item in client.list_objects(bucket_name=collection, recursive=True):
        key = item.object_name
        if not key.endswith(".jpg"):
            continue
        stat = client.stat_object(bucket_name=collection, object_name=key)
        tags = client.get_object_tags(bucket_name=collection, object_name=key)
        where = unquote(stat.metadata["x-amz-meta-lieu"])
        if tags is not None and tags.get("etat") == "publie" and where == place:
            yield key


found = matching()
""",
    "les deux fonctions de la leçon": """
from urllib.parse import quote


def keys():
    return [item.object_name for item in client.list_objects(bucket_name=collection)]


def find(tag, value):
    tags = {key: client.get_object_tags(bucket_name=collection, object_name=key) for key in keys()}
    return sorted(key for key in tags if (tags[key] or {}).get(tag) == value)


def find_place(place):
    stats = [client.stat_object(bucket_name=collection, object_name=key) for key in keys()]
    return [s.object_name for s in stats if s.metadata.get("x-amz-meta-lieu") == quote(place)]


found = tuple(key for key in find("etat", "publie") if key in find_place(place))
""",
    "un tableau numpy": """
from urllib.parse import unquote

import numpy

found = []
for item in client.list_objects(bucket_name=collection):
    stat = client.stat_object(collection, item.object_name)
    tags = client.get_object_tags(collection, item.object_name)
    if unquote(stat.metadata.get("x-amz-meta-lieu", "")) == place and tags:
        found += [stat.object_name] if tags["etat"] == "publie" else []
found = numpy.array(found)
""",
    "fils": """
from urllib.parse import quote, unquote

keys = [
    i.object_name
    for i in client.list_objects(collection, recursive=True)
    if i.object_name.endswith(".jpg")
]


def where(k):
    return unquote(client.stat_object(collection, k).metadata.get("x-amz-meta-lieu", ""))


def state(k):
    return (client.get_object_tags(collection, k) or {}).get("etat")


from concurrent.futures import ThreadPoolExecutor

with ThreadPoolExecutor() as p:
    good = list(p.map(lambda k: state(k) == "publie" and where(k) == place, keys))
found = [k for k, g in zip(keys, good) if g]
""",
}

_READ = """
from urllib.parse import unquote

found = []
for item in client.list_objects(bucket_name=collection):
    key = item.object_name
    tags = client.get_object_tags(bucket_name=collection, object_name=key) or {{}}
    stat = client.stat_object(bucket_name=collection, object_name=key)
    where = unquote(stat.metadata.get("x-amz-meta-lieu", ""))
    if {condition}:
        found.append(key)
{after}
"""


def _read(condition, after=""):
    return _READ.format(condition=condition, after=after)


_RIGHT = 'where == place and tags.get("etat") == "publie"'

WRONG = {
    "le lieu seul": (_read("where == place"), "n'est pas publiée", 0),
    "l'état seul": (_read('tags.get("etat") == "publie"'), "a été prise ailleurs", 0),
    "tout sauf les brouillons": (
        _read('where == place and tags.get("etat") != "brouillon"'),
        "n'est pas publiée",
        0,
    ),
    "lieu non décodé": (
        _read('stat.metadata.get("x-amz-meta-lieu") == place'),
        "le lieu est encodé",
        0,
    ),
    "une photo oubliée": (_read(_RIGHT, "found = found[:-1]"), "il manque 1\xa0valeur", 1),
    "une clé en double": (_read(_RIGHT, "found = found + found[:1]"), "plus d'une fois", 0),
    "le fichier du lieu": (
        _read(_RIGHT, 'found.append("lieu.txt")'),
        "1\xa0valeur est de trop",
        0,
    ),
    "un nombre": (_read(_RIGHT, "found = len(found)"), "une liste est attendue", 0),
    "sans l'extension": (
        _read(_RIGHT, "found = [key.removesuffix('.jpg') for key in found]"),
        "manque à ces clés la fin, « .jpg »",
        0,
    ),
    "des objets": (
        _read(
            _RIGHT, "found = [o for o in client.list_objects(collection) if o.object_name in found]"
        ),
        "Object",
        0,
    ),
    "contient": (
        """
from urllib.parse import quote, unquote

keys = [
    i.object_name
    for i in client.list_objects(collection, recursive=True)
    if i.object_name.endswith(".jpg")
]


def where(k):
    return unquote(client.stat_object(collection, k).metadata.get("x-amz-meta-lieu", ""))


def state(k):
    return (client.get_object_tags(collection, k) or {}).get("etat")


found = [k for k in keys if state(k) == "publie" and place in where(k)]
""",
        "et d'autres mots",
    ),
    "commence": (
        """
from urllib.parse import quote, unquote

keys = [
    i.object_name
    for i in client.list_objects(collection, recursive=True)
    if i.object_name.endswith(".jpg")
]


def where(k):
    return unquote(client.stat_object(collection, k).metadata.get("x-amz-meta-lieu", ""))


def state(k):
    return (client.get_object_tags(collection, k) or {}).get("etat")


found = [k for k in keys if state(k) == "publie" and where(k).startswith(place)]
""",
        "et d'autres mots",
    ),
    "arrêt à la photo sans tag": (
        """
from urllib.parse import quote, unquote

keys = [
    i.object_name
    for i in client.list_objects(collection, recursive=True)
    if i.object_name.endswith(".jpg")
]


def where(k):
    return unquote(client.stat_object(collection, k).metadata.get("x-amz-meta-lieu", ""))


def state(k):
    return (client.get_object_tags(collection, k) or {}).get("etat")


found = []
try:
    for k in keys:
        if client.get_object_tags(collection, k)["etat"] == "publie" and where(k) == place:
            found.append(k)
except TypeError:
    pass
""",
        "il manque",
    ),
}

THEN = {
    "le lieu seul": (_read("where == place"), None),
    "lieu non décodé": (WRONG["lieu non décodé"][0], None),
}
