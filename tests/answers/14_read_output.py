RIGHT = {
    "expression régulière": r"""
import re

found = re.findall(r"^\S+ \S+ +(\d+) (.+)$", output, flags=re.M)
large = {key: int(size) for size, key in found if int(size) > 10**6}
""",
    "colonnes de largeur fixe, Decimal": """
from decimal import Decimal

large = dict()
for line in output.split("\\n"):
    if line[:2] == "20" and Decimal(line[19:30].strip()) > 1_000_000:
        large[line[31:]] = Decimal(line[19:30].strip())
""",
    "numpy": """
import numpy

lines = [line.split(None, 3) for line in output.splitlines() if line.startswith("2026-")]
sizes = numpy.array([int(parts[2]) for parts in lines])
keys = numpy.array([parts[3] for parts in lines])
large = dict(zip(keys[sizes > 1e6], sizes[sizes > 1e6]))
""",
    "partition, en flottants": """
import itertools

large = {}
for line in itertools.takewhile(str.strip, output.splitlines()):
    _, _, rest = line.partition(" ")
    size, _, key = rest.partition(" ")[2].strip().partition(" ")
    if float(size) > 1e6:
        large.update({key: float(size)})
""",
}

_READ = """
large = {{}}
for line in output.splitlines():
    parts = line.split({split})
    if {keep}:
        large[{key}] = {size}
"""
_ENTIRE = "len(parts) == 4 and parts[2].isdigit()"

_SPLIT = {"split": "maxsplit=3", "key": "parts[3]", "size": "int(parts[2])"}


def _code(keep=f"{_ENTIRE} and int(parts[2]) > 10**6", **faults):
    return _READ.format(**{"keep": keep} | _SPLIT | faults)


WRONG = {
    "les clés coupées à l'espace": (
        _code(split="", keep="len(parts) >= 4 and int(parts[2]) > 10**6"),
        "une clé peut contenir des espaces",
        0,
    ),
    "les totaux compris": (
        _READ.format(
            split="",
            keep="parts and parts[-2 if len(parts) == 3 else 2].isdigit() or 'Size:' in parts",
            key="parts[-1]",
            size="int(parts[2])",
        ),
        "les deux dernières lignes sont des totaux",
        0,
    ),
    "tous les objets": (
        _code(keep=f"{_ENTIRE} and int(parts[2]) > 0"),
        "Tous les objets sont là",
        0,
    ),
    "les tailles en texte": (_code(size="parts[2]"), "un nombre est attendu, pas un texte", 1),
    "un million compris": (
        _code(keep=f"{_ENTIRE} and int(parts[2]) >= 10**6"),
        "un million d'octets, pas plus",
        0,
    ),
    "un mébioctet": (
        _code(keep=f"{_ENTIRE} and int(parts[2]) > 2**20"),
        "n'est pas un mébioctet",
        0,
    ),
    "un seuil trop haut": (
        _code(keep=f"{_ENTIRE} and int(parts[2]) > 10**7"),
        "il manque 3\xa0noms",
        0,
    ),
    "en mégaoctets": (
        _code(size="int(parts[2]) / 10**6"),
        "n'est pas la bonne",
        1,
    ),
    "les petits": (_code(keep=f"{_ENTIRE} and int(parts[2]) <= 10**6"), "La réponse", 0),
    "les clés seules": (_code() + "large = list(large)", "un dictionnaire est attendu", 0),
    "une liste": ("large = output.splitlines()", "un dictionnaire est attendu", 0),
    "à l'envers": (
        'large = {"1234567": "videos/exemple.mp4"}',
        "n'est pas entière, ou n'en est pas une",
        0,
    ),
    "comparé comme du texte": (
        """
large = {}
for line in output.splitlines():
    parts = line.split(maxsplit=3)
    if len(parts) == 4 and parts[2].isdigit() and parts[2] > "1000000":
        large[parts[3]] = int(parts[2])
""",
        "comparées comme des textes",
        0,
    ),
}

THEN = {
    "un million compris": (WRONG["un million compris"][0], None),
    "une liste": (WRONG["une liste"][0], RIGHT["numpy"]),
}
