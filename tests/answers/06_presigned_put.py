from helpers import server as servers

_ROUTE = """
from datetime import timedelta
from uuid import uuid4


@app2.post("/upload-url")
def upload_url():
    key = {key}
    url = {url}
    return {{"key": key, "url": url}}
"""
_SIGN = (
    "client.presigned_put_object(bucket_name=tp.bucket({bucket}), object_name=key, "
    "expires=timedelta({duration}))"
)


def _route(key="uuid4().hex", url=None, bucket='"envois"', duration="minutes=10"):
    sign = _SIGN.format(bucket=bucket, duration=duration)
    return _ROUTE.format(key=key, url=url or sign)


_BOTO3 = """
from uuid import uuid4

import boto3
from botocore.config import Config

from helpers import current_server

server = current_server()
s3 = boto3.client(
    "s3", endpoint_url=server.url, region_name=server.region,
    aws_access_key_id=server.access_key, aws_secret_access_key=server.secret_key,
    aws_session_token=server.session_token, config=Config(signature_version="{version}"),
)


@app2.post("/upload-url")
def upload_url():
    key = uuid4().hex
    parameters = {{"Bucket": tp.bucket("envois"), "Key": key}}
    return {{"key": key, "url": s3.generate_presigned_url("put_object", parameters, 600)}}
"""

RIGHT = {
    "get_presigned_url, modèle de réponse": """
import secrets
from datetime import timedelta

from pydantic import BaseModel


class Ticket(BaseModel):
    key: str
    url: str


@app2.post("/upload-url", response_model=Ticket)
async def ticket():
    key = f"2026/{secrets.token_hex(16)}"
    url = client.get_presigned_url("PUT", tp.bucket("envois"), key, timedelta(seconds=600))
    return Ticket(key=key, url=url)
""",
    "des champs de plus": _route().replace('"url": url}', '"url": url, "expires_in": 600}'),
    "boto3, signature 4": _BOTO3.format(version="s3v4"),
    "boto3, signature 2": _BOTO3.format(version="s3"),
    "un routeur": """
from datetime import timedelta
from uuid import uuid4

from fastapi import APIRouter

router = APIRouter(prefix="/upload-url")


@router.post("", status_code=200)
def upload_url():
    key = str(uuid4())
    return dict(
        key=key,
        url=client.presigned_put_object(tp.bucket("envois"), key, expires=timedelta(seconds=600)),
    )


app2.include_router(router)
""",
    "vu par localhost": """
from datetime import timedelta
from uuid import uuid4

from minio import Minio

from helpers import current_server

server = current_server()
public = Minio(
    server.endpoint.replace("127.0.0.1", "localhost"), access_key=server.access_key,
    secret_key=server.secret_key, session_token=server.session_token, region=server.region,
    secure=server.secure,
)


@app2.post("/upload-url")
def upload_url():
    key = uuid4().hex
    url = public.presigned_put_object(tp.bucket("envois"), key, expires=timedelta(minutes=10))
    return {"key": key, "url": url}
""",
}

# Trois chiffres comme au hasard, mais jamais deux fois les mêmes, ni l'un d'eux deux fois de suite.
_DRAW = """
import itertools

_count = itertools.count()


def draw():
    return (next(_count) * 367 + 417) % 900 + 100


"""

if servers.ensure().way != "embedded":
    # MinIO refuse un jeton de session, que la correction donne, dans cette signature.
    del RIGHT["boto3, signature 2"]

