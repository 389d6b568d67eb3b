from helpers import server as servers

_START = """
from datetime import UTC, datetime, timedelta

from minio.datatypes import PostPolicy


def make(key=prefix, kind="image/", least=1, most=1 << 20, status=None, minutes=10):
    policy = PostPolicy(tp.bucket("concours"), datetime.now(UTC) + timedelta(minutes=minutes))
    policy.add_starts_with_condition("key", key)
    if kind:
        policy.add_starts_with_condition("Content-Type", kind)
    if most:
        policy.add_content_length_range_condition(least, most)
    fields = {}
    if status:
        policy.add_equals_condition("success_action_status", status)
        fields["success_action_status"] = status
    fields |= client.presigned_post_policy(policy=policy)
    return {"url": f"{address}/{tp.bucket('concours')}", "fields": fields}


"""

RIGHT = {
    "un statut choisi, la clé et le type dans les champs": _START
    + """
form = make(status="201", least=0)
form["url"] += "/"
form["fields"] |= {"key": prefix + "${filename}", "Content-Type": "image/jpeg"}
""",
    "pour localhost, des noms de champs en minuscules": _START
    + """
form = make(minutes=60 * 24 * 7)
form["url"] = form["url"].replace("127.0.0.1", "localhost")
form["fields"] = {name.lower(): value for name, value in form["fields"].items()}
""",
    "arguments nommés, une entrée de plus": """
from datetime import UTC, datetime, timedelta

from minio.datatypes import PostPolicy

policy = PostPolicy(
    bucket_name=tp.bucket("concours"), expiration=datetime.now(UTC) + timedelta(days=1)
)
policy.add_content_length_range_condition(lower_limit=0, upper_limit=1_048_576)
policy.add_starts_with_condition(element="$Content-Type", value="image/")
policy.add_starts_with_condition(element="$key", value=prefix)
form = dict(
    url="/".join([address, tp.bucket("concours")]),
    fields=client.presigned_post_policy(policy=policy),
    method="POST",
)
""",
    "boto3": """
import boto3
from botocore.config import Config

s3 = boto3.client(
    "s3",
    endpoint_url=address,
    aws_access_key_id=server.access_key,
    aws_secret_access_key=server.secret_key,
    aws_session_token=server.session_token,
    region_name=server.region,
    config=Config(signature_version="s3v4"),
)
form = s3.generate_presigned_post(
    tp.bucket("concours"),
    prefix + "${filename}",
    Fields={"Content-Type": "image/png"},
    Conditions=[
        ["starts-with", "$Content-Type", "image/"], ["content-length-range", 1, 1024 * 1024]
    ],
    ExpiresIn=900,
)
""",
    "boto3, signature de version 2": """
import boto3
from botocore.config import Config

s3 = boto3.client(
    "s3",
    endpoint_url=address,
    aws_access_key_id=server.access_key,
    aws_secret_access_key=server.secret_key,
    aws_session_token=server.session_token,
    region_name=server.region,
    config=Config(signature_version="s3"),
)
form = s3.generate_presigned_post(
    tp.bucket("concours"),
    prefix + "${filename}",
    Conditions=[
        ["starts-with", "$Content-Type", "image/"], ["content-length-range", 1, 1024 * 1024]
    ],
)
""",
    "à la main": """
import base64, hashlib, hmac, json as j
from datetime import datetime, timedelta, UTC

b = tp.bucket("concours")
now = datetime.now(UTC)
day, stamp = now.strftime("%Y%m%d"), now.strftime("%Y%m%dT%H%M%SZ")
region = server.region or "us-east-1"
cred = f"{server.access_key}/{day}/{region}/s3/aws4_request"
f = {"x-amz-algorithm": "AWS4-HMAC-SHA256", "x-amz-credential": cred, "x-amz-date": stamp}
if server.session_token:
    f["x-amz-security-token"] = server.session_token
pol = {
    "expiration": (now + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
    "conditions": [
        {"bucket": b},
        ["starts-with", "$key", prefix],
        ["starts-with", "$Content-Type", "image/"],
        ["content-length-range", 0, 1048576],
        *({k: v} for k, v in f.items()),
    ],
}
f["policy"] = base64.b64encode(j.dumps(pol).encode()).decode()
k = ("AWS4" + server.secret_key).encode()
for part in (day, region, "s3", "aws4_request"):
    k = hmac.new(k, part.encode(), hashlib.sha256).digest()
f["x-amz-signature"] = hmac.new(k, f["policy"].encode(), hashlib.sha256).hexdigest()
form = {"url": f"{address}/{b}", "fields": f}
""",
}

