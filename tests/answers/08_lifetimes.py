SECOND = """
from helpers import set_lifetimes

bucket = tp.bucket("depot")
present = client.get_bucket_lifecycle(bucket_name=bucket).rules
lifetimes = {rule.rule_filter.prefix: rule.expiration.days for rule in present}
lifetimes |= {prefix: days for prefix, days in orders.items() if days > 0}
set_lifetimes(client, bucket, lifetimes)
"""

SET = """
from minio.commonconfig import DISABLED, ENABLED, Filter
from minio.lifecycleconfig import Expiration, LifecycleConfig, Rule

bucket = tp.bucket("depot")
kept = list(client.get_bucket_lifecycle(bucket_name=bucket).rules)
valid = {{prefix: days for prefix, days in orders.items() if days > 0}}
rules = [
    Rule(
        status={status}, rule_id=prefix, rule_filter=Filter(prefix={prefix}),
        expiration=Expiration(days={days}),
    )
    for prefix, days in {chosen}.items()
]
client.set_bucket_lifecycle(bucket_name=bucket, config=LifecycleConfig({rules}))
"""
GOOD = {
    "status": "ENABLED",
    "prefix": "prefix",
    "days": "days",
    "chosen": "valid",
    "rules": "kept + rules",
}

WRONG = {
    "la règle existante perdue": (
        SET.format(**GOOD | {"rules": "rules"}),
        "celle de sauvegardes/",
    ),
    "la durée négative, devenue 1 par valeur absolue": (
        SET.format(**GOOD | {"chosen": "orders", "days": "abs(days)"}),
        "une règle de trop",
    ),
    "des règles sans durée": (
        SET.format(**GOOD | {"chosen": "valid", "days": "None"}).replace(
            "days=None", "expired_object_delete_marker=True"
        ),
        "Une règle n'a pas de durée valable",
    ),
    "un préfixe changé": (
        SET.format(**GOOD | {"prefix": "prefix.rstrip('/')"}),
        "vise un autre préfixe",
    ),
    "des règles suspendues": (
        SET.format(**GOOD | {"status": "DISABLED"}),
        "n'est pas active",
    ),
    "un jour de plus": (
        SET.format(**GOOD | {"days": "days + 1"}),
        "n'a pas la bonne durée",
    ),
    "une seule règle": (
        SET.format(**GOOD | {"chosen": '{"logs/": valid["logs/"]}'}),
        "Une règle demandée manque",
    ),
}
