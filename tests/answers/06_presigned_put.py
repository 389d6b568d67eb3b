SECOND = """
import secrets
from datetime import timedelta

from pydantic import BaseModel


class Deposit(BaseModel):
    key: str
    url: str


@app2.post("/upload-url")
async def deposit() -> Deposit:
    key = f"envois/{secrets.token_hex(8)}"
    url = client.get_presigned_url(
        method="PUT",
        bucket_name=tp.bucket("envois"),
        object_name=key,
        expires=timedelta(seconds=600),
    )
    return Deposit(key=key, url=url)
"""

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
    'client.{method}(bucket_name=tp.bucket("envois"), object_name=key, '
    "expires=timedelta(minutes={minutes}))"
)


def _route(key="uuid4().hex", method="presigned_put_object", minutes=10, url=None):
    return _ROUTE.format(key=key, url=url or _SIGN.format(method=method, minutes=minutes))


WRONG = {
    "toujours la même clé": (_route(key='"envoi.bin"'), "ont reçu la même clé"),
    "URL de lecture": (_route(method="presigned_get_object"), "refuse un PUT"),
    "durée d'une heure": (_route(minutes=60), "n'a pas la durée demandée"),
    "durée rallongée après la signature": (
        _route(url=_SIGN.format(method="presigned_put_object", minutes=60))
        + "\n\n@app2.middleware('http')\nasync def shorten(request, call_next):\n"
        "    from fastapi.responses import Response\n\n"
        "    response = await call_next(request)\n"
        "    body = b''.join([chunk async for chunk in response.body_iterator])\n"
        "    return Response(body.replace(b'=3600', b'=600'))\n",
        "refuse un PUT",
    ),
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
        _route().replace('tp.bucket("envois")', "tp.space"),
        "aucun objet du bucket ne porte la clé",
    ),
    "l'URL seule": (
        _route().replace('{"key": key, "url": url}', "url"),
        "n'a pas exactement les champs demandés",
    ),
    "méthode GET": (_route().replace("app2.post", "app2.get"), "n'a pas la route demandée"),
}
