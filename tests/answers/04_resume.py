RIGHT = {
    "trié et comparé": """
found = client.list_objects(bucket_name=tp.bucket("collecte"), recursive=True)
keys = sorted(item.object_name for item in found)
remaining = [key for key in keys if key.startswith("journaux/") and key > last]
""",
    "un tuple": """
found = client.list_objects(
    tp.bucket("collecte"), prefix="journaux/", recursive=True, start_after=last
)
remaining = tuple(sorted(item.object_name for item in found))
""",
    "un générateur": """
def left():
    for item in client.list_objects(tp.bucket("collecte"), "journaux/", True, start_after=last):
        yield item.object_name


remaining = left()
""",
    "bisect": """
from bisect import bisect_right

found = client.list_objects(
    bucket_name=tp.bucket("collecte"), prefix="journaux/jour-", recursive=True
)
keys = sorted(item.object_name for item in found)
remaining = keys[bisect_right(keys, last):]
""",
    "tant qu'il en vient": """
from itertools import dropwhile

found = client.list_objects(
    bucket_name=tp.bucket("collecte"), prefix="journaux/", recursive=True
)
remaining = list(dropwhile(lambda key: key <= last, (item.object_name for item in found)))
""",
    "dropwhile": """
b = tp.bucket("collecte")
keys = sorted(
    i.object_name for i in client.list_objects(b, prefix="journaux/", recursive=True)
)
from itertools import dropwhile

remaining = list(dropwhile(lambda k: k <= last, keys))
""",
}

_LISTING = """
found = client.list_objects(bucket_name=tp.bucket("collecte"), {options})
remaining = [item.object_name for item in found]
"""
_RIGHT = 'prefix="journaux/", recursive=True, start_after=last'

WRONG = {
    "depuis le début": (
        _LISTING.format(options='prefix="journaux/", recursive=True'),
        "déjà traités",
        0,
    ),
    "depuis le début du jour": (
        _LISTING.format(options='prefix="journaux/", recursive=True')
        + "remaining = [key for key in remaining if key > last.rpartition('/')[0]]",
        "déjà traités",
        0,
    ),
    "au jour suivant": (
        _LISTING.format(options=_RIGHT.replace("=last", "=last.rpartition('/')[0] + '/z'")),
        "la fin du jour où le programme s'est arrêté",
        0,
    ),
    "sans préfixe": (
        _LISTING.format(options="recursive=True, start_after=last"),
        "Sans préfixe",
        0,
    ),
    "préfixe sans barre": (
        _LISTING.format(options='prefix="journaux", recursive=True, start_after=last'),
        "Sans barre finale",
        0,
    ),
    "un seul niveau": (
        _LISTING.format(options='prefix="journaux/"'),
        "La liste contient des préfixes",
        0,
    ),
    "une clé sautée": (
        _LISTING.format(options=_RIGHT) + "remaining = remaining[:-1]",
        "il manque 1\xa0valeur",
        0,
    ),
    "la dernière traitée en plus": (
        _LISTING.format(options=_RIGHT) + "remaining = [last, *remaining]",
        "n'est plus à traiter",
        0,
    ),
    "à l'envers": (
        _LISTING.format(options=_RIGHT) + "remaining.reverse()",
        "pas dans l'ordre",
        1,
    ),
    "la clé seule": ("remaining = last", "une liste est attendue", 0),
    "des objets": (
        f"remaining = list(client.list_objects(tp.bucket('collecte'), {_RIGHT}))",
        "Object",
        0,
    ),
    "sans le préfixe": (
        _LISTING.format(options=_RIGHT)
        + "remaining = [key.removeprefix('journaux/') for key in remaining]",
        "La réponse",
        0,
    ),
    "noms courts": (
        """
b = tp.bucket("collecte")
keys = sorted(
    i.object_name for i in client.list_objects(b, prefix="journaux/", recursive=True)
)
remaining = [k.removeprefix("journaux/") for k in keys if k > last]
""",
        "il manque le début, « journaux/ »",
    ),
    "reprise": (
        """
b = tp.bucket("collecte")
keys = sorted(
    i.object_name for i in client.list_objects(b, prefix="journaux/", recursive=True)
)
remaining = [last]
""",
        "n'est plus à traiter",
    ),
}

THEN = {
    "depuis le début": (WRONG["depuis le début"][0], None),
    "à l'envers": (WRONG["à l'envers"][0], None),
}
