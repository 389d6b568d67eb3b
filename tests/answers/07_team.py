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


SECOND = """
from helpers.topics.policies import prefix_policy

rights = prefix_policy(team["bucket"], team["prefix"])
arn = f"arn:aws:s3:::{team['bucket']}"
rights["Statement"] += [
    {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": f"{arn}/{team['shared']}*"},
    {
        "Effect": "Allow",
        "Action": ["s3:List*"],
        "Resource": arn,
        "Condition": {"StringLike": {"s3:prefix": f"{team['shared']}*"}},
    },
]
"""

WRONG = {
    "sans la barre dans la condition": (
        _rights(prefixes='[own.rstrip("/") + "*", f"{shared}*"]'),
        "débordent sur une autre équipe",
    ),
    "sans la barre dans la ressource": (
        _rights(resource='f"{arn}/{own[:-1]}*"'),
        "débordent sur une autre équipe",
    ),
    "tout le bucket": (_rights(resource='f"{arn}/*"'), "débordent sur une autre équipe"),
    "sans supprimer": (
        _rights(actions='["s3:GetObject", "s3:PutObject"]'),
        "n'a pas un droit dont elle a besoin",
    ),
    "sans le commun": (_rights(rules="listing, working"), "n'a pas un droit"),
    "écrire dans le commun": (
        _rights(resource='[f"{arn}/{own}*", f"{arn}/{shared}*"]'),
        "plus de droits",
    ),
    "tout lister": (
        _rights(prefixes='[f"{own}*", f"{shared}*", ""]'),
        "plus de droits",
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
