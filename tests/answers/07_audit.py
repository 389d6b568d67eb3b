SECOND = """
for bucket in client.list_buckets():
    if bucket.name.startswith(tp.bucket("salle-")):
        policy = json.loads(client.get_bucket_policy(bucket_name=bucket.name))
        arn = f"arn:aws:s3:::{bucket.name}"
        closing = {"Effect": "Deny", "Principal": {"AWS": ["*"]}}
        policy["Statement"] += [
            closing | {"Action": ["s3:GetObject"], "Resource": [f"{arn}/prive/*"]},
            closing | {"Action": ["s3:ListBucket"], "Resource": [arn]},
        ]
        client.set_bucket_policy(bucket_name=bucket.name, policy=json.dumps(policy))
"""

_EACH = """
for bucket in client.list_buckets():
    if bucket.name.startswith(tp.bucket("salle-")):
        arn = f"arn:aws:s3:::{{bucket.name}}"
        {act}
"""
_GIVE = """rule = {{
            "Effect": "Allow",
            "Principal": {{"AWS": ["*"]}},
            "Action": {action},
            "Resource": {resource},
        }}
        document = {{"Version": "2012-10-17", "Statement": [rule]}}
        client.set_bucket_policy(bucket_name=bucket.name, policy=json.dumps(document))"""


def _give(action='["s3:GetObject"]', resource='[f"{arn}/public/*"]'):
    return _EACH.format(act=_GIVE.format(action=action, resource=resource))


WRONG = {
    "tout fermer": (
        _EACH.format(act="client.delete_bucket_policy(bucket_name=bucket.name)"),
        "est maintenant fermé",
    ),
    "le listage demeure": (
        _EACH.format(
            act="""policy = client.get_bucket_policy(bucket_name=bucket.name)
        policy = policy.replace(f"{arn}/*", f"{arn}/public/*")
        client.set_bucket_policy(bucket_name=bucket.name, policy=policy)"""
        ),
        "laisse encore voir autre chose",
    ),
    "le préfixe sans barre": (
        _give(action='["s3:GetObject"]', resource='[f"{arn}/p*"]'),
        "laisse encore voir autre chose",
    ),
    "et écrire": (_give(action='["s3:GetObject", "s3:PutObject"]'), "écrire ou de supprimer"),
}
