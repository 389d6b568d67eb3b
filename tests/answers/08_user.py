_TRY = """
from minio.error import S3Error


def attempt(do, key):
    bucket = tp.bucket("promotion")
    try:
        if do == "read":
            her.stat_object(bucket_name=bucket, object_name=key)
        elif do == "write":
            her.put_object(
                bucket_name=bucket, object_name=f"{key}a.txt", data=io.BytesIO(b"a"), length=1
            )
        else:
            her.remove_object(bucket_name=bucket, object_name=f"{key}a.txt")
        return True
    except S3Error:
        return False


outcomes = {letter: attempt(**trial) for letter, trial in trials.items()}
"""

_RIGHTS = """
import io

from helpers.topics.tenants import tenant

arn = "arn:aws:s3:::" + tp.bucket("promotion")


def allow(action, prefix):
    return {"Effect": "Allow", "Action": [action], "Resource": [f"{arn}/{prefix}*"]}


rules = [allow("s3:GetObject", order["read"]), allow("s3:PutObject", order["write"])]
rights = {"Version": "2012-10-17", "Statement": rules}
"""

_MAKE = """
user = tenant(own, order["user"], rights)
her = user.client
keys = {"access_key": user.server.access_key, "secret_key": user.server.secret_key}
"""

_HAND = """
data = json.dumps(keys).encode()
admin.put_object(
    bucket_name=tp.bucket("coffre"), object_name=order["user"] + ".json",
    data=io.BytesIO(data), length=len(data), content_type="application/json",
)
"""

_BY_HAND = """
from dataclasses import replace

import requests

from helpers.topics.iam import call_iam, field
from helpers.topics.tenants import MinioUsers, users_of

if isinstance(users_of(own), MinioUsers):
    api = users_of(own).admin
    api.user_add(access_key=order["user"], secret_key="un-secret-assez-long")
    api.policy_add(policy_name="lecture-et-depot", policy=rights)
    api.policy_set(policy_name="lecture-et-depot", user=order["user"])
    keys = {"access_key": order["user"], "secret_key": "un-secret-assez-long"}
else:
    call_iam(own, Action="CreateUser", UserName=order["user"])
    made = call_iam(own, Action="CreateAccessKey", UserName=order["user"])
    call_iam(own, Action="PutUserPolicy", UserName=order["user"], PolicyName="droits",
             PolicyDocument=json.dumps(rights))
    keys = {"access_key": field(made, "AccessKeyId"), "secret_key": field(made, "SecretAccessKey")}
her = client_for(replace(own, **keys))
"""

_MINIO = """
from minio import Minio

her = Minio(endpoint=own.endpoint, secure=False, region="us-east-1", **keys)
"""

_GIVEN = """
outcomes = {
    letter: (trial["do"], trial["key"]) in (
        ("read", order["read"] + "cours.txt"), ("write", order["write"])
    )
    for letter, trial in trials.items()
}
"""


def _with(before, after):
    assert before in _RIGHTS
    return _RIGHTS.replace(before, after) + _MAKE + _HAND + _TRY


def _more(rule):
    return _with("\nrights =", f"\nrules.append({rule})\nrights =")


RIGHT = {
    "tenant, puis les essais": _RIGHTS + _MAKE + _HAND + _TRY,
    "par l'API du serveur, sans tenant": _RIGHTS + _BY_HAND + _HAND + _TRY,
    "un client minio fait à la main": _RIGHTS + _MAKE + _HAND + _MINIO + _TRY,
    "les essais d'abord, les clés ensuite": _RIGHTS + _MAKE + _TRY + _HAND,
    "des droits élargis puis resserrés": _RIGHTS
    + _MAKE.replace("rights)", "{**rights, 'Statement': [allow('s3:*', '')]})")
    + "user.allow(rights)\n"
    + _HAND
    + _TRY,
}

