_FNMATCH = """
from fnmatch import fnmatchcase


def verdict(demand):
    effects = set()
    for rule in policy["Statement"]:
        (action,), (resource,) = rule["Action"], rule["Resource"]
        if "read" in demand and action == "s3:GetObject":
            pattern = resource.partition("/")[2]
            if fnmatchcase(demand["read"], pattern):
                effects.add(rule["Effect"])
        if "list" in demand and action == "s3:ListBucket":
            (pattern,) = rule["Condition"]["StringLike"]["s3:prefix"]
            if fnmatchcase(demand["list"], pattern):
                effects.add(rule["Effect"])
    return effects == {"Allow"}


verdicts = {letter: verdict(demand) for letter, demand in demands.items()}
"""

RIGHT = {
    "avec fnmatch": _FNMATCH,
    "des booléens de numpy": _FNMATCH
    + """
import numpy

verdicts = {letter: numpy.bool_(value) for letter, value in verdicts.items()}
""",
    "des expressions régulières": """
import re


def like(pattern, text):
    return re.fullmatch(re.escape(pattern).replace(r"\\*", ".*"), text) is not None


def rules(effect, action):
    return [
        rule
        for rule in policy["Statement"]
        if rule["Effect"] == effect and action in rule["Action"]
    ]


verdicts = {}
for letter, demand in demands.items():
    if "list" in demand:
        verdicts[letter] = any(
            like(rule["Condition"]["StringLike"]["s3:prefix"][0], demand["list"])
            for rule in rules("Allow", "s3:ListBucket")
        )
        continue
    arn = f"arn:aws:s3:::{tp.bucket('examen')}/{demand['read']}"
    allowed = any(like(rule["Resource"][0], arn) for rule in rules("Allow", "s3:GetObject"))
    denied = any(like(rule["Resource"][0], arn) for rule in rules("Deny", "s3:GetObject"))
    verdicts[letter] = allowed and not denied
""",
    "demandé au serveur, trié": """
client.set_bucket_policy(tp.bucket("examen"), json.dumps(policy))
verdicts = {}
for letter in sorted(demands, reverse=True):
    (what, name), = demands[letter].items()
    status = knock("examen", name) if what == "read" else knock("examen", "", prefix=name)
    verdicts[letter] = status != 403
""",
    "une Series de 0 et de 1": _FNMATCH
    + "import pandas as pd\nverdicts = pd.Series(verdicts).astype(int)",
}

WRONG = {
    "la première règle a raison": (
        _FNMATCH.replace("set()", "[]")
        .replace(".add(", ".append(")
        .replace('effects == {"Allow"}', 'effects[:1] == ["Allow"]'),
        "avis justes sur 8",
    ),
    "la permission l'emporte": (
        _FNMATCH.replace('effects == {"Allow"}', '"Allow" in effects'),
        "elle l'emporte toujours",
        1,
    ),
    "la dernière règle a raison": (
        _FNMATCH.replace("set()", "[]")
        .replace(".add(", ".append(")
        .replace('effects == {"Allow"}', 'effects[-1:] == ["Allow"]'),
        "avis justes sur 8",
    ),
    "tout est permis": (
        "verdicts = dict.fromkeys(demands, True)",
        "3\xa0avis justes sur 8",
        0,
    ),
    "rien n'est permis": (
        "verdicts = dict.fromkeys(demands, False)",
        "est permis",
        0,
    ),
    "lire donne le droit de lister": (
        _FNMATCH
        + """
for letter, demand in demands.items():
    if "list" in demand:
        verdicts[letter] = True
""",
        "le droit de lire n'y est pour rien",
        1,
    ),
    "une étoile s'arrête à la barre": (
        _FNMATCH.replace(
            'fnmatchcase(demand["read"], pattern)',
            'fnmatchcase(demand["read"], pattern) '
            'and pattern.count("/") == demand["read"].count("/")',
        ),
        "barres obliques comprises",
    ),
    "une lettre manque": ('verdicts = {"A": True}', "il manque 7", 0),
    "des mots": ('verdicts = dict.fromkeys(demands, "oui")', "n'est ni vrai, ni faux", 0),
    "une liste": ("verdicts = [True] * 8", "un avis par lettre", 0),
    "des statuts": (
        "verdicts = dict.fromkeys(demands, 200)",
        "n'est ni vrai, ni faux",
        0,
    ),
}

THEN = {
    "la permission l'emporte": (WRONG["la permission l'emporte"][0], None),
    "des mots": (WRONG["des mots"][0], RIGHT["avec fnmatch"]),
}
