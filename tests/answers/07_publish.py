SECOND = """
from helpers.topics.policies import set_policy

rule = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}
rule["Resource"] = [f"arn:aws:s3:::{tp.bucket('web')}/{prefix}{end}" for end in ("*", "?*")]
set_policy(client, tp.bucket("web"), {"Version": "2012-10-17", "Statement": [rule]})
"""

_POLICY = """
web = tp.bucket("web")
rule = {{
    "Effect": "Allow",
    "Principal": {{"AWS": ["*"]}},
    "Action": {action},
    "Resource": {resource},
}}
document = {{"Version": "2012-10-17", "Statement": [rule]}}
client.set_bucket_policy(bucket_name=web, policy=json.dumps(document))
"""


def _policy(action='["s3:GetObject"]', resource='[f"arn:aws:s3:::{web}/{prefix}*"]'):
    return _POLICY.format(action=action, resource=resource)


WRONG = {
    "sans la barre finale": (
        _policy(resource='[f"arn:aws:s3:::{web}/{prefix[:-1]}*"]'),
        "commence par le même texte",
    ),
    "tout le bucket": (_policy(resource='[f"arn:aws:s3:::{web}/*"]'), "bien plus que le préfixe"),
    "un seul objet": (
        _policy(resource='[f"arn:aws:s3:::{web}/{prefix}index.html"]'),
        "reste fermé",
    ),
    "un seul niveau": (
        _policy(resource='[f"arn:aws:s3:::{web}/{prefix}*.html"]'),
        "reste fermé",
    ),
    "et lister": (
        _policy(
            action='["s3:GetObject", "s3:ListBucket"]',
            resource='[f"arn:aws:s3:::{web}/{prefix}*", f"arn:aws:s3:::{web}"]',
        ),
        "lister le bucket",
    ),
    "et écrire": (_policy(action='["s3:GetObject", "s3:PutObject"]'), "écrire ou de supprimer"),
    "une règle qui interdit": (_policy().replace("Allow", "Deny"), "reste fermé"),
}
