_ROUTE = """
import requests
from fastapi import HTTPException


@salle.put("/places/{{numero}}", status_code=201)
def book(numero: int, nom: str):
    key = f"places/{{numero}}.txt"
    {body}
    return {answer}
"""
_PUT = """url = client.get_presigned_url("PUT", tp.bucket("salle"), key)
    reply = requests.put(url, data=nom.encode(), headers={headers})
    if reply.status_code == 412:
        raise HTTPException({refusal})"""
_ONCE = '{"If-None-Match": "*", "Content-Type": "text/plain"}'
_ANSWER = '{"place": numero, "nom": nom}'
_LOOK = """found = client.list_objects(tp.bucket("salle"), prefix=key)
    if any(item.object_name == key for item in found):
        raise HTTPException(409)
    import io
    data = nom.encode()
    client.put_object(
        tp.bucket("salle"), key, io.BytesIO(data), len(data), content_type="text/plain"
    )"""


def _put(headers=_ONCE, refusal="409"):
    return _PUT.format(headers=headers, refusal=refusal)


def _route(body=None, answer=_ANSWER):
    return _ROUTE.format(body=body or _put(), answer=answer)


RIGHT = {
    "une URL présignée": _route(),
    "boto3": """
from botocore.exceptions import ClientError
from fastapi import HTTPException


@salle.put("/places/{seat}", status_code=201)
def book(seat: int, nom: str):
    try:
        s3.put_object(
            Bucket=tp.bucket("salle"), Key=f"places/{seat}.txt", Body=nom.encode(),
            ContentType="text/plain; charset=utf-8", IfNoneMatch="*",
        )
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] not in (409, 412):
            raise
        raise HTTPException(409, "prise") from None
    return {"place": seat, "nom": nom, "salle": "A"}
""",
    "async, httpx": """
import httpx
from fastapi import Response
from fastapi.responses import JSONResponse

headers = {"If-None-Match": "*", "Content-Type": "text/plain"}


@salle.put("/places/{numero}")
async def book(numero: int, nom: str) -> Response:
    url = client.get_presigned_url("PUT", tp.bucket("salle"), f"places/{numero}.txt")
    async with httpx.AsyncClient(trust_env=False) as http:
        reply = await http.put(url, content=nom.encode(), headers=headers)
    if reply.status_code != 200:
        return JSONResponse({"detail": "prise"}, 409)
    return JSONResponse({"nom": nom, "place": numero}, 201)
""",
    "regarder d'abord, puis écrire sous condition": _route(
        body="""found = client.list_objects(tp.bucket("salle"), prefix=key)
    if any(item.object_name == key for item in found):
        raise HTTPException(409)
    """
        + _put()
    ),
}

WRONG = {
    "un zéro devant": (_route().replace("{numero}.txt", "{numero:02d}.txt"), "places/", 1),
    "toujours Zoé": (_route(answer='{"place": numero, "nom": "Zoé"}'), "nom", 1),
    "regarder, puis écrire": (_route(body=_LOOK), "un autre peut écrire", 1),
    "écrire toujours": (
        _route(body=_put(headers='{"Content-Type": "text/plain"}')),
        "409",
        0,
    ),
    "un verrou": (
        "from threading import Lock\n\nlock = Lock()\n"
        + _route(
            body="lock.acquire()\n    try:\n        "
            + _LOOK.replace("\n", "\n    ")
            + "\n    finally:\n        lock.release()"
        ),
        "un autre peut écrire",
        1,
    ),
    "200 au lieu de 201": (
        _route().replace(", status_code=201", ""),
        "statut 200 au lieu de 201",
        0,
    ),
    "403 au lieu de 409": (_route(body=_put(refusal="403")), "statut 403 au lieu de 409", 0),
    "une autre clé": (_route().replace("places/{numero}.txt", "{numero}.txt"), "places/", 0),
    "le nom oublié": (_route(answer='{"place": numero}'), "nom", 1),
    "aucune route": (
        '@salle.get("/")\ndef home():\n    return {}\n',
        "n'a pas la route demandée",
        0,
    ),
}

THEN = {
    "regarder, puis écrire": (
        WRONG["regarder, puis écrire"][0],
        "from fastapi import FastAPI\n\nsalle = FastAPI()\n" + RIGHT["une URL présignée"],
    ),
    "200 au lieu de 201": (
        WRONG["200 au lieu de 201"][0],
        "from fastapi import FastAPI\n\nsalle = FastAPI()\n" + RIGHT["boto3"],
    ),
}