WRONG = {
    "les tags aussi": (
        _more("{'Effect': 'Allow', 'Action': 's3:GetObjectTagging', 'Resource': f'{arn}/*'}"),
        "mais peut aussi faire ceci : s3:GetObjectTagging",
        1,
    ),
    "les clés présentes": (
        _with(
            """allow("s3:GetObject", order["read"])""",
            """{
    "Effect": "Allow", "Action": "s3:GetObject",
    "Resource": [
        f"{arn}/{item.object_name}"
        for item in admin.list_objects(tp.bucket("promotion"), order["read"], recursive=True)
    ],
}""",
        ),
        "ne peut pas faire ceci : s3:GetObject",
        1,
    ),
    "tous les supports": (
        _with(
            """allow("s3:GetObject", order["read"])""", """allow("s3:GetObject", "*/supports/")"""
        ),
        "mais peut aussi faire ceci : s3:GetObject",
        1,
    ),
    "personne, et aucune clé": (_RIGHTS + _GIVEN, "n'est pas dans tp.bucket('coffre')", 0),
    "les clés de l'administrateur": (
        _RIGHTS
        + "her = admin\nkeys = {'access_key': own.access_key, 'secret_key': own.secret_key}\n"
        + _HAND
        + _TRY,
        "sont celles de l'administrateur",
        0,
    ),
    "une utilisatrice d'un autre nom": (
        _RIGHTS + _MAKE.replace('order["user"]', 'order["user"] + "-1"') + _HAND + _TRY,
        "n'a pas d'utilisatrice",
        0,
    ),
    "un secret recopié de travers": (
        _RIGHTS + _MAKE + "keys['secret_key'] += 'x'\n" + _HAND + _TRY,
        "ne reconnaît pas les clés",
        0,
    ),
    "une seule des deux clés": (
        _RIGHTS + _MAKE + "del keys['secret_key']\n" + _HAND + _TRY,
        "n'a pas le champ « secret_key »",
        0,
    ),
    "l'étoile mal placée": (
        _with("""order["write"])]""", """order["write"].rstrip("/"))]"""),
        "mais peut aussi déposer sous",
        0,
    ),
    "prefix_policy, qui en donne trop": (
        _with(
            "\nrights =",
            "\nfrom helpers.topics.policies import prefix_policy\n"
            'rules += prefix_policy(tp.bucket("promotion"), order["write"])["Statement"]\nrights =',
        ),
        "mais peut aussi lire",
        0,
    ),
    "le droit de tout lister": (
        _more('{"Effect": "Allow", "Action": ["s3:ListBucket"], "Resource": [arn]}'),
        "mais peut aussi lister",
        1,
    ),
    "tous les droits": (_more('allow("s3:*", "")'), "mais peut aussi lire", 0),
    "lire seulement": (_with(', allow("s3:PutObject", order["write"])', ""), "ne peut pas déposer"),
    "les bons droits, aucun essai": (
        _RIGHTS + _MAKE + _HAND + "outcomes = dict.fromkeys(trials, True)\n",
        "2 sur 8 sont justes",
        2,
    ),
    "les essais de l'administrateur": (
        _RIGHTS + _MAKE + _HAND + "her = admin\n" + _TRY,
        "2 sur 8 sont justes",
        2,
    ),
    "des textes pour réponses": (
        _RIGHTS + _MAKE + _HAND + "outcomes = dict.fromkeys(trials, 'refusé')\n",
        "ni True ni False",
        2,
    ),
    "une lettre de moins": (
        _RIGHTS + _MAKE + _HAND + _TRY + "del outcomes['A']\n",
        "manque",
        2,
    ),
}

THEN = {
    "trop de droits, puis les bons": (_more('allow("s3:*", "")'), _RIGHTS + _MAKE + _HAND + _TRY),
    "les clés oubliées, puis remises": (_RIGHTS + _MAKE + _TRY, _RIGHTS + _MAKE + _HAND + _TRY),
    "un autre nom, puis le bon": (
        _RIGHTS + _MAKE.replace('order["user"]', 'order["user"] + "-1"') + _HAND + _TRY,
        _RIGHTS + _MAKE + _HAND + _TRY,
    ),
}
