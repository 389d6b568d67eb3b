_SET = """
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
_GOOD = {
    "status": "ENABLED",
    "prefix": "prefix",
    "days": "days",
    "chosen": "valid",
    "rules": "kept + rules",
}

RIGHT = {
    "set_lifetimes de la leçon": """
from helpers import set_lifetimes

bucket = tp.bucket("depot")
present = client.get_bucket_lifecycle(bucket_name=bucket).rules
lifetimes = {rule.rule_filter.prefix: rule.expiration.days for rule in present}
lifetimes |= {prefix: days for prefix, days in orders.items() if days > 0}
set_lifetimes(client, bucket, lifetimes)
""",
    "une règle à la fois": """
from minio.commonconfig import Filter
from minio.lifecycleconfig import Expiration, LifecycleConfig, Rule

bucket = tp.bucket("depot")
for prefix in orders:
    if orders[prefix] <= 0:
        continue
    config = client.get_bucket_lifecycle(bucket)
    ends = Expiration(days=orders[prefix])
    rule = Rule("Enabled", rule_filter=Filter(prefix=prefix), expiration=ends)
    client.set_bucket_lifecycle(bucket, LifecycleConfig([*config.rules, rule]))
""",
    "la règle de départ réécrite": """
from helpers import set_lifetimes

wanted = {"sauvegardes/": 90} | {p: d for p, d in orders.items() if d >= 1}
set_lifetimes(client, tp.bucket("depot"), dict(sorted(wanted.items(), reverse=True)))
""",
    "boto3": """
import boto3

from helpers import current_server

server = current_server()
s3 = boto3.client(
    "s3",
    endpoint_url=f"http://{server.endpoint}",
    aws_access_key_id=server.access_key,
    aws_secret_access_key=server.secret_key,
    aws_session_token=server.session_token,
    region_name=server.region,
)
bucket = tp.bucket("depot")
rules = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
rules += [
    {"ID": prefix, "Status": "Enabled", "Filter": {"Prefix": prefix}, "Expiration": {"Days": days}}
    for prefix, days in orders.items()
    if days > 0
]
s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": rules})
""",
}

WRONG = {
    "la règle existante perdue": (
        _SET.format(**_GOOD | {"rules": "rules"}),
        "« sauvegardes/ » : 90 jours, a disparu ou changé",
    ),
    "la durée négative, devenue 1 par valeur absolue": (
        _SET.format(**_GOOD | {"chosen": "orders", "days": "abs(days)"}),
        "n'a pas de sens est devenue une règle",
    ),
    "des règles sans durée": (
        _SET.format(**_GOOD | {"chosen": "valid", "days": "None"}).replace(
            "days=None", "expired_object_delete_marker=True"
        ),
        "elle n'a pas de durée valable",
    ),
    "un préfixe changé": (
        _SET.format(**_GOOD | {"prefix": "prefix.rstrip('/')"}),
        "vise un préfixe sans sa barre finale",
    ),
    "des règles suspendues": (
        _SET.format(**_GOOD | {"status": "DISABLED"}),
        "posée, mais suspendue",
    ),
    "un jour de plus": (
        _SET.format(**_GOOD | {"days": "days + 1"}),
        "n'a pas la durée demandée",
    ),
    "une seule règle": (
        _SET.format(**_GOOD | {"chosen": '{"logs/": valid["logs/"]}'}),
        "Une règle demandée manque",
    ),
    "les versions remplacées": (
        """
from minio.commonconfig import ENABLED, Filter
from minio.lifecycleconfig import LifecycleConfig, NoncurrentVersionExpiration, Rule

rules = list(client.get_bucket_lifecycle(tp.bucket("depot")).rules)
for prefix, days in orders.items():
    if days > 0:
        rules.append(
            Rule(
                status=ENABLED,
                rule_id=prefix,
                rule_filter=Filter(prefix=prefix),
                noncurrent_version_expiration=NoncurrentVersionExpiration(noncurrent_days=days),
            )
        )
client.set_bucket_lifecycle(tp.bucket("depot"), LifecycleConfig(rules))
""",
        "que les versions remplacées",
        0,
    ),
    "set_lifetimes sans les règles présentes": (
        RIGHT["set_lifetimes de la leçon"].replace("lifetimes |= ", "lifetimes = "),
        "remplace toutes les règles",
        0,
    ),
}

THEN = {
    "la règle existante perdue": (
        WRONG["la règle existante perdue"][0],
        "tp.lifetimes.reset()\n" + RIGHT["une règle à la fois"],
    ),
    "la règle perdue, puis réécrite": (
        WRONG["la règle existante perdue"][0],
        RIGHT["la règle de départ réécrite"],
    ),
    "une seule règle": (WRONG["une seule règle"][0], RIGHT["set_lifetimes de la leçon"]),
}
