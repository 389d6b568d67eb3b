_START = """
library = tp.bucket("mediatheque")
arn = f"arn:aws:s3:::{library}"


def rule(effect, action, resource, **more):
    who = {"Effect": effect, "Principal": {"AWS": ["*"]}}
    return who | {"Action": action, "Resource": resource} | more


def give(*rules):
    document = {"Version": "2012-10-17", "Statement": list(rules)}
    client.set_bucket_policy(bucket_name=library, policy=json.dumps(document))


def only(*prefixes):
    return {"StringLike": {"s3:prefix": list(prefixes)}}


read = rule("Allow", "s3:GetObject", f"{arn}/*")
close = rule("Deny", "s3:*", f"{arn}/{closed}*")
catalogue = rule("Allow", "s3:ListBucket", arn, Condition=only("catalogue/*"))
"""

SECOND = _START + "give(catalogue, close, read)"

WRONG = {
    "la réserve est ouverte": (_START + "give(read, catalogue)", "Un objet de la réserve"),
    "sans la barre finale": (
        _START + "give(read, catalogue, rule('Deny', 's3:*', f'{arn}/{closed[:-1]}*'))",
        "un autre préfixe, qui commence de même",
    ),
    "un niveau de la réserve": (
        _START + "give(read, catalogue, rule('Deny', 's3:*', f'{arn}/{closed}*.pdf'))",
        "Un objet de la réserve",
    ),
    "sans listage": (_START + "give(read, close)", "ne peut pas être listé"),
    "tout lister": (
        _START + "give(read, close, rule('Allow', 's3:ListBucket', arn))",
        "n'est pas limité au catalogue",
    ),
    "lister aussi la réserve": (
        _START
        + "both = only('catalogue/*', closed)\n"
        + "give(read, close, rule('Allow', 's3:ListBucket', arn, Condition=both))",
        "n'est pas limité au catalogue",
    ),
    "catalogue seul": (
        _START + "give(rule('Allow', 's3:GetObject', f'{arn}/catalogue/*'), catalogue)",
        "Un objet à ouvrir reste fermé",
    ),
    "et écrire": (
        _START + "give(rule('Allow', ['s3:GetObject', 's3:DeleteObject'], f'{arn}/*'), close, "
        "catalogue)",
        "écrire ou de supprimer",
    ),
}
