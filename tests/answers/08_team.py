_RIGHTS = """
arn = f"arn:aws:s3:::{{team['bucket']}}"
own, shared = team["prefix"], team["shared"]
listing = {{
    "Effect": "Allow",
    "Action": "s3:ListBucket",
    "Resource": arn,
    "Condition": {{"StringLike": {{"s3:prefix": {prefixes}}}}},
}}
working = {{"Effect": "Allow", "Action": {actions}, "Resource": {resource}}}
reading = {{"Effect": "Allow", "Action": "s3:GetObject", "Resource": {common}}}
rights = {{"Version": {version}, "Statement": [{rules}]}}
"""

_ACTIONS = '["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]'


def _rights(
    prefixes='[f"{own}*", f"{shared}*"]',
    actions=_ACTIONS,
    resource='f"{arn}/{own}*"',
    common='f"{arn}/{shared}*"',
    version='"2012-10-17"',
    rules="listing, working, reading",
):
    return _RIGHTS.format(
        prefixes=prefixes,
        actions=actions,
        resource=resource,
        common=common,
        version=version,
        rules=rules,
    )


_LESSON = """
from helpers.topics.policies import prefix_policy

rights = prefix_policy(team["bucket"], team["prefix"])
arn = f"arn:aws:s3:::{team['bucket']}"
rights["Statement"] += [
    {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": f"{arn}/{team['shared']}*"},
    {
        "Effect": "Allow",
        "Action": ["s3:ListBucket"],
        "Resource": arn,
        "Condition": {"StringLike": {"s3:prefix": f"{team['shared']}*"}},
    },
]
"""


def _and(rule):
    more = f"more = {rule}\nrights = "
    return _rights(rules="listing, working, reading, more").replace("rights = ", more)


RIGHT = {
    "prefix_policy de la leçon": _LESSON,
    "un texte JSON": _rights() + "rights = json.dumps(rights)",
    "ForAnyValue": _rights().replace('"StringLike"', '"ForAnyValue:StringLike"'),
    "des tuples, le préfixe et ce qu'il contient": _rights(
        prefixes='(own, f"{own}*", shared, f"{shared}*")',
        actions='("s3:GetObject", "s3:PutObject", "s3:DeleteObject")',
    ),
    "une interdiction en plus": _and(
        '{"Effect": "Deny", "Action": "s3:*", "Resource": [f"{arn}-2", f"{arn}-2/*"]}'
    ),
}

WRONG = {
    "tout bucket qui commence de même": (
        _rights(resource='f"{arn}*/{own}*"'),
        "ces droits vont au-delà",
        2,
    ),
    "toutes les équipes d'un chiffre": (
        _rights(resource='f"{arn}/equipe-?/*"'),
        "ces droits vont au-delà",
        2,
    ),
    "un dépôt commun de plus": (
        _and('{"Effect": "Allow", "Action": "s3:PutObject", "Resource": f"{arn}/depot/*"}'),
        "ces droits vont au-delà",
        2,
    ),
    "les seuls fichiers .txt": (
        _rights(resource='f"{arn}/{own}*.txt"'),
        "n'a pas un droit dont elle a besoin",
        0,
    ),
    "ForAllValues, vrai sans préfixe": (
        _rights().replace('"StringLike"', '"ForAllValues:StringLike"'),
        "ces droits vont au-delà",
        2,
    ),
    "sans la barre dans la condition": (
        _rights(prefixes='[own.rstrip("/") + "*", f"{shared}*"]'),
        "débordent sur une autre équipe",
        1,
    ),
    "sans la barre dans la ressource": (
        _rights(resource='f"{arn}/{own[:-1]}*"'),
        "débordent sur une autre équipe",
        1,
    ),
    "tout le bucket": (_rights(resource='f"{arn}/*"'), "portent sur tout le bucket", 1),
    "toute action, partout": (
        _rights(actions='"s3:*"', resource='"*"'),
        "portent sur d'autres buckets",
        1,
    ),
    "toute action chez soi": (
        _rights(actions='"s3:*"'),
        "vont au-delà",
        2,
    ),
    "toute action sur le bucket": (
        _and('{"Effect": "Allow", "Action": "s3:*", "Resource": arn}'),
        "le bucket lui-même",
        1,
    ),
    "sans supprimer": (
        _rights(actions='["s3:GetObject", "s3:PutObject"]'),
        "n'a pas un droit dont elle a besoin",
        0,
    ),
    "le préfixe exact seulement": (
        _rights(prefixes="[own, shared]"),
        "doit lister aussi les préfixes",
        0,
    ),
    "sans le commun": (_rights(rules="listing, working"), "n'a pas un droit", 0),
    "écrire dans le commun": (
        _rights(resource='[f"{arn}/{own}*", f"{arn}/{shared}*"]'),
        "doit seulement lire le préfixe commun",
        2,
    ),
    "le commun sans sa barre": (
        _rights(common='f"{arn}/{shared[:-1]}*"'),
        "débordent du préfixe commun",
        2,
    ),
    "tout lister": (
        _rights(prefixes='[f"{own}*", f"{shared}*", ""]'),
        "portent sur tout le bucket",
        1,
    ),
    "les versions aussi": (
        _rights().replace('"Action": "s3:ListBucket"', '"Action": "s3:List*"'),
        "vont au-delà",
        2,
    ),
    "toute lecture du commun": (
        _rights().replace('"Action": "s3:GetObject"', '"Action": "s3:Get*"'),
        "vont au-delà",
        2,
    ),
    "la liste des buckets": (
        _and('{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}'),
        "vont au-delà",
        2,
    ),
    "un principal": (
        _rights() + 'for rule in rights["Statement"]:\n    rule["Principal"] = "*"',
        "réservé aux politiques de bucket",
    ),
    "la date du jour": (_rights(version='"2026-11-20"'), "« Version »"),
    "lister des objets": (
        _rights().replace('"Resource": arn,', '"Resource": f"{arn}/*",'),
        "porte sur le bucket",
    ),
    "du texte": ('rights = "lire et écrire"', "n'est pas du JSON"),
    "rien": ("rights = []", "non un objet JSON"),
}

THEN = {
    "toute action chez soi": (WRONG["toute action chez soi"][0], None),
    "un principal": (WRONG["un principal"][0], _LESSON),
}
