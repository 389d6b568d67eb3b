RIGHT = {
    "une règle ajoutée": """
from minio.commonconfig import ENABLED, Filter
from minio.lifecycleconfig import Expiration, LifecycleConfig, Rule

config = client.get_bucket_lifecycle(bucket_name=bucket)
image = Rule(
    status=ENABLED, rule_id="images", rule_filter=Filter(prefix="camera/"),
    expiration=Expiration(days=days),
)
client.set_bucket_lifecycle(
    bucket_name=bucket, config=LifecycleConfig([*config.rules, image])
)
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
rules = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
rules.append({
    "ID": "camera", "Status": "Enabled", "Filter": {"Prefix": "camera/"},
    "Expiration": {"Days": days},
})
s3.put_bucket_lifecycle_configuration(
    Bucket=bucket, LifecycleConfiguration={"Rules": rules}
)
""",
    "les règles modifiées sur place": """
from minio.commonconfig import Filter
from minio.lifecycleconfig import Expiration, Rule

config = client.get_bucket_lifecycle(bucket)
config.rules.insert(
    0, Rule("Enabled", rule_filter=Filter(prefix="camera/"), expiration=Expiration(days=days))
)
client.set_bucket_lifecycle(bucket, config)
""",
    "une fois pour rien, puis bien": """
from helpers import set_lifetimes

(reports,) = client.get_bucket_lifecycle(bucket_name=bucket).rules
kept = {reports.rule_filter.prefix: reports.expiration.days}
set_lifetimes(client, bucket, {"camera/": days})
set_lifetimes(client, bucket, {"camera/": days, **kept})
""",
}

_SET = """
from helpers import set_lifetimes

rules = client.get_bucket_lifecycle(bucket_name=bucket).rules
known = {rule.rule_filter.prefix: rule.expiration.days for rule in rules}
"""

WRONG = {
    "remplace tout": (_SET + 'set_lifetimes(client, bucket, {"camera/": days})', "a disparu"),
    "tout le bucket": (
        _SET
        + """
from minio.commonconfig import ENABLED, Filter
from minio.lifecycleconfig import Expiration, LifecycleConfig, Rule

wide = Rule(
    status=ENABLED, rule_id="images", rule_filter=Filter(prefix=""),
    expiration=Expiration(days=days),
)
client.set_bucket_lifecycle(bucket_name=bucket, config=LifecycleConfig([*rules, wide]))
""",
        "vise plus que les images",
    ),
    "sans barre finale": (
        _SET + 'set_lifetimes(client, bucket, known | {"camera": days})',
        "vise plus que les images",
    ),
    "durée de l'exemple": (
        _SET + 'set_lifetimes(client, bucket, known | {"camera/": 1})',
        "pas la durée de vie demandée",
    ),
    "rapports changés": (
        _SET + 'set_lifetimes(client, bucket, {"rapports/": days, "camera/": days})',
        "La durée de vie des rapports, ",
    ),
    "une règle de trop": (
        _SET + 'set_lifetimes(client, bucket, known | {"camera/": days, "films/": days})',
        "une règle de trop",
    ),
    "créée, mais désactivée": (
        _SET
        + """
from minio.commonconfig import DISABLED, Filter
from minio.lifecycleconfig import Expiration, LifecycleConfig, Rule

off = Rule(
    status=DISABLED, rule_id="images", rule_filter=Filter(prefix="camera/"),
    expiration=Expiration(days=days),
)
client.set_bucket_lifecycle(bucket_name=bucket, config=LifecycleConfig([*rules, off]))
""",
        "elle est désactivée",
        1,
    ),
    "un autre préfixe": (
        _SET + 'set_lifetimes(client, bucket, known | {"images/": days})',
        "Aucune règle ne vise les images",
        0,
    ),
    "toutes supprimées": (
        "client.delete_bucket_lifecycle(bucket_name=bucket)",
        "tp.expire.reset()",
        0,
    ),
}

THEN = {
    "durée de l'exemple": (WRONG["durée de l'exemple"][0], None),
    "créée, mais désactivée": (
        WRONG["créée, mais désactivée"][0],
        "tp.expire.reset()\n" + RIGHT["une règle ajoutée"],
    ),
    "remplace tout": (
        WRONG["remplace tout"][0],
        "tp.expire.reset()\n" + RIGHT["boto3"],
    ),
}
