_START = """
library = tp.bucket("mediatheque")
arn = f"arn:aws:s3:::{library}"


def rule(effect, action, resource, **more):
    who = {"Effect": effect, "Principal": {"AWS": ["*"]}}
    return who | {"Action": action, "Resource": resource} | more


def give(*rules):
    document = {"Version": "2012-10-17", "Statement": list(rules)}
    client.set_bucket_policy(bucket_name=library, policy=json.dumps(document))


def only(*prefixes):
    return {"StringLike": {"s3:prefix": list(prefixes)}}


def keys(prefix=""):
    found = client.list_objects(bucket_name=library, prefix=prefix, recursive=True)
    return [f"{arn}/{item.object_name}" for item in found]


read = rule("Allow", "s3:GetObject", f"{arn}/*")
close = rule("Deny", "s3:*", f"{arn}/{closed}*")
catalogue = rule("Allow", "s3:ListBucket", arn, Condition=only("catalogue/*"))
"""

RIGHT = {
    "tout ce qui n'est pas la réserve": _START
    + "read = rule('Allow', 's3:GetObject', None) | {'NotResource': f'{arn}/{closed}*'}\n"
    "del read['Resource']\ngive(read, catalogue)",
    "toute action interdite dans la réserve": _START + "give(catalogue, close, read)",
    "deux motifs pour la réserve": _START
    + """
vault = [f"{arn}/{closed}*", f"{arn}/{closed}*/*"]
give(rule("Deny", ["s3:GetObject"], vault), read, catalogue)
""",
    "set_policy de la leçon": _START
    + """
from helpers.topics.policies import set_policy

document = {"Version": "2012-10-17", "Statement": [read, close, catalogue]}
set_policy(client, library, json.dumps(document))
""",
}

WRONG = {
    "les versions de la réserve": (
        _START + "give(rule('Allow', ['s3:GetObject', 's3:GetObjectVersion'], f'{arn}/*'), "
        "rule('Deny', 's3:GetObject', f'{arn}/{closed}*'), catalogue)",
        "permet aussi à un inconnu ceci : s3:GetObjectVersion",
        2,
    ),
    "toutes les réserves": (
        _START + "give(read, rule('Deny', 's3:GetObject', f'{arn}/reserve-??/*'), catalogue)",
        "ne permet pas à un inconnu ceci : s3:GetObject sur « reserve-00/a »",
        2,
    ),
    "le catalogue, et rien plus bas": (
        _START + "exact = {'StringEquals': {'s3:prefix': ['catalogue/']}}\n"
        "give(read, close, rule('Allow', 's3:ListBucket', arn, Condition=exact))",
        "ne permet pas à un inconnu ceci : s3:ListBucket sur « catalogue/2027/ »",
        2,
    ),
    "la réserve est ouverte": (_START + "give(read, catalogue)", "Un objet de la réserve", 0),
    "sans la barre finale": (
        _START + "give(read, catalogue, rule('Deny', 's3:*', f'{arn}/{closed[:-1]}*'))",
        "un autre préfixe, qui commence de même",
        1,
    ),
    "un niveau de la réserve": (
        _START + "give(read, catalogue, rule('Deny', 's3:*', f'{arn}/{closed}*.pdf'))",
        "Un objet de la réserve",
        0,
    ),
    "les clés présentes de la réserve": (
        _START + "give(read, catalogue, rule('Deny', 's3:GetObject', keys(closed)))",
        "fermez le préfixe, et non des clés",
        1,
    ),
    "les clés présentes du reste": (
        _START + "give(rule('Allow', 's3:GetObject', keys()), close, catalogue)",
        "ouvrez tout le bucket, et non des clés",
        1,
    ),
    "ouvert à cette machine": (
        _START
        + "here = {'IpAddress': {'aws:SourceIp': '127.0.0.0/8'}}\n"
        + "give(read | {'Condition': here}, close, catalogue)",
        "n'importe qui, d'où qu'il vienne",
        0,
    ),
    "sans listage": (_START + "give(read, close)", "ne peut pas être listé", 2),
    "le catalogue sans sa barre": (
        _START
        + "give(read, close, rule('Allow', 's3:ListBucket', arn, Condition=only('catalogue*')))",
        "déborde sur un préfixe qui commence par le même texte",
        2,
    ),
    "tout lister": (
        _START + "give(read, close, rule('Allow', 's3:ListBucket', arn))",
        "Le listage",
        2,
    ),
    "lister aussi la réserve": (
        _START
        + "both = only('catalogue/*', closed)\n"
        + "give(read, close, rule('Allow', 's3:ListBucket', arn, Condition=both))",
        "n'est pas limité au catalogue",
        2,
    ),
    "catalogue seul": (
        _START + "give(rule('Allow', 's3:GetObject', f'{arn}/catalogue/*'), catalogue)",
        "Un objet à ouvrir reste fermé",
        0,
    ),
    "et écrire": (
        _START + "give(rule('Allow', ['s3:GetObject', 's3:DeleteObject'], f'{arn}/*'), close, "
        "catalogue)",
        "écrire ou de supprimer",
        2,
    ),
}

THEN = {
    "la réserve est ouverte": (WRONG["la réserve est ouverte"][0], None),
    "le catalogue sans sa barre": (
        WRONG["le catalogue sans sa barre"][0],
        RIGHT["deux motifs pour la réserve"],
    ),
    "tout interdire, à soi-même aussi": (
        _START + 'give(rule("Deny", "s3:*", [arn, f"{arn}/*"]))',
        "tp.exception.reset()\n" + RIGHT["set_policy de la leçon"],
    ),
}
