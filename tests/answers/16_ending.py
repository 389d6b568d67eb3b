_ASSUME = """
import io

from dataclasses import replace

from minio import Minio
from minio.error import S3Error

from helpers.topics.iam import call_sts, field

answer = call_sts(
    own, signed=False, Action="AssumeRoleWithWebIdentity", RoleArn=role_arn,
    RoleSessionName=user, WebIdentityToken=sign_in(user),
)
names = ("AccessKeyId", "SecretAccessKey", "SessionToken")
session = {name: field(answer, name) for name in names}
"""

_GUEST = """
guest = client_for(replace(
    own, way="external", access_key=session["AccessKeyId"],
    secret_key=session["SecretAccessKey"], session_token=session["SessionToken"],
))
proof = {"bucket_name": tp.bucket("mesures"), "object_name": user + "/preuve.txt"}
"""

_PROVE = """
guest.put_object(**proof, data=io.BytesIO(b"preuve"), length=6, content_type="text/plain")
"""

_WAIT = """
end = jwt.decode(session["SessionToken"], options={"verify_signature": False})["exp"]
time.sleep(max(0, end - time.time()) + 0.5)
"""

_READ = """
try:
    guest.get_object(**proof).close()
except S3Error as error:
    refusal = error.code
"""

_HAND = """
data = json.dumps(session).encode()
admin.put_object(
    bucket_name=tp.bucket("jetons"), object_name="jeton.json", data=io.BytesIO(data),
    length=len(data), content_type="application/json",
)
"""

_TOLD = 'refusal = "InvalidAccessKeyId"\n'

_PROVIDER = """
import io

from minio import Minio
from minio.credentials import WebIdentityProvider
from minio.error import S3Error

found = WebIdentityProvider(
    jwt_provider_func=lambda: {"access_token": sign_in(user)}, sts_endpoint=own.url,
    role_arn=role_arn, role_session_name=user,
).retrieve()
session = {
    "AccessKeyId": found.access_key, "SecretAccessKey": found.secret_key,
    "SessionToken": found.session_token,
}
guest = Minio(endpoint=own.endpoint, access_key=found.access_key, secret_key=found.secret_key,
              session_token=found.session_token, secure=False, region="us-east-1")
proof = {"bucket_name": tp.bucket("mesures"), "object_name": user + "/preuve.txt"}
"""

_LONG = """
answer = call_sts(own, Action="AssumeRole", RoleSessionName=user, DurationSeconds="900")
session = {name: field(answer, name) for name in names}
"""

RIGHT = {
    "call_sts": _ASSUME + _GUEST + _PROVE + _WAIT + _READ + _HAND,
    "le fournisseur de minio-py": _PROVIDER + _PROVE + _WAIT + _READ + _HAND,
    "les clés remises avant l'attente": _ASSUME + _GUEST + _PROVE + _HAND + _WAIT + _READ,
    "une attente à plusieurs essais": _ASSUME
    + _GUEST
    + _PROVE
    + "while refusal is ...:\n    time.sleep(0.5)\n"
    + "    try:\n        guest.get_object(**proof).close()\n"
    + "    except S3Error as error:\n        refusal = error.code\n"
    + _HAND,
}

WRONG = {
    "la session d'une autre personne": (
        _ASSUME.replace("sign_in(user)", 'sign_in("zoe")')
        + _GUEST
        + "guest = admin\n"
        + _PROVE
        + _WAIT
        + _HAND
        + _TOLD,
        "n'est pas celle de la personne",
        0,
    ),
    "une autre session que celle qui a servi": (
        _ASSUME + _GUEST + _PROVE + _WAIT + "time.sleep(2)\n" + _ASSUME + _WAIT + _HAND + _TOLD,
        "a été déposé avant cette session",
        1,
    ),
    "une clé d'accès inventée": (
        _ASSUME
        + _GUEST
        + _PROVE
        + _WAIT
        + 'session["AccessKeyId"] = "ASIA0123456789ABCDEF"\n'
        + _HAND
        + _TOLD,
        "ne sont pas de la même session",
        0,
    ),
    "rien de remis": (_ASSUME + _TOLD, "n'est pas dans tp.bucket('jetons')", 0),
    "la session vaut encore": (
        _ASSUME + _GUEST + _PROVE + _HAND + _TOLD,
        "Cette session vaut encore",
        0,
    ),
    "les clés de l'administrateur": (
        _ASSUME + 'session["AccessKeyId"] = own.access_key\n' + _HAND + _TOLD,
        "celles de l'administrateur",
        0,
    ),
    "un jeton d'identité pour jeton de session": (
        _ASSUME + 'session["SessionToken"] = "jeton"\n' + _HAND + _TOLD,
        "n'est pas un jeton de session",
        0,
    ),
    "une session d'un quart d'heure": (
        _ASSUME + _LONG + _GUEST + _PROVE + _HAND + _TOLD,
        "Cette session vaut encore",
        0,
    ),
    "aucune preuve": (
        _ASSUME + _GUEST + _WAIT + _HAND + _TOLD,
        "/preuve.txt » n'est pas dans tp.bucket('mesures')",
        1,
    ),
    "une preuve de l'administrateur, après coup": (
        _ASSUME + _GUEST + _WAIT + "time.sleep(1.5)\nguest = admin\n" + _PROVE + _HAND + _TOLD,
        "après la fin de cette session",
        1,
    ),
    "stat_object, qui ne dit pas la cause": (
        _ASSUME
        + _GUEST
        + _PROVE
        + _WAIT
        + _READ.replace("get_object(**proof).close()", "stat_object(**proof)")
        + _HAND,
        "lisez avec get_object",
        2,
    ),
    "le statut, et non le code": (
        _ASSUME + _GUEST + _PROVE + _WAIT + _HAND + "refusal = 403\n",
        "doit être un texte",
        2,
    ),
    "un code de son cru": (
        _ASSUME + _GUEST + _PROVE + _WAIT + _HAND + 'refusal = "expiré"\n',
        "n'est pas le code de ce refus",
        2,
    ),
}

THEN = {
    "trop tôt, puis à temps": (
        _ASSUME + _GUEST + _PROVE + _HAND + _TOLD,
        _ASSUME + _GUEST + _PROVE + _WAIT + _READ + _HAND,
    ),
    "sans preuve, puis avec": (
        _ASSUME + _GUEST + _WAIT + _HAND + _TOLD,
        _ASSUME + _GUEST + _PROVE + _WAIT + _READ + _HAND,
    ),
}
