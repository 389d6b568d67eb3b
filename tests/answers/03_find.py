SECOND = """
from urllib.parse import quote

keys = {item.object_name for item in client.list_objects(bucket_name=collection)}
stats = [client.stat_object(bucket_name=collection, object_name=key) for key in keys]
here = [s.object_name for s in stats if s.metadata.get("X-Amz-Meta-Lieu") == quote(place)]
found = []
for key in reversed(here):
    tags = client.get_object_tags(bucket_name=collection, object_name=key)
    if tags and ("etat", "publie") in tags.items():
        found += [key]
"""

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
    "le lieu seul": (_read("where == place"), "n'est pas publiée"),
    "l'état seul": (_read('tags.get("etat") == "publie"'), "a été prise ailleurs"),
    "lieu non décodé": (
        _read('stat.metadata.get("x-amz-meta-lieu") == place'),
        "Il manque des photos",
    ),
    "une photo oubliée": (_read(_RIGHT, "found = found[:-1]"), "Il manque des photos"),
    "une clé en double": (_read(_RIGHT, "found = found + found[:1]"), "plusieurs fois"),
    "le fichier du lieu": (
        _read(_RIGHT, 'found.append("lieu.txt")'),
        "n'est pas celle d'une photo",
    ),
    "un nombre": (_read(_RIGHT, "found = len(found)"), "une liste de clés"),
}
