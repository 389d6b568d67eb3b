RIGHT = {
    "set_policy de la leçon, deux motifs": """
from helpers.topics.policies import set_policy

rule = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}
rule["Resource"] = [f"arn:aws:s3:::{tp.bucket('web')}/{prefix}{end}" for end in ("*", "?*")]
set_policy(client, tp.bucket("web"), {"Version": "2012-10-17", "Statement": [rule]})
""",
    "une interdiction inutile en plus": """
arn = f"arn:aws:s3:::{tp.bucket('web')}"
anyone = {"Principal": {"AWS": ["*"]}, "Action": ["s3:GetObject"]}
rules = [
    {"Sid": "Site", "Effect": "Allow", "Resource": [f"{arn}/{prefix}*"], **anyone},
    {"Sid": "Notes", "Effect": "Deny", "Resource": [f"{arn}/interne/*"], **anyone},
]
text = json.dumps({"Version": "2012-10-17", "Id": "site", "Statement": rules})
client.set_bucket_policy(tp.bucket("web"), text)
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
rule = {
    "Effect": "Allow",
    "Principal": {"AWS": "*"},
    "Action": "s3:GetObject",
    "Resource": f"arn:aws:s3:::{tp.bucket('web')}/{prefix}*",
}
document = {"Version": "2012-10-17", "Statement": [rule]}
s3.put_bucket_policy(Bucket=tp.bucket("web"), Policy=json.dumps(document))
""",
    "une autre politique d'abord": """
for end in ("index.html", "*"):
    rule = {
        "Effect": "Allow",
        "Principal": {"AWS": ["*"]},
        "Action": ["s3:GetObject"],
        "Resource": [f"arn:aws:s3:::{tp.bucket('web')}/{prefix}{end}"],
    }
    document = {"Version": "2012-10-17", "Statement": [rule]}
    client.set_bucket_policy(bucket_name=tp.bucket("web"), policy=json.dumps(document))
""",
}

_POLICY = """
web = tp.bucket("web")
rule = {{
    "Effect": "Allow",
    "Principal": {{"AWS": ["*"]}},
    "Action": {action},
    "Resource": {resource},
}}
{more}
document = {{"Version": "2012-10-17", "Statement": [rule]}}
client.set_bucket_policy(bucket_name=web, policy=json.dumps(document))
"""


def _policy(action='["s3:GetObject"]', resource='[f"arn:aws:s3:::{web}/{prefix}*"]', more=""):
    return _POLICY.format(action=action, resource=resource, more=more)


_KEYS = """[
    f"arn:aws:s3:::{web}/{item.object_name}"
    for item in client.list_objects(bucket_name=web, prefix=prefix, recursive=True)
]"""
_HERE = 'rule["Condition"] = {"IpAddress": {"aws:SourceIp": ["127.0.0.0/8"]}}'

WRONG = {
    "les tags aussi": (
        _policy(action='["s3:GetObject", "s3:GetObjectTagging"]'),
        "permet aussi à un inconnu ceci : s3:GetObjectTagging",
        1,
    ),
    "toute lecture, s3:Get*": (_policy(action='["s3:Get*"]'), "permet aussi à un inconnu ceci", 1),
    "un dépôt ailleurs": (
        _policy(
            more="""more = rule | {"Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{web}/x/*"}
rule = [rule, more]"""
        ).replace('"Statement": [rule]', '"Statement": rule'),
        "s3:PutObject sur « x/a »",
        1,
    ),
    "tous les sites de ce genre": (
        _policy(resource='[f"arn:aws:s3:::{web}/site-??/*"]'),
        "s3:GetObject sur « site-00/a »",
        1,
    ),
    "sans la barre finale": (
        _policy(resource='[f"arn:aws:s3:::{web}/{prefix[:-1]}*"]'),
        "commence par le même texte",
        1,
    ),
    "tout le bucket": (
        _policy(resource='[f"arn:aws:s3:::{web}/*"]'),
        "bien plus que le préfixe",
        0,
    ),
    "un seul objet": (
        _policy(resource='[f"arn:aws:s3:::{web}/{prefix}index.html"]'),
        "reste fermé",
        0,
    ),
    "un seul niveau": (
        _policy(resource='[f"arn:aws:s3:::{web}/{prefix}*.html"]'),
        "reste fermé",
        0,
    ),
    "les clés présentes": (_policy(resource=_KEYS), "déposera demain sous ce préfixe", 1),
    "ouvert à cette machine": (_policy(more=_HERE), "n'importe qui, d'où qu'il vienne", 0),
    "et lister": (
        _policy(
            action='["s3:GetObject", "s3:ListBucket"]',
            resource='[f"arn:aws:s3:::{web}/{prefix}*", f"arn:aws:s3:::{web}"]',
        ),
        "lister le bucket",
        1,
    ),
    "et écrire": (_policy(action='["s3:GetObject", "s3:PutObject"]'), "écrire ou de supprimer", 1),
    "toute action": (_policy(action='["s3:*"]'), "écrire ou de supprimer", 1),
    "une règle qui interdit": (_policy().replace("Allow", "Deny"), "reste fermé", 0),
    "deux barres": (
        _policy(resource='[f"arn:aws:s3:::{web}/{prefix}/*"]'),
        "ne désigne pas cette clé",
        0,
    ),
    "un seul compte": (
        _policy(resource='[f"arn:aws:s3:::{web}/{prefix}*"]').replace(
            '"*"', '"arn:aws:iam::123456789012:user/alice"'
        ),
        "« Principal » ne désigne pas tout le monde",
        0,
    ),
}

THEN = {
    "sans la barre finale": (WRONG["sans la barre finale"][0], None),
    "tout le bucket": (WRONG["tout le bucket"][0], RIGHT["set_policy de la leçon, deux motifs"]),
    "un objet de départ supprimé": (
        'client.remove_object(tp.bucket("web"), prefix + "index.html")\n'
        + RIGHT["une autre politique d'abord"],
        "tp.publish.reset()\n" + RIGHT["une autre politique d'abord"],
    ),
}
