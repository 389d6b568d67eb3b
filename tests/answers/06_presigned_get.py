from helpers import server as servers

_ROUTE = """
from datetime import timedelta

from minio.error import S3Error


@app3.get("/documents/{{key{converter}}}")
def download_url(key: str):
    bucket = tp.bucket("archives")
    {check}
    url = {url}
    return {answer}
"""
_CHECK = """try:
        client.stat_object(bucket_name=bucket, object_name=key)
    except S3Error:
        {absent}"""
_SIGN = (
    "client.presigned_get_object(bucket_name=bucket, object_name={key}, "
    "expires=timedelta(minutes={minutes}))"
)


def _route(
    converter=":path",
    check=_CHECK,
    absent="raise HTTPException(status_code=404)",
    key="key",
    minutes=10,
    url=None,
    answer='{"url": url}',
):
    sign = url or _SIGN.format(key=key, minutes=minutes)
    check = check.format(absent=absent)
    return _ROUTE.format(converter=converter, check=check, url=sign, answer=answer)


RIGHT = {
    "une liste, à chaque demande": """
from datetime import timedelta

from fastapi.responses import JSONResponse


@app3.get("/documents/{name:path}")
def lookup(name: str):
    bucket = tp.bucket("archives")
    keys = {item.object_name for item in client.list_objects(bucket_name=bucket, recursive=True)}
    if name not in keys:
        return JSONResponse({"message": f"pas de document {name}"}, status_code=404)
    return {"url": client.presigned_get_object(bucket, name, timedelta(seconds=600))}
""",
    "un gestionnaire, et des champs de plus": """
from datetime import timedelta

from fastapi.responses import JSONResponse
from minio.error import S3Error


@app3.exception_handler(S3Error)
def refused(request, error):
    return JSONResponse({"error": error.code}, 404 if error.code == "NoSuchKey" else 502)


@app3.get("/documents/{key:path}")
def download_url(key: str):
    bucket = tp.bucket("archives")
    stat = client.stat_object(bucket, key)
    url = client.presigned_get_object(bucket, key, expires=timedelta(minutes=10))
    return {"url": url, "size": stat.size, "key": key, "expires_in": 600}
""",
    "boto3, signature 2": """
import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from helpers import current_server

server = current_server()
s3 = boto3.client(
    "s3", endpoint_url=server.url, region_name=server.region,
    aws_access_key_id=server.access_key, aws_secret_access_key=server.secret_key,
    aws_session_token=server.session_token, config=Config(signature_version="s3"),
)


@app3.get("/documents/{key:path}")
def download_url(key: str):
    parameters = {"Bucket": tp.bucket("archives"), "Key": key}
    try:
        s3.head_object(**parameters)
    except ClientError:
        raise HTTPException(404) from None
    return {"url": s3.generate_presigned_url("get_object", parameters, ExpiresIn=600)}
""",
    "préfixe, mais clé comparée": """
from datetime import timedelta


@app3.get("/documents/{key:path}")
async def download_url(key: str):
    bucket = tp.bucket("archives")
    found = client.list_objects(bucket_name=bucket, prefix=key)
    if not any(item.object_name == key for item in found):
        raise HTTPException(status_code=404, detail=f"{key} n'existe pas")
    return {"url": client.get_presigned_url("GET", bucket, key, timedelta(minutes=10))}
""",
    "statut posé sur la réponse": """
from datetime import timedelta

from fastapi import Response
from minio.error import S3Error


@app3.get("/documents/{key:path}")
def download_url(key: str, response: Response):
    try:
        client.stat_object(tp.bucket("archives"), key)
    except S3Error:
        response.status_code = 404
        return None
    url = client.presigned_get_object(tp.bucket("archives"), key, timedelta(minutes=10))
    return {"url": url}
""",
    "application montée": """
from datetime import timedelta

from minio.error import S3Error

documents = FastAPI()


@documents.get("/{key:path}")
def download_url(key: str):
    try:
        client.stat_object(tp.bucket("archives"), key)
    except S3Error:
        raise HTTPException(404) from None
    url = client.presigned_get_object(tp.bucket("archives"), key, timedelta(minutes=10))
    return {"url": url}


app3.mount("/documents", documents)
""",
}

if servers.ensure().way != "embedded":
    # MinIO refuse un jeton de session, que la correction donne, dans cette signature.
    del RIGHT["boto3, signature 2"]

