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


_CHANGE = """policy = json.loads(client.get_bucket_policy(bucket_name=bucket.name))
        {how}
        client.set_bucket_policy(bucket_name=bucket.name, policy=json.dumps(policy))"""


def _change(how):
    return _EACH.format(act=_CHANGE.format(how=how))


RIGHT = {
    "des interdictions en plus": _change(
        """closing = {"Effect": "Deny", "Principal": {"AWS": ["*"]}}
        policy["Statement"] += [
            closing | {"Action": ["s3:GetObject"], "NotResource": [f"{arn}/public/*"]},
            closing | {"Action": ["s3:ListBucket"], "Resource": [arn]},
        ]"""
    ),
    "les règles en trop, enlevées ou resserrées": _change(
        """policy["Statement"] = [
            rule | {"Resource": [f"{arn}/public/*"]}
            for rule in policy["Statement"]
            if "s3:ListBucket" not in rule["Action"]
        ]"""
    ),
    "set_policy de la leçon": _EACH.format(
        act="""rule = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}
        rule["Resource"] = f"{arn}/public/*"
        set_policy(client, bucket.name, {"Version": "2012-10-17", "Statement": [rule]})"""
    ).replace("\nfor", "\nfrom helpers.topics.policies import set_policy\n\nfor", 1),
    "effacée, puis rendue": _EACH.format(
        act="client.delete_bucket_policy(bucket_name=bucket.name)\n        "
        + _GIVE.format(action='["s3:GetObject"]', resource='[f"{arn}/public/*"]')
    ),
}

_PRESENT = """[
            f"{arn}/{item.object_name}"
            for item in client.list_objects(bucket.name, prefix="public/", recursive=True)
        ]"""

WRONG = {
    "les tags aussi": (
        _give(action='["s3:GetObject", "s3:GetObjectTagging"]'),
        "permet aussi à un inconnu ceci : s3:GetObjectTagging",
        0,
    ),
    "tout fermer": (
        _EACH.format(act="client.delete_bucket_policy(bucket_name=bucket.name)"),
        "est maintenant fermé",
        0,
    ),
    "le listage demeure": (
        _change("policy = json.loads(json.dumps(policy).replace(arn + '/*', arn + '/public/*'))"),
        "laisse encore voir une liste",
        1,
    ),
    "la lecture demeure": (
        _change(
            """policy["Statement"] = [
            rule for rule in policy["Statement"] if "s3:ListBucket" not in rule["Action"]
        ]"""
        ),
        "laisse encore lire autre chose",
        1,
    ),
    "le préfixe sans barre": (
        _give(resource='[f"{arn}/public*"]'),
        "laisse encore lire autre chose",
        0,
    ),
    "une interdiction sur les objets présents": (
        _change(
            """found = client.list_objects(bucket.name, recursive=True)
        hidden = [item.object_name for item in found]
        closing = {"Effect": "Deny", "Principal": {"AWS": ["*"]}}
        keys = [f"{arn}/{key}" for key in hidden if not key.startswith("public/")]
        policy["Statement"] += [
            closing | {"Action": ["s3:GetObject"], "Resource": keys},
            closing | {"Action": ["s3:ListBucket"], "Resource": [arn]},
        ]"""
        ),
        "que l'on déposera demain : n'ouvrez que",
        1,
    ),
    "les clés présentes": (_give(resource=_PRESENT), "ouvrez le préfixe, et non des clés", 0),
    "ouvert à cette machine": (
        _give(resource='[f"{arn}/public/*"]').replace(
            '"Action":', '"Condition": {"IpAddress": {"aws:SourceIp": "127.0.0.0/8"}}, "Action":'
        ),
        "n'importe qui, d'où qu'il vienne",
        0,
    ),
    "et écrire": (
        _give(action='["s3:GetObject", "s3:PutObject"]'),
        "écrire ou de supprimer",
        0,
    ),
    "sans l'étoile": (
        """
for bucket in client.list_buckets():
    if bucket.name.startswith(tp.bucket("salle-")):
        document = json.loads(client.get_bucket_policy(bucket.name))
        rule = {
            "Effect": "Allow",
            "Principal": {"AWS": ["*"]},
            "Action": ["s3:GetObject"],
            "Resource": [f"arn:aws:s3:::{bucket.name}/public/"],
        }
        document["Statement"] = [rule]
        client.set_bucket_policy(bucket.name, json.dumps(document))
""",
        "la ressource permise, « /public/ »",
        0,
    ),
}

THEN = {
    "tout fermer": (WRONG["tout fermer"][0], None),
    "le listage demeure": (WRONG["le listage demeure"][0], RIGHT["set_policy de la leçon"]),
}