WRONG = {
    "durée d'une heure": (_route(duration="hours=1"), "n'a pas la durée demandée", 1),
    "durée par défaut": (
        _route(url="client.presigned_put_object(tp.bucket('envois'), key)"),
        "n'a pas la durée demandée",
        1,
    ),
    "dix secondes": (_route(duration="seconds=10"), "n'a pas la durée demandée", 1),
    "clé fixe": (_route(key='"fichier"'), "le second a remplacé le premier", 2),
    "trois chiffres": (
        _DRAW + _route(key='f"envoi-{draw()}"'),
        "chiffres y changent",
        2,
    ),
    "URL signées d'avance": (
        """
import itertools
from datetime import timedelta
from uuid import uuid4

keys = [uuid4().hex for _ in range(100)]
bucket, lifetime = tp.bucket("envois"), timedelta(minutes=10)
urls = [client.presigned_put_object(bucket, key, expires=lifetime) for key in keys]
tickets = itertools.cycle({"key": key, "url": url} for key, url in zip(keys, urls))


@app2.post("/upload-url")
def upload_url():
    return next(tickets)
""",
        "n'a pas été signée pour cette demande",
        2,
    ),
    "dix clés qui resservent": (
        """
import itertools
from datetime import timedelta
from uuid import uuid4

keys = itertools.cycle([uuid4().hex for _ in range(10)])


@app2.post("/upload-url")
def upload_url():
    key = next(keys)
    url = client.presigned_put_object(tp.bucket("envois"), key, expires=timedelta(minutes=10))
    return {"key": key, "url": url}
""",
        "le second a remplacé le premier",
        2,
    ),
    "une URL gardée": (
        """
from datetime import timedelta
from uuid import uuid4

key = uuid4().hex
url = client.presigned_put_object(tp.bucket("envois"), key, expires=timedelta(minutes=10))


@app2.post("/upload-url")
def upload_url():
    return {"key": key, "url": url}
""",
        "le second a remplacé le premier",
        2,
    ),
    "URL de lecture": (_route().replace("presigned_put", "presigned_get"), "refuse un PUT"),
    "URL nue": (
        _route(url="f\"http://127.0.0.1:9000/{tp.bucket('envois')}/{key}\""),
        "n'est pas présignée",
    ),
    "autre serveur": (
        _route(
            url="'http://192.0.2.1/seau/cle?X-Amz-Signature=0&X-Amz-Expires=600'",
        ),
        "ne mène pas au serveur S3",
    ),
    "autre bucket": (
        _route(bucket='"depots"'),
        "refuse un PUT",
    ),
    "l'URL seule": (
        _route().replace('{"key": key, "url": url}', "url"),
        "n'est pas un objet JSON",
    ),
    "sans la clé": (
        _route().replace('{"key": key, "url": url}', '{"url": url}'),
        "Le champ « key » manque",
    ),
    "méthode GET": (_route().replace("app2.post", "app2.get"), "n'a pas la route demandée"),
    "statut 201": (
        _route().replace('"/upload-url")', '"/upload-url", status_code=201)'),
        "statut 201 au lieu de 200",
        2,
    ),
    "une durée en nombre": (
        _route(duration="minutes=10").replace("timedelta(minutes=10)", "600"),
        "la route a levé une exception, ",
    ),
    "GET": (
        """
from uuid import uuid4
from datetime import timedelta

B = tp.bucket("envois")


@app2.post("/upload-url")
def upload_url():
    key = uuid4().hex
    return {
        "key": key,
        "url": client.presigned_get_object(B, key, expires=timedelta(minutes=10)),
    }
""",
        "signée pour GET",
    ),
    "exige un type": (
        """
from uuid import uuid4
from datetime import timedelta

B = tp.bucket("envois")


@app2.post("/upload-url")
def upload_url():
    key = uuid4().hex
    return {
        "key": key,
        "url": client.presigned_put_object(B, key, expires=timedelta(minutes=10))
        + "&content-type=image/jpeg",
    }
""",
        "ajouté après la signature",
    ),
    "déposé d'avance": (
        """
from uuid import uuid4
from datetime import timedelta

B = tp.bucket("envois")


@app2.post("/upload-url")
def upload_url():
    import io

    key = uuid4().hex
    client.put_object(B, key, io.BytesIO(b""), 0)
    return {
        "key": key,
        "url": client.presigned_put_object(B, key, expires=timedelta(minutes=10)),
    }
""",
        "avait déjà déposé",
    ),
    "un type signé": (
        """
import uuid

import boto3
from botocore.config import Config

from helpers import current_server

server = current_server()
s3 = boto3.client(
    "s3", endpoint_url=server.url, region_name=server.region,
    aws_access_key_id=server.access_key, aws_secret_access_key=server.secret_key,
    aws_session_token=server.session_token, config=Config(signature_version="s3v4"),
)


@app2.post("/upload-url")
def give():
    wish = {"Bucket": tp.bucket("envois"), "Key": str(uuid.uuid4()), "ContentType": "image/jpeg"}
    return {
        "key": wish["Key"],
        "url": s3.generate_presigned_url("put_object", Params=wish, ExpiresIn=600),
    }
""",
        "sa signature impose des en-têtes que l'énoncé ne demande pas (content-type, host)",
        0,
    ),
    "l'hôte réécrit": (
        """
import uuid
from datetime import timedelta


@app2.post("/upload-url")
def give():
    key = str(uuid.uuid4())
    url = client.presigned_put_object(tp.bucket("envois"), key, expires=timedelta(minutes=10))
    here = "127.0.0.1" if "127.0.0.1" in url else "localhost"
    there = "localhost" if here == "127.0.0.1" else "127.0.0.1"
    return {"key": key, "url": url.replace(here, there, 1)}
""",
        "signée pour une autre adresse, puis réécrite",
        0,
    ),
}

THEN = {
    "une heure": (_route(duration="hours=1"), None),
    "clé fixe": (_route(key='"fichier"'), _route(key="str(uuid4())")),
}