WRONG = {
    "clé coupée à la barre": (
        _route(converter=""),
        "{key} s'arrête à la première barre oblique",
        1,
    ),
    "existence non vérifiée": (
        _route(check="pass"),
        "signer ne vérifie rien",
        2,
    ),
    "existence par préfixe": (
        _route(
            check="if not list(client.list_objects(bucket, prefix=key)):\n"
            "        raise HTTPException(404)"
        ),
        "une liste par préfixe trouve aussi les clés plus longues",
        2,
    ),
    "liste lue une fois": (
        "known = {item.object_name for item in client.list_objects(\n"
        "    tp.bucket('archives'), recursive=True)}\n"
        + _route(check="if key not in known:\n        raise HTTPException(404)"),
        "existe, mais la route ne le trouve pas",
        2,
    ),
    "liste lue une fois, puis complétée": (
        "known = {item.object_name for item in client.list_objects(\n"
        "    tp.bucket('archives'), recursive=True)}\n"
        + _route(
            check="""if key not in known:
        try:
            client.stat_object(bucket, key)
        except S3Error:
            raise HTTPException(404)
        known.add(key)"""
        ),
        "il vient d'être retiré",
        2,
    ),
    "URL gardées": (
        "from functools import cache\n\n\n@cache\ndef sign(key):\n"
        "    return client.presigned_get_object(\n"
        "        tp.bucket('archives'), key, expires=timedelta(minutes=10))\n"
        + _route(url="sign(key)"),
        "n'a pas été signée pour cette demande",
        2,
    ),
    "exception renvoyée": (
        _route(absent="return HTTPException(status_code=404)"),
        "statut 200 au lieu de 404 : l'exception est renvoyée au lieu d'être levée",
        2,
    ),
    "statut dans un tuple": (
        _route(absent='return {"error": "absent"}, 404'),
        "statut 200 au lieu de 404 : FastAPI ne lit pas un statut rangé dans un tuple",
        2,
    ),
    "une erreur dans le corps": (
        _route(absent='return {"error": "absent"}'),
        "statut 200 au lieu de 404",
        2,
    ),
    "rien pour un absent": (_route(absent="return None"), "statut 200 au lieu de 404", 2),
    "404 jamais attrapé": (
        _route(check="client.stat_object(bucket_name=bucket, object_name=key)"),
        "la route a levé une exception, S3Error NoSuchKey",
        2,
    ),
    "403 pour un absent": (
        _route(absent="raise HTTPException(status_code=403)"),
        "statut 403 au lieu de 404",
        2,
    ),
    "durée d'une heure": (_route(minutes=60), "n'a pas la durée demandée", 1),
    "clé fixe": (
        _route(key='"lisez-moi.txt"'),
        "mène à un autre contenu",
        1,
    ),
    "URL de dépôt": (
        _route().replace("presigned_get", "presigned_put"),
        "refuse un GET",
    ),
    "adresse sans signature": (
        _route(answer='{"url": url.split("?")[0]}'),
        "n'est pas présignée",
    ),
    "le contenu au lieu de l'URL": (
        _route(answer="client.get_object(bucket_name=bucket, object_name=key).read().decode()"),
        "n'est pas un objet JSON",
    ),
    "redirection": (
        "from fastapi.responses import RedirectResponse\n" + _route(answer="RedirectResponse(url)"),
        "statut 307",
    ),
    "minuscules": (
        """
from datetime import timedelta
from minio.error import S3Error

B = tp.bucket("archives")


@app3.get("/documents/{key:path}")
def doc(key: str):
    key = key.lower()
    try:
        client.stat_object(B, key)
    except S3Error as e:
        if e.code != "NoSuchKey":
            raise
        raise HTTPException(404) from e
    return {"url": client.presigned_get_object(B, key, expires=timedelta(minutes=10))}
""",
        "à la lettre près",
    ),
    "un niveau": (
        """
from datetime import timedelta
from minio.error import S3Error

B = tp.bucket("archives")


@app3.get("/documents/{key:path}")
def doc(key: str):
    if key not in {i.object_name for i in client.list_objects(B)}:
        raise HTTPException(404)
    return {"url": client.presigned_get_object(B, key, expires=timedelta(minutes=10))}
""",
        "à la lettre près",
    ),
    "liste d'avance": (
        """
from datetime import timedelta
from minio.error import S3Error

B = tp.bucket("archives")
known = {i.object_name for i in client.list_objects(B, recursive=True)}


@app3.get("/documents/{key:path}")
def doc(key: str):
    if key not in known:
        raise HTTPException(404)
    return {"url": client.presigned_get_object(B, key, expires=timedelta(minutes=10))}
""",
        "vient d'être ajouté",
    ),
    "PUT": (
        """
from datetime import timedelta
from minio.error import S3Error

B = tp.bucket("archives")


@app3.get("/documents/{key:path}")
def doc(key: str):
    try:
        client.stat_object(B, key)
    except S3Error as e:
        if e.code != "NoSuchKey":
            raise
        raise HTTPException(404) from e
    return {"url": client.presigned_put_object(B, key, expires=timedelta(minutes=10))}
""",
        "signée pour PUT",
    ),
    "un document vide pris pour absent": (
        """
from datetime import timedelta


@app3.get("/documents/{key:path}")
def read(key: str):
    bucket = tp.bucket("archives")
    found = client.list_objects(bucket_name=bucket, recursive=True)
    if not any(item.object_name == key and item.size for item in found):
        raise HTTPException(404)
    return {"url": client.presigned_get_object(bucket, key, expires=timedelta(minutes=10))}
""",
        "Le document « rapports/vide.txt » existe",
        1,
    ),
}

THEN = {
    "clé coupée": (_route(converter=""), None),
    "exception renvoyée": (_route(absent="return HTTPException(404)"), _route()),
}
