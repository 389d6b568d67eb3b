# Le kit sait faire ; il écarte aussi les noms que Windows réserve, et il n'y en a pas ici.
SECOND = """
from helpers.topics.file_names import local_names

kept = list(local_names(foreign)[0])
"""

CHOOSE = """
import re

kept, seen = [], set()
for key in foreign:
    odd = {odd}
    windows = {windows}
    if not odd and not windows and key.casefold() not in seen:
        {remember}
        kept.append(key)
"""
RIGHT = {
    "odd": '{"", ".", ".."} & set(key.split("/"))',
    "windows": '"\\\\" in key or re.match("[A-Za-z]:", key)',
    "remember": "seen.add(key.casefold())",
}

WRONG = {
    "confiance": ("kept = foreign", "n'est pas un chemin sûr"),
    "seul le début est regardé": (
        CHOOSE.format(**RIGHT | {"odd": 'key.startswith((".", "/"))'}),
        "n'est pas un chemin sûr",
    ),
    "deux points au milieu d'un nom": (
        CHOOSE.format(**RIGHT | {"odd": '".." in key or {"", "."} & set(key.split("/"))'}),
        "Une clé sans danger est écartée",
    ),
    "les jumeaux": (
        CHOOSE.format(**RIGHT | {"remember": "pass"}),
        "seraient un même fichier",
    ),
    "aucun des deux": (
        CHOOSE.format(**RIGHT) + 'kept = [key for key in kept if "umeau" not in key]',
        "Une clé sans danger est écartée",
    ),
    "un nombre": ("kept = len(foreign)", "doit être une liste"),
}
