_CHOOSE = """
import re

kept, seen = [], set()
for key in foreign:
    odd = {odd}
    windows = {windows}
    if not odd and not windows and key.casefold() not in seen:
        {remember}
        kept.append(key)
"""
_ODD = '{"", ".", ".."} & set(key.split("/"))'
_WINDOWS = '"\\\\" in key or re.match("[A-Za-z]:", key)'


def _choose(odd=_ODD, windows=_WINDOWS, remember="seen.add(key.casefold())"):
    return _CHOOSE.format(odd=odd, windows=windows, remember=remember)


RIGHT = {
    "le kit sait faire": """
from helpers.topics.file_names import local_names

kept = list(local_names(foreign)[0])
""",
    "l'autre jumeau, à l'envers": _choose().replace("in foreign", "in reversed(foreign)"),
    "des chemins de pathlib": """
from pathlib import PurePosixPath, PureWindowsPath

found = {}
for key in foreign:
    pieces = key.split("/")
    windows = PureWindowsPath(key)
    if windows.drive or windows.root or PurePosixPath(key).is_absolute() or "\\\\" in key:
        continue
    if all(piece.strip(".") or len(piece) > 2 for piece in pieces):
        found.setdefault(key.lower(), key)
kept = tuple(found.values())
""",
    "une expression régulière": """
import re

safe = [key for key in foreign if not re.search(r"(^|/)\\.{0,2}(/|$)|\\\\|^[A-Za-z]:", key)]
kept = list({key.casefold(): key for key in safe}.values())
""",
}

WRONG = {
    "les fichiers cachés écartés": (
        _choose(odd=_ODD + ' or key.startswith(".")'),
        "sans danger",
        0,
    ),
    "confiance": ("kept = foreign", "11\xa0clés qui ne sont pas des chemins sûrs", 0),
    "seul le début est regardé": (
        _choose(odd='key.startswith((".", "/"))'),
        "un morceau",
        0,
    ),
    "Windows oublié": (_choose(windows="False"), "sous Windows", 0),
    "la barre finale gardée": (
        _choose(odd='{"", ".", ".."} & set(key.rstrip("/").split("/"))'),
        "1\xa0clé qui n'est pas un chemin sûr : un morceau est vide",
        0,
    ),
    "deux points au milieu d'un nom": (
        _choose(odd='".." in key or {"", "."} & set(key.split("/"))'),
        "Une clé sans danger est écartée",
        0,
    ),
    "les jumeaux": (_choose(remember="pass"), "seraient un même fichier", 1),
    "aucun des deux": (
        _choose() + 'kept = [key for key in kept if "umeau" not in key]',
        "Une clé sans danger est écartée",
        0,
    ),
    "tout en majuscules": (
        _choose() + "kept = [key.upper() for key in kept]",
        "n'est pas telle que dans la liste donnée",
        0,
    ),
    "un nombre": ("kept = len(foreign)", "doit être une liste", 0),
    "tout en minuscules": (
        """
def safe(key):
    pieces = key.split("/")
    return not ("\\\\" in key or ":" in key or {"", ".", ".."} & set(pieces))


kept = list({key.lower() for key in foreign if safe(key)})
""",
        "seules les majuscules diffèrent",
    ),
}

THEN = {
    "confiance": (WRONG["confiance"][0], None),
    "les jumeaux": (WRONG["les jumeaux"][0], RIGHT["le kit sait faire"]),
}
