_JUDGE = """
import ipaddress


def judge(name):
    try:
        ipaddress.IPv4Address(name)
        return "adresse IP"
    except ValueError:
        pass
    if len(name) < 3 or len(name) > 63:
        return "longueur"
    if any(letter.isupper() for letter in name):
        return "majuscule"
    if name.startswith("-") or name.endswith("-"):
        return "bord"
    if not all(letter.isascii() and (letter.isalnum() or letter in ".-") for letter in name):
        return "caractère"
    return "valable"


reasons = dict(zip(names, map(judge, names)))
"""

RIGHT = {
    "une fonction": _JUDGE,
    "à l'envers, en majuscules, avec des espaces": _JUDGE
    + """
reasons = {name: f" {reasons[name].upper()} " for name in reversed(names)}
""",
    "une table d'expressions régulières": """
import re

rules = {
    r"\\d+\\.\\d+\\.\\d+\\.\\d+": "adresse IP",
    ".{,2}|.{64,}": "longueur",
    ".*[A-Z].*": "majuscule",
    "[-.].*|.*[-.]": "bord",
    "[a-z0-9.-]+": "valable",
    ".*": "caractère",
}
reasons = {}
for name in names:
    reasons[name] = next(rule for motif, rule in rules.items() if re.fullmatch(motif, name))
""",
    "à la main": """
by_hand = {
    "longueur": ["ab", "x" * 64, "a1"],
    "majuscule": ["Photos", "mesVideos", "RAPPORT"],
    "caractère": ["mes_photos", "été-2026", "photos 2026"],
    "bord": ["-photos", "photos-", "archives-2026-"],
    "adresse IP": ["192.168.1.10", "10.0.0.1", "127.0.0.1"],
}
reasons = {}
for name in names:
    found = [rule for rule, those in by_hand.items() if name in those]
    reasons[name] = found[0] if found else "valable"
""",
    "une énumération, un defaultdict": _JUDGE
    + """
from collections import defaultdict
from enum import Enum


class Rule(Enum):
    VALID = "valable"
    CASE = "majuscule"


found = defaultdict(str)
for name, reason in reasons.items():
    found[name] = next((rule for rule in Rule if rule.value == reason), reason)
reasons = found
""",
    "enum": r"""
import re


def judge(name):
    if not 3 <= len(name) <= 63:
        return "longueur"
    if re.fullmatch(r"\d+(\.\d+){3}", name):
        return "adresse IP"
    if name != name.lower():
        return "majuscule"
    if not re.fullmatch(r"[a-z0-9.-]+", name):
        return "caractère"
    if not (name[0].isalnum() and name[-1].isalnum()):
        return "bord"
    return "valable"


from enum import StrEnum


class R(StrEnum):
    V = "valable"
    L = "longueur"
    M = "majuscule"
    C = "caractère"
    B = "bord"
    I = "adresse IP"


reasons = {n: R(judge(n)) for n in names}
""",
    "proxy": r"""
import re


def judge(name):
    if not 3 <= len(name) <= 63:
        return "longueur"
    if re.fullmatch(r"\d+(\.\d+){3}", name):
        return "adresse IP"
    if name != name.lower():
        return "majuscule"
    if not re.fullmatch(r"[a-z0-9.-]+", name):
        return "caractère"
    if not (name[0].isalnum() and name[-1].isalnum()):
        return "bord"
    return "valable"


from types import MappingProxyType

reasons = MappingProxyType({n: judge(n) for n in names})
""",
}

_INSTEAD = """
instead = {{"{one}": "{other}"}}
reasons = {{name: instead.get(reason, reason) for name, reason in reasons.items()}}
"""


def _instead(one, other):
    return _JUDGE + _INSTEAD.format(one=one, other=other)


WRONG = {
    "tous valables": (
        'reasons = {name: "valable" for name in names}',
        "1\xa0réponse juste sur 6",
        1 / 3,
    ),
    "un nom oublié": (
        'reasons = {name: "longueur" for name in names[1:]}',
        "il manque 1\xa0nom",
        0,
    ),
    "raison inventée": (
        'reasons = {name: "interdit" for name in names}',
        "n'est pas dans la liste",
        0,
    ),
    "un ensemble Python": ("reasons = set(names)", "La réponse doit être un dictionnaire", 0),
    "majuscule prise pour un caractère": (
        _instead("majuscule", "caractère"),
        "« majuscule » : une majuscule enfreint la règle",
        5 / 3,
    ),
    "trait d'union du bord accepté": (
        _instead("bord", "valable"),
        "« bord » : regardez le premier et le dernier",
        5 / 3,
    ),
    "adresse IP acceptée": (
        _instead("adresse IP", "valable"),
        "« adresse IP » : quatre nombres",
        5 / 3,
    ),
    "par règle": (
        _JUDGE + "reasons = {reason: name for name, reason in reasons.items()}",
        "Les clés et les valeurs sont inversées",
        0,
    ),
    "des listes": (
        _JUDGE + "reasons = {name: [reason] for name, reason in reasons.items()}",
        "n'est pas un texte de l'énoncé, mais une liste",
        0,
    ),
    "vrai ou faux": (
        _JUDGE + 'reasons = {name: reason == "valable" for name, reason in reasons.items()}',
        "n'est pas un texte de l'énoncé, mais vrai ou faux",
        0,
    ),
    "échangé": (
        r"""
import re


def judge(name):
    if not 3 <= len(name) <= 63:
        return "longueur"
    if re.fullmatch(r"\d+(\.\d+){3}", name):
        return "adresse IP"
    if name != name.lower():
        return "majuscule"
    if not re.fullmatch(r"[a-z0-9.-]+", name):
        return "caractère"
    if not (name[0].isalnum() and name[-1].isalnum()):
        return "bord"
    return "valable"


reasons = {
    n: {"bord": "caractère", "caractère": "bord"}.get(judge(n), judge(n)) for n in names
}
""",
        "4\xa0réponses justes sur 6",
    ),
}

THEN = {
    "tous valables": (WRONG["tous valables"][0], None),
    "des listes": (WRONG["des listes"][0], None),
}
