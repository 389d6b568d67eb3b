_RIGHTS = """
import io

from helpers.topics.iam import call_sts, field

arn = "arn:aws:s3:::" + tp.bucket("mesures")


def allow(action, resource):
    return {"Effect": "Allow", "Action": [action], "Resource": [resource]}


rules = [
    allow("s3:GetObject", f"{arn}/{loan['read']}*"),
    allow("s3:PutObject", f"{arn}/{loan['write']}*"),
]
"""

_ASK = """
seconds = 900
policy = json.dumps({"Version": "2012-10-17", "Statement": rules})
asked = {"Action": "AssumeRole", "RoleSessionName": "pret", "DurationSeconds": str(seconds)}
answer = call_sts(own, **asked, Policy=policy)
names = ("AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration")
token = {name: field(answer, name) for name in names}
"""

_LEND = """
data = json.dumps(token).encode()
admin.put_object(
    bucket_name=tp.bucket("jetons"), object_name="jeton.json", data=io.BytesIO(data),
    length=len(data), content_type="application/json",
)
"""

_BOTO3 = """
import boto3
from botocore.config import Config

found = boto3.client(
    "sts", endpoint_url=own.url, region_name="us-east-1", aws_access_key_id=own.access_key,
    aws_secret_access_key=own.secret_key, config=Config(parameter_validation=False),
).assume_role(
    RoleSessionName="pret", DurationSeconds=900,
    Policy=json.dumps({"Version": "2012-10-17", "Statement": rules}),
)["Credentials"]
token = found | {"Expiration": found["Expiration"].isoformat()}
"""

_FILE = """
from pathlib import Path
from tempfile import TemporaryDirectory

from helpers import write_token
from minio.credentials import Credentials

with TemporaryDirectory() as folder:
    path = Path(folder) / "jeton.json"
    write_token(path, Credentials(
        access_key=token["AccessKeyId"], secret_key=token["SecretAccessKey"],
        session_token=token["SessionToken"],
        expiration=datetime.fromisoformat(token["Expiration"]),
    ))
    admin.fput_object(bucket_name=tp.bucket("jetons"), object_name="jeton.json",
                      file_path=str(path), content_type="application/json")
"""

_EXPIRED = """
claims = {"exp": int(datetime.now(UTC).timestamp()) - 5}
body = __import__("base64").urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
head, _, signature = token["SessionToken"].split(".")
token["SessionToken"] = f"{head}.{body}.{signature}"
"""


def _then(change):
    return _RIGHTS + _ASK + change + "\n" + _LEND


def _rights(before, after):
    assert before in _RIGHTS
    return _RIGHTS.replace(before, after) + _ASK + _LEND


RIGHT = {
    "call_sts et field": _RIGHTS + _ASK + _LEND,
    "boto3": _RIGHTS + _BOTO3 + _LEND,
    "par un fichier de jeton": _RIGHTS + _ASK + _FILE,
    "des règles interdites en plus": _RIGHTS
    + 'rules.append(allow("s3:*", f"{arn}/secret/*") | {"Effect": "Deny"})\n'
    + _ASK
    + _LEND,
    "d'abord un jeton trop long, puis le bon": _RIGHTS
    + _ASK.replace("900", "3600")
    + _LEND
    + _ASK
    + _LEND,
}

WRONG = {
    "les tags aussi": (
        _rights("\nrules = [", '\nrules = [\n    allow("s3:GetObjectTagging", f"{arn}/*"),'),
        "mais peut aussi faire ceci : s3:GetObjectTagging",
        1,
    ),
    "le bucket des jetons": (
        _rights(
            "\nrules = [",
            '\nrules = [\n    allow("s3:GetObject", f"arn:aws:s3:::{tp.bucket(\'jetons\')}/*"),',
        ),
        "mais peut aussi faire ceci : s3:GetObject",
        1,
    ),
    "les clés présentes": (
        _rights(
            "f\"{arn}/{loan['read']}*\"",
            "f\"{arn}/{[o.object_name for o in admin.list_objects(tp.bucket('mesures'), "
            "loan['read'], recursive=True)][0]}\"",
        ),
        "ne peut pas faire ceci : s3:GetObject",
        1,
    ),
    "aucun objet": (_RIGHTS + _ASK, "n'est pas dans tp.bucket('jetons')", 0),
    "les clés de l'administrateur": (
        _then('token |= {"AccessKeyId": own.access_key, "SecretAccessKey": own.secret_key}'),
        "celles de l'administrateur",
        0,
    ),
    "sans le jeton de session": (
        _then('del token["SessionToken"]'),
        "n'a pas le champ « SessionToken »",
        0,
    ),
    "un jeton coupé": (
        _then('token["SessionToken"] = token["SessionToken"][:40]'),
        "n'est pas un jeton de session",
        0,
    ),
    "la clé d'un autre jeton": (
        _then('token["AccessKeyId"] = field(call_sts(own, **asked), "AccessKeyId")'),
        "ne reconnaît pas les trois valeurs",
        0,
    ),
    "un jeton fini": (_then(_EXPIRED), "Ce jeton a expiré", 0),
    "une heure": (
        _RIGHTS + _ASK.replace("900", "3600") + _LEND,
        "Ce jeton vaut encore 60 minutes",
        2,
    ),
    "sans politique de session": (
        _RIGHTS + _ASK.replace(", Policy=policy", "") + _LEND,
        "mais peut aussi lire",
        1,
    ),
    "le préfixe sans sa barre": (
        _rights("{loan['read']}*", "{loan['read'].rstrip('/')}*"),
        "mais peut aussi lire",
        1,
    ),
    "le droit de lister": (
        _rights("\nrules = [", '\nrules = [\n    allow("s3:ListBucket", arn),'),
        "mais peut aussi lister",
        1,
    ),
    "lire le bucket, et non ses objets": (
        _rights("f\"{arn}/{loan['read']}*\"", "arn"),
        "ne peut pas lire",
        1,
    ),
    "une expiration inventée": (
        _then('token["Expiration"] = "2031-01-01T00:00:00Z"'),
        "ne dit pas l'instant où ce jeton expire",
        2,
    ),
    "une expiration en mots": (
        _then('token["Expiration"] = "dans un quart d\'heure"'),
        "n'est pas une date au format ISO",
        2,
    ),
}

THEN = {
    "une heure, puis un quart d'heure": (
        _RIGHTS + _ASK.replace("900", "3600") + _LEND,
        _RIGHTS + _ASK + _LEND,
    ),
    "tous les droits, puis les bons": (
        _RIGHTS + _ASK.replace(", Policy=policy", "") + _LEND,
        _RIGHTS + _ASK + _LEND,
    ),
    "oublié, puis déposé": (_RIGHTS + _ASK, _RIGHTS + _ASK + _LEND),
}
