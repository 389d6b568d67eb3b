_START = """
from minio.commonconfig import ENABLED, Filter
from minio.lifecycleconfig import Expiration, LifecycleConfig, Rule

bucket = tp.bucket("conservation")
old = list(client.get_bucket_lifecycle(bucket_name=bucket).rules)


def rule(user, days, end="/", status=ENABLED):
    return Rule(
        status=status,
        rule_filter=Filter(prefix=f"utilisateurs/{user}/documents{end}"),
        rule_id=f"regle-{user}{len(end)}",
        expiration=Expiration(days=days),
    )


def give(rules):
    client.set_bucket_lifecycle(bucket_name=bucket, config=LifecycleConfig(rules))


new = [rule(user, days) for user, days in wishes.items()]
taken = {item.rule_filter.prefix for item in new}
kept = [item for item in old if item.rule_filter.prefix not in taken]
"""

RIGHT = {
    "celles à garder, puis les nouvelles": _START + "give(kept + new)",
    "une à la fois, en relisant": _START
    + """
for user, days in wishes.items():
    others = [
        item
        for item in client.get_bucket_lifecycle(bucket).rules
        if item.rule_filter.prefix != f"utilisateurs/{user}/documents/"
    ]
    give([*others, rule(user, days)])
""",
    "changées sur place": _START
    + """
from dataclasses import replace

for item in old:
    user = item.rule_filter.prefix.split("/")[1]
    if user in wishes:
        kept.append(rule(user, wishes.pop(user)))
give(kept + [rule(user, days) for user, days in wishes.items()])
""",
    "boto3": """
import boto3

from helpers import current_server

server = current_server()
s3 = boto3.client(
    "s3", endpoint_url=server.url, region_name=server.region,
    aws_access_key_id=server.access_key, aws_secret_access_key=server.secret_key,
    aws_session_token=server.session_token,
)
bucket = tp.bucket("conservation")
rules = {
    rule["Filter"]["Prefix"]: rule["Expiration"]["Days"]
    for rule in s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
}
rules |= {f"utilisateurs/{user}/documents/": days for user, days in wishes.items()}
s3.put_bucket_lifecycle_configuration(
    Bucket=bucket,
    LifecycleConfiguration={
        "Rules": [
            {
                "ID": f"regle {number}",
                "Status": "Enabled",
                "Filter": {"Prefix": prefix},
                "Expiration": {"Days": days},
            }
            for number, (prefix, days) in enumerate(rules.items())
        ]
    },
)
""",
    "deux fois de suite": _START + "give(kept + new)\ngive(kept + new)",
}

_RESET = "tp.retention.reset()\n"

WRONG = {
    "les autres sont perdues": (_START + "give(new)", "a disparu : en donner de nouvelles", 0),
    "une à la fois": (_START + "for item in new:\n    give([item])", "a disparu", 0),
    "ajoutées sans remplacer": (_START + "give(old + new)", "Deux règles portent", 0),
    "sans barre finale": (
        _START + 'give(kept + [rule(user, days, "") for user, days in wishes.items()])',
        "Le préfixe d'une règle",
        1,
    ),
    "une durée pour tous": (
        _START + "give(kept + [rule(user, 30) for user in wishes])",
        "La durée d'un utilisateur",
        1,
    ),
    "une demande oubliée": (_START + "give(kept + new[:1])", "n'a pas de règle", 1),
    "la demande d'un voisin, par le début du nom": (
        _START
        + """
give([item for item in old if not any(
    item.rule_filter.prefix.startswith(f"utilisateurs/{user.removesuffix('-2')}")
    for user in wishes
)] + new)
""",
        "a disparu",
        0,
    ),
    "toutes à la même durée": (
        _START + "give([rule(item.rule_filter.prefix.split('/')[1], 30) for item in kept] + new)",
        "à garder telle quelle, a changé",
        0,
    ),
    "règle éteinte": (
        _START + 'give(kept + [rule(u, days, status="Disabled") for u, days in wishes.items()])',
        "elle n'est pas active",
        0,
    ),
    "tout le bucket": (
        _START
        + """
give(kept + new + [Rule(
    status=ENABLED, rule_filter=Filter(prefix=""), rule_id="tout", expiration=Expiration(days=30),
)])
""",
        "Le préfixe d'une règle",
        1,
    ),
    "plus de règles": (
        _START + "client.delete_bucket_lifecycle(bucket_name=bucket)",
        "a disparu",
        0,
    ),
    "une fonction jamais appelée": (
        _START + "def regler():\n    give(kept + new)",
        "sont celles du début",
        0,
    ),
}

THEN = {
    "sans barre finale": (
        WRONG["sans barre finale"][0],
        _START + "give([item for item in kept if item.rule_filter.prefix.endswith('/')] + new)",
    ),
    "une durée pour tous": (WRONG["une durée pour tous"][0], None),
    "les autres sont perdues, tout est remis": (
        _START + "give(new)",
        _RESET + _START + "give(kept + new)",
    ),
}
