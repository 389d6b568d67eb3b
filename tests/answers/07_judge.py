SECOND = """
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

WRONG = {
    "la permission l'emporte": (
        SECOND.replace('effects == {"Allow"}', '"Allow" in effects'),
        "6 avis sur 8 sont justes",
    ),
    "tout est permis": ("verdicts = dict.fromkeys(demands, True)", "3 avis sur 8 sont justes"),
    "une lettre manque": ('verdicts = {"A": True}', "chacune des huit lettres"),
    "des mots": ('verdicts = dict.fromkeys(demands, "oui")', "Un avis est vrai ou faux"),
    "une liste": ("verdicts = [True] * 8", "chacune des huit lettres"),
}