WRONG = {
    "sans limite de taille": (_START + "form = make(most=None)", "accepte une photo de plus", 2),
    "tous les types": (_START + 'form = make(kind="")', "accepte un fichier PDF", 2),
    "n'importe où": (_START + 'form = make(key="")', "accepte une photo hors du préfixe", 2),
    "la politique de la leçon": (
        _START + 'form = make(key="photos/")',
        "accepte une photo sous « photos/ »",
        2,
    ),
    "le début du préfixe": (
        _START + "form = make(key=prefix[:3])",
        "accepte une photo sous « photos/ »",
        2,
    ),
    "sans la barre finale": (
        _START + 'form = make(key=prefix.rstrip("/"))',
        "accepte une photo d'une équipe au nom voisin",
        2,
    ),
    "ni taille ni type": (_START + 'form = make(kind="", most=None)', "accepte une photo de", 1),
    "le JPEG seulement": (
        _START + 'form = make(kind="image/jpeg")',
        "refuse une petite image PNG",
        1,
    ),
    "un mégaoctet décimal": (
        _START + "form = make(most=1_000_000)",
        "ne peut pas dépasser 1000000\N{NO-BREAK SPACE}octets",
        1,
    ),
    "pas de petite image": (_START + "form = make(least=1000)", "refuse une vignette WebP", 1),
    "un autre préfixe": (
        _START + 'form = make(key="photos/equipe-0/")',
        "refuse une petite photo JPEG",
        0,
    ),
    "une politique expirée": (_START + "form = make(minutes=-10)", "La politique a expiré", 0),
    "une politique falsifiée": (
        _START
        + """
import base64

form = make(most=1 << 10)
policy = base64.b64decode(form["fields"]["policy"]).replace(b"1024", b"1048576")
form["fields"]["policy"] = base64.b64encode(policy).decode()
""",
        "refuse une petite photo JPEG",
        0,
    ),
    "un autre serveur": (
        _START + 'form = make() | {"url": "http://exemple.org/" + tp.bucket("concours")}',
        "L'adresse du formulaire",
        0,
    ),
    "l'adresse du serveur": (_START + 'form = make() | {"url": address}', "L'adresse du", 0),
    "une URL présignée": (
        _START + 'form = make() | {"fields": {"key": prefix}}',
        "ne viennent pas d'une politique",
        0,
    ),
    "les champs seuls": (_START + 'form = make()["fields"]', "Il manque au formulaire", 0),
    "aucun champ": (_START + 'form = make() | {"fields": None}', "le dictionnaire des champs", 0),
    "la politique à la place des champs": (
        _START
        + """
policy = PostPolicy(tp.bucket("concours"), datetime.now(UTC) + timedelta(hours=1))
policy.add_starts_with_condition("key", prefix)
form = make() | {"fields": policy}
""",
        "PostPolicy",
        0,
    ),
    "image sans barre": (
        """
from minio.datatypes import PostPolicy
from datetime import datetime, timedelta, UTC

b = tp.bucket("concours")
p = PostPolicy(b, datetime.now(UTC) + timedelta(minutes=10))
p.add_starts_with_condition("key", prefix)
p.add_starts_with_condition("Content-Type", "image")
p.add_content_length_range_condition(1, 1024 * 1024)
form = {"url": f"{address}/{b}", "fields": client.presigned_post_policy(p)}
""",
        "imagerie/plan",
    ),
    "égal au préfixe": (
        """
from minio.datatypes import PostPolicy
from datetime import datetime, timedelta, UTC

b = tp.bucket("concours")
p = PostPolicy(b, datetime.now(UTC) + timedelta(minutes=10))
p.add_equals_condition("key", prefix)
p.add_starts_with_condition("Content-Type", "image/")
p.add_content_length_range_condition(1, 1024 * 1024)
form = {"url": f"{address}/{b}", "fields": client.presigned_post_policy(p)}
""",
        "est une égalité",
    ),
    "min trop haut": (
        """
from minio.datatypes import PostPolicy
from datetime import datetime, timedelta, UTC

b = tp.bucket("concours")
p = PostPolicy(b, datetime.now(UTC) + timedelta(minutes=10))
p.add_starts_with_condition("key", prefix)
p.add_starts_with_condition("Content-Type", "image/")
p.add_content_length_range_condition(100_000, 1024 * 1024)
form = {"url": f"{address}/{b}", "fields": client.presigned_post_policy(p)}
""",
        "au moins 100000",
    ),
    "autre bucket": (
        """
from minio.datatypes import PostPolicy
from datetime import datetime, timedelta, UTC

b = tp.bucket("concours")
p = PostPolicy("concours", datetime.now(UTC) + timedelta(minutes=10))
p.add_starts_with_condition("key", prefix)
p.add_starts_with_condition("Content-Type", "image/")
p.add_content_length_range_condition(1, 1024 * 1024)
form = {"url": f"{address}/{b}", "fields": client.presigned_post_policy(p)}
""",
        "celle du bucket « concours »",
    ),
    "type mal nommé": (
        """
from minio.datatypes import PostPolicy
from datetime import datetime, timedelta, UTC

b = tp.bucket("concours")
p = PostPolicy(b, datetime.now(UTC) + timedelta(minutes=10))
p.add_starts_with_condition("key", prefix)
p.add_starts_with_condition("content_type", "image/")
p.add_content_length_range_condition(1, 1024 * 1024)
form = {"url": f"{address}/{b}", "fields": client.presigned_post_policy(p)}
""",
        # MinIO laisse passer un champ qu'il ne connaît pas : tout type y est accepté.
        "« content_type »" if servers.ensure().way == "embedded" else "accepte un fichier PDF",
    ),
}

THEN = {
    "sans limite de taille": (WRONG["sans limite de taille"][0], None),
    "la politique de la leçon": (WRONG["la politique de la leçon"][0], None),
}
