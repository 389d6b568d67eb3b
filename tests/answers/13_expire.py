SECOND = """
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
"""

SET = """
from helpers import set_lifetimes

rules = client.get_bucket_lifecycle(bucket_name=bucket).rules
known = {rule.rule_filter.prefix: rule.expiration.days for rule in rules}
"""

WRONG = {
    "remplace tout": (SET + 'set_lifetimes(client, bucket, {"camera/": days})', "a disparu"),
    "tout le bucket": (
        SET
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
        SET + 'set_lifetimes(client, bucket, known | {"camera": days})',
        "vise plus que les images",
    ),
    "durée de l'exemple": (
        SET + 'set_lifetimes(client, bucket, known | {"camera/": 1})',
        "pas la durée de vie demandée",
    ),
    "rapports changés": (
        SET + 'set_lifetimes(client, bucket, {"rapports/": days, "camera/": days})',
        "durée de vie des rapports a changé",
    ),
    "une règle de trop": (
        SET + 'set_lifetimes(client, bucket, known | {"camera/": days, "films/": days})',
        "une règle de trop",
    ),
}
