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
"""

SECOND = (
    _START
    + """
taken = {item.rule_filter.prefix for item in new}
give([item for item in old if item.rule_filter.prefix not in taken] + new)
"""
)

WRONG = {
    "les autres sont perdues": (_START + "give(new)", "a disparu"),
    "une à la fois": (_START + "for item in new:\n    give([item])", "a disparu"),
    "ajoutées sans remplacer": (_START + "give(old + new)", "Deux règles portent"),
    "sans barre finale": (
        _START + 'give(old + [rule(user, days, "") for user, days in wishes.items()])',
        "Le préfixe d'une règle",
    ),
    "une durée pour tous": (
        _START
        + """
taken = {item.rule_filter.prefix for item in new}
new = [rule(user, 30) for user in wishes]
give([item for item in old if item.rule_filter.prefix not in taken] + new)
""",
        "La durée d'un utilisateur",
    ),
    "règle éteinte": (
        _START + 'give([rule(user, days, status="Disabled") for user, days in wishes.items()])',
        "n'est pas active",
    ),
}
