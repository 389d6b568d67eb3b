_SET = """
from minio.commonconfig import DISABLED, ENABLED, Filter
from minio.lifecycleconfig import (
    Expiration, LifecycleConfig, NoncurrentVersionExpiration, Rule
)

bucket = tp.bucket("historique")
kept = list(client.get_bucket_lifecycle(bucket_name=bucket).rules)
days, prefix = order["jours"], order["prefixe"]
old = Rule(
    status={status}, rule_id="versions", rule_filter=Filter(prefix={prefix}),
    noncurrent_version_expiration=NoncurrentVersionExpiration({days}),
)
alone = Rule(
    status=ENABLED, rule_id="marqueurs", rule_filter=Filter(prefix={prefix}),
    expiration=Expiration(expired_object_delete_marker=True),
)
client.set_bucket_lifecycle(bucket_name=bucket, config=LifecycleConfig({rules}))
"""
_GOOD = {
    "status": "ENABLED",
    "prefix": "prefix",
    "days": "noncurrent_days=days",
    "rules": "[*kept, old, alone]",
}

RIGHT = {
    "deux règles": _SET.format(**_GOOD),
    "une seule règle, deux effets": """
from minio.commonconfig import ENABLED, Filter
from minio.lifecycleconfig import (
    Expiration, LifecycleConfig, NoncurrentVersionExpiration, Rule
)

bucket = tp.bucket("historique")
config = client.get_bucket_lifecycle(bucket)
both = Rule(
    ENABLED,
    expiration=Expiration(expired_object_delete_marker=True),
    noncurrent_version_expiration=NoncurrentVersionExpiration(noncurrent_days=order["jours"]),
    rule_filter=Filter(prefix=order["prefixe"]),
)
client.set_bucket_lifecycle(bucket, LifecycleConfig([both, *config.rules]))
""",
    "la règle de départ réécrite": _SET.format(
        **_GOOD
        | {
            "rules": "[Rule(status=ENABLED, rule_id='a', rule_filter=Filter(prefix='archives/'), "
            "expiration=Expiration(days=365)), alone, old]"
        }
    ),
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
bucket = tp.bucket("historique")
rules = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
rules.append({
    "ID": "menage",
    "Status": "Enabled",
    "Filter": {"Prefix": order["prefixe"]},
    "NoncurrentVersionExpiration": {"NoncurrentDays": order["jours"]},
    "Expiration": {"ExpiredObjectDeleteMarker": True},
})
s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": rules})
""",
}

WRONG = {
    "la règle existante perdue": (
        _SET.format(**_GOOD | {"rules": "[old, alone]"}),
        "« archives/ » : 365 jours, a disparu ou changé",
    ),
    "les objets eux-mêmes": (
        _SET.format(**_GOOD).replace(
            "expiration=Expiration(expired_object_delete_marker=True)",
            "expiration=Expiration(days=days)",
        ),
        "fait expirer les objets eux-mêmes",
    ),
    "sans les marqueurs": (
        _SET.format(**_GOOD | {"rules": "[*kept, old]"}),
        "aucune règle ne retire les marqueurs",
    ),
    "les marqueurs seulement": (
        _SET.format(**_GOOD | {"rules": "[*kept, alone]"}),
        "Aucune règle n'efface les anciennes versions",
    ),
    "trois versions épargnées": (
        _SET.format(**_GOOD | {"days": "noncurrent_days=days, newer_noncurrent_versions=3"}),
        "newer_noncurrent_versions",
    ),
    "tout le bucket": (
        _SET.format(**_GOOD | {"prefix": "''"}),
        "vise tout le bucket",
    ),
    "un préfixe sans sa barre": (
        _SET.format(**_GOOD | {"prefix": "prefix.rstrip('/')"}),
        "vise un préfixe plus court",
    ),
    "suspendue": (
        _SET.format(**_GOOD | {"status": "DISABLED"}),
        "posée, mais suspendue",
    ),
    "un jour de plus": (
        _SET.format(**_GOOD | {"days": "noncurrent_days=days + 1"}),
        "ne vivent pas le nombre de jours demandé",
    ),
}

THEN = {
    "la règle existante perdue": (
        WRONG["la règle existante perdue"][0],
        "tp.sweep.reset()\n" + RIGHT["deux règles"],
    ),
    "la règle perdue, puis réécrite": (
        WRONG["la règle existante perdue"][0],
        RIGHT["la règle de départ réécrite"],
    ),
    "les marqueurs seulement": (
        WRONG["les marqueurs seulement"][0],
        _SET.format(**_GOOD | {"rules": "[*kept, old]"}),
    ),
}
